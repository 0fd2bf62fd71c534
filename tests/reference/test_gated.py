"""The GRU and the mutants against the lecture's equations, written a second time: columns, one sequence at a time."""

import numpy as np
import pytest

from grader.mistakes import edited_solution, load_solution
from reference import gated
from tests.reference.oracles import assert_backward_is_right, assert_close, benign_inputs, functions_of, run

ASSIGNMENT = gated.ASSIGNMENT
FUNCTIONS = functions_of(ASSIGNMENT)
BACKWARDS = [exercise for exercise in ASSIGNMENT.exercises if exercise.contract.of]

each_shape = pytest.mark.parametrize("dims", ASSIGNMENT.fixed_dims, ids=str)
pytestmark = pytest.mark.filterwarnings("error")


def logistic(a):
    return 1 / (1 + np.exp(-a))


def gru_column(Wx, Wh, b, x, h):
    """One sequence, one step, entry by entry of the new state; `Wx[:, block + j]` are the weights into entry j."""
    H = len(h)

    def gate(block, state, j):
        return Wx[:, block * H + j] @ x + Wh[:, block * H + j] @ state + b[block * H + j]

    r = np.array([logistic(gate(0, h, j)) for j in range(H)])
    z = np.array([logistic(gate(1, h, j)) for j in range(H)])
    candidate = np.array([np.tanh(gate(2, r * h, j)) for j in range(H)])
    return z * h + (1 - z) * candidate


def gru_step(x, prev_h, Wx, Wh, b):
    return (np.array([gru_column(Wx, Wh, b, *rows) for rows in zip(x, prev_h, strict=True)]),)


def gru(x, h0, Wx, Wh, b):
    h, states = h0, []
    for t in range(x.shape[1]):
        (h,) = gru_step(x[:, t], h, Wx, Wh, b)
        states.append(h)
    return (np.stack(states, axis=1),)


def renewed(h, z, r, Whh, rest):
    """The last equation, the same on all three slides; W acts on columns there, so ours stand transposed."""
    return np.tanh(Whh.T @ (r * h) + rest) * z + h * (1 - z)


def mut1(x, prev_h, Wxz, Wxr, Whr, Whh, bz, br, bh):
    def column(x, h):
        z = logistic(Wxz.T @ x + bz)
        r = logistic(Wxr.T @ x + Whr.T @ h + br)
        return renewed(h, z, r, Whh, np.tanh(x) + bh)

    return (np.array(list(map(column, x, prev_h))),)


def mut2(x, prev_h, Wxz, Whz, Whr, Wxh, Whh, bz, br, bh):
    def column(x, h):
        z = logistic(Wxz.T @ x + Whz.T @ h + bz)
        r = logistic(x + Whr.T @ h + br)
        return renewed(h, z, r, Whh, Wxh.T @ x + bh)

    return (np.array(list(map(column, x, prev_h))),)


def mut3(x, prev_h, Wxz, Whz, Wxr, Whr, Wxh, Whh, bz, br, bh):
    def column(x, h):
        z = logistic(Wxz.T @ x + Whz.T @ np.tanh(h) + bz)
        r = logistic(Wxr.T @ x + Whr.T @ h + br)
        return renewed(h, z, r, Whh, Wxh.T @ x + bh)

    return (np.array(list(map(column, x, prev_h))),)


EQUATIONS = {
    "gru_step_forward": gru_step,
    "gru_forward": gru,
    "mut1_step_forward": mut1,
    "mut2_step_forward": mut2,
    "mut3_step_forward": mut3,
}


@each_shape
@pytest.mark.parametrize("name", EQUATIONS)
def test_a_forward_follows_the_lectures_equation(name, dims):
    exercise = ASSIGNMENT.exercise(name)
    inputs = benign_inputs(ASSIGNMENT, exercise, dims)
    names = [tensor.name for tensor in exercise.contract.gives]
    want = dict(zip(names, EQUATIONS[name](**inputs), strict=True))
    assert_close(run(FUNCTIONS, ASSIGNMENT, exercise, inputs), want)


