"""The public checks of architectures for plain `pytest`, one test an exercise. Leave this file as it is."""

from pathlib import Path

import pytest

from grader.local import check_file
from grader.report import Verdict

HERE = Path(__file__).parent
EXERCISES = (
    "one_to_one_loss",
    "many_to_one_loss",
    "many_to_many_synced_loss",
    "one_to_many_loss",
    "seq2seq_loss",
    "greedy_decode",
    "recall_batch",
    "recall_loss",
    "recall_accuracy",
    "adam_step",
    "train_recall",
)


@pytest.fixture(scope="module")
def results():
    """The result of every exercise, from one run of the checks."""
    report = check_file(HERE / "architectures.py", HERE / "architectures.plan")
    return {result.exercise: result for result in report.exercises}


@pytest.mark.parametrize("exercise", EXERCISES)
def test_exercise(exercise, results):
    result = results[exercise]
    if result.verdict is Verdict.BLOCKED:
        pytest.skip(result.rationale)
    if result.verdict is not Verdict.PASSED:
        hint = f"\nHint: {result.hint}" if result.hint else ""
        pytest.fail(f"{exercise}: {result.verdict.label}. {result.rationale}{hint}", pytrace=False)
