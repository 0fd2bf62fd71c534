"""What is right: a table of answers, from equal to absurd; only what is proved equal is accepted."""

import re

import numpy as np
import pytest
from hypothesis import given, strategies
from hypothesis.extra import numpy as arrays_of

from grader.compare import RIGHT, SINGLE, NotAnArray, compare, same
from grader.shapes import Tensor

DIMS = {"N": 2, "H": 3}
MATRIX, VECTOR, SCALAR = Tensor.parse("dx: N H"), Tensor.parse("db: H"), Tensor.parse("loss:")
WANT = np.array([[0.5, -1.0, 2.0], [0.25, 1.5, -0.75]])


def compared(got, want=WANT, tensor=MATRIX):
    return compare(tensor, DIMS, got, want)


def off_by(relative):
    """The wanted matrix, its last entry off by so much of the largest magnitude."""
    got = WANT.copy()
    got[1, 2] += relative * 2.0
    return got


@pytest.mark.parametrize(
    "got",
    [WANT, WANT.copy(order="F"), WANT.astype(">f8"), off_by(1e-10), off_by(-1e-10)],
    ids=["equal", "Fortran order", "big endian", "last digits", "last digits below"],
)
def test_a_right_answer_is_right_and_nothing_is_odd(got):
    comparison = compared(got)
    assert (comparison.right, comparison.note, comparison.why) == (True, "", "")


@pytest.mark.parametrize("got", [WANT.astype(np.float32), off_by(1e-8), off_by(1e-5)])
def test_single_precision_is_right_with_a_note(got):
    comparison = compared(got * (1 + np.float32(1e-7)))
    assert comparison.right
    assert "dx is right to single precision only" in comparison.note


