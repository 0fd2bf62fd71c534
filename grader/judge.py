"""The judge: from findings to verdicts. Nothing that a submission says of itself can raise a grade.

An exercise is held against the reference. One that falls while something it is built on is not right is blocked,
not failed, unless it can be seen to be wrong on its own: a backward that is not the derivative of the student's
own forward, while no other backward it calls is at fault.
"""

from dataclasses import dataclass

from grader.candidate.program import Candidate
from grader.consistency import SAMPLES, is_derivative
from grader.examine import Examination, Examiner
from grader.exercise import Contract
from grader.explain import Story, notes_of, tell
from grader.plan import ORDINARY, Plan, share_of
from grader.report import ExerciseResult, Verdict

CANNOT_RUN = (Verdict.TIMED_OUT, Verdict.KILLED, Verdict.MALFORMED, Verdict.MISSING, Verdict.UNREADABLE)


@dataclass(frozen=True, slots=True)
class _Judged:
    """A result, and whether the gradients agreed with the student's own forward (None: not asked)."""

    result: ExerciseResult
    consistent: bool | None = None


class Judge:
    """Judges candidates by a plan; what went wrong is told with the public plan's cases where it shows there too.

    With a hidden plan the verdicts are the hidden plan's, and its cases appear in no message: `public` is the plan
    that students have, and on which they can see the same failure again.
    """

    def __init__(self, plan: Plan, public: Plan | None = None) -> None:
        self.plan = plan
        self._examiner = Examiner(plan)
        self._public = self._examiner if plan.public else Examiner(public) if public is not None else None

    def results(self, candidate: Candidate, filename: str, only: frozenset[str] = frozenset()) -> list[ExerciseResult]:
        """A result for each exercise, in the order of the assignment; `only` these and what they require."""
        wanted = self._with_requirements(only) if only else set(self.plan.contracts)
        judged: dict[str, _Judged] = {}
        for name, contract in self.plan.contracts.items():
            if name in wanted:
                judged[name] = self._judge(contract, candidate, judged, filename)
        return [one.result for name, one in judged.items() if not only or name in only]

    def _with_requirements(self, names: frozenset[str]) -> set[str]:
        wanted = set(names)
        for name, contract in reversed(self.plan.contracts.items()):
            if name in wanted:
                wanted.update(contract.requires)
        return wanted

    def _built_on(self, contract: Contract) -> list[str]:
        """Everything that an exercise is built on, directly or not, in the order of the assignment."""
        wanted = self._with_requirements(frozenset(contract.requires))
        return [name for name in self.plan.contracts if name in wanted]

    def _judge(self, contract: Contract, candidate: Candidate, judged: dict[str, _Judged], filename: str) -> _Judged:
        absent = _absence(contract, candidate)
        if absent is not None:
            return _Judged(absent)
        broken = [name for name in contract.requires if judged[name].result.verdict in CANNOT_RUN]
        if broken:
            return _Judged(_nothing(contract, Verdict.BLOCKED, f"cannot be judged before {_and(broken)} can run"))
        examination = self._examiner.examine(contract.name, candidate)
        if examination.passed:
            passed = ExerciseResult(
                contract.name, Verdict.PASSED, contract.points, contract.points, notes=notes_of(examination, candidate)
            )
            # Right beside a wrong forward: what is built on both then is no derivative either, by no fault of its own.
            alone = bool(contract.of) and judged[contract.of].result.verdict != Verdict.PASSED
            return _Judged(passed, _consistency(examination, candidate) if alone else None)
        return self._fallen(examination, candidate, judged, filename)

    def _fallen(
        self, examination: Examination, candidate: Candidate, judged: dict[str, _Judged], filename: str
    ) -> _Judged:
        contract = examination.contract
        waiting = [name for name in self._built_on(contract) if judged[name].result.verdict != Verdict.PASSED]
        if not candidate.loaded.functions[contract.name]["own_statements"]:
            return _Judged(_nothing(contract, Verdict.NOT_ATTEMPTED, "nothing of your own is written here yet"))
        if not examination.was_judged and ORDINARY not in examination.failing_groups:
            return _Judged(_nothing(contract, Verdict.BLOCKED, f"cannot be judged while {contract.of} raises"))
        ended = examination.ended
        if ended is not None:
            return _Judged(_nothing(contract, ended.verdict, ended.message))
        consistent = _consistency(examination, candidate) if ORDINARY in examination.failing_groups else None
        story = self._story(examination, candidate, consistent, filename)
        if ORDINARY in examination.failing_groups and waiting and not _is_own_fault(contract, consistent, judged):
            verdict = Verdict.BLOCKED
        elif all(finding.problem.startswith("raises") for finding in examination.failing):
            verdict = Verdict.RAISED
        else:
            verdict = Verdict.FAILED
        return _Judged(self._result(examination, candidate, verdict, story, waiting), consistent)

    def _story(self, examination: Examination, candidate: Candidate, consistent: bool | None, filename: str) -> Story:
        """What to tell: from the public plan's cases if the failure shows there too."""
        if not self.plan.public and self._public is not None:
            shown = self._public.examine(examination.contract.name, candidate)
            if shown.failing and shown.ended is None:
                return tell(shown, consistent, filename)
        return tell(examination, consistent, filename)

    def _result(
        self, examination: Examination, candidate: Candidate, verdict: Verdict, story: Story, waiting: list[str]
    ) -> ExerciseResult:
        contract = examination.contract
        rationale, hint, mistake = story.rationale, story.hint, story.mistake
        if verdict == Verdict.BLOCKED:
            rationale = f"waits for {_and(waiting)} to be right. As it is: {rationale}"
            hint = mistake = None  # the mistake is somewhere else
        lost = min(1.0, sum(share_of(group) for group in examination.failing_groups))
        points = 0.0 if verdict == Verdict.BLOCKED else round(contract.points * (1 - lost), 6)
        return ExerciseResult(
            contract.name,
            verdict,
            points,
            contract.points,
            rationale,
            hint,
            mistake,
            story.case,
            notes_of(examination, candidate),
            story.evidence,
        )


