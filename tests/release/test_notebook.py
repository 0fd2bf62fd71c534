import ast
import base64
import json
from dataclasses import replace

import nbformat
import pytest

from grader.illustrations import Figure, Picture
from grader.release.handout import handout
from grader.release.notebook import notebook
from tests.exercises.affine import ASSIGNMENT

SVG = '<svg xmlns="http://www.w3.org/2000/svg"></svg>\n'


def errors(figure, two_affine_forward, affine_backward):
    """How far off the layer is."""
    figure.add_subplot()


ILLUSTRATED = replace(
    ASSIGNMENT,
    pictures=(Picture("layers", SVG, "Two layers."), Picture("table", SVG, "A table.", "lookup_forward")),
    figures=(Figure(errors, "How far off?", "Look at it."),),
)


@pytest.fixture(scope="module")
def document():
    return nbformat.reads(notebook(ASSIGNMENT), as_version=nbformat.NO_CONVERT)


@pytest.fixture(scope="module")
def illustrated():
    return nbformat.reads(notebook(ILLUSTRATED), as_version=nbformat.NO_CONVERT)


def _code(document):
    return [cell for cell in document.cells if cell.cell_type == "code"]


@pytest.mark.parametrize("assignment", [ASSIGNMENT, ILLUSTRATED], ids=["words alone", "illustrated"])
def test_the_notebook_is_valid(assignment):
    document = nbformat.reads(notebook(assignment), as_version=nbformat.NO_CONVERT)
    nbformat.validate(document)
    assert (document.nbformat, document.nbformat_minor) == (4, 5)


def test_a_damaged_notebook_would_be_found():
    broken = json.loads(notebook(ASSIGNMENT))
    del broken["cells"][1]["outputs"]
    with pytest.raises(nbformat.ValidationError):
        nbformat.validate(nbformat.from_dict(broken))


def test_the_code_cells_are_python(illustrated):
    for cell in _code(illustrated):
        ast.parse(cell.source)


def test_every_exercise_has_its_task_its_stub_and_its_check(document):
    by_id = {cell.id: cell.source for cell in document.cells}
    assert len(by_id) == len(document.cells) == 2 + 3 * len(ASSIGNMENT.exercises)
    for number, exercise in enumerate(ASSIGNMENT.exercises, start=1):
        assert by_id[f"{exercise.name}-task"].startswith(f"## {number}. `{exercise.name}`")
        assert by_id[f"{exercise.name}-code"].startswith(f"def {exercise.contract.signature}:")
        assert by_id[f"{exercise.name}-check"] == f'grader.check("{exercise.name}")'


def test_the_first_code_cell_imports_what_the_others_use(document):
    assert _code(document)[0].source == "import numpy as np\n\nimport grader"


def test_the_student_is_told_what_the_check_reads(document):
    assert "*as it is in this notebook now*" in document.cells[0].source
    assert "matplotlib" not in document.cells[0].source


def test_the_student_is_told_that_figures_need_more(illustrated):
    assert "They need matplotlib" in illustrated.cells[0].source


def test_a_picture_travels_inside_the_notebook(illustrated):
    cells = {cell.id: cell for cell in illustrated.cells}
    for cell, name, alt in (
        (cells["intro"], "layers.svg", "Two layers."),
        (cells["lookup_forward-task"], "table.svg", "A table."),
    ):
        assert f"![{alt}](attachment:{name})" in cell.source
        assert base64.b64decode(cell.attachments[name]["image/svg+xml"]).decode() == SVG
    assert "attachments" not in cells["affine_forward-task"]


def test_the_handout_shows_the_pictures_at_the_same_places():
    text = handout(ILLUSTRATED)
    before, after = text.split("![Two layers.](layers.svg)")
    assert ASSIGNMENT.intro in before
    assert "## The exercises" in after
    section = after.split("### 3. `lookup_forward`")[1].split("###")[0]
    assert "![A table.](table.svg)" in section


def test_a_figure_stands_behind_the_last_exercise_that_it_needs(illustrated):
    ids = [cell.id for cell in illustrated.cells]
    place = ids.index("errors-figure")
    assert ids[place - 2 : place] == ["two_affine_forward-check", "errors-text"]
    assert illustrated.cells[place - 1].source == "### How far off?\n\nLook at it."
    assert illustrated.cells[place].source == (
        "@grader.figure\ndef errors(figure, two_affine_forward, affine_backward):\n"
        '    """How far off the layer is."""\n    figure.add_subplot()'
    )


def test_a_given_function_has_a_cell_before_the_exercises(generous):
    cells = json.loads(notebook(generous))["cells"]
    assert [cell["id"] for cell in cells[:3]] == ["intro", "imports", "mean_of-given"]
    assert "".join(cells[2]["source"]).startswith("def mean_of(values):")
