"""The public checks of gated for plain `pytest`, one test an exercise. Leave this file as it is."""

from pathlib import Path

import pytest

from grader.local import check_file
from grader.report import Verdict

HERE = Path(__file__).parent
EXERCISES = (
    "gru_step_forward",
    "gru_step_backward",
    "gru_forward",
    "gru_backward",
    "mut1_step_forward",
    "mut1_step_backward",
    "mut2_step_forward",
    "mut2_step_backward",
    "mut3_step_forward",
    "mut3_step_backward",
)


@pytest.fixture(scope="module")
def results():
    """The result of every exercise, from one run of the checks."""
    report = check_file(HERE / "gated.py", HERE / "gated.plan")
    return {result.exercise: result for result in report.exercises}


@pytest.mark.parametrize("exercise", EXERCISES)
def test_exercise(exercise, results):
    result = results[exercise]
    if result.verdict is Verdict.BLOCKED:
        pytest.skip(result.rationale)
    if result.verdict is not Verdict.PASSED:
        hint = f"\nHint: {result.hint}" if result.hint else ""
        pytest.fail(f"{exercise}: {result.verdict.label}. {result.rationale}{hint}", pytrace=False)
