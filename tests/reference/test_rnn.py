"""The RNN reference against the lectures' equations, written a second time."""

import numpy as np
import pytest

from grader.mistakes import edited_solution, load_solution
from reference import rnn
from tests.reference.oracles import assert_backward_is_right, assert_close, benign_inputs, functions_of, gradients, run

ASSIGNMENT = rnn.ASSIGNMENT
FUNCTIONS = functions_of(ASSIGNMENT)

each_shape = pytest.mark.parametrize("dims", ASSIGNMENT.fixed_dims, ids=str)
pytestmark = pytest.mark.filterwarnings("error")


def step(x, prev_h, Wx, Wh, b):
    """A column at a time: h = tanh(W h + U x + b) with the transposed weights."""
    return (np.array([np.tanh(Wh.T @ h + Wx.T @ column + b) for column, h in zip(x, prev_h, strict=True)]),)


def sequence(x, h0, Wx, Wh, b):
    states = [h0]
    for t in range(x.shape[1]):
        states += step(x[:, t], states[-1], Wx, Wh, b)
    return (np.stack(states[1:], axis=1),)


def embedding(x, W):
    one_hot = np.eye(len(W))[x]
    return (one_hot @ W,)


def affine(x, w, b):
    return (np.array([[w.T @ column + b for column in row] for row in x]),)


def cross_entropy(x, y, mask):
    loss = 0
    for n, t in np.ndindex(y.shape):
        if mask[n, t]:
            e = np.exp(x[n, t])
            loss -= np.log(e[y[n, t]] / sum(e))
    return (np.asarray(loss / len(x)),)


EQUATIONS = {
    "rnn_step_forward": step,
    "rnn_forward": sequence,
    "word_embedding_forward": embedding,
    "temporal_affine_forward": affine,
}
BACKWARDS = [exercise for exercise in ASSIGNMENT.exercises if exercise.contract.of]


@each_shape
@pytest.mark.parametrize("name", EQUATIONS)
def test_a_forward_follows_the_lectures_equation(name, dims):
    exercise = ASSIGNMENT.exercise(name)
    inputs = benign_inputs(ASSIGNMENT, exercise, dims)
    (want,) = EQUATIONS[name](**inputs)
    assert_close(run(FUNCTIONS, ASSIGNMENT, exercise, inputs), {exercise.contract.gives[0].name: want})


@each_shape
@pytest.mark.parametrize("exercise", BACKWARDS, ids=lambda exercise: exercise.name)
def test_a_backward_is_the_derivative_of_the_lectures_equation(exercise, dims):
    assert_backward_is_right(FUNCTIONS, ASSIGNMENT, exercise, EQUATIONS[exercise.contract.of], dims)


@pytest.mark.parametrize("mistake", rnn.STEP_BACKWARD.mistakes[:3], ids=lambda mistake: mistake.name)
def test_a_planted_wrong_gradient_does_not_get_past_the_oracle(mistake):
    planted = load_solution(edited_solution(ASSIGNMENT, rnn.STEP_BACKWARD, mistake), "planted")
    with pytest.raises(AssertionError):
        assert_backward_is_right(planted, ASSIGNMENT, rnn.STEP_BACKWARD, step, ASSIGNMENT.fixed_dims[0])


@each_shape
def test_the_loss_and_its_gradient_follow_the_definition(dims):
    inputs = benign_inputs(ASSIGNMENT, rnn.SOFTMAX_LOSS, dims)
    want = {"loss": cross_entropy(**inputs)[0], **gradients(cross_entropy, inputs, (np.ones(()),))}
    assert_close(run(FUNCTIONS, ASSIGNMENT, rnn.SOFTMAX_LOSS, inputs), want)


@each_shape
def test_an_offset_on_all_scores_of_a_step_changes_nothing(dims):
    inputs = benign_inputs(ASSIGNMENT, rnn.SOFTMAX_LOSS, dims)
    offsets = np.linspace(-800, 800, inputs["y"].size).reshape(*inputs["y"].shape, 1)
    shifted = inputs | {"x": inputs["x"] + offsets}
    want, got = (run(FUNCTIONS, ASSIGNMENT, rnn.SOFTMAX_LOSS, case) for case in (inputs, shifted))
    for name in want:  # the offset itself costs digits of the scores
        assert np.allclose(got[name], want[name], rtol=0, atol=1e-12)


@pytest.mark.parametrize("shift", ["0", "x.min(axis=2, keepdims=True)", "x.mean(axis=2, keepdims=True)"])
def test_the_probe_of_the_loss_overflows_whatever_is_subtracted_but_the_largest_score(shift):
    inputs = benign_inputs(ASSIGNMENT, rnn.SOFTMAX_LOSS, ASSIGNMENT.fixed_dims[0])
    (probe,) = rnn.SOFTMAX_LOSS.probes
    extreme = probe.change(np.random.default_rng(0), inputs)
    assert np.max(np.abs(extreme["x"])) <= 1000
    planted = load_solution(ASSIGNMENT.solution.replace("x.max(axis=2, keepdims=True)", shift), "planted")
    with np.errstate(all="ignore"):
        assert not np.isfinite(run(planted, ASSIGNMENT, rnn.SOFTMAX_LOSS, extreme)["loss"])
    assert np.isfinite(run(FUNCTIONS, ASSIGNMENT, rnn.SOFTMAX_LOSS, extreme)["loss"])


def test_scores_of_1000_give_the_exact_loss():
    x, mask = np.array([[[1000.0, -1000.0, 0.0]]]), np.array([[True]])
    for target, want in ((0, 0.0), (1, 2000.0), (2, 1000.0)):
        loss, dx = rnn.temporal_softmax_loss(x, np.array([[target]]), mask)
        assert loss == want
        assert np.array_equal(dx[0, 0], np.array([1.0, 0, 0]) - np.eye(3)[target])


def test_a_batch_of_padding_has_no_loss_and_no_gradient():
    loss, dx = rnn.temporal_softmax_loss(np.ones((2, 3, 4)), np.zeros((2, 3), int), np.zeros((2, 3), bool))
    assert loss == 0
    assert not dx.any()


def test_a_repeated_word_receives_the_sum():
    W = np.zeros((3, 2))
    _, cache = rnn.word_embedding_forward(np.array([[1, 1], [2, 1]]), W)
    assert np.array_equal(rnn.word_embedding_backward(np.ones((2, 2, 2)), cache), [[0, 0], [3, 3], [1, 1]])
