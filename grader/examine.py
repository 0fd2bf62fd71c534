"""What one candidate did on the cases of one exercise: findings, not yet a verdict."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

import numpy as np

from grader.candidate.program import (
    Answer,
    Candidate,
    Ended,
    Form,
    Framed,
    Outcome,
    Program,
    Raised,
    Unsteady,
    Values,
)
from grader.chance import compare_draw, compare_moments
from grader.compare import NOT_WRITTEN, RIGHT, Comparison, NotAnArray, compare
from grader.exercise import Contract
from grader.plan import AGAIN, ORDINARY, SIZE_1, Case, Plan, PlannedBehaviour, PlannedExercise
from grader.play import play
from grader.programs import CaseProgram, case_program
from grader.report import Curve
from grader.shapes import Tensor
from grader.structures import Item, flat

BEHAVIOUR = -1  # the number of a case that is a behaviour
LONGEST_CURVE = 200


@dataclass(frozen=True, slots=True)
class Finding:
    """One case that was judged: how it came out, tensor by tensor. `problem` is empty if tensors were compared.

    A behaviour is a case of its own group, without inputs, and may show a curve.
    """

    case: Case
    outcome: Outcome
    comparisons: tuple[Comparison, ...] = ()
    problem: str = ""
    curve: Curve | None = None

    @property
    def right(self) -> bool:
        return not self.problem and all(comparison.right for comparison in self.comparisons)

    @property
    def wrong(self) -> tuple[Comparison, ...]:
        return tuple(comparison for comparison in self.comparisons if not comparison.right)


@dataclass(frozen=True)
class Examination:
    """All findings on an exercise. Cases whose forward raised are left out: that is the forward's fault.

    Whoever leaves out cases must not gain by it: only those of size 1 can be missing from an exercise that passes.
    `is_met` if every value was seen to be right at one glance; findings are then made only if they are asked for.
    """

    plan: Plan
    exercise: PlannedExercise
    program: CaseProgram
    answer: Answer
    is_met: bool
    forward_is_right: bool
    played: tuple[Finding, ...] = ()

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What was found of every case, and then of the behaviours."""
        outcomes = self.program.outcomes(self.answer)
        if self.is_met:
            right = zip(self.exercise.cases, outcomes, strict=True)
            return (*(_right_finding(self.contract, case, own) for case, (_, own) in right), *self.played)
        return (*_findings(self.exercise, outcomes, self.forward_is_right), *self.played)

    @property
    def is_plain(self) -> bool:
        """Whether there is nothing to be said of any case: all is right, and no argument was changed."""
        clean = isinstance(self.answer.outcomes, Framed) and self.answer.outcomes.form.is_clean
        return self.is_met and clean and all(finding.right for finding in self.played)

    @property
    def contract(self) -> Contract:
        return self.exercise.contract

    @property
    def ended(self) -> Ended | None:
        return next((finding.outcome for finding in self.findings if isinstance(finding.outcome, Ended)), None)

    @property
    def failing(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if not finding.right)

    @property
    def failing_groups(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(finding.case.group for finding in self.failing))

    @property
    def curves(self) -> tuple[Curve, ...]:
        """What the behaviours show, right or wrong."""
        return tuple(finding.curve for finding in self.played if finding.curve is not None)

    @property
    def was_judged(self) -> bool:
        """Whether every case was put to the exercise, but for those of size 1 whose forward raised."""
        judged = {finding.case.index for finding in self.findings}
        return all(case.index in judged for case in self.exercise.cases if case.group != SIZE_1)

    @property
    def passed(self) -> bool:
        if self.is_met:
            return all(finding.right for finding in self.played)
        return self.was_judged and not self.failing

    def of_group(self, group: str) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.case.group == group)


