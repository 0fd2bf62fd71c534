"""How a verdict is shown to people: its mark in a table, its colour family, what it means in plain words."""

from dataclasses import dataclass

from grader.report import CaseRef, ExerciseResult, Report, Verdict


@dataclass(frozen=True, slots=True)
class Wording:
    """One character for a table cell, a family that shares a colour, and a sentence to the student."""

    mark: str
    family: str
    meaning: str


WORDING = {
    Verdict.PASSED: Wording("✓", "right", "right on every case"),
    Verdict.FAILED: Wording("F", "wrong", "it runs, and some values are wrong"),
    Verdict.RAISED: Wording("R", "broke", "it stopped with an exception"),
    Verdict.TIMED_OUT: Wording("T", "broke", "it did not finish in the time that is allowed"),
    Verdict.KILLED: Wording("K", "broke", "it was ended by a limit, most often that of memory"),
    Verdict.MALFORMED: Wording("M", "broke", "what it returns is not what the contract says: number, type or shape"),
    Verdict.NOT_ATTEMPTED: Wording("N", "absent", "nothing is written here yet"),
    Verdict.MISSING: Wording("–", "absent", "the file has no function of this name"),
    Verdict.BLOCKED: Wording("B", "blocked", "it waits for another exercise to be right, and is not counted as wrong"),
    Verdict.UNREADABLE: Wording("U", "broke", "Python cannot read this part of the file"),
    Verdict.UNJUDGED: Wording("?", "ours", "a fault on our side, not yours: there is no grade for it yet"),
}
_TERMINAL_MARKS = {"right": "✓", "absent": "–", "blocked": "…", "ours": "?"}
PARTIAL = "part of the points is earned all the same"
NO_ISOLATION = "none"
PUBLIC_PLAN = "public"
UNSAFE = "graded without isolation: these programs could have changed their own grades, and anybody else's"


def is_unsafe(report: Report) -> bool:
    return report.isolation == NO_ISOLATION


def is_partial(result: ExerciseResult) -> bool:
    """Whether a verdict other than passed earned points."""
    return result.verdict is not Verdict.PASSED and bool(result.points)


def family(result: ExerciseResult) -> str:
    return "partial" if is_partial(result) else WORDING[result.verdict].family


def terminal_mark(result: ExerciseResult) -> str:
    """✓ for right, ✗ for wrong; what was not counted as wrong has a quieter mark."""
    return _TERMINAL_MARKS.get(WORDING[result.verdict].family, "✗")


def repeat_command(case: CaseRef | None) -> str:
    """The command that shows a case again; none for a hidden case, whose seed must stay hidden."""
    return case.repeat if case is not None and case.plan == PUBLIC_PLAN else ""


def rationale_text(result: ExerciseResult) -> str:
    """The rationale without the command that repeats the case, for whoever shows that by itself."""
    return result.rationale.replace(f" See it again: {repeat_command(result.case)}", "")


def points_text(points: float | None) -> str:
    """Points as a reader wants them: two decimals at most; a dash for no grade."""
    return "–" if points is None else f"{round(points, 2) + 0.0:g}" if abs(points) < 1e5 else f"{points:.0f}"


def plural(count: int, noun: str, nouns: str = "") -> str:
    """The count with its noun: `1 student`, `3 students`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {nouns or noun + 's'}"
