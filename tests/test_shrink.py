"""The smallest failing case is small, fails, and can be run by hand without the grader."""

import re
import subprocess
import sys

import numpy as np
import pytest

from grader import shrink
from grader.candidate.inprocess import InProcess
from grader.candidate.limits import Limits
from grader.candidate.program import Answer, Candidate, Ended, Loaded, Program
from grader.compile import compile_plan
from grader.course import Course
from grader.judge import Judge
from grader.mistakes import load_solution
from grader.report import ExerciseResult, Report, Verdict
from grader.shrink import QUESTIONS, smallest_failures
from grader.snippet import snippet
from reference import rnn
from tests.exercises import affine

PLAN = compile_plan(rnn.ASSIGNMENT, 1, public=True)
HIDDEN = compile_plan(rnn.ASSIGNMENT, 2, public=False)
REFERENCE = InProcess(load_solution(rnn.ASSIGNMENT.solution, "reference"))


def with_edit(old: str, new: str) -> str:
    assert old in rnn.ASSIGNMENT.solution
    return rnn.ASSIGNMENT.solution.replace(old, new)


def found(exercise: str, source: str):
    candidate = InProcess(load_solution(source, "student"))
    return smallest_failures(PLAN.contracts[exercise], PLAN.contracts, candidate, REFERENCE)


NO_TANH = with_edit("np.tanh(x @ Wx + prev_h @ Wh + b)", "x @ Wx + prev_h @ Wh + b")
SHORT_WALK = with_edit("for t in range(T)", "for t in range(min(T, 2))")
DB_FROM_ONE_ROW = with_edit("    db = da.sum(axis=0)\n    return dx, dprev_h", "    db = da[0]\n    return dx, dprev_h")


def test_what_fails_everywhere_is_shrunk_to_single_numbers():
    smallest, distinct = found("rnn_step_forward", NO_TANH)
    assert smallest.case.dims == {"N": 1, "D": 1, "H": 1}
    assert sorted(distinct.case.dims.values()) == [2, 3, 4]


def test_what_needs_a_long_axis_is_shrunk_no_further():
    assert found("rnn_forward", SHORT_WALK)[0].case.dims == {"N": 1, "T": 3, "D": 1, "H": 1}


def test_what_needs_two_rows_is_shrunk_to_two_rows():
    assert found("rnn_step_backward", DB_FROM_ONE_ROW)[0].case.dims == {"N": 2, "D": 1, "H": 1}


@pytest.mark.parametrize("source", [NO_TANH, DB_FROM_ONE_ROW])
def test_what_fails_at_the_simplest_shapes_needs_no_search(source, monkeypatch):
    monkeypatch.delattr(shrink._Search, "smallest")
    name = "rnn_step_forward" if source is NO_TANH else "rnn_step_backward"
    assert len(found(name, source)) == 2


def test_right_code_has_no_failing_case():
    assert found("rnn_forward", rnn.ASSIGNMENT.solution) == []


class Counting:
    """A candidate that counts how often it is asked."""

    def __init__(self, candidate: Candidate) -> None:
        self.loaded: Loaded = candidate.loaded
        self.asked = 0
        self._candidate = candidate

    def call(self, program: Program) -> Answer:
        self.asked += 1
        return self._candidate.call(program)


@pytest.mark.parametrize("source", [NO_TANH, SHORT_WALK, rnn.ASSIGNMENT.solution])
def test_the_search_asks_a_bounded_number_of_times(source):
    candidate = Counting(InProcess(load_solution(source, "student")))
    smallest_failures(PLAN.contracts["rnn_forward"], PLAN.contracts, candidate, REFERENCE)
    assert 0 < candidate.asked <= 2 * QUESTIONS


class Dead:
    """A candidate whose process is gone."""

    loaded = Loaded()

    def __init__(self) -> None:
        self.asked = 0

    def call(self, program: Program) -> Answer:
        self.asked += 1
        return Answer(tuple(Ended(Verdict.TIMED_OUT, "used up its time") for _ in program.calls))


def test_a_candidate_whose_process_is_gone_is_asked_no_more():
    candidate = Dead()
    assert smallest_failures(PLAN.contracts["rnn_forward"], PLAN.contracts, candidate, REFERENCE) == []
    assert candidate.asked <= 2


def test_the_same_submission_gets_the_same_cases():
    first, second = (found("rnn_forward", SHORT_WALK) for _ in range(2))
    assert [(one.case.dims, one.case.seed) for one in first] == [(one.case.dims, one.case.seed) for one in second]


