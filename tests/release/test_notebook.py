import ast
import json

import nbformat
import pytest

from grader.release.notebook import notebook
from tests.exercises.affine import ASSIGNMENT


@pytest.fixture(scope="module")
def document():
    return nbformat.reads(notebook(ASSIGNMENT), as_version=nbformat.NO_CONVERT)


def _code(document):
    return [cell for cell in document.cells if cell.cell_type == "code"]


def _without_shell_lines(source):
    return "\n".join(line for line in source.splitlines() if not line.startswith("!"))


def test_the_notebook_is_valid(document):
    nbformat.validate(document)
    assert (document.nbformat, document.nbformat_minor) == (4, 5)


def test_a_damaged_notebook_would_be_found():
    broken = json.loads(notebook(ASSIGNMENT))
    del broken["cells"][1]["outputs"]
    with pytest.raises(nbformat.ValidationError):
        nbformat.validate(nbformat.from_dict(broken))


def test_the_code_cells_parse_once_shell_lines_are_dropped(document):
    for cell in _code(document):
        ast.parse(_without_shell_lines(cell.source))
    with pytest.raises(SyntaxError):
        ast.parse(_code(document)[-1].source)  # a check cell, its shell line kept


def test_every_exercise_has_its_task_its_stub_and_its_check(document):
    by_id = {cell.id: cell.source for cell in document.cells}
    assert len(by_id) == len(document.cells) == 2 + 3 * len(ASSIGNMENT.exercises)
    for number, exercise in enumerate(ASSIGNMENT.exercises, start=1):
        assert by_id[f"{exercise.name}-task"].startswith(f"## {number}. `{exercise.name}`")
        assert by_id[f"{exercise.name}-code"].startswith(f"def {exercise.contract.signature}:")
        assert by_id[f"{exercise.name}-check"] == f"!grader check affine.ipynb -q {exercise.name}"


def test_the_student_is_told_to_save_first(document):
    assert "Save the notebook before" in document.cells[0].source


def test_a_given_function_has_a_cell_before_the_exercises(generous):
    cells = json.loads(notebook(generous))["cells"]
    assert [cell["id"] for cell in cells[:3]] == ["intro", "imports", "mean_of-given"]
    assert "".join(cells[2]["source"]).startswith("def mean_of(values):")
