"""Whether a sequence is a step applied again and again: the scan, told from two contracts.

The step and the sequence share the names of what they share. The sequence has one axis letter that the step lacks;
inputs that have it are cut along it. The step's inputs that the sequence does not take are states: each is handed
on by the output that stands at the same place, and starts from the sequence's own extra inputs, in their order, or
from zero. The judge does the walking: the candidate's own outputs are fed back to the candidate's own step.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from grader.candidate.program import Candidate, Outcome, Program, Values
from grader.errors import DeclarationError
from grader.exercise import Arrays, Contract
from grader.plan import Case
from grader.programs import call_of, named
from grader.shapes import Axis, Tensor


@dataclass(frozen=True, slots=True)
class State:
    """A step's input that its own output replaces; `start` names the sequence's input, empty for zeros."""

    tensor: Tensor
    output: str
    start: str


@dataclass(frozen=True, slots=True)
class Scan:
    """How a sequence is made of a step: `cut` inputs and `collected` outputs with the place of the long axis."""

    step: Contract
    axis: str
    cut: Mapping[str, int]
    states: tuple[State, ...]
    collected: tuple[tuple[str, str, int], ...]


def scan_of(contract: Contract, contracts: Mapping[str, Contract]) -> Scan:
    """The scan that a sequence declares; a `DeclarationError` where the two contracts do not fit together."""
    step = contracts[contract.scans]
    where = f"exercise {contract.name} scans {step.name}"
    known = {letter for tensor in step.takes for letter in tensor.letters}
    extra = {letter for tensor in contract.takes for letter in tensor.letters} - known
    if len(extra) != 1:
        raise DeclarationError(f"{where}: wanted one axis letter that the step lacks, got {sorted(extra) or 'none'}")
    (axis,) = extra
    own = {tensor.name: tensor for tensor in contract.takes}
    cut = {}
    for tensor in step.takes:
        if tensor.name in own and own[tensor.name].axes != tensor.axes:
            cut[tensor.name] = _place(own[tensor.name], tensor, axis, where)
    carried = [tensor for tensor in step.takes if tensor.name not in own]
    starts = [tensor for tensor in contract.takes if tensor.name not in {taken.name for taken in step.takes}]
    if len(starts) > len(carried) or len(carried) > len(step.gives):
        raise DeclarationError(f"{where}: {len(carried)} states, {len(starts)} starts, {len(step.gives)} outputs")
    states = tuple(
        State(tensor, output.name, starts[number].name if number < len(starts) else "")
        for number, (tensor, output) in enumerate(zip(carried, step.gives, strict=False))
    )
    collected = tuple(
        (mine.name, output.name, _place(mine, output, axis, where))
        for mine, output in zip(contract.gives, step.gives, strict=False)
    )
    return Scan(step, axis, cut, states, collected)


def _place(long: Tensor, short: Tensor, axis: str, where: str) -> int:
    """The place of the axis in the long tensor, which without it has the axes of the short one."""
    letter = Axis.parse(axis)
    for place in range(len(long.axes)):
        if long.axes[place] == letter and long.axes[:place] + long.axes[place + 1 :] == short.axes:
            return place
    raise DeclarationError(f"{where}: {long} is not {short} with the axis {axis}")


def unrolled(scan: Scan, cases: Sequence[Case], candidate: Candidate) -> list[Arrays | None]:
    """What the candidate's own step gives along each case's sequence; None where it gives no such arrays."""
    walks = [_Walk(scan, case) for case in cases]
    for place in range(max((case.dims[scan.axis] for case in cases), default=0)):
        going = [walk for walk in walks if not walk.lost and place < walk.length]
        answer = candidate.call(Program(tuple(call_of(scan.step, walk.inputs(place)) for walk in going)))
        for walk, outcome in zip(going, answer.outcomes, strict=True):
            walk.take(outcome)
    return [walk.result() for walk in walks]


class _Walk:
    """One case on its way along the axis."""

    def __init__(self, scan: Scan, case: Case) -> None:
        self._scan = scan
        self._case = case
        self.length = case.dims[scan.axis]
        self.lost = False
        self._states = {
            state.tensor.name: case.inputs[state.start] if state.start else np.zeros(state.tensor.shape(case.dims))
            for state in scan.states
        }
        self._outputs: list[Arrays] = []

    def inputs(self, place: int) -> Arrays:
        cut = {name: self._case.inputs[name].take(place, axis) for name, axis in self._scan.cut.items()}
        return {**self._case.inputs, **cut, **self._states}

    def take(self, outcome: Outcome) -> None:
        """Note what the step gave, and hand its states on."""
        gives = self._scan.step.gives
        items = outcome.items if isinstance(outcome, Values) else ()
        arrays = [item for item in items if isinstance(item, np.ndarray) and item.dtype.kind == "f"]
        shapes = [tensor.shape(self._case.dims) for tensor in gives]
        if [array.shape for array in arrays] != shapes or not all(np.isfinite(array).all() for array in arrays):
            self.lost = True
            return
        outputs = named(self._scan.step, arrays)
        self._outputs.append(outputs)
        self._states = {state.tensor.name: outputs[state.output] for state in self._scan.states}

    def result(self) -> Arrays | None:
        if self.lost:
            return None
        return {
            mine: np.stack([outputs[theirs] for outputs in self._outputs], axis=place)
            for mine, theirs, place in self._scan.collected
        }
