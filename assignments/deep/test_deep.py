"""The public checks of deep for plain `pytest`, one test an exercise. Leave this file as it is."""

from pathlib import Path

import pytest

from grader.local import check_file
from grader.report import Verdict

HERE = Path(__file__).parent
EXERCISES = (
    "stacked_rnn_forward",
    "stacked_rnn_backward",
    "bidirectional_rnn_forward",
    "bidirectional_rnn_backward",
    "deep_bidirectional_forward",
    "deep_bidirectional_backward",
    "dropout_mask",
    "dropout_forward",
    "dropout_backward",
    "recurrent_dropout_rnn_forward",
    "recurrent_dropout_rnn_backward",
    "count_parameters",
)


@pytest.fixture(scope="module")
def results():
    """The result of every exercise, from one run of the checks."""
    report = check_file(HERE / "deep.py", HERE / "deep.plan")
    return {result.exercise: result for result in report.exercises}


@pytest.mark.parametrize("exercise", EXERCISES)
def test_exercise(exercise, results):
    result = results[exercise]
    if result.verdict is Verdict.BLOCKED:
        pytest.skip(result.rationale)
    if result.verdict is not Verdict.PASSED:
        hint = f"\nHint: {result.hint}" if result.hint else ""
        pytest.fail(f"{exercise}: {result.verdict.label}. {result.rationale}{hint}", pytrace=False)
