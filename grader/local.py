"""A student's own check: one file against the public plan, in a process of its own, without a reference."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from grader.candidate.limits import Limits
from grader.collect import Submission, collect
from grader.errors import UsageError
from grader.grading import grade
from grader.judge import Judge
from grader.plan import ORDINARY, Plan
from grader.report import Report


def check_file(file: Path, plan: Path, only: Sequence[str] = ()) -> Report:
    """The report on one file by the plan at `plan`; `only` names exercises."""
    return check(file, Plan.load(plan), only)


def check(file: Path, plan: Plan, only: Sequence[str] = (), case: int | None = None, timeout: float = 0) -> Report:
    """The report on one file; with `case` on that case alone."""
    return check_submission(_read(file), plan, only, case, timeout)


def check_submission(
    submission: Submission, plan: Plan, only: Sequence[str] = (), case: int | None = None, timeout: float = 0
) -> Report:
    """The report on what was handed over as bytes; with `case` on that case alone."""
    for name in only:
        if name not in plan.contracts:
            raise UsageError(
                f"no exercise of {plan.assignment} is named {name!r}; known are: {', '.join(plan.contracts)}"
            )
    if case is not None:
        if len(only) != 1:
            raise UsageError("--case goes with one -q EXERCISE: cases are numbered within an exercise")
        plan = _single_case(plan, only[0], case)
    limits = Limits(cpu_seconds=timeout) if timeout else Limits()
    return grade(submission, Judge(plan), limits, frozenset(only))


def find_plan(folder: Path, file: Path | None) -> Path:
    """The public plan beside the student's file: the one of the same name, or the only one."""
    plans = sorted(folder.glob("*.plan"))
    matching = [plan for plan in plans if file is not None and plan.stem == file.stem] or plans
    if len(matching) == 1:
        return matching[0]
    what = "no *.plan file" if not plans else f"several plans ({', '.join(plan.name for plan in plans)})"
    raise UsageError(
        f"{what} in {folder}: run `grader check` in the assignment's folder, or name the plan with --plan FILE"
    )


def default_file(plan: Path) -> Path:
    """The module or else the notebook that belongs to a plan."""
    for suffix in (".py", ".ipynb"):
        file = plan.with_suffix(suffix)
        if file.is_file():
            return file
    raise UsageError(f"neither {plan.stem}.py nor {plan.stem}.ipynb in {plan.parent}: name the file to check")


def _read(file: Path) -> Submission:
    submissions = collect([file], file.name)
    if len(submissions) != 1:
        raise UsageError(f"{file}: wanted one .py or .ipynb file")
    return submissions[0]


def _single_case(plan: Plan, name: str, index: int) -> Plan:
    """The plan with one exercise cut down to one case, which then decides alone."""
    exercises = []
    for exercise in plan.exercises:
        if exercise.name == name:
            chosen = [replace(case, group=ORDINARY) for case in exercise.cases if case.index == index]
            if not chosen:
                raise UsageError(f"{name} has no case {index}; its cases are 0 to {len(exercise.cases) - 1}")
            exercise = replace(exercise, cases=tuple(chosen), diagnostic=(), fingerprints=())
        exercises.append(exercise)
    return replace(plan, exercises=tuple(exercises))
