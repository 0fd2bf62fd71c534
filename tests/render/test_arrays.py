"""Evidence as small tables."""

from typing import Any

import pytest

from grader.render.arrays import compare, number_text, slices
from grader.report import Evidence


def _texts(array: Any) -> list[tuple[str, list[list[str]]]]:
    return [(part.label, [[cell.text for cell in row] for row in part.rows]) for part in slices(array)]


@pytest.mark.parametrize(
    ("array", "shown"),
    [
        (1.5, [("", [["1.5"]])]),
        ([1, 2], [("", [["1", "2"]])]),
        ([[1], [2]], [("", [["1"], ["2"]])]),
        ([[[1, 2]], [[3, 4]]], [("[0, :, :]", [["1", "2"]]), ("[1, :, :]", [["3", "4"]])]),
        ([[[[7]]]], [("[0, 0, :, :]", [["7"]])]),
        ([], [("", [[]])]),
        ([[]], [("", [[]])]),
        ([[1, 2], 3], [("", [["1", "2"], ["3"]])]),
        (None, [("", [["None"]])]),
    ],
)
def test_an_array_is_cut_into_labelled_matrices(array: Any, shown: Any) -> None:
    assert _texts(array) == shown


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1 + 0.2, "0.3"),
        (123456789.0, "1.23457e+08"),
        (-0.00001234567, "-1.23457e-05"),
        (float("nan"), "nan"),
        (float("-inf"), "-inf"),
        (1234567, "1234567"),
        (True, "True"),
        ("nan", "nan"),
        ("x" * 50, "x" * 39 + "…"),
    ],
)
def test_a_number_has_six_significant_digits(value: object, text: str) -> None:
    assert number_text(value) == text


def test_flat_indices_count_through_all_slices() -> None:
    array = [[[0, 1], [2, 3]], [[4, 5], [6, 7]]]
    marked = [cell.text for part in slices(array, (3, 4, 7)) for row in part.rows for cell in row if cell.wrong]
    assert marked == ["3", "4", "7"]


def test_arrays_of_different_shapes_stand_side_by_side_as_far_as_they_go() -> None:
    pairs = compare(Evidence("x", (2, 1, 1), [1.0, 2.0], [[[1.0]], [[2.0]]], (), {}))
    assert [(pair.got is not None, pair.want is not None) for pair in pairs] == [(True, True), (False, True)]
