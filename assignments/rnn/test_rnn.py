"""The public checks of rnn for plain `pytest`, one test an exercise. Leave this file as it is."""

from pathlib import Path

import pytest

from grader.local import check_file
from grader.report import Verdict

HERE = Path(__file__).parent
EXERCISES = (
    "rnn_step_forward",
    "rnn_step_backward",
    "rnn_forward",
    "rnn_backward",
    "word_embedding_forward",
    "word_embedding_backward",
    "temporal_affine_forward",
    "temporal_affine_backward",
    "temporal_softmax_loss",
)


@pytest.fixture(scope="module")
def results():
    """The result of every exercise, from one run of the checks."""
    report = check_file(HERE / "rnn.py", HERE / "rnn.plan")
    return {result.exercise: result for result in report.exercises}


@pytest.mark.parametrize("exercise", EXERCISES)
def test_exercise(exercise, results):
    result = results[exercise]
    if result.verdict is Verdict.BLOCKED:
        pytest.skip(result.rationale)
    if result.verdict is not Verdict.PASSED:
        hint = f"\nHint: {result.hint}" if result.hint else ""
        pytest.fail(f"{exercise}: {result.verdict.label}. {result.rationale}{hint}", pytrace=False)
