"""From cases to calls and back: the programs that put an exercise's cases to a candidate.

One forward for one backward: real caches are consumed, and hold references to what they were made from. Between a
forward and its backward nothing else is touched, except in the group `AGAIN`, whose point it is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from grader.candidate.program import Answer, CacheOf, Call, Outcome, Program
from grader.exercise import Arrays, Contract
from grader.plan import AGAIN, PlannedExercise


@dataclass(frozen=True)
class CaseProgram:
    """A program with, for each case, the number of its own call and of the forward that it needs (or -1)."""

    program: Program
    calls: tuple[tuple[int, int], ...]

    def outcomes(self, answer: Answer) -> list[tuple[Outcome | None, Outcome]]:
        """For each case the outcome of its forward, if it needs one, and its own."""
        return [(answer.outcomes[needed] if needed >= 0 else None, answer.outcomes[own]) for own, needed in self.calls]


def case_program(exercise: PlannedExercise, contracts: Mapping[str, Contract]) -> CaseProgram:
    """All cases of an exercise in one program."""
    contract = exercise.contract
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
    arguments: tuple[np.ndarray | CacheOf, ...] = (*(inputs[tensor.name] for tensor in contract.takes), *cache)
    return Call(contract.name, arguments, len(contract.gives), contract.cache, wanted)


def points_program(contract: Contract, points: Sequence[Arrays]) -> Program:
    """One call of a forward for each point, for a numerical derivative."""
    return Program(tuple(call_of(contract, inputs) for inputs in points))


def named(contract: Contract, items: Sequence[np.ndarray]) -> Arrays:
    """Outputs by name."""
    return {tensor.name: item for tensor, item in zip(contract.gives, items, strict=True)}
