"""Proves an assignment: right code passes, a stub is not attempted, every known mistake is caught.

The reference and the stub go through the border like any submission; the mistakes are ours and run in process.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from grader.candidate.inprocess import InProcess
from grader.candidate.limits import Limits
from grader.collect import Submission
from grader.compile import compile_plan
from grader.errors import DeclarationError
from grader.exercise import Assignment, Exercise
from grader.grading import grade
from grader.judge import Judge
from grader.mistakes import check_hint, edited_solution, load_solution
from grader.plan import Plan
from grader.release.stub import stub_module
from grader.report import ExerciseResult, Report, Verdict


@dataclass(frozen=True, slots=True)
class Proof:
    """What was tried on an assignment, and every complaint about it."""

    assignment: str
    solutions: int
    mistakes: int
    named: int
    complaints: tuple[str, ...]


def prove(assignment: Assignment, styles: Path, seed: int | None = None) -> Proof:
    """Everything the assignment promises, tried; complaints name what does not hold."""
    plan = compile_plan(assignment, assignment.public_seed if seed is None else seed, public=True)
    judge = Judge(plan)
    complaints = [*_hints(assignment), *_stub(assignment, judge)]
    solutions = {"the reference": assignment.solution, **style_sources(assignment, styles)}
    for name, source in solutions.items():
        complaints += _right(name, source, assignment, judge)
    mistakes = [(exercise, mistake) for exercise in assignment.exercises for mistake in exercise.mistakes]
    named = 0
    for exercise, mistake in mistakes:
        result = mistaken_result(assignment, exercise, edited_solution(assignment, exercise, mistake), judge)
        named += result.mistake == mistake.name
        if result.verdict == Verdict.PASSED:
            complaints.append(f"{exercise.name}: the mistake {mistake.name!r} passes")
    return Proof(assignment.name, len(solutions), len(mistakes), named, tuple(complaints))


def style_sources(assignment: Assignment, folder: Path) -> dict[str, str]:
    """Correct solutions in other styles, by name."""
    files = sorted((folder / assignment.name).glob("*.py"))
    return {file.stem: file.read_text(encoding="utf-8") for file in files if file.stem != "__init__"}


def mistaken_result(assignment: Assignment, exercise: Exercise, source: str, judge: Judge) -> ExerciseResult:
    """The verdict on one exercise of a wrong version of the reference."""
    candidate = InProcess(load_solution(source, f"<{assignment.name}>"))
    (result,) = judge.results(candidate, f"{assignment.name}.py", frozenset((exercise.name,)))
    return result


def _hints(assignment: Assignment) -> Iterator[str]:
    for exercise in assignment.exercises:
        for mistake in exercise.mistakes:
            try:
                check_hint(mistake)
            except DeclarationError as error:
                yield f"{exercise.name}: {error}"


def _stub(assignment: Assignment, judge: Judge) -> Iterator[str]:
    for result in _graded("the stub", stub_module(assignment), assignment, judge.plan).exercises:
        if result.verdict != Verdict.NOT_ATTEMPTED:
            yield f"{result.exercise}: the stub is {result.verdict.label}, wanted not attempted: {result.rationale}"


def _right(name: str, source: str, assignment: Assignment, judge: Judge) -> Iterator[str]:
    for result in _graded(name, source, assignment, judge.plan).exercises:
        if result.verdict != Verdict.PASSED:
            yield f"{result.exercise}: {name} is {result.verdict.label}, wanted passed: {result.rationale}"


def _graded(name: str, source: str, assignment: Assignment, plan: Plan) -> Report:
    return grade(Submission(name, f"{assignment.name}.py", source.encode()), Judge(plan), Limits())