class Examiner:
    """Puts a plan's cases to candidates; programs are built and encoded once."""

    def __init__(self, plan: Plan, reference: Candidate | None = None) -> None:
        self.plan = plan
        self._reference = reference
        self._planned = {exercise.name: exercise for exercise in plan.exercises}
        self._programs: dict[str, CaseProgram] = {}
        self._expectations: dict[str, Expectation] = {}

    @property
    def programs(self) -> list[Program]:
        """What is put to candidates, in the order of the exercises."""
        return [self._program(name).program for name in self._planned]

    def _program(self, name: str) -> CaseProgram:
        if name not in self._programs:
            self._programs[name] = case_program(self._planned[name], self.plan.contracts)
        return self._programs[name]

    def examine(self, name: str, candidate: Candidate, *, forward_is_right: bool = False) -> Examination:
        """Every case of the exercise, in one message, and its behaviours if none of them fails.

        Where a backward's forward raises, the case is left out, unless that forward was seen to be right: then it
        raises here to spare the backward.
        """
        exercise, program = self._planned[name], self._program(name)
        if name not in self._expectations:
            self._expectations[name] = Expectation(exercise, program)
        answer = candidate.call(program.program)
        is_met = self._expectations[name].is_met(answer)
        examination = Examination(self.plan, exercise, program, answer, is_met, forward_is_right)
        if not exercise.behaviours or not examination.passed:
            return examination
        played = tuple(self._played(behaviour, candidate) for behaviour in exercise.behaviours)
        return replace(examination, played=played)

    def _played(self, behaviour: PlannedBehaviour, candidate: Candidate) -> Finding:
        """A behaviour as a case of its own group."""
        course = play(behaviour, self.plan.contracts, candidate, self._reference)
        case = Case(BEHAVIOUR, behaviour.name, {}, 0, {}, {})
        values = course.values.get(behaviour.curve)
        curve = (
            Curve(f"{behaviour.name}, {behaviour.curve}", thinned(values)) if isinstance(values, np.ndarray) else None
        )
        return Finding(case, course.outcome, problem=course.problem, curve=curve)


class Expectation:
    """All that is wanted of an exercise as one flat array, to see at one glance that everything is right.

    Comparing thousands of small arrays one by one costs more than the student's own work. Whatever is not plainly
    right (another shape or type, an error above `RIGHT`) is looked at again, tensor by tensor.
    """

    def __init__(self, exercise: PlannedExercise, program: CaseProgram) -> None:
        arrays = [array for case in exercise.cases for array in case.want.values()]
        self._contract = exercise.contract
        self._program = program
        self._names = [tuple(case.want) for case in exercise.cases]
        self._shapes = [array.shape for array in arrays]
        self._flat = np.concatenate([array.ravel() for array in arrays])
        self._starts = np.cumsum([0, *(array.size for array in arrays[:-1])])
        self._allowed = np.array([RIGHT * float(np.max(np.abs(array), initial=0.0)) for array in arrays])
        self._form: Form | None = None  # the last in which everything stood where it is wanted
        self._places = np.array([], np.intp)

    def is_met(self, answer: Answer) -> bool:
        """Whether every value is right beyond doubt."""
        if self._contract.draws:
            return False
        outcomes = answer.outcomes
        if isinstance(outcomes, Framed) and outcomes.form is self._form:
            return self._is_right(outcomes.numbers[self._places])
        values = self._values(outcomes)
        if values is None:
            return False
        if isinstance(outcomes, Framed):
            # The same walk over numbers that say where they stand.
            places = self._values(outcomes.form.outcomes(np.arange(outcomes.numbers.size, dtype=np.float64).tobytes()))
            assert places is not None
            self._form, self._places = outcomes.form, places.astype(np.intp)
        return self._is_right(values)

    def _is_right(self, values: np.ndarray) -> bool:
        with np.errstate(invalid="ignore", over="ignore"):  # inf and nan are not right, and need no warning
            deviation = np.abs(values - self._flat)
            return bool(np.all(np.maximum.reduceat(deviation, self._starts) <= self._allowed))

    def _values(self, outcomes: Sequence[Outcome]) -> np.ndarray | None:
        """All numbers in the order in which they are wanted; None unless all are there, in the right shapes."""
        count = len(self._contract.gives) + self._contract.cache
        items: list[np.ndarray] = []
        for (own, _), names in zip(self._program.calls, self._names, strict=True):
            outcome = outcomes[own]
            if not isinstance(outcome, Values) or outcome.count != count:
                return None
            if self._contract.keeps and outcome.mutated:
                return None
            for item in outcome.items if self._is_plain else self._in_order(outcome, names):
                if not isinstance(item, np.ndarray) or item.dtype != np.float64:
                    return None
                items.append(item)
        if [item.shape for item in items] != self._shapes:
            return None
        return np.concatenate([item.ravel() for item in items])

    @cached_property
    def _is_plain(self) -> bool:
        return all(isinstance(item, Tensor) for item in self._contract.gives)

    def _in_order(self, outcome: Values, names: tuple[str, ...]) -> list[Any]:
        """The arrays in the order in which they are wanted; a missing one is None, all are if one is too many."""
        values = self._contract.by_name(outcome.items)
        return [values.get(name) if len(values) == len(names) else None for name in names]


