"""Which ideas a class has misunderstood: the named mistakes, grouped by the question that they earned."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from grader.diagnose import BETWEEN_HINTS, BETWEEN_NAMES
from grader.report import ExerciseResult, Report


@dataclass(frozen=True, slots=True)
class MistakeOverview:
    """A named mistake of one exercise, the hint it earned, and how many students made it."""

    exercise: str
    mistake: str
    hint: str
    students: int


@dataclass(frozen=True, slots=True)
class IdeaOverview:
    """A question that students have yet to answer: how many, and by which mistakes it showed."""

    hint: str
    students: int
    mistakes: tuple[MistakeOverview, ...]


def ideas(reports: Iterable[Report]) -> list[IdeaOverview]:
    """The ideas, the one that most students missed first; a student counts once for each."""
    missed: dict[str, set[str]] = {}
    made: Counter[tuple[str, str, str]] = Counter()
    for report in reports:
        for result in report.exercises:
            for mistake, hint in single_mistakes(result):
                missed.setdefault(hint, set()).add(report.submission)
                made[hint, result.exercise, mistake] += 1
    ranked = sorted(missed.items(), key=lambda item: (-len(item[1]), item[0]))
    return [IdeaOverview(hint, len(students), tuple(_mistakes(made, hint))) for hint, students in ranked]


def single_mistakes(result: ExerciseResult) -> Iterator[tuple[str, str]]:
    """Every mistake that was named in a result with its hint: two where two were made at once."""
    if not result.mistake or not result.hint:
        return
    names, hints = result.mistake.split(BETWEEN_NAMES), result.hint.split(BETWEEN_HINTS)
    if len(hints) == 1:  # one idea, however many names it goes by
        yield result.mistake, result.hint
    else:
        yield from zip(names, hints, strict=False)


def _mistakes(made: Counter[tuple[str, str, str]], wanted: str) -> list[MistakeOverview]:
    found = [
        MistakeOverview(exercise, mistake, hint, students)
        for (hint, exercise, mistake), students in made.items()
        if hint == wanted
    ]
    return sorted(found, key=lambda item: (-item.students, item.exercise, item.mistake))
