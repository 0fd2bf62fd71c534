"""From cases to calls and back: the programs that put an exercise's cases to a candidate.

One forward for one backward: real caches are consumed, and hold references to what they were made from. Between a
forward and its backward nothing else is touched, except in the group `AGAIN`, whose point it is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader import wire
from grader.candidate.program import Answer, CacheOf, Call, Generator, Outcome, Program, Unsteady, Values
from grader.chance import is_sound, moments, seeds
from grader.exercise import Arrays, Contract
from grader.plan import AGAIN, Case, PlannedExercise
from grader.shapes import Dims, Tensor, text_of
from grader.structures import Group, Item


@dataclass(frozen=True)
class CaseProgram:
    """A program with, for each case, the number of its own call and of the forward that it needs (or -1).

    The cases of a function that draws (`drawing`) have one call for each generator, the first of which is their own.
    """

    program: Program
    calls: tuple[tuple[int, int], ...]
    drawing: PlannedExercise | None = None

    def outcomes(self, answer: Answer) -> list[tuple[Outcome | None, Outcome]]:
        """For each case the outcome of its forward, if it needs one, and its own."""
        if self.drawing is not None:
            return self._drawn(self.drawing, answer)
        return [(answer.outcomes[needed] if needed >= 0 else None, answer.outcomes[own]) for own, needed in self.calls]

    def _drawn(self, exercise: PlannedExercise, answer: Answer) -> list[tuple[Outcome | None, Outcome]]:
        starts = [own for own, _ in self.calls]
        ends = [*starts[1:], len(answer.outcomes)]
        parts = [answer.outcomes[start:end] for start, end in zip(starts, ends, strict=True)]
        return [(None, _together(exercise.contract, *part)) for part in zip(exercise.cases, parts, strict=True)]


def drawing_program(exercise: PlannedExercise, draws: int) -> CaseProgram:
    """All cases of a function that draws, each with so many generators; `AGAIN` has one of them twice."""
    contract = exercise.contract
    name = next(item.name for item in contract.takes if isinstance(item, Tensor) and item.kind == "generator")
    calls: list[Call] = []
    numbers: list[tuple[int, int]] = []
    for case in exercise.cases:
        numbers.append((len(calls), -1))
        seed = int(case.inputs[name])
        for one in (seed, seed + 1, seed) if case.group == AGAIN else seeds(seed, draws):
            calls.append(call_of(contract, {**case.inputs, name: np.asarray(one)}))
    return CaseProgram(Program(tuple(calls)), tuple(numbers), exercise)


def _together(contract: Contract, case: Case, outcomes: Sequence[Outcome]) -> Outcome:
    """Many draws as one outcome: their moments, or the first that has none."""
    rows = []
    for outcome in outcomes:
        arrays = arrays_of(contract, outcome)
        if arrays is None or not isinstance(outcome, Values):
            return outcome
        rows.append(arrays)
    tensors = contract.outputs(case.dims)
    for outcome, arrays in zip(outcomes, rows, strict=True):
        sound = all(is_sound(tensor, case.dims, arrays.get(tensor.name)) for tensor in tensors)
        if not sound or len(arrays) != len(tensors):
            return outcome
    if case.group == AGAIN:
        first, _, again = rows
        return outcomes[0] if all(np.array_equal(first[name], again[name]) for name in first) else Unsteady()
    found = {tensor.name: moments(tensor, case.dims, [arrays[tensor.name] for arrays in rows]) for tensor in tensors}
    items = tuple(
        item.pack(found, lambda _, value: value) if isinstance(item, Group) else found[item.name]
        for item in contract.gives
    )
    mutated = sorted({place for outcome in outcomes if isinstance(outcome, Values) for place in outcome.mutated})
    return Values(items, len(items), tuple(mutated), len(rows))


def case_program(exercise: PlannedExercise, contracts: Mapping[str, Contract]) -> CaseProgram:
    """All cases of an exercise in one program."""
    contract = exercise.contract
    if contract.draws:
        return drawing_program(exercise, contract.draws)
    of = contracts[contract.of] if contract.of else None
    calls: list[Call] = []
    numbers: list[tuple[int, int]] = []
    for position, case in enumerate(exercise.cases):
        forward = -1
        cache: tuple[CacheOf, ...] = ()
        if of is not None:
            forward = len(calls)
            calls.append(call_of(of, case.inputs, wanted=False))
            cache = (CacheOf(forward),)
            if case.group == AGAIN:
                other = exercise.cases[(position + 1) % len(exercise.cases)]
                calls.append(call_of(of, other.inputs, wanted=False))
        numbers.append((len(calls), forward))
        calls.append(call_of(contract, case.inputs, cache=cache))
    return CaseProgram(Program(tuple(calls)), tuple(numbers))


def call_of(contract: Contract, inputs: Arrays, *, cache: Sequence[CacheOf] = (), wanted: bool = True) -> Call:
    """The call of one function on named inputs."""
    arguments = (*(argument_of(item, inputs) for item in contract.takes), *cache)
    return Call(contract.name, arguments, len(contract.gives), contract.cache, wanted, forms_of(contract))


def forms_of(contract: Contract) -> tuple[int, ...]:
    """The forms of a function's outputs as a call carries them; empty if all are arrays."""
    forms = tuple(_form(item) for item in contract.gives)
    return forms if any(forms) else ()


def argument_of(item: Item, inputs: Arrays) -> Any:
    """What a function is given for one of its inputs."""
    return item.pack(inputs, given) if isinstance(item, Group) else given(item, inputs[item.name])


def given(tensor: Tensor, value: np.ndarray) -> Any:
    """An array as the function gets it: without axes it is a number, and some kinds are no numbers."""
    if tensor.is_text:
        return text_of(value)
    if tensor.kind == "generator":
        return Generator(int(value))
    if tensor.words:
        return tensor.words[int(value)]
    return value if value.ndim else value.item()


def _form(item: Item) -> int:
    if isinstance(item, Group):
        return item.depth
    if item.is_text:
        return wire.TEXT
    # Indices and losses are gathered in a list by most; of a gradient a list would be a misunderstanding.
    return wire.NUMBERS if item.axes and (item.below or item.ends or item.reals) else 0


def points_program(contract: Contract, points: Sequence[Arrays]) -> Program:
    """One call of a forward for each point, for a numerical derivative."""
    return Program(tuple(call_of(contract, inputs) for inputs in points))


def inputs_of(contract: Contract, contracts: Mapping[str, Contract], dims: Dims) -> tuple[Tensor, ...]:
    """All arrays that a case of a function holds: of a backward also those of its forward."""
    forward = contracts[contract.of].inputs(dims) if contract.of else ()
    return (*forward, *contract.inputs(dims))


def letters_of(contract: Contract, contracts: Mapping[str, Contract]) -> tuple[str, ...]:
    """The letters of its inputs' axes, in the order in which they are written."""
    takes = (*(contracts[contract.of].takes if contract.of else ()), *contract.takes)
    return tuple(dict.fromkeys(letter for item in takes for letter in item.letters))


def arrays_of(contract: Contract, outcome: Outcome) -> Arrays | None:
    """The outputs by name; None if there are too few or too many of them, or one is no array."""
    if not isinstance(outcome, Values) or len(outcome.items) != len(contract.gives):
        return None
    values = contract.by_name(outcome.items)
    return values if all(isinstance(value, np.ndarray) for value in values.values()) else None
