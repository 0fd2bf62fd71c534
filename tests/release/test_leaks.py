import io
import zipfile
from dataclasses import replace

import pytest

from grader.errors import DeclarationError
from grader.exercise import Mistake
from grader.release import leaked_lines, text_files, write_assignment
from grader.release.leaks import refuse_leaks


def _zipped(text):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.txt", text)
    return packed.getvalue()


def test_what_is_released_holds_no_line_of_the_solution(assignment):
    files = {name: text.encode() for name, text in text_files(assignment).items()}
    assert leaked_lines(assignment, files) == []


@pytest.mark.parametrize(
    "planted",
    [
        "    dx = dout @ w.T\n",
        "# perhaps dx=dout@w.T would do",
        "Remember:\n    columns  =  wide.shape[1]  //  2",
        "np.add.at(\n    dtable, index, dout\n)",
        "the first rows: x[:1] @ w + b + 0 * x @ w",  # only a mistake's edit
    ],
)
def test_a_planted_line_is_found_whatever_its_white_space(assignment, planted):
    assert len(leaked_lines(assignment, {"README.md": planted.encode()})) >= 1


def test_a_planted_line_is_found_in_a_notebook_and_in_an_archive(assignment):
    cells = '{"cells": [{"source": ["print(\\"x\\")\\n", "db = dout.sum(axis=0)"]}]}'
    assert "a.ipynb: db = dout.sum(axis=0)" in leaked_lines(assignment, {"a.ipynb": cells.encode()})
    assert leaked_lines(assignment, {"a.plan": _zipped("nothing")}) == []
    assert "a.plan: db = dout.sum(axis=0)" in leaked_lines(assignment, {"a.plan": _zipped("db = dout.sum(axis=0)")})


@pytest.mark.parametrize(
    "harmless",
    ["def affine_backward(dout, cache):", "return dx, dw, db", "two_affine_forward(x, w, b)", "import numpy as np"],
)
def test_signatures_and_names_alone_give_nothing_away(assignment, harmless):
    assert leaked_lines(assignment, {"a.py": harmless.encode()}) == []


def test_a_task_that_tells_the_solution_stops_the_release(assignment, tmp_path, quick_plans):
    first, *rest = assignment.exercises
    loose = replace(assignment, exercises=(replace(first, task="Try `out = x @ w + b`."), *rest))
    with pytest.raises(DeclarationError, match=r"README\.md: out = x @ w \+ b"):
        write_assignment(loose, tmp_path / "affine")
    assert not (tmp_path / "affine").exists()


def test_a_plan_that_holds_a_line_stops_the_release(assignment):
    with pytest.raises(DeclarationError, match=r"affine\.plan: dw = x\.T @ dout"):
        refuse_leaks(assignment, {"affine.plan": b'{"source": "dw = x.T @ dout"}'})


def test_a_mistakes_lines_are_secret_too(assignment):
    first, *rest = assignment.exercises
    mistake = Mistake("odd", (("x @ w + b", "np.flipud(x) @ w + b"),), "?")
    odd = replace(assignment, exercises=(replace(first, mistakes=(mistake,)), *rest))
    assert leaked_lines(odd, {"a.md": b"np.flipud(x) @ w + b"})
    assert "np.flipud" not in str(leaked_lines(assignment, {"a.md": b"np.flipud(x) @ w + b"}))
