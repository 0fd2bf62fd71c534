"""Checks functions of the running notebook by the public plan that lies beside it. Nothing here raises."""

import difflib
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

from grader.candidate.isolation import open_candidate, resolve
from grader.candidate.limits import Limits
from grader.collect import Submission
from grader.errors import GraderError, UsageError
from grader.examine import Examiner
from grader.inline.heat import HeatMap, heat_maps
from grader.inline.session import Session
from grader.inline.shown import Advice, Shown
from grader.local import check_submission
from grader.plan import Plan
from grader.report import Report, Verdict


def check(*exercises: str, case: int | None = None, plan: str | Path | None = None) -> Shown | Advice:
    """The result of the named exercises (all, unless named) by the code as it is in this notebook now.

    The public plan is looked for beside the notebook unless `plan` names one. With `case` one exercise is tried on
    that case alone. What keeps a check from being made is shown, not raised: the cells below still run.
    """
    try:
        names = [_name(exercise) for exercise in exercises]
        return _checked(Session.current(), names, case, Path(plan) if plan is not None else None)
    except GraderError as error:
        return Advice(str(error))
    except Exception as error:
        return Advice(f"a fault of the grader, not of your code: {type(error).__name__}: {error}")


def _checked(session: Session, names: list[str], case: int | None, path: Path | None) -> Shown | Advice:
    plan = _find_plan(session, names, path)
    absent = [name for name in names if not session.has(name)]
    if absent:
        raise UsageError(
            f"{', '.join(absent)} is not defined in this session yet: run the cell that defines it, then check again"
        )
    submission = session.submission(plan.assignment)
    report = _as_session(check_submission(submission, plan, names, case), session)
    maps = tuple(_maps(report, plan, submission)) if case is None else ()
    return Shown(report, maps)


def _name(exercise: object) -> str:
    """The name of an exercise; a function is taken by its own, as `check(f)` for `check("f")` means just that."""
    return exercise if isinstance(exercise, str) else str(getattr(exercise, "__name__", exercise))


def _find_plan(session: Session, names: list[str], path: Path | None) -> Plan:
    """The plan that is named, or the one beside the notebook that knows the exercises."""
    if path is not None:
        if not path.is_file():
            raise UsageError(f"there is no plan at {path}: the public plan comes with the assignment, as NAME.plan")
        return _known(_load(path), names)
    folders = session.folders()
    plans = {path: _load(path) for folder in folders for path in sorted(folder.glob("*.plan"))}
    if not plans:
        raise UsageError(
            f"no *.plan file beside the notebook ({', '.join(map(str, folders))}): it comes with the assignment;"
            ' put it into this folder, or say where it is: grader.check("…", plan="FOLDER/NAME.plan")'
        )
    if len(plans) == 1:
        return _known(next(iter(plans.values())), names)
    return plans[_knowing(plans, names, {file.stem for file in session.files()})]


def _knowing(plans: dict[Path, Plan], names: list[str], stems: set[str]) -> Path:
    """Of several plans the one that knows all the exercises, or has the notebook's name if more than one does."""
    knowing = [path for path, plan in plans.items() if all(name in plan.contracts for name in names)]
    named = [path for path in knowing if path.stem in stems]
    if len(knowing) == 1 or len(named) == 1:
        return (named or knowing)[0]
    if knowing:
        example = ", ".join([*(f'"{name}"' for name in names), f'plan="{knowing[0].name}"'])
        raise UsageError(
            f"several plans lie here ({', '.join(path.name for path in knowing)}): say which one you mean,"
            f" grader.check({example})"
        )
    known = [name for plan in plans.values() for name in plan.contracts]
    for name in names:
        if name not in known:
            raise _unknown(name, known, "the plans here")
    raise UsageError(f"{', '.join(names)} are not of one assignment: check them one by one")


def _known(plan: Plan, names: list[str]) -> Plan:
    """The plan, once it knows all the exercises."""
    for name in names:
        if name not in plan.contracts:
            raise _unknown(name, list(plan.contracts), plan.assignment)
    return plan


def _unknown(name: str, known: list[str], where: str) -> UsageError:
    near = difflib.get_close_matches(name, known, 1)
    advice = f"did you mean {near[0]!r}?" if near else f"known are: {', '.join(known)}"
    return UsageError(f"no exercise of {where} is named {name!r}; {advice}")


def _load(path: Path) -> Plan:
    return _load_as_it_was(path, path.stat().st_mtime_ns)


@cache
def _load_as_it_was(path: Path, changed: int) -> Plan:
    """Loaded once for all checks of a session, and anew when the file is another."""
    return Plan.load(path)


def _as_session(report: Report, session: Session) -> Report:
    """The report, where a notebook that is handed in would lack what this session has: with the reason."""
    results = tuple(
        replace(
            result,
            rationale=f"{result.exercise} is in this session, but no cell defines it with `def`: a grader reads"
            " a notebook for its definitions and would not find it",
        )
        if result.verdict is Verdict.MISSING and session.has(result.exercise)
        else result
        for result in report.exercises
    )
    return replace(report, exercises=results)


def _maps(report: Report, plan: Plan, submission: Submission) -> Iterator[tuple[str, tuple[HeatMap, ...]]]:
    """For each exercise whose values are wrong, maps of where: on a larger case than the one told in numbers."""
    failed = [result.exercise for result in report.exercises if result.verdict is Verdict.FAILED]
    if not failed:
        return
    limits = Limits()
    limits = replace(limits, isolation=resolve(limits.isolation))
    with open_candidate(submission.filename, submission.data, limits) as candidate:
        examiner = Examiner(plan)
        for name in failed:
            yield name, heat_maps(examiner.examine(name, candidate))
