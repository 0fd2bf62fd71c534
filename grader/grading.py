"""Grades one submission: behind the border, by a judge, into a report. Faults of ours end here as `unjudged`."""

import platform
from dataclasses import replace

import numpy as np

import grader
from grader.candidate.inprocess import InProcess
from grader.candidate.isolation import open_candidate, resolve
from grader.candidate.limits import Limits
from grader.collect import Submission
from grader.errors import BorderError
from grader.judge import Judge
from grader.mistakes import load_solution
from grader.plan import Plan
from grader.report import ExerciseResult, Report, Verdict


def versions() -> dict[str, str]:
    """What a grade depends on besides submission and plan."""
    return {"grader": grader.__version__, "numpy": np.__version__, "python": platform.python_version()}


def judge_of(plan: bytes, public: bytes, solution: str = "") -> Judge:
    """A worker's judge, from what can be sent: both plans' content and the reference's source."""
    reference = InProcess(load_solution(solution, "reference")) if solution else None
    return Judge(Plan.from_content(plan), Plan.from_content(public), reference)


def grade(submission: Submission, judge: Judge, limits: Limits, only: frozenset[str] = frozenset()) -> Report:
    """The report on one submission; never raises for what the submission does, nor for a fault of ours."""
    try:
        limits = replace(limits, isolation=resolve(limits.isolation))
    except BorderError as error:
        return unjudged(submission, judge.plan, limits.isolation, str(error))
    blank = _blank(submission, judge.plan, limits.isolation)
    if submission.verdict is not None:
        exercises = _everywhere(judge.plan, submission.verdict, submission.problem, 0.0)
        return replace(blank, exercises=exercises, notes=(submission.problem,))
    try:
        with open_candidate(submission.filename, submission.data, limits, judge.programs) as candidate:
            results = tuple(judge.results(candidate, submission.filename, only))
            notes, seconds = candidate.loaded.notes, round(candidate.cpu_seconds, 3)
        return replace(blank, exercises=results, notes=notes, cpu_seconds=seconds)
    except Exception as error:
        # Ours, whatever it is: the submission only gives values, and every way it can fail is an outcome.
        return unjudged(submission, judge.plan, limits.isolation, f"{type(error).__name__}: {error} ({_where(error)})")


def unjudged(submission: Submission, plan: Plan, isolation: str, reason: str) -> Report:
    """The report that is no grade, because of a fault of ours."""
    text = f"a fault of the grader, not of the submission: {reason}"
    return replace(
        _blank(submission, plan, isolation),
        exercises=_everywhere(plan, Verdict.UNJUDGED, text, None),
        notes=(text,),
    )


def _blank(submission: Submission, plan: Plan, isolation: str) -> Report:
    return Report(
        submission=submission.id,
        assignment=plan.assignment,
        sha256=submission.sha256,
        seed=plan.seed,
        plan=plan.digest,
        isolation=isolation,
        versions=versions(),
        cpu_seconds=0.0,
        exercises=(),
    )


def _everywhere(plan: Plan, verdict: Verdict, rationale: str, points: float | None) -> tuple[ExerciseResult, ...]:
    return tuple(
        ExerciseResult(contract.name, verdict, points, contract.points, rationale)
        for contract in plan.contracts.values()
    )


def _where(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_globals.get('__name__', '?')}, line {trace.tb_lineno}" if trace else "no traceback"