# --- the snippet -----------------------------------------------------------------------------------------------------


def run(text: str, source: str, folder) -> str:
    """What a student's own interpreter prints for the snippet, with nothing of ours to import."""
    (folder / "rnn.py").write_text(source)
    (folder / "try_it.py").write_text(text)
    done = subprocess.run([sys.executable, "try_it.py"], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.mark.parametrize(
    ("exercise", "source"), [("rnn_step_forward", NO_TANH), ("rnn_step_backward", DB_FROM_ONE_ROW)]
)
def test_a_snippet_prints_what_came_and_what_was_wanted(exercise, source, tmp_path):
    for finding in found(exercise, source):
        text = snippet(finding, PLAN.contracts, exercise, "rnn.py")
        assert "grader" not in text
        (wrong,) = (one for one in finding.wrong)
        came, wanted = _numbers(run(text, source, tmp_path))
        assert wrong.got is not None
        np.testing.assert_allclose(came, wrong.got.ravel(), rtol=1e-5, atol=1e-7)
        np.testing.assert_allclose(wanted, finding.case.want[wrong.tensor].ravel(), rtol=1e-5, atol=1e-7)


def _numbers(printed: str) -> tuple[list[float], list[float]]:
    """The numbers that are printed as what came and as what should be."""
    came, wanted = printed.split("and should be")
    return tuple([float(word) for word in re.findall(r"-?\d+\.?\d*(?:e-?\d+)?", part)] for part in (came, wanted))


def test_a_snippet_for_a_notebook_imports_nothing_of_it():
    (finding, *_) = found("rnn_step_forward", NO_TANH)
    assert "# put this below your rnn_step_forward" in snippet(finding, PLAN.contracts, "rnn_step_forward", "rnn.ipynb")
    assert "\nfrom " not in snippet(finding, PLAN.contracts, "rnn_step_forward", "my homework.py")


def test_a_foreign_message_stays_in_its_comment(tmp_path):
    source = with_edit("next_h = np.tanh(", 'raise ValueError("x\\nprint(6 * 7)\\n")\n    next_h = np.tanh(')
    (finding, *_) = found("rnn_step_forward", source)
    text = snippet(finding, PLAN.contracts, "rnn_step_forward", "rnn.py")
    assert "# raises ValueError: x print(6 * 7)" in text
    assert "\nprint(6 * 7)" not in text


# --- in a result -----------------------------------------------------------------------------------------------------


def result(judge: Judge, exercise: str, source: str) -> ExerciseResult:
    candidate = InProcess(load_solution(source, "student"))
    (one,) = judge.results(candidate, "rnn.py", frozenset({exercise}))
    return one


def test_with_a_reference_the_smallest_case_is_searched_for():
    one = result(Judge(HIDDEN, PLAN, REFERENCE), "rnn_forward", SHORT_WALK)
    assert [example.title for example in one.examples] == ["N=1, T=3, D=1, H=1", "N=5, T=4, D=3, H=2"]


def test_without_a_reference_the_smallest_public_case_is_shown():
    one = result(Judge(PLAN), "rnn_step_forward", NO_TANH)
    assert [example.title for example in one.examples] == ["N=1, D=1, H=1"]


def test_without_a_reference_or_a_public_plan_nothing_of_the_hidden_cases_is_shown():
    assert result(Judge(HIDDEN), "rnn_step_forward", NO_TANH).examples == ()


def test_examples_are_kept_in_a_report_and_left_out_of_its_line():
    one = result(Judge(PLAN), "rnn_step_forward", NO_TANH)
    report = Report("ada", "rnn", "0" * 64, 1, "0" * 16, "none", {}, 0.0, (one,))
    assert Report.from_json(report.to_json()) == report
    assert "examples" not in report.line()["exercises"][0]


def test_a_graded_class_gets_the_smallest_cases_on_its_pages(tmp_path):
    student = tmp_path / "class" / "ada"
    student.mkdir(parents=True)
    (student / "affine.py").write_text(affine.ASSIGNMENT.solution.replace("dout.sum(axis=0)", "dout.mean(axis=0)"))
    course = Course(affine.ASSIGNMENT, tmp_path / "results", None, jobs=1, limits=Limits())
    course.grade([tmp_path / "class"], None, 7, fresh=False)
    report = course.report("ada")
    (failed,) = (one for one in report.exercises if one.exercise == "affine_backward")
    assert failed.examples[0].title == "N=2, D=1, M=1"
    page = (tmp_path / "results" / "feedback" / "ada.html").read_text()
    assert "from affine import affine_forward, affine_backward" in page
