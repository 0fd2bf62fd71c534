"""The public checks of gradient_flow for plain `pytest`, one test an exercise. Leave this file as it is."""

from pathlib import Path

import pytest

from grader.local import check_file
from grader.report import Verdict

HERE = Path(__file__).parent
EXERCISES = (
    "rnn_state_jacobian",
    "rnn_gradient_norms",
    "lstm_cell_jacobian",
    "spectral_radius",
    "clip_by_norm",
    "clip_by_value",
    "truncated_bptt",
)


@pytest.fixture(scope="module")
def results():
    """The result of every exercise, from one run of the checks."""
    report = check_file(HERE / "gradient_flow.py", HERE / "gradient_flow.plan")
    return {result.exercise: result for result in report.exercises}


@pytest.mark.parametrize("exercise", EXERCISES)
def test_exercise(exercise, results):
    result = results[exercise]
    if result.verdict is Verdict.BLOCKED:
        pytest.skip(result.rationale)
    if result.verdict is not Verdict.PASSED:
        hint = f"\nHint: {result.hint}" if result.hint else ""
        pytest.fail(f"{exercise}: {result.verdict.label}. {result.rationale}{hint}", pytrace=False)
