"""What one candidate did on the cases of one exercise: findings, not yet a verdict."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from grader.candidate.program import Answer, Candidate, Ended, Outcome, Raised, Skipped, Values
from grader.compare import Comparison, compare
from grader.exercise import Contract
from grader.plan import AGAIN, ORDINARY, Case, Plan, PlannedExercise
from grader.programs import CaseProgram, case_program


@dataclass(frozen=True, slots=True)
class Finding:
    """One case that was judged: how it came out, tensor by tensor. `problem` is empty if tensors were compared."""

    case: Case
    outcome: Outcome
    comparisons: tuple[Comparison, ...] = ()
    problem: str = ""

    @property
    def right(self) -> bool:
        return not self.problem and all(comparison.right for comparison in self.comparisons)

    @property
    def wrong(self) -> tuple[Comparison, ...]:
        return tuple(comparison for comparison in self.comparisons if not comparison.right)


@dataclass(frozen=True)
class Examination:
    """All findings on an exercise. Cases whose forward raised are left out: that is the forward's fault."""

    plan: Plan
    exercise: PlannedExercise
    findings: tuple[Finding, ...]
    answer: Answer

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
    def was_judged(self) -> bool:
        return any(finding.case.group == ORDINARY for finding in self.findings)

    @property
    def passed(self) -> bool:
        return self.was_judged and not self.failing

    def of_group(self, group: str) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.case.group == group)


class Examiner:
    """Puts a plan's cases to candidates; programs are built and encoded once."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._planned = {exercise.name: exercise for exercise in plan.exercises}
        self._programs: dict[str, CaseProgram] = {}

    def examine(self, name: str, candidate: Candidate) -> Examination:
        """Every case of the exercise, in one message."""
        exercise = self._planned[name]
        if name not in self._programs:
            self._programs[name] = case_program(exercise, self.plan.contracts)
        program = self._programs[name]
        answer = candidate.call(program.program)
        return Examination(self.plan, exercise, tuple(_findings(exercise, program, answer)), answer)


def _findings(exercise: PlannedExercise, program: CaseProgram, answer: Answer) -> Iterator[Finding]:
    for case, (needed, outcome) in zip(exercise.cases, program.outcomes(answer), strict=True):
        if isinstance(outcome, Skipped) or isinstance(needed, Raised):
            continue
        yield finding_of(exercise.contract, case, outcome)


def finding_of(contract: Contract, case: Case, outcome: Outcome) -> Finding:
    """How the outcome of one case stands to what was wanted."""
    if isinstance(outcome, Raised):
        return Finding(case, outcome, problem=f"raises {outcome}")
    if not isinstance(outcome, Values):
        return Finding(case, outcome, problem=getattr(outcome, "message", "gave no answer"))
    wanted = len(contract.gives) + contract.cache
    if outcome.count != wanted or len(outcome.items) != len(contract.gives):
        return Finding(case, outcome, problem=_count_problem(contract, outcome))
    comparisons = tuple(
        compare(tensor, case.dims, item, case.want[tensor.name])
        for tensor, item in zip(contract.gives, outcome.items, strict=True)
    )
    return Finding(case, outcome, comparisons)


def _count_problem(contract: Contract, outcome: Values) -> str:
    wanted = len(contract.gives) + contract.cache
    only = outcome.items[0] if outcome.count == 1 and outcome.items else None
    if only is not None and not isinstance(only, np.ndarray):
        got = "None" if only.type == "NoneType" else f"one {only.type}"
    else:
        got = f"{outcome.count} value{'s' if outcome.count != 1 else ''}"
    values = "one value" if wanted == 1 else f"{wanted} values"
    return f"returns {got}, wanted {values}: {contract.returns}"


def is_stateful(examination: Examination) -> bool:
    """Whether a case that was right the first time is wrong when called again."""
    return AGAIN in examination.failing_groups and ORDINARY not in examination.failing_groups
