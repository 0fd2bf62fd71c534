"""What a class did, counted: for the instructor's page and the summary at the shell."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import mean, median

from grader.render.ideas import IdeaOverview, ideas
from grader.render.wording import is_partial, is_unsafe
from grader.report import ExerciseResult, Report, Verdict

_NOBODYS_FAULT = (Verdict.PASSED, Verdict.UNJUDGED)


@dataclass(frozen=True, slots=True)
class ExerciseOverview:
    """How a class did on one exercise: how many reports name it, and the counts of its verdicts."""

    exercise: str
    verdicts: dict[Verdict, int]
    partial: int

    @property
    def students(self) -> int:
        return sum(self.verdicts.values())

    @property
    def not_right(self) -> int:
        return self.students - sum(self.verdicts.get(verdict, 0) for verdict in _NOBODYS_FAULT)

    @property
    def not_right_share(self) -> float:
        return self.not_right / self.students if self.students else 0.0


@dataclass(frozen=True, slots=True)
class ClassOverview:
    """A class in figures; exercises stand in the order of the assignment."""

    assignment: str
    students: int
    scores: tuple[float, ...]
    max_score: float
    exercises: tuple[ExerciseOverview, ...]
    ideas: tuple[IdeaOverview, ...]
    unsafe: int

    @property
    def ungraded(self) -> int:
        return self.students - len(self.scores)

    @property
    def mean(self) -> float | None:
        return mean(self.scores) if self.scores else None

    @property
    def median(self) -> float | None:
        return median(self.scores) if self.scores else None

    @property
    def full_marks(self) -> int:
        return sum(score >= self.max_score for score in self.scores)

    @property
    def verdicts(self) -> Counter[Verdict]:
        """All verdicts of the class."""
        return sum((Counter(exercise.verdicts) for exercise in self.exercises), Counter())

    @property
    def hardest(self) -> list[ExerciseOverview]:
        """The exercises somebody got wrong, the worst first."""
        wrong = [exercise for exercise in self.exercises if exercise.not_right]
        return sorted(wrong, key=lambda exercise: -exercise.not_right_share)


def overview(reports: Sequence[Report]) -> ClassOverview:
    """The figures of a class; an empty class has no scores and no exercises."""
    names = exercise_names(reports)
    results = [result for report in reports for result in report.exercises]
    return ClassOverview(
        assignment=reports[0].assignment if reports else "",
        students=len(reports),
        scores=tuple(report.score for report in reports if report.score is not None),
        max_score=max((report.max_score for report in reports), default=0.0),
        exercises=tuple(_exercise(name, [result for result in results if result.exercise == name]) for name in names),
        ideas=tuple(ideas(reports)),
        unsafe=sum(map(is_unsafe, reports)),
    )


def exercise_names(reports: Iterable[Report]) -> list[str]:
    """The exercises in the order of the assignment, as the reports name them."""
    return list(dict.fromkeys(result.exercise for report in reports for result in report.exercises))


def slowest(reports: Iterable[Report], at_most: int = 3) -> list[Report]:
    """The reports that took the most CPU time, the slowest first."""
    return sorted(reports, key=lambda report: (-report.cpu_seconds, report.submission))[:at_most]


def _exercise(name: str, results: Sequence[ExerciseResult]) -> ExerciseOverview:
    counts = Counter(result.verdict for result in results)
    in_order = {verdict: counts[verdict] for verdict in Verdict if counts[verdict]}
    return ExerciseOverview(name, in_order, sum(map(is_partial, results)))
