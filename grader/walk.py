"""Walks a candidate's own step along a sequence, and back: the judge feeds the candidate its own outputs.

Nothing of the reference is in it. On the way back the step is called for its cache at each place, and its backward at
once; the gradients of states are handed on, those of cut inputs are put in their places, and those of shared inputs
are added up.
"""

from collections.abc import Sequence

import numpy as np

from grader.candidate.program import CacheOf, Call, Candidate, Outcome, Program
from grader.exercise import Arrays, Contract
from grader.plan import Case
from grader.programs import arrays_of, call_of
from grader.scan import Scan


def unrolled(scan: Scan, cases: Sequence[Case], candidate: Candidate) -> list[Arrays | None]:
    """What the candidate's own step gives along each case's sequence; None where it gives no such arrays."""
    walks = [_Walk(scan, case) for case in cases]
    _walk_along(walks, candidate)
    return [walk.result() for walk in walks]


def unrolled_back(scan: Scan, backward: Contract, cases: Sequence[Case], candidate: Candidate) -> list[Arrays | None]:
    """What the candidate's own step and its `backward` give for each sequence's gradients; None as in `unrolled`."""
    walks = [_Walk(scan, case) for case in cases]
    _walk_along(walks, candidate)
    back = [_WayBack(scan, backward, walk) for walk in walks]
    for place in reversed(range(max((walk.length for walk in walks), default=0))):
        going = [way for way in back if not way.lost and place < way.length]
        calls = [call for number, way in enumerate(going) for call in way.calls(place, 2 * number)]
        answer = candidate.call(Program(tuple(calls)))
        for way, outcome in zip(going, answer.outcomes[1::2], strict=True):
            way.take(place, outcome)
    return [None if way.lost else way.gradients for way in back]


def _walk_along(walks: Sequence["_Walk"], candidate: Candidate) -> None:
    for place in range(max((walk.length for walk in walks), default=0)):
        going = [walk for walk in walks if not walk.lost and place < walk.length]
        answer = candidate.call(Program(tuple(call_of(walk.scan.step, walk.inputs(place)) for walk in going)))
        for walk, outcome in zip(going, answer.outcomes, strict=True):
            walk.take(outcome)


def _arrays(contract: Contract, outcome: Outcome, case: Case) -> Arrays | None:
    """The outputs by name if they are finite numbers in the declared shapes."""
    arrays = arrays_of(contract, outcome) or {}
    shapes = {tensor.name: tensor.shape(case.dims) for tensor in contract.outputs(case.dims)}
    if {name: array.shape for name, array in arrays.items()} != shapes:
        return None
    return arrays if all(array.dtype.kind == "f" and np.isfinite(array).all() for array in arrays.values()) else None


class _Walk:
    """One case on its way along the axis."""

    def __init__(self, scan: Scan, case: Case) -> None:
        self.scan = scan
        self.case = case
        self.length = case.dims[scan.axis]
        self.lost = False
        self._states = {
            state.tensor.name: case.inputs[state.start] if state.start else np.zeros(state.tensor.shape(case.dims))
            for state in scan.states
        }
        self.visited: list[Arrays] = []
        self._outputs: list[Arrays] = []

    def inputs(self, place: int) -> Arrays:
        """What goes into the step at a place, which is also noted for the way back."""
        cut = {name: self.case.inputs[name].take(place, axis) for name, axis in self.scan.cut.items()}
        self.visited.append({**self.case.inputs, **cut, **self._states})
        return self.visited[-1]

    def take(self, outcome: Outcome) -> None:
        """Note what the step gave, and hand its states on."""
        outputs = _arrays(self.scan.step, outcome, self.case)
        if outputs is None:
            self.lost = True
            return
        self._outputs.append(outputs)
        self._states = {state.tensor.name: outputs[state.output] for state in self.scan.states}

    def result(self) -> Arrays | None:
        if self.lost:
            return None
        return {
            mine: np.stack([outputs[theirs] for outputs in self._outputs], axis=place)
            for mine, theirs, place in self.scan.collected
        }


class _WayBack:
    """One case on its way back, with the gradients that have come together so far."""

    def __init__(self, scan: Scan, backward: Contract, walk: _Walk) -> None:
        self._scan = scan
        self._backward = backward
        self._walk = walk
        self.length = walk.length
        self.lost = walk.lost
        case = walk.case
        self._carried = {state.output: np.zeros(state.tensor.shape(case.dims)) for state in scan.states}
        states = {state.tensor.name for state in scan.states}
        self.gradients = {
            f"d{tensor.name}": np.zeros(case.inputs[tensor.name].shape)
            for tensor in scan.step.inputs(case.dims)
            if tensor.name not in states and tensor.is_real
        }

    def calls(self, place: int, number: int) -> tuple[Call, Call]:
        """The step, for its cache, and its backward; `number` is that of the first call in its program."""
        inputs = self._walk.visited[place]
        upstream = {f"d{output}": value for output, value in self._carried.items()}
        for mine, theirs, axis in self._scan.collected:
            shown = self._walk.case.inputs[f"d{mine}"].take(place, axis)
            upstream[f"d{theirs}"] = upstream.get(f"d{theirs}", 0) + shown
        step = call_of(self._scan.step, inputs, wanted=False)
        return step, call_of(self._backward, {**inputs, **upstream}, cache=(CacheOf(number),))

    def take(self, place: int, outcome: Outcome) -> None:
        """Hand the states' gradients on and gather the others."""
        gradients = _arrays(self._backward, outcome, self._walk.case)
        if gradients is None:
            self.lost = True
            return
        for state in self._scan.states:
            self._carried[state.output] = gradients[f"d{state.tensor.name}"]
            if state.start:
                self.gradients[f"d{state.start}"] = gradients[f"d{state.tensor.name}"]
        for name, total in self.gradients.items():
            wrt = name.removeprefix("d")
            if wrt in self._scan.cut:
                np.moveaxis(total, self._scan.cut[wrt], 0)[place] = gradients[name]
            elif name in gradients and wrt not in {state.start for state in self._scan.states}:
                total += gradients[name]