def _absence(contract: Contract, candidate: Candidate) -> ExerciseResult | None:
    """The result for a function that is not there to be called."""
    loaded = candidate.loaded
    if loaded.unreadable:
        return _nothing(contract, Verdict.UNREADABLE, loaded.unreadable)
    if contract.name in loaded.functions:
        return None
    for cut in loaded.cut:
        if cut["name"] == contract.name:
            return _nothing(
                contract,
                Verdict.UNREADABLE,
                f"cut out, because it does not compile: {cut['message']} ({cut['line']})",
            )
    return _nothing(contract, Verdict.MISSING, f"the file defines no function {contract.name}")


def _nothing(contract: Contract, verdict: Verdict, rationale: str) -> ExerciseResult:
    return ExerciseResult(contract.name, verdict, 0.0, contract.points, rationale)


def _consistency(examination: Examination, candidate: Candidate) -> bool | None:
    """Whether the gradients are the derivative of the student's own forward; None where that can't be told."""
    contract = examination.contract
    if not (contract.of or contract.slopes):
        return None
    answers = []
    for finding in examination.of_group(ORDINARY)[:SAMPLES]:
        gradients = {
            comparison.tensor: comparison.got
            for comparison in finding.comparisons
            if comparison.got is not None and comparison.got.shape == finding.case.want[comparison.tensor].shape
        }
        if len(gradients) < len(contract.gives):
            return None
        answers.append(is_derivative(contract, examination.plan.contracts, finding.case, gradients, candidate))
    if not answers or None in answers:
        return None
    return all(answers)


def _is_own_fault(contract: Contract, consistent: bool | None, judged: dict[str, _Judged]) -> bool:
    """A backward that is wrong whatever the forward is, and not because of a backward that it calls."""
    if consistent is not False:
        return False
    return not any(judged[name].consistent is False for name in contract.requires)


def _and(names: list[str]) -> str:
    return " and ".join(names) if names else "another function"
