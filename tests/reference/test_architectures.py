"""A7 against its equations written a second time (a sequence at a time, in columns, by complex steps) and torch."""

import numpy as np
import pytest

from grader.mistakes import edited_solution, load_solution
from grader.programs import argument_of
from reference import architectures
from reference.architectures_probes import recall_task
from tests.reference import foreign_architectures as foreign
from tests.reference.foreign import relative_error
from tests.reference.oracles import STEP, benign_inputs, functions_of

ASSIGNMENT = architectures.ASSIGNMENT
FUNCTIONS = functions_of(ASSIGNMENT)
DRAWS = 3
CLOSE = 1e-12  # of the largest entry

each_shape = pytest.mark.parametrize("dims", ASSIGNMENT.fixed_dims, ids=str)
pytestmark = pytest.mark.filterwarnings("error")
torch_is_there = pytest.mark.filterwarnings("default")


def arguments(name, dims, seed=0):
    exercise = ASSIGNMENT.exercise(name)
    inputs = benign_inputs(ASSIGNMENT, exercise, dims, seed)
    return [argument_of(item, inputs) for item in exercise.contract.takes]


def hold(got, want):
    """Both are dicts, or dicts in tuples, or arrays: the same keys, the same shapes, the same values."""
    if isinstance(want, dict):
        assert set(got) == set(want)
        for name, value in want.items():
            assert relative_error(got[name], value) <= CLOSE, name
    elif isinstance(want, tuple):
        assert len(got) == len(want)
        for one, other in zip(got, want, strict=True):
            hold(one, other)
    else:
        assert relative_error(got, want) <= CLOSE


# --- the equations, one sequence at a time ---------------------------------------------------------------------------


def state(p, x, h, of=""):
    return np.tanh(p[f"Wx{of}"].T @ x + p[f"Wh{of}"].T @ h + p[f"b{of}"])


def surprise(p, h, y):
    scores = p["Wy"].T @ h + p["by"]
    return np.log(np.sum(np.exp(scores))) - scores[y]


def one_to_one(p, x, y):
    return surprise(p, np.tanh(p["Wx"].T @ x + p["b"]), y)


def many_to_one(p, words, lengths, y):
    h = np.zeros(len(p["Wh"]))
    for word in words[:lengths]:
        h = state(p, p["We"][word], h)
    return surprise(p, h, y)


def synced(p, x, y, mask):
    h, total = np.zeros(len(p["Wh"])), 0
    for frame, label, counts in zip(x, y, mask, strict=True):
        h = state(p, frame, h)
        total += surprise(p, h, label) if counts else 0
    return total


def spoken(p, h, text, mask, of=""):
    total = 0
    for word, following, counts in zip(text, text[1:], mask, strict=False):
        h = state(p, p[f"We{of}"][word], h, of)
        total += surprise(p, h, following) if counts else 0
    return total


def one_to_many(p, features, captions, mask):
    return spoken(p, p["Wp"].T @ features + p["bp"], captions, mask)


def seq2seq(p, source, target, mask):
    h = np.zeros(len(p["Wh_enc"]))
    for word in source:
        h = state(p, p["We_enc"][word], h, "_enc")
    return spoken(p, h, target, mask, "_dec")


def recall(p, x, y):
    H = len(p["Wh"])
    h = c = np.zeros(H)
    for one in x:
        a = p["Wx"].T @ one + p["Wh"].T @ h + p["b"]
        i, f, o = (1 / (1 + np.exp(-a[k * H : (k + 1) * H])) for k in range(3))
        c = f * c + i * np.tanh(a[3 * H :])
        h = o * np.tanh(c)
    return surprise(p, h, y)


EQUATIONS = {
    "one_to_one_loss": one_to_one,
    "many_to_one_loss": many_to_one,
    "many_to_many_synced_loss": synced,
    "one_to_many_loss": one_to_many,
    "seq2seq_loss": seq2seq,
    "recall_loss": recall,
}


def loss_of(equation, params, batch):
    N = len(next(iter(batch.values())))
    return sum(equation(params, **{name: value[n] for name, value in batch.items()}) for n in range(N)) / N


def by_complex_steps(equation, params, batch):
    grads = {name: np.zeros(value.shape) for name, value in params.items()}
    for name, value in params.items():
        for index in np.ndindex(value.shape):
            moved = value.astype(complex)
            moved[index] += 1j * STEP
            grads[name][index] = np.imag(loss_of(equation, {**params, name: moved}, batch)) / STEP
    return loss_of(equation, params, batch), grads


@each_shape
@pytest.mark.parametrize("name", EQUATIONS)
def test_a_loss_and_its_gradients_are_those_of_the_equation(name, dims):
    params, batch = arguments(name, dims)
    hold(FUNCTIONS[name](params, batch), by_complex_steps(EQUATIONS[name], params, batch))


