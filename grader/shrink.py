"""The smallest failing case: Hypothesis shrinks shape and seed, the reference says what is wanted there.

Two are looked for: the smallest of all, and one in which no two axes are equally long, so that a mixed-up axis can't
hide. The numbers have two decimals: someone is to follow them with a pencil. The simplest shapes come first, since a
search by Hypothesis takes many times what the answers take. The candidate is asked a bounded number of times, so a
submission that fails everywhere costs a few times what one costs that passes.
"""

import random
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from grader.candidate.program import Candidate, Ended, Raised
from grader.examine import Finding, finding_of
from grader.exercise import Contract
from grader.plan import ORDINARY, Case, PlannedExercise
from grader.programs import arrays_of, case_program, inputs_of, letters_of
from grader.shapes import Dims
from grader.values import draw_all

LONGEST = 4
SEEDS = 99
EXAMPLES = 15  # drawn before giving up: what fails, fails almost everywhere
QUESTIONS = 40  # that one search may ask the candidate, its shrinking included
DECIMALS = 2


def smallest_failures(
    contract: Contract, contracts: Mapping[str, Contract], candidate: Candidate, reference: Candidate
) -> list[Finding]:
    """The smallest failing case and, if it is another, one with axes of different lengths; [] if none was found."""
    letters = list(letters_of(contract, contracts))
    search = _Search(contract, contracts, candidate, reference)
    found: list[Finding] = []
    for simplest, shapes in ((_short(letters), _lengths), (_distinct(letters), _orders)):
        finding = search.first(simplest) or search.smallest(letters, shapes)
        if finding is not None and finding.case.dims not in [one.case.dims for one in found]:
            found.append(finding)
    return found


def _short(letters: Sequence[str]) -> Iterator[Dims]:
    """The smallest shapes of all: every axis of length 1, then one of length 2."""
    yield dict.fromkeys(letters, 1)
    for letter in reversed(letters):
        yield {**dict.fromkeys(letters, 1), letter: 2}


def _distinct(letters: Sequence[str]) -> Iterator[Dims]:
    """The smallest shape in which no two axes are equally long."""
    yield dict(zip(letters, range(len(letters) + 1, 1, -1), strict=True))


def _lengths(letters: Sequence[str]) -> Any:
    from hypothesis import strategies

    return strategies.fixed_dictionaries(dict.fromkeys(letters, strategies.integers(1, LONGEST)))


def _orders(letters: Sequence[str]) -> Any:
    from hypothesis import strategies

    return strategies.permutations(range(2, len(letters) + 2)).map(
        lambda order: dict(zip(letters, reversed(order), strict=True))
    )


class _Search:
    """Asks candidate and reference about one case at a time, and remembers the answers."""

    def __init__(
        self, contract: Contract, contracts: Mapping[str, Contract], candidate: Candidate, reference: Candidate
    ) -> None:
        self._contract = contract
        self._contracts = contracts
        self._candidate = candidate
        self._reference = reference
        self._known: dict[tuple[Any, ...], Finding | None] = {}
        self._left = 0

    def first(self, shapes: Iterable[Dims]) -> Finding | None:
        """What is wrong at the first of a few shapes at which something is: most mistakes need no longer search."""
        self._left = QUESTIONS
        return next(filter(None, (self._finding(dims, 0) for dims in shapes)), None)

    def smallest(self, letters: Sequence[str], shapes: Callable[[Sequence[str]], Any]) -> Finding | None:
        """The simplest failing example of dims and seed."""
        from hypothesis import HealthCheck, Phase, find, settings, strategies
        from hypothesis.errors import NoSuchExample

        try:
            dims, seed = find(
                strategies.tuples(shapes(letters), strategies.integers(0, SEEDS)),
                lambda example: self._finding(*example) is not None,
                settings=settings(
                    max_examples=EXAMPLES,
                    database=None,
                    deadline=None,
                    phases=(Phase.generate, Phase.shrink),
                    suppress_health_check=list(HealthCheck),
                ),
                random=random.Random(zlib.crc32(self._contract.name.encode())),
            )
        except NoSuchExample:
            return None
        return self._finding(dims, seed)

    def _finding(self, dims: Dims, seed: int) -> Finding | None:
        """What is wrong at a shape and seed; None if nothing is, or if it may not be asked any more."""
        key = (*dims.items(), seed)
        if key not in self._known:
            if self._left <= 0:
                return None
            self._left -= 1
            self._known[key] = self._ask(dims, seed)
        return self._known[key]

    def _ask(self, dims: Dims, seed: int) -> Finding | None:
        case = _case(self._contract, self._contracts, dims, seed)
        program = case_program(PlannedExercise(self._contract, (case,), {}), self._contracts)
        ((_, wanted),) = program.outcomes(self._reference.call(program.program))
        ((needed, outcome),) = program.outcomes(self._candidate.call(program.program))
        if isinstance(outcome, Ended):
            self._left = 0  # the process is gone: there is no use in asking on
            return None
        arrays = arrays_of(self._contract, wanted)
        if arrays is None or isinstance(needed, Raised):
            return None
        ready = Case(0, ORDINARY, case.dims, seed, case.inputs, arrays)
        finding = finding_of(self._contract, ready, outcome)
        return None if finding.right else finding


def _case(contract: Contract, contracts: Mapping[str, Contract], dims: Dims, seed: int) -> Case:
    takes = inputs_of(contract, contracts, dims)
    inputs = draw_all(takes, dims, np.random.default_rng(seed))
    rounded = {tensor.name: np.round(inputs[tensor.name], DECIMALS) for tensor in takes if tensor.is_real}
    return Case(0, ORDINARY, dims, seed, {**inputs, **rounded}, {})