@pytest.mark.parametrize(
    ("got", "why"),
    [
        (off_by(1e-3), r"dx\[1, 2\] is -0.748, wanted -0.75 \(relative error 0.001\)"),
        (off_by(1e-4), r"dx\[1, 2\]"),
        (-WANT, r"dx\[0, 2\] is -2, wanted 2 \(relative error 2\)"),
        (np.zeros_like(WANT), r"dx\[0, 2\] is 0, wanted 2"),
        (WANT.round().astype(int), r"dx\[0, 0\]|dx\[1, 1\]"),
        (WANT > 0, r"dx\[0, 1\]|dx\[1, 2\]|dx\[0, 2\]"),
        (WANT.astype(np.float16) * np.float16(1.01), r"dx\[0, 2\]"),
        (np.full_like(WANT, 1e308), "relative error"),
        (np.full_like(WANT, np.nan), r"dx\[0, 0\] is nan, wanted 0.5"),
        (np.where(WANT == 1.5, np.nan, WANT), r"dx\[1, 1\] is nan, wanted 1.5"),
        (np.where(WANT == 1.5, np.inf, WANT), r"dx\[1, 1\] is inf, wanted 1.5"),
        (np.where(WANT == 1.5, -np.inf, WANT), r"dx\[1, 1\] is -inf, wanted 1.5"),
        (WANT.astype(complex), "dx is an array of complex128, wanted real numbers"),
        (WANT.astype(object), "dx is an array of object, wanted real numbers"),
        (WANT.astype(str), "dx is an array of <U32, wanted real numbers"),
        (WANT.T, r"dx has shape \(3, 2\), wanted \(N, H\) = \(2, 3\) with N=2, H=3"),
        (WANT.ravel(), r"dx has shape \(6,\), wanted"),
        (WANT[None], r"dx has shape \(1, 2, 3\), wanted"),
        (WANT[:1], r"dx has shape \(1, 3\), wanted"),
        (WANT[0, 0], r"dx has shape \(\), wanted"),
        (np.empty((0, 3)), r"dx has shape \(0, 3\), wanted"),
        (np.empty(0), r"dx has shape \(0,\), wanted"),
        (NotAnArray("NoneType"), "dx is None: not written yet"),
        (NotAnArray("list"), r"dx is a list, wanted an array of shape \(N, H\)"),
        (NotAnArray("object array"), "dx is an object array, wanted an array"),
    ],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_wrong_answer_is_wrong_and_the_message_says_where(got, why):
    comparison = compared(got)
    assert not comparison.right
    assert comparison.note == ""
    assert re.search(why, comparison.why), comparison.why


@pytest.mark.parametrize(
    ("tensor", "got", "want", "right"),
    [
        (VECTOR, np.array([[1.0, 2.0, 3.0]]), np.array([1.0, 2.0, 3.0]), True),
        (VECTOR, np.array([[[1.0, 2.0, 3.0]]]), np.array([1.0, 2.0, 3.0]), True),
        (VECTOR, np.array([[1.0], [2.0], [3.0]]), np.array([1.0, 2.0, 3.0]), False),
        (VECTOR, np.array([[1.0, 2.0, 4.0]]), np.array([1.0, 2.0, 3.0]), False),
        (VECTOR, np.array(1.0), np.array([1.0, 1.0, 1.0]), False),
        (SCALAR, np.array(2.5), np.array(2.5), True),
        (SCALAR, np.array([2.5]), np.array(2.5), True),
        (SCALAR, np.array([[2.5]]), np.array(2.5), True),
        (SCALAR, np.array([2.5, 2.5]), np.array(2.5), False),
        (SCALAR, np.array([]), np.array(2.5), False),
        (MATRIX, WANT[None], WANT, False),
    ],
)
def test_only_a_vector_or_scalar_may_have_axes_of_length_1_in_front(tensor, got, want, right):
    comparison = compared(got, want, tensor)
    assert comparison.right is right
    if right and got.shape != want.shape:
        assert "an axis of length 1 too many" in comparison.note


@pytest.mark.parametrize(("off", "right"), [(0.0, True), (1e-13, True), (1e-11, False), (1e-7, False), (1.0, False)])
def test_where_zero_is_wanted_everywhere_an_absolute_bound_holds(off, right):
    got = np.zeros((2, 3))
    got[0, 1] = off
    comparison = compared(got, np.zeros((2, 3)))
    assert comparison.right is right
    if not right:
        assert comparison.why.startswith("dx[0, 1] is")
        assert "wanted zero everywhere" in comparison.why


finite = strategies.floats(-10, 10)
anything = arrays_of.arrays(np.float64, (2, 3), elements=strategies.floats(allow_nan=True, allow_infinity=True))


@given(anything, arrays_of.arrays(np.float64, (2, 3), elements=finite))
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_whatever_comes_is_right_only_if_every_entry_is_close(got, want):
    comparison = compared(got, want)
    scale = np.max(np.abs(want))
    with np.errstate(all="ignore"):
        close = np.isfinite(got).all() and np.max(np.abs(got - want)) <= max(SINGLE * scale, 1e-12)
    assert comparison.right <= bool(close)
    if not comparison.right:
        assert len(comparison.worst) == 2
        assert comparison.why


@given(arrays_of.arrays(np.float64, (2, 3), elements=finite), strategies.integers(0, 5))
def test_an_answer_with_nan_in_it_never_passes(want, position):
    got = want.copy()
    got.flat[position] = np.nan
    comparison = compared(got, want)
    assert not comparison.right
    assert comparison.wrong == (position,)
    assert not same(got, want)


def test_the_wrong_entries_are_listed_by_flat_index():
    got = WANT.copy()
    got[0, 0] += 1
    got[1, 1] -= 2
    comparison = compared(got)
    assert comparison.wrong == (0, 4)
    assert comparison.worst == (1, 1)


@pytest.mark.parametrize(
    ("got", "want", "alike"),
    [
        (WANT, WANT, True),
        (off_by(RIGHT / 10), WANT, True),
        (off_by(1e-8), WANT, False),
        (WANT.T, WANT, False),
        (WANT[None], WANT, False),
        (WANT.astype(complex), WANT, False),
        (np.array([np.nan, 1.0]), np.array([np.nan, 1.0]), True),
        (np.array([1.0, np.nan]), np.array([np.nan, 1.0]), False),
        (np.array([np.nan]), np.array([np.nan]), True),
        (np.zeros(2), np.zeros(2), True),
        (np.full(2, 1e-3), np.zeros(2), False),
    ],
)
def test_two_outcomes_of_a_mistake_are_the_same_only_by_the_rule_for_right_values(got, want, alike):
    assert same(got, want) is alike


@pytest.mark.parametrize(
    ("got", "right"), [(1_000_000, True), (1_000_000.0, True), (1_000_001, False), (999_999.9, False)]
)
def test_a_count_is_right_or_wrong_however_large_it_is(got, right):
    comparison = compared(np.asarray(got), np.asarray(1_000_000), SCALAR)
    assert (comparison.right, comparison.note) == (right, "")
    assert right or "wanted 1000000 " in comparison.why
    assert same(np.asarray(got), np.asarray(1_000_000)) == right


def test_the_rounding_of_zero_is_zero():
    """Shares that cancel leave 1e-17 in one right solution and nothing, or another 1e-17, in the next."""
    want = np.array([5.5e-17, 0.0])
    tensor = Tensor.parse("dx: N")
    assert compare(tensor, {"N": 2}, np.array([-4e-17, 1e-16]), want).right
    assert compare(tensor, {"N": 2}, np.zeros(2), want).right
    wrong = compare(tensor, {"N": 2}, np.array([1e-9, 0.0]), want)
    assert not wrong.right
    assert "wanted zero everywhere" in wrong.why
