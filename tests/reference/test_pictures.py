"""The pictures of the assignments: SVG that fits a page, with letters set as in equations."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from grader.project import Project
from reference.drawing import Drawing, Row, unrolled

PROJECT = Project.find(Path(__file__).parents[2])
PICTURES = [
    pytest.param(picture, id=f"{name}-{picture.name}")
    for name, assignment in PROJECT.assignments.items()
    for picture in assignment.pictures
]
SVG = "{http://www.w3.org/2000/svg}"
PAGE = 1000  # pixels


@pytest.mark.parametrize("picture", PICTURES)
def test_a_picture_is_svg_that_fits_a_page_and_holds_all_it_refers_to(picture):
    root = ET.fromstring(picture.svg)
    assert root.tag == f"{SVG}svg"
    assert float(root.get("width")) <= PAGE
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(set(ids)) == len(ids)
    assert set(re.findall(r"url\(#(\w+)\)", picture.svg)) <= set(ids)


@pytest.mark.parametrize("picture", PICTURES)
def test_nothing_is_drawn_beside_the_canvas(picture):
    root = ET.fromstring(picture.svg)
    width, height = float(root.get("width")), float(root.get("height"))
    places = [
        (float(element.get(x)), float(element.get(y)))
        for element in root.iter()
        for x, y in (("x", "y"), ("cx", "cy"))
        if element.get(x)
    ]
    for path in root.iter(f"{SVG}path"):
        if path.get("stroke"):
            numbers = [float(number) for number in re.findall(r"-?[\d.]+", path.get("d"))]
            places += zip(numbers[::2], numbers[1::2], strict=True)
    assert places
    assert all(0 <= x <= width and 0 <= y <= height for x, y in places)


def test_every_assignment_shows_its_network_and_lets_the_student_draw():
    for name, assignment in PROJECT.assignments.items():
        assert assignment.pictures, name
        assert assignment.figures, name


def _texts(svg):
    return ["".join(text.itertext()).replace("\u200b", "") for text in ET.fromstring(svg).iter(f"{SVG}text")]


def test_letters_are_italic_words_upright_and_indices_low():
    drawing = Drawing(100, 100)
    drawing.letters(10, 10, "h_{t-1} tanh < x_T")
    svg = drawing.svg()
    assert _texts(svg) == ["ht-1 tanh < xT"]
    italic = [tspan.text for tspan in ET.fromstring(svg).iter(f"{SVG}tspan") if tspan.get("font-style")]
    assert italic == ["h", "t", "x", "T"]
    shifts = [float(tspan.get("dy")) for tspan in ET.fromstring(svg).iter(f"{SVG}tspan") if tspan.get("dy")]
    assert sum(shifts) == 0  # each index is followed by a way back up
    assert len(shifts) == 4


def test_the_gradient_comes_back_along_every_arrow_but_to_inputs_that_have_none():
    cell = Row("cell", "h")
    dashed = [
        unrolled(cell, **options).count("stroke-dasharray")
        for options in ({"gradients": False}, {"gradient_of_inputs": False}, {}, {"memory": True})
    ]
    steps, between, legend = 4, 5, 1  # four steps, states into each of them, one of them in two pieces
    without = steps + between + legend
    assert dashed == [0, without, without + steps, without + steps + between]


def test_the_states_and_rows_are_named():
    texts = _texts(unrolled(Row("cell", "h", "remark"), inputs="w", memory=True, above=(Row("map", "s"),)))
    for name in ("w1", "wT", "h0", "c0", "hT", "cT", "h1", "c2", "s1", "sT", "remark", "map", "cell"):
        assert name in texts
