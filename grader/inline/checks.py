"""Checks functions of the running notebook by the public plan that lies beside it. Nothing here raises."""

import difflib
from collections.abc import Iterator, Sequence
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
    plan = _find_plan(session.folders(), names, path)
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


def _find_plan(folders: Sequence[Path], names: list[str], path: Path | None) -> Plan:
    """The plan that is named, or the only one beside the notebook that knows the exercises."""
    if path is not None:
        if not path.is_file():
            raise UsageError(f"there is no plan at {path}: the public plan comes with the assignment, as NAME.plan")
        return _known(_load(path), names)
    paths = [path for folder in folders for path in sorted(folder.glob("*.plan"))]
    if not paths:
        raise UsageError(
            f"no *.plan file beside the notebook ({', '.join(map(str, folders))}): it comes with the assignment;"
            ' put it into this folder, or say where it is: grader.check("…", plan="FOLDER/NAME.plan")'
        )
    plans = {path: _load(path) for path in paths}
    knowing = [path for path, plan in plans.items() if all(name in plan.contracts for name in names)]
    if len(knowing) > 1:
        raise UsageError(
            f"several plans lie here ({', '.join(path.name for path in knowing)}): say which one you mean,"
            f' grader.check({"".join(f"{name!r}, " for name in names)}plan="{knowing[0].name}")'
        )
    if not knowing and len(plans) > 1:
        known = [name for plan in plans.values() for name in plan.contracts]
        raise _unknown(next(name for name in names if name not in known or len(names) > 1), known, "the plans here")
    return _known(plans[(knowing or paths)[0]], names)


def _known(plan: Plan, names: list[str]) -> Plan:
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
    with open_candidate(
        submission.filename, submission.data, replace(limits, isolation=resolve(limits.isolation))
    ) as c:
        examiner = Examiner(plan)
        for name in failed:
            yield name, heat_maps(examiner.examine(name, c))
