"""Every notebook that is handed out, run from end to end as a student runs it: in a kernel, with nothing saved."""

import ast
import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from grader.candidate.limits import Limits
from grader.collect import Submission
from grader.grading import grade
from grader.judge import Judge
from grader.plan import Plan
from grader.project import Project

ROOT = Path(__file__).parents[2]
PROJECT = Project.find(ROOT)
SECONDS = 300  # for one cell, on a busy machine


def handed_out(name, folder):
    """The notebook of an assignment as it lies in the assignments folder, with what it reads put into a folder."""
    source = PROJECT.assignments_folder / name
    for file in (f"{name}.plan", *(path.name for path in PROJECT.assignment(name).files)):
        (folder / file).write_bytes((source / file).read_bytes())
    return nbformat.read(source / f"{name}.ipynb", as_version=4)


def filled_in(notebook, name):
    """The notebook with the reference in its cells; what that needs besides stands in the first of them."""
    solution = PROJECT.assignment(name).solution
    functions = {
        node.name: ast.get_source_segment(solution, node)
        for node in ast.parse(solution).body
        if isinstance(node, ast.FunctionDef)
    }
    cells = {cell.id.removesuffix("-code"): cell for cell in notebook.cells if cell.id.endswith("-code")}
    besides = [text for function, text in functions.items() if function not in cells]
    for function, cell in cells.items():
        cell.source = "\n\n\n".join([*besides, functions[function]])
        besides = []
    return notebook


def run(notebook, folder):
    """Execute all cells; the output of each by its id. A cell that raises fails the test."""
    client = NotebookClient(notebook, timeout=SECONDS, kernel_name="python3", resources={"metadata": {"path": folder}})
    client.execute(env={**os.environ, "PYTHONPATH": str(ROOT)})
    outputs = {}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert not [each for each in cell.outputs if each.output_type == "error"]
            outputs[cell.id] = [each.data for each in cell.outputs if "data" in each]
    return outputs


def ending(outputs, end):
    return {identity.removesuffix(end): data for identity, data in outputs.items() if identity.endswith(end)}


@pytest.mark.parametrize("name", PROJECT.assignments)
def test_with_the_reference_filled_in_all_checks_pass_and_all_figures_are_drawn(name, tmp_path):
    notebook = filled_in(handed_out(name, tmp_path), name)
    outputs = run(notebook, tmp_path)
    checks, figures = ending(outputs, "-check"), ending(outputs, "-figure")
    assert list(checks) == [exercise.name for exercise in PROJECT.assignment(name).exercises]
    for exercise, (data,) in checks.items():
        assert f"✓ {exercise}" in data["text/plain"]
        assert "passed" in data["text/html"]
    assert set(figures) == {figure.name for figure in PROJECT.assignment(name).figures}
    for (data,) in figures.values():
        assert "image/png" in data or "<img src='data:image/png;base64," in data["text/html"], data["text/plain"]

    # What was run is handed in as it is, outputs and all.
    plan = Plan.load(tmp_path / f"{name}.plan")
    report = grade(Submission("student", f"{name}.ipynb", nbformat.writes(notebook).encode()), Judge(plan), Limits())
    assert report.score == report.max_score
    assert report.notes == ()


@pytest.mark.parametrize("name", PROJECT.assignments)
def test_as_it_is_handed_out_it_runs_through_and_says_that_nothing_is_written(name, tmp_path):
    outputs = run(handed_out(name, tmp_path), tmp_path)
    for exercise, (data,) in ending(outputs, "-check").items():
        assert f"– {exercise}" in data["text/plain"]
        assert "not attempted" in data["text/html"]
    for figure, (data,) in ending(outputs, "-figure").items():
        assert "This figure is drawn by your" in data["text/plain"], figure
        assert "is not written yet" in data["text/plain"]


def test_a_wrong_gradient_is_seen_in_the_notebook(tmp_path):
    notebook = filled_in(handed_out("rnn", tmp_path), "rnn")
    keep = ("imports", "rnn_step_forward-code", "rnn_step_backward-code", "rnn_step_backward-check")
    notebook.cells = [cell for cell in notebook.cells if cell.id in keep]
    notebook.cells[2].source = notebook.cells[2].source.replace("da.sum(axis=0)", "da.mean(axis=0)")
    (data,) = run(notebook, tmp_path)["rnn_step_backward-check"]
    assert "✗ rnn_step_backward" in data["text/plain"]
    assert "<svg" in data["text/html"]
    assert "db: " in data["text/html"]
    assert "grader.check(&quot;rnn_step_backward&quot;, case=" in data["text/html"]


def test_the_error_that_the_first_stub_raises_is_the_one_that_names_it(tmp_path):
    notebook = handed_out("rnn", tmp_path)
    notebook.cells.append(nbformat.v4.new_code_cell("rnn_step_forward(1, 2, 3, 4, 5)", id="try"))
    with pytest.raises(Exception, match="rnn_step_forward is not written yet"):
        run(notebook, tmp_path)