@each_shape
@pytest.mark.parametrize("exercise", BACKWARDS, ids=lambda exercise: exercise.name)
def test_a_backward_is_the_derivative_of_the_lectures_equation(exercise, dims):
    assert_backward_is_right(FUNCTIONS, ASSIGNMENT, exercise, EQUATIONS[exercise.contract.of], dims)


@pytest.mark.parametrize("exercise", BACKWARDS, ids=lambda exercise: exercise.name)
def test_a_planted_wrong_gradient_does_not_get_past_the_oracle(exercise):
    planted = load_solution(edited_solution(ASSIGNMENT, exercise, exercise.mistakes[0]), "planted")
    with pytest.raises(AssertionError):
        assert_backward_is_right(
            planted, ASSIGNMENT, exercise, EQUATIONS[exercise.contract.of], ASSIGNMENT.fixed_dims[0]
        )


FORWARDS = ("gru_step_forward", "mut1_step_forward", "mut2_step_forward", "mut3_step_forward")


@pytest.mark.parametrize("name", FORWARDS)
@pytest.mark.parametrize("convention", ["z", "reset after the product", "reset gate unused"])
def test_each_convention_of_the_handout_has_its_mistake(name, convention):
    names = [mistake.name for mistake in ASSIGNMENT.exercise(name).mistakes]
    wanted = {"z": "z renews as in the mutants" if name.startswith("gru") else "z keeps as in the GRU"}
    assert wanted.get(convention, convention) in names


@pytest.mark.parametrize("name", FORWARDS)
def test_an_open_update_gate_keeps_in_the_gru_and_renews_in_the_mutants(name):
    exercise = ASSIGNMENT.exercise(name)
    inputs = benign_inputs(ASSIGNMENT, exercise, ASSIGNMENT.fixed_dims[0])
    H = inputs["prev_h"].shape[1]
    if name.startswith("gru"):
        inputs["b"][H : 2 * H] = 1000.0
    else:
        inputs["bz"][:] = 1000.0
    next_h = run(FUNCTIONS, ASSIGNMENT, exercise, inputs)["next_h"]
    assert np.array_equal(next_h, inputs["prev_h"]) == (name == "gru_step_forward")


def test_a_reset_gate_that_is_not_used_gets_no_gradient():
    """As L4 prints the candidate: the output does not depend on the weights of r."""
    (mistake,) = (one for one in gated.STEP_FORWARD.mistakes if one.name == "reset gate unused")
    unused = load_solution(edited_solution(ASSIGNMENT, gated.STEP_FORWARD, mistake), "planted")["gru_step_forward"]
    inputs = benign_inputs(ASSIGNMENT, gated.STEP_FORWARD, ASSIGNMENT.fixed_dims[0])
    H = inputs["prev_h"].shape[1]
    moved = {**inputs, "b": inputs["b"] + (np.arange(3 * H) < H)}
    assert np.array_equal(unused(**moved)[0], unused(**inputs)[0])
    assert not np.array_equal(gated.gru_step_forward(**moved)[0], gated.gru_step_forward(**inputs)[0])


def test_an_input_of_another_size_does_not_fit_mut1_and_mut2():
    """D = H stands in the shapes: x has H columns."""
    for exercise in (gated.MUT1_FORWARD, gated.MUT2_FORWARD):
        (x,) = (tensor for tensor in exercise.contract.takes if tensor.name == "x")
        assert x.axes_text == "N H"
    (x,) = (tensor for tensor in gated.MUT3_FORWARD.contract.takes if tensor.name == "x")
    assert x.axes_text == "N D"


def test_the_sigmoid_does_not_overflow():
    assert np.allclose(
        gated.sigmoid(np.array([-1000.0, -1.0, 0.0, 1.0, 1000.0])), [0, logistic(-1), 0.5, logistic(1), 1]
    )
