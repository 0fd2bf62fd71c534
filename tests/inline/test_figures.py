"""Figures: drawn by the functions of the session; what keeps them from it is said in their place."""

import base64
import sys
from types import FunctionType

import numpy as np
import pytest

from grader.inline import figures
from grader.inline.figures import figure

PNG = b"\x89PNG"


class Place:
    """One output of a notebook, and all that it has shown."""

    def __init__(self):
        self.bundles = []

    def display(self, bundle, *, raw, display_id):
        assert (raw, display_id) == (True, True)
        self.bundles.append(bundle)
        return self

    def update(self, bundle, *, raw, metadata=None):
        assert raw
        self.bundles.append(bundle)

    @property
    def text(self):
        return self.bundles[-1]["text/plain"]


@pytest.fixture
def place(monkeypatch):
    place = Place()
    monkeypatch.setattr(figures, "_display", lambda: place.display)
    return place


def drawn(source, **session):
    """Run a figure's cell in a session."""
    names = {"figure_of": figure, **session}
    names.update({name: _of_the_session(value, names) for name, value in session.items()})
    exec(f"@figure_of\n{source}", names)
    return names


def _of_the_session(value, names):
    """The function as if a cell of the session had defined it."""
    return FunctionType(value.__code__, names, closure=value.__closure__) if isinstance(value, FunctionType) else value


LINE = "def line(figure, values):\n    figure.add_subplot().plot(values(3))\n"


def test_a_figure_is_drawn_at_once_by_the_functions_of_the_session(place):
    asked = []
    names = drawn(LINE, values=lambda count: asked.append(count) or range(count))
    assert asked == [3]
    assert base64.b64decode(place.bundles[-1]["image/png"]).startswith(PNG)
    assert callable(names["line"])  # and not what a decorator left of it


def test_what_is_yielded_stands_below_the_drawing_so_far(place):
    source = """def curve(figure, loss):
    axes = figure.add_subplot()
    for step in range(3):
        axes.plot(loss(step))
        yield f"<step {step}>"
"""
    drawn(source, loss=lambda step: [step, step + 1])
    shown = [bundle for bundle in place.bundles if "text/html" in bundle]
    assert [bundle["text/plain"] for bundle in shown] == ["<step 0>", "<step 1>", "<step 2>"]
    assert len({bundle["text/html"].split("'")[1] for bundle in shown}) == 3  # three different drawings
    assert "&lt;step 2&gt;" in shown[-1]["text/html"]


def test_a_missing_function_is_named(place):
    drawn("def line(figure, values, others):\n    raise AssertionError\n", values=range)
    assert place.text == "This figure is drawn by your others: run the cells above first, then this one again."


def test_a_function_that_is_not_written_yet_is_waited_for(place):
    def values(count):
        raise NotImplementedError("values is not written yet (exercise 1 of work)")

    drawn(LINE, values=values)
    assert place.text.startswith("This figure is drawn by your values. Come back when that is written: values is not")


def test_a_function_that_raises_is_told_with_the_place(place):
    def values(count):
        return [0][count]

    drawn(LINE, values=values)
    assert "It stopped: IndexError: list index out of range (in values, line " in place.text
    assert "Do their checks pass?" in place.text


def test_the_place_is_the_students_own_and_not_one_inside_numpy(place):
    def values(count):
        return np.linalg.inv(np.zeros((count, count)))

    drawn(LINE, values=values, np=np)
    assert "It stopped: LinAlgError: Singular matrix (in values, line " in place.text


def test_an_interrupt_stops_it(place):
    def values(count):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        drawn(LINE, values=values)


def test_without_matplotlib_it_says_what_to_install(place, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    drawn(LINE, values=range)
    assert place.text == (
        "This figure needs matplotlib; nothing else here does. Run %pip install matplotlib in a cell, then this cell"
        " again."
    )


def test_the_settings_of_matplotlib_are_left_as_they_were(place):
    import matplotlib

    before = dict(matplotlib.rcParams)
    drawn(LINE, values=range)
    assert dict(matplotlib.rcParams) == before


def test_outside_of_a_notebook_nothing_is_drawn(capsys, monkeypatch):
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    drawn(LINE, values=lambda count: pytest.fail("called"))
    assert capsys.readouterr().out == "line: a figure is drawn in a notebook\n"
