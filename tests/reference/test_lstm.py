"""The LSTM reference against the lectures' equations, written a second time."""

import numpy as np
import pytest

from grader.mistakes import edited_solution, load_solution
from reference import lstm
from tests.reference.oracles import assert_backward_is_right, assert_close, benign_inputs, functions_of, run

ASSIGNMENT = lstm.ASSIGNMENT
FUNCTIONS = functions_of(ASSIGNMENT)

each_shape = pytest.mark.parametrize("dims", ASSIGNMENT.fixed_dims, ids=str)
pytestmark = pytest.mark.filterwarnings("error")


def logistic(z):
    return 1 / (1 + np.exp(-z))


def column_step(gates, biases, column, h, c):
    """One sequence, one step, as L1 and L4 print it: every gate's own matrix times the column [h; x]."""
    stacked = np.concatenate([h, column])
    i, f, o, g = (W @ stacked + b for W, b in zip(gates, biases, strict=True))
    c = logistic(f) * c + logistic(i) * np.tanh(g)
    return logistic(o) * np.tanh(c), c


def gates_of(Wx, Wh, b):
    """The lectures' gate matrices and biases of the stacked weights, entry by entry."""
    H = len(Wh)
    gates = [np.array([[*Wh[:, block * H + row], *Wx[:, block * H + row]] for row in range(H)]) for block in range(4)]
    return gates, [b[block * H : (block + 1) * H] for block in range(4)]


def step(x, prev_h, prev_c, Wx, Wh, b):
    gates, biases = gates_of(Wx, Wh, b)
    pairs = [column_step(gates, biases, *rows) for rows in zip(x, prev_h, prev_c, strict=True)]
    return np.array([h for h, _ in pairs]), np.array([c for _, c in pairs])


def sequence(x, h0, Wx, Wh, b):
    h, c, states = h0, np.zeros(h0.shape), []
    for t in range(x.shape[1]):
        h, c = step(x[:, t], h, c, Wx, Wh, b)
        states.append(h)
    return (np.stack(states, axis=1),)


def additive_step(x, prev_h, prev_c, Wx, Wh, b):
    rows = zip(x, prev_h, prev_c, strict=True)
    c = np.array([cell + np.tanh(Wh.T @ h + Wx.T @ column + b) for column, h, cell in rows])
    return np.tanh(c), c


EQUATIONS = {"lstm_step_forward": step, "lstm_forward": sequence, "additive_cell_step_forward": additive_step}
BACKWARDS = [exercise for exercise in ASSIGNMENT.exercises if exercise.contract.of]


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


@pytest.mark.parametrize("mistake", lstm.STEP_BACKWARD.mistakes[:3], ids=lambda mistake: mistake.name)
def test_a_planted_wrong_gradient_does_not_get_past_the_oracle(mistake):
    planted = load_solution(edited_solution(ASSIGNMENT, lstm.STEP_BACKWARD, mistake), "planted")
    with pytest.raises(AssertionError):
        assert_backward_is_right(planted, ASSIGNMENT, lstm.STEP_BACKWARD, step, ASSIGNMENT.fixed_dims[0])


@each_shape
def test_packed_gates_compute_what_the_gates_compute_on_the_column(dims):
    packed = benign_inputs(ASSIGNMENT, lstm.WEIGHTS_FROM_GATES, dims)
    states = benign_inputs(ASSIGNMENT, lstm.STEP_FORWARD, dims)
    x, h, c = states["x"], states["prev_h"], states["prev_c"]
    next_h, next_c, _ = lstm.lstm_step_forward(x, h, c, *lstm.lstm_weights_from_gates(**packed))
    gates, biases = ([packed[kind + gate] for gate in "ifog"] for kind in "Wb")
    for n in range(len(x)):
        want_h, want_c = column_step(gates, biases, x[n], h[n], c[n])
        assert np.allclose(next_h[n], want_h, rtol=1e-12, atol=0)
        assert np.allclose(next_c[n], want_c, rtol=1e-12, atol=0)


def test_taking_gates_apart_and_packing_them_again_changes_no_number():
    inputs = benign_inputs(ASSIGNMENT, lstm.STEP_FORWARD, ASSIGNMENT.fixed_dims[0])
    stacked = inputs["Wx"], inputs["Wh"], inputs["b"]
    gates, biases = gates_of(*stacked)
    for got, want in zip(lstm.lstm_weights_from_gates(*gates, *biases), stacked, strict=True):
        assert np.array_equal(got, want)


def test_the_sigmoid_is_exact_to_rounding_far_out():
    x = np.array([-1000.0, -745.0, -700.0, -40.0, -1.0, 0.0, 1.0, 40.0, 700.0, 1000.0])
    want = [0.0, np.exp(-745.0), np.exp(-700.0), np.exp(-40.0), logistic(-1.0), 0.5, logistic(1.0), 1.0, 1.0, 1.0]
    assert np.allclose(lstm.sigmoid(x), want, rtol=1e-15, atol=0)


def test_the_sigmoid_of_an_input_and_of_its_negative_add_up_to_one():
    x = np.linspace(-1000, 1000, 4001)
    assert np.allclose(lstm.sigmoid(x) + lstm.sigmoid(-x), 1, rtol=1e-15, atol=0)


def test_the_probe_of_the_sigmoid_reaches_both_ends():
    (probe,) = lstm.SIGMOID.probes
    x = probe.change(np.random.default_rng(0), {"x": np.ones((3, 2))})["x"]
    assert x.shape == (3, 2)
    assert (x.min(), x.max()) == (-1000, 1000)


def test_an_open_forget_gate_keeps_the_cell_and_its_gradient():
    """f = 1 and i = 0, the case in which the lecture says that nothing is lost."""
    c, H = np.array([[0.3, -0.7]]), 2
    b = np.repeat([-1000.0, 1000.0, 1000.0, 0.0], H)  # i, f, o, g
    zeros = np.zeros((1, H)), np.zeros((H, 4 * H))
    _, next_c, cache = lstm.lstm_step_forward(zeros[0], zeros[0], c, zeros[1], zeros[1], b)
    assert np.array_equal(next_c, c)
    _, _, dprev_c, *_ = lstm.lstm_step_backward(np.zeros((1, H)), np.ones((1, H)), cache)
    assert np.array_equal(dprev_c, np.ones((1, H)))
