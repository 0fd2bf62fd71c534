"""What answers a push: the public cases alone, or a grade that also goes to a gradebook.

Everything is looked up when the first file is to be graded, so that a fault of the set-up is met where `hook.run`
keeps it from the pusher.
"""

import contextlib
import io
import tempfile
from collections.abc import Callable
from pathlib import Path, PurePath

from grader.exercise import Assignment
from grader.hook import PushedFile
from grader.project import Project
from grader.report import ExerciseResult, Report, Verdict

_QUIET = (Verdict.PASSED, Verdict.NOT_ATTEMPTED)  # nothing to add to the word itself


def answerer(assignment: str, folder: Path | None) -> Callable[[PushedFile], str]:
    """What grades a pushed file and says so; into the results folder where one is given."""

    def answer(pushed: PushedFile) -> str:
        found = Project.find().assignment(assignment)
        if folder is None:
            return short_answer(_checked(found, pushed), "by the public cases; the grade comes from other cases")
        return short_answer(_graded(found, pushed, folder), "recorded")

    return answer


def short_answer(report: Report, remark: str) -> str:
    """A report in plain text, a line for each exercise and what is wrong with it."""
    if not report.is_graded:
        return "could not be graded, and it is not your fault: tell your instructor."
    head = f"{report.score:g} of {report.max_score:g} points ({remark})"
    return "\n".join([head, *(f"  {_line(result)}" for result in report.exercises)])


def _line(result: ExerciseResult) -> str:
    if result.verdict in _QUIET or not result.rationale:
        return f"{result.exercise}: {result.verdict.label}"
    return f"{result.exercise}: {result.verdict.label}. {result.rationale.splitlines()[0]}"


def _checked(assignment: Assignment, pushed: PushedFile) -> Report:
    from grader.candidate.isolation import resolve_for_strangers
    from grader.candidate.limits import BEST, Limits
    from grader.collect import Submission
    from grader.compile import compile_plan
    from grader.grading import grade
    from grader.judge import Judge

    plan = compile_plan(assignment, assignment.public_seed, public=True)
    return grade(
        Submission(pushed.repository, pushed.name, pushed.content),
        Judge(plan),
        Limits(isolation=resolve_for_strangers(BEST)),
    )


def _graded(assignment: Assignment, pushed: PushedFile, folder: Path) -> Report:
    """The report as `grader grade` makes and keeps it; the student is the repository's name."""
    from grader.candidate.limits import Limits
    from grader.course import Course

    name = PurePath(pushed.name).name
    with tempfile.TemporaryDirectory() as submissions, contextlib.redirect_stderr(io.StringIO()):
        student = Path(submissions) / pushed.repository
        student.mkdir()
        (student / name).write_bytes(pushed.content)
        course = Course(assignment, folder, None, jobs=1, limits=Limits())
        course.grade([Path(submissions)], name, None, fresh=False)
        report = course.report(pushed.repository)
    assert report is not None
    return report