def _right_finding(contract: Contract, case: Case, outcome: Outcome) -> Finding:
    """The finding on a case whose values are known to be right."""
    assert isinstance(outcome, Values)
    values = contract.by_name(outcome.items)
    return Finding(case, outcome, tuple(Comparison(name, True, got=item) for name, item in values.items()))


def _findings(
    exercise: PlannedExercise, outcomes: list[tuple[Outcome | None, Outcome]], forward_is_right: bool
) -> Iterator[Finding]:
    for case, (needed, outcome) in zip(exercise.cases, outcomes, strict=True):
        if isinstance(needed, Raised):  # a call that says it was skipped for any other reason has failed
            if forward_is_right:
                yield Finding(
                    case, needed, problem=f"raises {needed} in {exercise.contract.of}, which was right before"
                )
            continue
        yield finding_of(exercise.contract, case, outcome)


def finding_of(contract: Contract, case: Case, outcome: Outcome) -> Finding:
    """How the outcome of one case stands to what was wanted."""
    if isinstance(outcome, Raised):
        return Finding(case, outcome, problem=f"raises {outcome}")
    if isinstance(outcome, Unsteady):
        return Finding(case, outcome, problem="gives something else when it is called again with the same generator")
    if not isinstance(outcome, Values):
        return Finding(case, outcome, problem=getattr(outcome, "message", "gave no answer"))
    wanted = len(contract.gives) + contract.cache
    if outcome.count != wanted or len(outcome.items) != len(contract.gives):
        return Finding(case, outcome, problem=_count_problem(contract, outcome))
    if contract.keeps and outcome.mutated:
        names = [contract.takes[place].name for place in outcome.mutated if place < len(contract.takes)]
        return Finding(case, outcome, problem=f"changes its argument {', '.join(names)}, which must stay as it is")
    pairs = zip(contract.gives, outcome.items, strict=True)
    compare_one = partial(_drawn, outcome.draws) if contract.draws else _compared
    return Finding(
        case, outcome, tuple(one for item, got in pairs for one in _comparisons(item, case, got, compare_one))
    )


def _compared(case: Case, tensor: Tensor, got: Any) -> Comparison:
    return compare(tensor, case.dims, got, case.want[tensor.name])


def _drawn(draws: int, case: Case, tensor: Tensor, got: Any) -> Comparison:
    """An output that was drawn: its moments, or a single value that has none."""
    if draws:
        return compare_moments(tensor, case.dims, got, case.want[tensor.name], draws)
    return compare_draw(tensor, case.dims, got)


def _comparisons(
    item: Item, case: Case, got: Any, compare_one: Callable[[Case, Tensor, Any], Comparison]
) -> Iterator[Comparison]:
    """One output against what was wanted: array by array, once it has the form of a dictionary or list."""
    if isinstance(item, Tensor):
        yield compare_one(case, item, got)
        return
    nothing = isinstance(got, NotAnArray) and got.type == "NoneType"
    problem = NOT_WRITTEN.format(item.name) if nothing else item.misfit(got, case.dims)
    if problem:
        yield Comparison(item.name, False, problem, error=np.inf, missing=nothing)
        return
    arrays = dict(flat(item.name, got))
    for tensor in item.leaves(case.dims):
        yield compare_one(case, tensor, arrays[tensor.name])


def _count_problem(contract: Contract, outcome: Values) -> str:
    wanted = len(contract.gives) + contract.cache
    only = outcome.items[0] if outcome.count == 1 and outcome.items else None
    if only is not None and not isinstance(only, np.ndarray):
        got = "None" if only.type == "NoneType" else f"one {only.type}"
    else:
        got = f"{outcome.count} value{'s' if outcome.count != 1 else ''}"
    values = "one value" if wanted == 1 else f"{wanted} values"
    return f"returns {got}, wanted {values}: {contract.returns}"


def thinned(values: np.ndarray) -> tuple[float, ...]:
    """A curve of at most so many points that it can be drawn: means of neighbours; what is not finite is left out."""
    numbers = values[np.isfinite(values)].astype(np.float64).ravel()
    parts = np.array_split(numbers, min(LONGEST_CURVE, numbers.size) or 1)
    return tuple(round(float(part.mean()), 6) for part in parts if part.size)


def is_stateful(examination: Examination) -> bool:
    """Whether a case that was right the first time is wrong when called again."""
    return AGAIN in examination.failing_groups and ORDINARY not in examination.failing_groups
