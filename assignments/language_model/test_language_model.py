"""The public checks of language_model for plain `pytest`, one test an exercise. Leave this file as it is."""

from pathlib import Path

import pytest

from grader.local import check_file
from grader.report import Verdict

HERE = Path(__file__).parent
EXERCISES = (
    "build_vocab",
    "encode",
    "decode",
    "one_hot",
    "init_params",
    "char_rnn_loss",
    "sample",
    "sgd_step",
    "adagrad_step",
    "clip_gradients",
    "train",
)


@pytest.fixture(scope="module")
def results():
    """The result of every exercise, from one run of the checks."""
    report = check_file(HERE / "language_model.py", HERE / "language_model.plan")
    return {result.exercise: result for result in report.exercises}


@pytest.mark.parametrize("exercise", EXERCISES)
def test_exercise(exercise, results):
    result = results[exercise]
    if result.verdict is Verdict.BLOCKED:
        pytest.skip(result.rationale)
    if result.verdict is not Verdict.PASSED:
        hint = f"\nHint: {result.hint}" if result.hint else ""
        pytest.fail(f"{exercise}: {result.verdict.label}. {result.rationale}{hint}", pytrace=False)
