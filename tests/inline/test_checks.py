"""`grader.check` in a session: it reads the code as it is now, and says what keeps it from being made."""

import os
import subprocess
import sys
import types
from pathlib import Path

import pytest

from grader.compile import compile_plan
from grader.inline import checks
from grader.inline.checks import check
from grader.inline.session import Session
from grader.inline.shown import Advice, Shown
from grader.mistakes import edited_solution
from grader.report import Verdict
from tests.exercises import learning, structures
from tests.exercises.affine import ASSIGNMENT

PROJECT = Path(__file__).parents[2]
IMPORTS = "import numpy as np\nimport grader"
RIGHT = "def affine_forward(x, w, b):\n    return x @ w + b, (x, w)"
BACKWARD = "def affine_backward(dout, cache):\n    x, w = cache\n    return dout @ w.T, x.T @ dout, dout.sum(axis=0)"
NO_BIAS = RIGHT.replace(" + b", "")
SCALE = "def log_sum_exp(x):\n    return 0"


class Notebook:
    """A session that runs cells as a notebook does: what raises or does not compile stays in the history."""

    def __init__(self) -> None:
        self.history, self.names = [""], {}

    def run(self, *cells: str) -> None:
        for cell in cells:
            self.history.append(cell)
            try:
                exec(compile(cell, "cell", "exec"), self.names)
            except Exception:
                continue


@pytest.fixture
def notebook(tmp_path, monkeypatch, affine_public):
    """A session in a folder that holds the public plan, as IPython would tell of it."""
    affine_public.save(tmp_path / "affine.plan")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    session = Notebook()
    shell = types.SimpleNamespace(
        history_manager=types.SimpleNamespace(input_hist_raw=session.history), user_ns=session.names
    )
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: shell))
    session.run(IMPORTS)
    return session


def verdict(shown):
    assert isinstance(shown, Shown), shown
    (result,) = shown.report.exercises
    return result.verdict


def test_a_right_function_passes(notebook):
    notebook.run(RIGHT)
    shown = check("affine_forward")
    assert shown.passed
    assert verdict(shown) is Verdict.PASSED
    assert shown.report.notes == ()  # `import grader` is no matter


def test_what_was_run_last_counts(notebook):
    notebook.run(RIGHT, NO_BIAS)
    assert verdict(check("affine_forward")) is Verdict.FAILED
    notebook.run(RIGHT)
    assert verdict(check("affine_forward")) is Verdict.PASSED


def test_a_cell_that_did_not_compile_changed_nothing(notebook):
    notebook.run(RIGHT, NO_BIAS.replace("return x @ w", "return x @"))
    shown = check("affine_forward")
    assert shown.passed
    assert shown.report.exercises[0].notes == ()


def test_lines_are_told_by_the_numbers_of_the_cells(notebook):
    notebook.run("1 / 0", "def affine_forward(x, w, b):\n    return x @ ww, None")
    text = repr(check("affine_forward"))
    assert "NameError: name 'ww' is not defined (cell [3], line 2)" in " ".join(text.split())


def test_the_session_is_left_as_it_was(notebook):
    notebook.run(
        RIGHT, "counter = []\ndef affine_backward(dout, cache):\n    counter.append(1)\n    return None, None, None"
    )
    names = set(notebook.names)
    check("affine_backward")
    assert notebook.names["counter"] == []
    assert set(notebook.names) == names


def test_a_loop_without_end_costs_its_seconds_and_no_more(notebook, monkeypatch):
    from grader.candidate.limits import Limits

    monkeypatch.setattr("grader.local.Limits", lambda: Limits(cpu_seconds=0.3))
    notebook.run("def affine_forward(x, w, b):\n    while True:\n        pass")
    assert verdict(check("affine_forward")) is Verdict.TIMED_OUT


def test_one_case_can_be_tried_again(notebook):
    notebook.run(RIGHT, BACKWARD.replace("dout.sum", "dout.mean"))
    first = check("affine_backward")
    case = first.report.exercises[0].case
    assert f'grader.check("affine_backward", case={case.index})' in repr(first)
    again = check("affine_backward", case=case.index)
    assert again.report.exercises[0].case.index == case.index


def test_all_exercises_are_checked_when_none_is_named(notebook):
    notebook.run(RIGHT, BACKWARD)
    shown = check()
    verdicts = {result.exercise: result.verdict for result in shown.report.exercises}
    assert len(verdicts) == len(ASSIGNMENT.exercises)
    assert verdicts["affine_backward"] is Verdict.PASSED
    assert verdicts["log_sum_exp"] is Verdict.MISSING


def test_a_function_may_stand_for_its_name(notebook):
    notebook.run(RIGHT)
    assert check(notebook.names["affine_forward"]).passed


def test_a_function_that_no_cell_defines_would_be_missed_by_a_grader(notebook):
    notebook.names["affine_forward"] = lambda x, w, b: (x @ w + b, (x, w))
    (result,) = check("affine_forward").report.exercises
    assert result.verdict is Verdict.MISSING
    assert "no cell defines it with `def`" in result.rationale


def advice(*exercises, **options):
    shown = check(*exercises, **options)
    assert isinstance(shown, Advice), shown
    assert repr(shown) == f"not checked: {shown.text}"
    return shown.text


def test_a_function_that_was_not_run_yet_is_named(notebook):
    assert advice("affine_forward") == (
        "affine_forward is not defined in this session yet: run the cell that defines it, then check again"
    )


