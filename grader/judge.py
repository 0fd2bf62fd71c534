"""The judge: from findings to verdicts. Nothing that a submission says of itself can raise a grade.

An exercise is held against the reference. One that falls while something it is built on is not right is blocked,
not failed, unless it can be seen to be wrong on its own: a backward that is not the derivative of the student's
own forward, while no other backward it calls is at fault, or a sequence that is not the student's own step again and
again. A blocked one that is true to its own beginning earns the contract's share for following through.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from grader.candidate.program import Candidate, Program
from grader.examine import BEHAVIOUR, Examination, Examiner, Finding
from grader.exercise import Contract
from grader.explain import Story, consistency_sentence, notes_of, tell
from grader.follow import Following, following, is_consistent
from grader.places import and_
from grader.plan import ORDINARY, SIZE_1, Plan, share_of
from grader.report import Example, ExerciseResult, Verdict
from grader.shrink import smallest_failures
from grader.snippet import snippet

CANNOT_RUN = (Verdict.TIMED_OUT, Verdict.KILLED, Verdict.MALFORMED, Verdict.MISSING, Verdict.UNREADABLE)


@dataclass(frozen=True, slots=True)
class _Judged:
    """A result, and whether the gradients agreed with the student's own forward (None: not asked)."""

    result: ExerciseResult
    consistent: bool | None = None


class Judge:
    """Judges candidates by a plan; what went wrong is told with the public plan's cases where it shows there too.

    With a hidden plan the verdicts are the hidden plan's, and its cases appear in no message: `public` is the plan
    that students have, and on which they can see the same failure again. With a `reference`, which only an instructor
    has, the smallest failing case is searched for; without, it is the smallest of the public plan's.
    """

    def __init__(self, plan: Plan, public: Plan | None = None, reference: Candidate | None = None) -> None:
        self.plan = plan
        self._reference = reference
        self._examiner = Examiner(plan, reference)
        self._public = self._examiner if plan.public else Examiner(public, reference) if public is not None else None

    @cached_property
    def programs(self) -> tuple[Program, ...]:
        """All that is put to every candidate, or to one that fails."""
        examiners = dict.fromkeys((self._examiner, self._public or self._examiner))
        return tuple(program for examiner in examiners for program in examiner.programs)

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
            return _Judged(_nothing(contract, Verdict.BLOCKED, f"cannot be judged before {and_(broken)} can run"))
        forward_is_right = bool(contract.of) and judged[contract.of].result.verdict == Verdict.PASSED
        examination = self._examiner.examine(contract.name, candidate, forward_is_right=forward_is_right)
        if examination.passed:
            passed = ExerciseResult(
                contract.name,
                Verdict.PASSED,
                contract.points,
                contract.points,
                notes=notes_of(examination, candidate),
                curves=examination.curves,
            )
            # Right beside a wrong forward: what is built on both then is no derivative either, by no fault of its own.
            alone = bool(contract.of) and not forward_is_right
            return _Judged(passed, is_consistent(examination, candidate) if alone else None)
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
        ordinary = ORDINARY in examination.failing_groups
        behaves = not any(finding.case.index == BEHAVIOUR for finding in examination.failing)
        wrong = {name: judged[name].result.verdict for name in waiting}
        followed = following(examination, candidate, wrong) if ordinary else Following()
        if waiting and (ordinary or not behaves) and not _is_own_fault(contract, followed, judged):
            result = self._blocked(examination, candidate, filename, waiting, followed)
        else:
            result = self._failed(examination, candidate, filename, waiting, followed)
        return _Judged(result, followed.true)

    def _story(
        self,
        examination: Examination,
        candidate: Candidate,
        remarks: Sequence[str],
        filename: str,
        *,
        blocked: bool = False,
    ) -> Story:
        """What to tell: from the public plan's cases if the failure shows there too."""
        if not self.plan.public and self._public is not None:
            shown = self._public.examine(examination.contract.name, candidate)
            if shown.failing and shown.ended is None:
                return tell(shown, remarks, filename, blocked=blocked)
        return tell(examination, remarks, filename, blocked=blocked)

    def _failed(
        self,
        examination: Examination,
        candidate: Candidate,
        filename: str,
        waiting: list[str],
        followed: Following,
    ) -> ExerciseResult:
        """The result of an exercise that is wrong itself; groups that decide nothing cost their share."""
        contract = examination.contract
        remarks = (consistency_sentence(contract, followed.true), _begin_there(contract, waiting))
        story = self._story(examination, candidate, remarks, filename)
        raised = all(finding.problem.startswith("raises") for finding in examination.failing)
        return ExerciseResult(
            contract.name,
            Verdict.RAISED if raised else Verdict.FAILED,
            _left(examination),
            contract.points,
            story.rationale,
            story.hint,
            story.mistake,
            story.case,
            notes_of(examination, candidate),
            story.evidence,
            self._examples(examination, story, candidate, filename),
            examination.curves,
        )

    def _examples(
        self, examination: Examination, story: Story, candidate: Candidate, filename: str
    ) -> tuple[Example, ...]:
        """The failure in numbers to follow by hand; a failure of a probe alone has none."""
        if examination.contract.draws or not {ORDINARY, SIZE_1} & set(examination.failing_groups):
            return ()
        contracts, name = examination.plan.contracts, examination.contract.name
        found: Sequence[Finding] = story.smallest
        if self._reference is not None:
            found = smallest_failures(contracts[name], contracts, candidate, self._reference) or found
        texts = [(finding.case.dims, snippet(finding, contracts, name, filename)) for finding in found]
        return tuple(Example(dict(dims), text) for dims, text in texts if text)

    def _blocked(
        self,
        examination: Examination,
        candidate: Candidate,
        filename: str,
        waiting: list[str],
        followed: Following,
    ) -> ExerciseResult:
        """The result of an exercise that waits for others: no hint, for the mistake is somewhere else."""
        contract = examination.contract
        story = self._story(examination, candidate, (), filename, blocked=True)
        points = round(contract.points * contract.follow_through, 6) if followed.earns else _left(examination)
        sentences = (
            f"waits for {and_(waiting)} to be right.",
            _following_sentence(contract, followed, points),
            f"As it is: {story.rationale}",
        )
        return ExerciseResult(
            contract.name,
            Verdict.BLOCKED,
            points,
            contract.points,
            " ".join(filter(None, sentences)),
            case=story.case,
            notes=notes_of(examination, candidate),
            evidence=story.evidence,
            curves=examination.curves,
        )


