"""Benign values: in their ranges, of both signs, with repeats and holes, and the same for the same seed."""

import numpy as np
import pytest
from hypothesis import given, strategies

from grader.shapes import Tensor
from grader.values import BIAS, SIGNAL, draw, draw_all

lengths = strategies.integers(1, 7)
dims = strategies.fixed_dictionaries(dict.fromkeys("NDV", lengths))
seeds = strategies.integers(0, 2**32 - 1)


def drawn(text, dims, seed):
    return draw(Tensor.parse(text), dims, np.random.default_rng(seed))


@given(dims, seeds)
@pytest.mark.parametrize(("kind", "magnitudes"), [("signal", SIGNAL), ("bias", BIAS)])
def test_magnitudes_stay_away_from_zero_and_from_large_values(kind, magnitudes, dims, seed):
    values = np.abs(drawn(f"x: N D, {kind}", dims, seed))
    assert np.all((magnitudes[0] <= values) & (values <= magnitudes[1]))


@given(dims, seeds)
@pytest.mark.parametrize("kind", ["signal", "bias"])
def test_both_signs_occur_where_there_is_room(kind, dims, seed):
    values = drawn(f"x: N D, {kind}", dims, seed)
    if values.size > 1:
        assert np.any(values < 0)
        assert np.any(values > 0)


@given(dims, seeds)
def test_weights_are_scaled_by_the_number_of_inputs(dims, seed):
    assert np.all(np.abs(drawn("w: N D, weight", dims, seed)) <= 1 / np.sqrt(dims["N"]))


@given(dims, seeds)
def test_integers_lie_below_their_bound_and_one_stands_twice(dims, seed):
    values = drawn("words: N D, below V", dims, seed)
    assert values.dtype.kind == "i"
    assert np.all((values >= 0) & (values < dims["V"]))
    if values.size > 1:
        assert len(np.unique(values)) < values.size


@given(dims, seeds)
def test_a_mask_has_a_hole_and_keeps_something(dims, seed):
    mask = drawn("mask: N D, bool", dims, seed)
    assert mask.dtype == bool
    assert mask.any()
    if mask.size > 1:
        assert not mask.all()


@given(dims, seeds)
@pytest.mark.parametrize("kind", ["signal", "weight", "bias", "bool", "below V"])
def test_shape_and_values_follow_from_shape_and_seed(kind, dims, seed):
    text = f"x: N 2D, {kind}"
    first, second = drawn(text, dims, seed), drawn(text, dims, seed)
    assert first.shape == (dims["N"], 2 * dims["D"])
    assert np.array_equal(first, second)


def test_another_seed_draws_other_values():
    dims = {"N": 3, "D": 4}
    assert not np.array_equal(drawn("x: N D", dims, 1), drawn("x: N D", dims, 2))


def test_a_scalar_is_drawn_too():
    assert drawn("x:", {}, 0).shape == ()
    assert drawn("x:, weight", {}, 0).shape == ()


@given(dims, seeds)
def test_an_end_of_a_range_may_be_an_input_that_is_passed_later(dims, seed):
    tensors = [Tensor.parse(text) for text in ("first:, 0 to last", "x: N D", "last:, below V")]
    values = draw_all(tensors, dims, np.random.default_rng(seed))
    assert list(values) == ["first", "x", "last"]
    assert 0 <= values["first"] <= values["last"] < dims["V"]