def test_every_loss_has_an_equation():
    with_slopes = {exercise.name for exercise in ASSIGNMENT.exercises if exercise.contract.slopes}
    assert set(EQUATIONS) == with_slopes == {function.__name__ for function in foreign.LOSSES}


@pytest.mark.parametrize("name", EQUATIONS)
def test_a_planted_mistake_does_not_get_past_the_equation(name):
    exercise = ASSIGNMENT.exercise(name)
    planted = load_solution(edited_solution(ASSIGNMENT, exercise, exercise.mistakes[0]), "planted")
    params, batch = arguments(name, ASSIGNMENT.fixed_dims[0])
    with pytest.raises(AssertionError):
        hold(planted[name](params, batch), by_complex_steps(EQUATIONS[name], params, batch))


# --- what is said and recalled ---------------------------------------------------------------------------------------


def said_by_one(p, h, start, end, steps):
    words = [start]
    while len(words) <= steps and (len(words) == 1 or words[-1] != end):
        h = state(p, p["We"][words[-1]], h)
        words.append(int(np.argmax(p["Wy"].T @ h + p["by"])))
    return words[1:] + [end] * (steps + 1 - len(words))


@each_shape
def test_texts_are_said_like_one_after_the_other(dims):
    exercise = ASSIGNMENT.exercise("greedy_decode")
    inputs = benign_inputs(ASSIGNMENT, exercise, dims)
    for case in (
        inputs,
        *(probe.change(np.random.default_rng(seed), inputs) for probe in exercise.probes for seed in range(3)),
    ):
        params, h0, start, end, steps = (argument_of(item, case) for item in exercise.contract.takes)
        want = [said_by_one(params, h, start, end, steps) for h in h0]
        assert FUNCTIONS["greedy_decode"](params, h0, start, end, steps).tolist() == want


def test_a_start_word_that_is_the_end_word_too_ends_nothing():
    params, h0, _, _, steps = arguments("greedy_decode", ASSIGNMENT.fixed_dims[0])
    words = FUNCTIONS["greedy_decode"](params, h0, 2, 2, steps)
    assert words.tolist() == [said_by_one(params, h, 2, 2, steps) for h in h0]


def test_the_index_of_the_recall_task_counts_from_zero():
    batch = FUNCTIONS["recall_batch"](np.array([[7, 3, 8, 1, 5]]), 2, 10)
    assert batch["y"].tolist() == [8]
    assert batch["x"].argmax(axis=2).tolist() == [[7, 3, 8, 1, 5]]
    assert batch["x"].sum() == 5


@pytest.mark.parametrize("seed", range(5))
def test_the_recall_task_is_learned_whatever_is_drawn(seed):
    task = recall_task(np.random.default_rng(seed))
    losses, params = FUNCTIONS["train_recall"](task["params"], task["numbers"], int(task["index"]), float(task["rate"]))
    fresh = FUNCTIONS["recall_batch"](task["fresh"], int(task["index"]), int(task["n_features"]))
    assert FUNCTIONS["recall_accuracy"](task["params"], fresh) < 0.5  # it was not known before
    assert FUNCTIONS["recall_accuracy"](params, fresh) == 1
    assert losses[-20:].mean() < 0.01  # half of what is asked of a student


# --- torch -----------------------------------------------------------------------------------------------------------


@torch_is_there
@each_shape
@pytest.mark.parametrize("theirs", foreign.LOSSES, ids=lambda function: function.__name__)
def test_a_loss_and_its_gradients_are_those_of_torch(theirs, dims):
    pytest.importorskip("torch", reason="an optional oracle: pip install torch==2.13.0")
    for seed in range(DRAWS):
        params, batch = arguments(theirs.__name__, dims, seed)
        hold(FUNCTIONS[theirs.__name__](params, batch), theirs(params, batch))


@torch_is_there
@each_shape
def test_a_step_of_adam_is_that_of_torch(dims):
    pytest.importorskip("torch", reason="an optional oracle: pip install torch==2.13.0")
    for seed in range(DRAWS):
        given = arguments("adam_step", dims, seed)
        hold(FUNCTIONS["adam_step"](*given), foreign.adam_step(*given))


@torch_is_there
@each_shape
def test_the_training_is_that_of_torch(dims):
    pytest.importorskip("torch", reason="an optional oracle: pip install torch==2.13.0")
    for seed in range(DRAWS):
        given = arguments("train_recall", dims, seed)
        losses, params = FUNCTIONS["train_recall"](*given)
        hold((losses, params), foreign.train_recall(*given))