def _left(examination: Examination) -> float:
    """The points that the failing groups leave."""
    lost = min(1.0, sum(share_of(group) for group in examination.failing_groups))
    return round(examination.contract.points * (1 - lost), 6)


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


def _is_own_fault(contract: Contract, followed: Following, judged: dict[str, _Judged]) -> bool:
    """Work that is wrong whatever its beginning is, and not because of a backward that it calls."""
    if followed.to or followed.true is not False:
        return False
    called = [name for name in contract.requires if name not in (contract.of, contract.scans)]
    return followed.alone or not any(judged[name].consistent is False for name in called)


def _begin_there(contract: Contract, waiting: list[str]) -> str:
    """Where to begin if something that a failing exercise is built on is not right either."""
    if not waiting:
        return ""
    why = ": what comes back depends on what it keeps in its cache" if contract.of in waiting else ""
    return f"Not right either: {and_(waiting)}. Begin there{why}."


def _following_sentence(contract: Contract, followed: Following, points: float) -> str:
    """What following through the student's own beginning earns, or why it earns nothing."""
    if not followed.to:
        return ""
    what = (
        f"consistent with your own forward, {followed.to}"
        if followed.to == contract.of
        else f"what your own {followed.to} makes it, step after step"
    )
    if followed.refused:
        return f"It is {what}, but that earns nothing: {followed.refused}."
    if not points:
        return f"It is {what}."
    return f"It is {what}, which earns {points:g} of {contract.points:g} points until then."