def test_a_function_that_was_deleted_is_not_there(notebook):
    notebook.run(RIGHT, "del affine_forward")
    assert "not defined in this session" in advice("affine_forward")


def test_an_unknown_name_is_told_with_the_nearest(notebook):
    assert advice("afine_forward") == ("no exercise of affine is named 'afine_forward'; did you mean 'affine_forward'?")
    assert "known are: affine_forward, " in advice("zzz")
    assert "no exercise of affine is named '3'" in advice(3)


def test_a_case_that_is_not_there_is_told(notebook):
    notebook.run(RIGHT)
    assert "has no case 9999" in advice("affine_forward", case=9999)


def test_a_missing_plan_is_told_with_what_to_do(notebook, tmp_path):
    (tmp_path / "affine.plan").unlink()
    text = advice("affine_forward")
    assert f"no *.plan file beside the notebook ({tmp_path})" in text
    assert "put it into this folder" in text


def test_a_damaged_plan_is_told(notebook, tmp_path):
    (tmp_path / "affine.plan").write_bytes(b"nonsense")
    assert "affine.plan" in advice("affine_forward")


def test_a_plan_may_be_named(notebook, tmp_path):
    (tmp_path / "plans").mkdir()
    (tmp_path / "affine.plan").rename(tmp_path / "plans" / "affine.plan")
    notebook.run(RIGHT)
    assert check("affine_forward", plan="plans/affine.plan").passed
    assert "there is no plan at elsewhere.plan" in advice("affine_forward", plan="elsewhere.plan")


def test_of_several_plans_the_one_that_knows_the_exercise_is_taken(notebook, tmp_path, affine_public):
    from dataclasses import replace

    other = replace(
        affine_public,
        assignment="other",
        exercises=tuple(e for e in affine_public.exercises if e.name == "log_sum_exp"),
    )
    other.save(tmp_path / "other.plan")
    notebook.run(RIGHT, SCALE)
    assert check("affine_forward").report.assignment == "affine"
    text = advice("log_sum_exp")
    assert "several plans lie here (affine.plan, other.plan)" in text
    assert 'grader.check("log_sum_exp", plan="affine.plan")' in text
    assert check("log_sum_exp", plan="other.plan").report.assignment == "other"
    notebook.names["__vsc_ipynb_file__"] = str(tmp_path / "other.ipynb")
    assert check("log_sum_exp").report.assignment == "other"
    assert check("affine_forward").report.assignment == "affine"
    del notebook.names["__vsc_ipynb_file__"]
    assert "no exercise of the plans here is named 'afine_forward'; did you mean 'affine_forward'?" in advice(
        "afine_forward"
    )


def test_exercises_of_several_assignments_are_checked_one_by_one(notebook, tmp_path, affine_public):
    from dataclasses import replace

    for exercise in affine_public.exercises[:2]:
        replace(affine_public, assignment=exercise.name, exercises=(exercise,)).save(tmp_path / f"{exercise.name}.plan")
    (tmp_path / "affine.plan").unlink()
    text = advice("affine_forward", "affine_backward")
    assert text == "affine_forward, affine_backward are not of one assignment: check them one by one"


def test_the_plan_is_found_beside_the_notebook_wherever_the_kernel_runs(notebook, tmp_path, monkeypatch):
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    notebook.run(RIGHT)
    assert "no *.plan" in advice("affine_forward")
    notebook.names["__vsc_ipynb_file__"] = str(tmp_path / "affine.ipynb")
    assert check("affine_forward").passed
    del notebook.names["__vsc_ipynb_file__"]
    monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / "affine.ipynb"))
    assert check("affine_forward").passed


def test_outside_of_a_notebook_the_command_is_named(monkeypatch):
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    assert advice("affine_forward") == "grader.check works in a notebook; in a terminal say `grader check FILE`"


def test_a_fault_of_ours_does_not_stop_the_cells_below(notebook, monkeypatch):
    notebook.run(NO_BIAS)
    monkeypatch.setattr(checks, "heat_maps", lambda examination: 1 / 0)
    assert advice("affine_forward") == "a fault of the grader, not of your code: ZeroDivisionError: division by zero"


def test_a_cell_counts_under_its_own_number():
    session = Session(("x = 1", "def broken(:", "%matplotlib inline\ndef f(): pass"), {})
    text = session.submission("work").data.decode()
    assert text.count('"source"') == 3
    assert "broken" not in text
    assert "def f" in text


def test_importing_the_grader_is_light():
    code = "import grader, sys; print(*sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(done.stdout.split())
    assert "numpy" in loaded
    assert not loaded & {"hypothesis", "IPython", "matplotlib", "pytest", "grader.inline", "grader.judge", "jinja2"}


@pytest.mark.parametrize("module", [structures, learning])
def test_every_kind_of_exercise_is_shown_whole(module, notebook, tmp_path):
    assignment = module.ASSIGNMENT
    (tmp_path / "affine.plan").unlink()
    compile_plan(assignment, 1, public=True).save(tmp_path / f"{assignment.name}.plan")
    for exercise in assignment.exercises:
        notebook.run(IMPORTS, edited_solution(assignment, exercise, exercise.mistakes[0]))
        shown = check(exercise.name)
        assert verdict(shown) is Verdict.FAILED
        assert exercise.name in shown._repr_html_()
        assert exercise.name in repr(shown)
