"""The map of errors: right entries stay grey, wrong ones redden with their distance."""

import re
import xml.etree.ElementTree as ET
from collections import Counter

import numpy as np
import pytest

from grader.candidate.inprocess import InProcess
from grader.compile import compile_plan
from grader.examine import Examiner
from grader.inline.heat import MAX_ENTRIES, MAX_MAPS, _Drawing, heat_maps
from tests.exercises import affine, structures

GREY = "rgba(128,128,128,0.16)"
SVG = "{http://www.w3.org/2000/svg}"


def examined(plan, name, **functions):
    namespace = {**vars(affine), **functions}
    return Examiner(plan).examine(name, InProcess(namespace))


def colours(heat):
    return [each.get("fill") for each in ET.fromstring(heat.svg).iter(f"{SVG}rect")]


def opacity(colour):
    return float(re.fullmatch(r"rgba\(208,58,20,([\d.]+)\)", colour)[1])


def last_column_off(dout, cache):
    dx, dw, db = affine.affine_backward(dout, cache)
    dw[:, -1] += np.arange(1, len(dw) + 1)
    return dx, dw, db


def test_the_wrong_column_is_red_and_the_redder_the_further_off(affine_public):
    (heat,) = heat_maps(examined(affine_public, "affine_backward", affine_backward=last_column_off))
    rows, columns = (int(re.search(rf"\b{letter}=(\d+)", heat.where)[1]) for letter in "DM")
    grid = np.array(colours(heat)).reshape(rows, columns)
    assert (grid[:, :-1] == GREY).all()
    strength = [opacity(colour) for colour in grid[:, -1]]
    assert strength == sorted(strength)
    assert strength[-1] == 1
    assert heat.title == f"dw: {rows} of {rows * columns} wrong, the worst {rows} off at [{rows - 1}, {columns - 1}]"


def test_the_case_is_the_one_that_tells_most_axes_apart(affine_public):
    examination = examined(affine_public, "affine_backward", affine_backward=last_column_off)
    (heat,) = heat_maps(examination)
    most = max(len(set(finding.case.dims.values())) for finding in examination.failing)
    assert len(set(re.findall(r"=(\d+)", heat.where))) == most


def test_a_right_function_has_no_map(affine_public):
    assert heat_maps(examined(affine_public, "affine_backward")) == ()


@pytest.mark.parametrize(
    "wrong",
    [lambda dout, cache: None, lambda dout, cache: 1 / 0, lambda dout, cache: (0.0, 0.0, 0.0)],
    ids=["nothing", "raises", "other shapes"],
)
def test_what_cannot_be_compared_has_no_map(affine_public, wrong):
    assert heat_maps(examined(affine_public, "affine_backward", affine_backward=wrong)) == ()


def test_values_that_are_not_finite_have_a_colour_of_their_own(affine_public):
    def not_finite(dout, cache):
        dx, dw, db = affine.affine_backward(dout, cache)
        dw[0, 0] = np.nan
        return dx, dw, db

    (heat,) = heat_maps(examined(affine_public, "affine_backward", affine_backward=not_finite))
    counted = Counter(colours(heat))
    assert counted.pop("#7a2fa0") == 1
    assert set(counted) == {GREY}
    assert "the worst not finite off" not in heat.title
    assert "the worst not finite at [0, 0]" in heat.title


def test_what_is_wrong_in_part_comes_first(affine_public):
    def both(dout, cache):
        dx, dw, db = last_column_off(dout, cache)
        return dx + 1000, dw, db

    first, second = heat_maps(examined(affine_public, "affine_backward", affine_backward=both))
    assert (first.title.split(":")[0], second.title.split(":")[0]) == ("dw", "dx")


def test_an_array_of_three_axes_is_shown_as_matrices_side_by_side(affine_public):
    def doubled(index, table):
        out, cache = affine.lookup_forward(index, table)
        return 2 * out, cache

    (heat,) = heat_maps(examined(affine_public, "lookup_forward", lookup_forward=doubled))
    texts = [text.text for text in ET.fromstring(heat.svg).iter(f"{SVG}text")]
    count = int(re.search(r"N=(\d+)", heat.where)[1])
    assert [text for text in texts if text and text.startswith("[")] == [
        f"[{number}, :, :]  D →" for number in range(count)
    ]


def test_the_blocks_of_an_axis_are_told_apart(affine_public):
    assert "<path" not in str(heat_maps(examined(affine_public, "affine_backward", affine_backward=last_column_off)))

    drawing = _Drawing("dw", *np.zeros((3, 2, 12)), np.zeros((2, 12), dtype=bool), 4)
    borders = re.findall(r'<path d="M([\d.]+) ', drawing.svg(["D", "4H"]))
    first = [float(element.get("x")) for element in ET.fromstring(drawing.svg(["D", "4H"])).iter(f"{SVG}rect")][:12]
    assert [float(x) + 0.5 for x in borders] == [first[3], first[6], first[9]]


def test_maps_are_few_and_small(affine_public):
    for name in affine_public.contracts:
        maps = heat_maps(examined(affine_public, name, **{name: _off_by_one(getattr(affine, name))}))
        assert len(maps) <= MAX_MAPS
        assert all(len(colours(heat)) <= MAX_ENTRIES for heat in maps)


def _off_by_one(function):
    return lambda *arguments: _shifted(function(*arguments))


def _shifted(returned):
    return tuple(_shifted(item) for item in returned) if isinstance(returned, tuple) else returned + 1


def test_a_leaf_of_a_structure_has_its_own_map():
    plan = compile_plan(structures.ASSIGNMENT, 1, public=True)

    def second_layer_off(dout, cache):
        dx, dlayers = structures.tower_backward(dout, cache)
        return dx, [(dw + (number == 1), db) for number, (dw, db) in enumerate(dlayers)]

    candidate = InProcess({**vars(structures), "tower_backward": second_layer_off})
    (heat,) = heat_maps(Examiner(plan).examine("tower_backward", candidate))
    assert heat.title.startswith("dlayers[1][0]: ")
    assert "H →" in heat.svg
