"""The numerical check of a gradient: it agrees with the true one, and with none of the planted wrong ones."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies

from grader.gradients import OFFSETS, agrees, derivative_along, moved, tangent


def forward(inputs):
    """A function of two matrices that is neither linear nor symmetric."""
    return {"out": np.tanh(inputs["x"] @ inputs["w"])}


def vjp(inputs, dout):
    dsum = (1 - np.tanh(inputs["x"] @ inputs["w"]) ** 2) * dout
    return {"x": dsum @ inputs["w"].T, "w": inputs["x"].T @ dsum}


def benign(seed):
    rng = np.random.default_rng(seed)
    inputs = {"x": rng.uniform(-1, 1, (3, 2)), "w": rng.uniform(-1, 1, (2, 2))}
    return inputs, rng.choice((-1.0, 1.0), (3, 2)) * rng.uniform(0.25, 1, (3, 2)), rng


def checked(gradients, seed, function=forward):
    """Whether gradients pass as the derivative of a function at the inputs of a seed."""
    inputs, dout, rng = benign(seed)
    direction = tangent(inputs, ["x", "w"], rng)
    values = [function(point) for point in moved(inputs, direction)]
    return agrees(gradients, direction, *derivative_along(values, {"out": dout}))


def true_gradients(seed):
    inputs, dout, _ = benign(seed)
    return vjp(inputs, dout)


seeds = strategies.integers(0, 10_000)


@given(seeds)
@settings(derandomize=True)
def test_the_true_gradient_agrees(seed):
    assert checked(true_gradients(seed), seed)


def transposed(gradients):
    return {**gradients, "w": gradients["w"].T}


def one_entry_off(gradients):
    dw = gradients["w"].copy()
    dw[0, 1] += 1e-3
    return {**gradients, "w": dw}


WRONG = {
    "a 2 x 2 gradient transposed": transposed,
    "one entry off by 0.001": one_entry_off,
    "a factor of 2": lambda gradients: {**gradients, "x": 2 * gradients["x"]},
    "a factor of 1.001": lambda gradients: {name: 1.001 * gradient for name, gradient in gradients.items()},
    "divided by the batch": lambda gradients: {**gradients, "w": gradients["w"] / 3},
    "the wrong sign": lambda gradients: {**gradients, "x": -gradients["x"]},
    "zero": lambda gradients: {name: np.zeros_like(gradient) for name, gradient in gradients.items()},
    "rows in another order": lambda gradients: {**gradients, "x": gradients["x"][::-1]},
}


@pytest.mark.parametrize("spoil", WRONG.values(), ids=WRONG)
def test_a_planted_wrong_gradient_is_found(spoil):
    assert not any(checked(spoil(true_gradients(seed)), seed) for seed in range(50))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_gradient_that_is_not_finite_never_agrees(value):
    gradients = true_gradients(0)
    gradients["x"][0, 0] = value
    assert not checked(gradients, 0)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_nothing_agrees_with_a_forward_that_is_not_finite(value):
    assert not checked(true_gradients(0), 0, lambda inputs: {"out": np.full((3, 2), value)})


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_nothing_agrees_where_the_tolerance_itself_overflows():
    huge = np.array([[1.5e308, -1.5e308], [1.5e308, -1.5e308], [0, 0]])
    inputs, _, rng = benign(0)
    direction = tangent(inputs, ["x", "w"], rng)
    derivative, tolerance = derivative_along([{"out": huge}] * 4, {"out": np.ones((3, 2))})
    assert not np.isfinite(tolerance)
    assert not agrees(true_gradients(0), direction, derivative, tolerance)


def test_the_direction_moves_what_is_named_and_nothing_else():
    inputs, _, rng = benign(0)
    points = moved(inputs, tangent(inputs, ["w"], rng))
    assert len(points) == len(OFFSETS)
    assert all(point["x"] is inputs["x"] for point in points)
    assert all(np.all(point["w"] != inputs["w"]) for point in points)


def test_the_direction_has_another_magnitude_in_every_entry():
    inputs, _, rng = benign(0)
    direction = tangent(inputs, ["w"], rng)["w"]
    assert len(np.unique(np.abs(direction))) == direction.size


def test_an_input_of_zeros_is_moved_too():
    direction = tangent({"b": np.zeros(3)}, ["b"], np.random.default_rng(0))
    assert np.all(direction["b"] != 0)
