"""Whether a sequence is a step applied again and again: the scan, told from two contracts.

The step and the sequence share the names of what they share. The sequence has one axis letter that the step lacks;
inputs that have it are cut along it. The step's inputs that the sequence does not take are states: each is handed
on by the output that stands at the same place, and starts from the sequence's own extra inputs, in their order, or
from zero.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.errors import DeclarationError
from grader.exercise import Contract
from grader.shapes import Axis, Tensor
from grader.structures import Item


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
    takes, gives = _tensors(contract.takes, where), _tensors(contract.gives, where)
    step_takes, step_gives = _tensors(step.takes, where), _tensors(step.gives, where)
    known = {letter for tensor in step_takes for letter in tensor.letters}
    extra = {letter for tensor in takes for letter in tensor.letters} - known
    if len(extra) != 1:
        raise DeclarationError(f"{where}: wanted one axis letter that the step lacks, got {sorted(extra) or 'none'}")
    (axis,) = extra
    own = {tensor.name: tensor for tensor in takes}
    cut = {}
    for tensor in step_takes:
        if tensor.name in own and own[tensor.name].axes != tensor.axes:
            cut[tensor.name] = _place(own[tensor.name], tensor, axis, where)
    carried = [tensor for tensor in step_takes if tensor.name not in own]
    starts = [tensor for tensor in takes if tensor.name not in {taken.name for taken in step_takes}]
    if len(starts) > len(carried) or len(carried) > len(step_gives):
        raise DeclarationError(f"{where}: {len(carried)} states, {len(starts)} starts, {len(step_gives)} outputs")
    states = tuple(
        State(tensor, output.name, starts[number].name if number < len(starts) else "")
        for number, (tensor, output) in enumerate(zip(carried, step_gives, strict=False))
    )
    collected = tuple(
        (mine.name, output.name, _place(mine, output, axis, where))
        for mine, output in zip(gives, step_gives, strict=False)
    )
    return Scan(step, axis, cut, states, collected)


def step_backward_of(contract: Contract, contracts: Mapping[str, Contract]) -> str:
    """The backward of the step that the sequence of this backward scans, if it is built on one; else empty."""
    step = contracts[contract.of].scans if contract.of else ""
    return next((name for name in contract.requires if step and contracts[name].of == step), "")


def _tensors(items: Sequence[Item], where: str) -> list[Tensor]:
    """The items of a contract that is scanned: arrays all, for what lies in a dictionary has no axis to cut."""
    tensors = [item for item in items if isinstance(item, Tensor)]
    if len(tensors) < len(items):
        raise DeclarationError(f"{where}: a sequence or step that takes or gives a dict or list can't be scanned")
    return tensors


def _place(long: Tensor, short: Tensor, axis: str, where: str) -> int:
    """The place of the axis in the long tensor, which without it has the axes of the short one."""
    letter = Axis.parse(axis)
    for place in range(len(long.axes)):
        if long.axes[place] == letter and long.axes[:place] + long.axes[place + 1 :] == short.axes:
            return place
    raise DeclarationError(f"{where}: {long} is not {short} with the axis {axis}")
