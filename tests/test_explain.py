"""What a student reads: half-done work is told apart, and a remark stands where it helps and nowhere else."""

import re

import pytest

from grader.candidate.inprocess import InProcess
from grader.compile import compile_plan
from grader.judge import Judge
from grader.mistakes import load_solution
from grader.render.terminal import student_summary
from grader.report import ExerciseResult, Report, Verdict
from reference import rnn
from tests.exercises import structures

JUDGE = Judge(compile_plan(rnn.ASSIGNMENT, 1, public=True))
DB = "    db = da.sum(axis=0)\n    return dx, dprev_h"
DWH = "    dWh = prev_h.T @ da\n    db"


def result(exercise: str, *edits: tuple[str, str]) -> ExerciseResult:
    text = rnn.ASSIGNMENT.solution
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    candidate = InProcess(load_solution(text, "student"))
    (one,) = JUDGE.results(candidate, "rnn.py", frozenset({exercise}))
    return one


def test_one_output_that_is_none_is_asked_after():
    found = result("rnn_step_backward", (DB, "    db = None\n    return dx, dprev_h"))
    assert found.rationale.startswith("db is None: not written yet? Right there: dx, dprev_h, dWx and dWh.")


def test_several_outputs_that_are_none_are_named_together():
    found = result("rnn_step_backward", (DB, "    db = dWh = None\n    return dx, dprev_h"))
    assert found.rationale.startswith("dWh and db are None: not written yet?")


def test_an_output_left_as_it_was_made_is_asked_after():
    found = result("rnn_step_backward", (DB, "    db = np.zeros(da.shape[1])\n    return dx, dprev_h"))
    assert "db: in every case zero everywhere." in found.rationale
    assert found.hint == "Is it ever written to, after it was made?"


def test_a_missing_return_says_how_many_values_are_wanted():
    found = result("rnn_forward", ("    return h, (x, Wx, Wh, b, caches)", ""))
    assert "returns None, wanted 2 values: h, cache" in found.rationale


def test_a_missing_import_is_asked_after():
    found = result("rnn_step_forward", ("import numpy as np\n", ""))
    assert found.verdict == Verdict.RAISED
    assert found.hint == "Is numpy imported at the top of the file, under the name np?"


def test_what_is_not_right_either_is_said_with_where_to_begin():
    found = result("rnn_step_backward", ("np.tanh(x @ Wx", "np.tanh(2 * x @ Wx"))
    assert "Not right either: rnn_step_forward. Begin there" in found.rationale
    assert "Not right either" not in result("rnn_step_backward", (DB, DB.replace("sum", "mean"))).rationale


@pytest.mark.parametrize(
    ("change", "noted"),
    [
        (".astype(np.float32)", True),
        (" * (1 + 1e-5 * (len(x) == 3))", True),
        (" * (1 + 1e-5 * (len(x) == 3) + 1e-3 * (len(x) < 3))", False),  # near by chance: it is wrong elsewhere
    ],
)
def test_single_precision_is_noted_only_of_what_is_right(change, noted):
    found = result("rnn_step_forward", ("prev_h @ Wh + b)\n", f"prev_h @ Wh + b){change}\n"))
    assert any("single precision" in note for note in found.notes) is noted


def test_numbers_and_truth_values_that_went_in_are_told_beside_the_shape():
    text = structures.ASSIGNMENT.solution.replace("stop + 1", "stop")
    candidate = InProcess(load_solution(text, "student"))
    plan = compile_plan(structures.ASSIGNMENT, 1, public=True)
    (one,) = Judge(plan).results(candidate, "structures.py", frozenset({"window"}))
    place = re.search(r"at \(T=\d, D=\d\) with stop=\d, start=\d, reverse=(True|False), case (\d+)", one.rationale)
    assert place is not None, one.rationale
    (planned,) = (exercise for exercise in plan.exercises if exercise.name == "window")
    assert f"stop={planned.cases[int(place[2])].inputs['stop']}, " in place[0]


def test_a_list_of_numbers_and_words_is_told_as_it_is_written():
    text = structures.ASSIGNMENT.solution.replace('units if kind == "biased" else 0', "0")
    candidate = InProcess(load_solution(text, "student"))
    plan = compile_plan(structures.ASSIGNMENT, 1, public=True)
    (one,) = Judge(plan).results(candidate, "structures.py", frozenset({"cost"}))
    assert re.search(r"at \(L=\d\) with layers=\[\('\w+', \d, \d\), .*\('\w+', \d, \d\)\], case \d+", one.rationale)


def test_nothing_is_added_where_only_arrays_go_in():
    assert " with " not in result("rnn_step_backward", (DB, DB.replace("sum", "mean"))).rationale.split(", case")[0]


def report(*results: ExerciseResult) -> Report:
    return Report("ada", "rnn", "0" * 64, 1, "0" * 16, "full", {}, 0.0, results)


def test_the_shell_shows_the_smallest_case_of_one_exercise_alone():
    one = result("rnn_step_backward", (DB, DB.replace("sum", "mean")))
    assert "*_, cache = rnn_step_forward(x, prev_h, Wx, Wh, b)\n" in student_summary(report(one))
    assert "*_, cache" not in student_summary(report(one, one))


def test_the_shell_gives_the_command_once():
    one = result("rnn_step_backward", (DB, DB.replace("sum", "mean")))
    assert one.rationale.count("grader check rnn.py -q rnn_step_backward --case") == 1
    assert student_summary(report(one)).count("grader check rnn.py -q rnn_step_backward --case") == 1
