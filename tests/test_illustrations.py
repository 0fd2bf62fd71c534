"""Pictures and figures refuse nonsense when they are declared."""

from dataclasses import replace

import pytest

from grader.errors import DeclarationError
from grader.illustrations import Figure, Picture
from tests.exercises.affine import ASSIGNMENT

SVG = '<svg xmlns="http://www.w3.org/2000/svg"></svg>\n'


def drawn(figure, affine_forward, affine_backward):
    figure.add_subplot()


def drawn_by_nobody(figure):
    pass


def without_a_canvas(affine_forward):
    pass


def affine_forward(figure, affine_backward):
    pass


@pytest.mark.parametrize(
    ("name", "svg", "alt", "reason"),
    [
        ("Über", SVG, "A box.", "name of a-z"),
        ("../x", SVG, "A box.", "name of a-z"),
        ("", SVG, "A box.", "name of a-z"),
        ("box", "<p></p>", "A box.", "one <svg> element"),
        ("box", SVG.rstrip(), "A box.", "one <svg> element"),
        ("box", SVG, "", "a sentence in `alt`"),
        ("box", SVG, "A [box].", "a sentence in `alt`"),
    ],
)
def test_a_picture_that_cannot_be_shown_is_refused(name, svg, alt, reason):
    with pytest.raises(DeclarationError, match=reason):
        Picture(name, svg, alt)


@pytest.mark.parametrize("function", [drawn_by_nobody, without_a_canvas])
def test_a_figure_takes_a_canvas_and_what_draws_it(function):
    with pytest.raises(DeclarationError, match="wanted `figure` and the functions it is drawn by"):
        Figure(function, "Title", "Text")


def test_a_figure_knows_what_it_needs_and_its_own_source():
    figure = Figure(drawn, "Title", "Text")
    assert figure.needs == ("affine_forward", "affine_backward")
    assert figure.source == "def drawn(figure, affine_forward, affine_backward):\n    figure.add_subplot()"


@pytest.mark.parametrize(
    ("pictures", "figures", "reason"),
    [
        ((Picture("box", SVG, "A box.", "nothing"),), (), "picture box names nothing, which is no exercise"),
        ((Picture("box", SVG, "A box."),) * 2, (), "box stands twice"),
        ((), (Figure(lambda figure, nothing: None, "Title", "Text"),), "names nothing, which is no exercise"),
        ((), (Figure(drawn, "Title", "Text"),) * 2, "drawn stands twice"),
        ((), (Figure(affine_forward, "Title", "Text"),), "affine_forward stands twice"),
    ],
)
def test_an_assignment_refuses_illustrations_that_do_not_fit(pictures, figures, reason):
    with pytest.raises(DeclarationError, match=reason):
        replace(ASSIGNMENT, pictures=pictures, figures=figures)
