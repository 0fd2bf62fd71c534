"""A5 against torch, ONNX, automatic differentiation, and the numbers that are published."""

import numpy as np
import pytest

from grader.mistakes import edited_solution, load_solution
from grader.release.errata import shown
from reference import deep
from tests.reference import foreign_deep as foreign
from tests.reference.foreign import relative_error

CLOSE = 1e-13  # of the largest entry; measured: at most 6.2e-15
each_shape = pytest.mark.parametrize("dims", deep.ASSIGNMENT.fixed_dims, ids=str)
each_keep = pytest.mark.parametrize("keep", [0.4, 0.5, 0.8])
each_mode = pytest.mark.parametrize("train", [True, False])
pytestmark = pytest.mark.filterwarnings("error")


def sizes(dims):
    return [dims[letter] for letter in "NTDHL"]


def drawn(seed, *shape):
    return np.random.default_rng(seed).uniform(-1, 1, shape)


def parameters(seed, fan_in, H):
    return drawn(seed, fan_in, H) / np.sqrt(fan_in), drawn(seed + 1, H, H) / np.sqrt(H), 0.4 * drawn(seed + 2, H)


def layers_of(L, D, H, directions):
    """Weights of every layer; above the first they take what all directions show."""
    fan_in = [D] + [directions * H] * (L - 1)
    seeds = range(0, 10 * directions, 10)
    return [sum((parameters(100 * layer + seed, fan_in[layer], H) for seed in seeds), ()) for layer in range(L)]


def close(got, want):
    """Equal forms, and every array within a few roundings."""
    if isinstance(want, list | tuple):
        assert type(got) is type(want)
        assert len(got) == len(want)
        return all(close(one, other) for one, other in zip(got, want, strict=True))
    return relative_error(got, want) <= CLOSE


@each_shape
def test_the_stack_is_that_of_torch(dims):
    pytest.importorskip("torch", reason="an optional oracle: pip install torch==2.13.0")
    N, T, D, H, L = sizes(dims)
    x, h0, layers, dh = drawn(1, N, T, D), drawn(2, L, N, H), layers_of(L, D, H, 1), drawn(3, N, T, H)
    h, cache = deep.stacked_rnn_forward(x, h0, layers)
    assert close((h, *deep.stacked_rnn_backward(dh, cache)), foreign.torch_stack(x, h0, layers, dh))


@each_shape
def test_both_directions_are_those_of_torch(dims):
    pytest.importorskip("torch", reason="an optional oracle: pip install torch==2.13.0")
    N, T, D, H, _ = sizes(dims)
    x, h0, (layer,), dh = drawn(1, N, T, D), drawn(2, 2, N, H), layers_of(1, D, H, 2), drawn(3, N, T, 2 * H)
    h, cache = deep.bidirectional_rnn_forward(x, *h0, *layer)
    dx, dh0_f, dh0_b, *dlayer = deep.bidirectional_rnn_backward(dh, cache)
    want = foreign.torch_stack(x, h0[None], [layer], dh)
    assert close((h, dx, np.stack([dh0_f, dh0_b])[None], [tuple(dlayer)]), want)


@each_shape
def test_the_deep_bidirectional_network_is_that_of_torch(dims):
    pytest.importorskip("torch", reason="an optional oracle: pip install torch==2.13.0")
    N, T, D, H, L = sizes(dims)
    x, h0, layers, dh = drawn(1, N, T, D), drawn(2, L, 2, N, H), layers_of(L, D, H, 2), drawn(3, N, T, 2 * H)
    h, cache = deep.deep_bidirectional_forward(x, h0[:, 0], h0[:, 1], layers)
    dx, dh0_f, dh0_b, dlayers = deep.deep_bidirectional_backward(dh, cache)
    want = foreign.torch_stack(x, h0, layers, dh)
    assert close((h, dx, np.stack([dh0_f, dh0_b], axis=1), dlayers), want)


@each_shape
def test_both_directions_are_those_of_the_published_operator(dims):
    pytest.importorskip("onnx")
    N, T, D, H, _ = sizes(dims)
    x, h0, (layer,) = drawn(1, N, T, D), drawn(2, 2, N, H), layers_of(1, D, H, 2)
    h, _ = deep.bidirectional_rnn_forward(x, *h0, *layer)
    assert close(h, foreign.onnx_bidirectional(x, h0, layer))


@each_shape
def test_the_published_operator_layer_upon_layer_is_the_deep_network(dims):
    pytest.importorskip("onnx")
    N, T, D, H, L = sizes(dims)
    x, h0, layers = drawn(1, N, T, D), drawn(2, L, 2, N, H), layers_of(L, D, H, 2)
    got, _ = deep.deep_bidirectional_forward(x, h0[:, 0], h0[:, 1], layers)
    want = x
    for number, layer in enumerate(layers):
        want = foreign.onnx_bidirectional(want, h0[number], layer)
    assert close(got, want)


def gradients(equation, arguments, dout):
    """By automatic differentiation, of every argument in its own form."""
    import autograd
    import autograd.numpy as anp

    def projected(*moved):
        return anp.sum(equation(*moved) * dout)

    found = autograd.grad(projected, argnum=list(range(len(arguments))))(*arguments)
    return tuple([tuple(layer) for layer in one] if isinstance(one, list) else one for one in found)


@each_shape
def test_the_stack_follows_its_equations(dims):
    pytest.importorskip("autograd")
    N, T, D, H, L = sizes(dims)
    arguments, dh = (drawn(1, N, T, D), drawn(2, L, N, H), layers_of(L, D, H, 1)), drawn(3, N, T, H)
    h, cache = deep.stacked_rnn_forward(*arguments)
    assert close(h, foreign.stack(*arguments))
    assert close(deep.stacked_rnn_backward(dh, cache), gradients(foreign.stack, arguments, dh))


@each_shape
def test_the_deep_bidirectional_network_follows_its_equations(dims):
    pytest.importorskip("autograd")
    N, T, D, H, L = sizes(dims)
    arguments = drawn(1, N, T, D), drawn(2, L, N, H), drawn(4, L, N, H), layers_of(L, D, H, 2)
    dh = drawn(3, N, T, 2 * H)
    h, cache = deep.deep_bidirectional_forward(*arguments)
    assert close(h, foreign.both_ways(*arguments))
    assert close(deep.deep_bidirectional_backward(dh, cache), gradients(foreign.both_ways, arguments, dh))


@each_shape
@each_mode
def test_the_dropout_is_that_of_torch_with_its_mask(dims, train):
    pytest.importorskip("torch", reason="an optional oracle: pip install torch==2.13.0")
    x, dout, keep = drawn(1, dims["N"], dims["H"]), drawn(2, dims["N"], dims["H"]), 0.7
    want, mask, dx = foreign.torch_dropout(x, 1 - keep, train, dout)
    out, cache = deep.dropout_forward(x, keep, mask, train)
    assert close(out, want)
    assert close(deep.dropout_backward(dout, cache), dx)


@each_keep
@each_mode
def test_the_dropout_is_the_published_operator_with_its_mask(keep, train):
    pytest.importorskip("onnx")
    x = drawn(1, 30, 20)
    want, mask = foreign.onnx_dropout(x, 1 - keep, train)
    assert mask.all() != train
    assert close(deep.dropout_forward(x, keep, mask, train)[0], want)


@each_shape
@each_mode
def test_recurrent_dropout_follows_its_equation(dims, train):
    pytest.importorskip("autograd")
    N, T, D, H, _ = sizes(dims)
    arguments, dh = (drawn(1, N, T, D), drawn(2, N, H), *parameters(4, D, H)), drawn(3, N, T, H)
    keep, mask = 0.6, drawn(9, N, H) < 0.2
    factor = np.where(mask, 1 / keep, 0.0) if train else np.ones((N, H))

    def equation(*moved):
        return foreign.remembering_less(*moved, factor)

    h, cache = deep.recurrent_dropout_rnn_forward(*arguments, keep, mask, train)
    assert close(h, equation(*arguments))
    assert close(deep.recurrent_dropout_rnn_backward(dh, cache), gradients(equation, arguments, dh))


@each_shape
def test_recurrent_dropout_is_torchs_network_with_the_mask_in_its_weights(dims):
    """Sequence by sequence: d(h) Wh is h times the rows of Wh, each dropped or scaled."""
    pytest.importorskip("torch", reason="an optional oracle: pip install torch==2.13.0")
    N, T, D, H, _ = sizes(dims)
    x, h0, (Wx, Wh, b), dh = drawn(1, N, T, D), drawn(2, N, H), parameters(4, D, H), drawn(3, N, T, H)
    keep, mask = 0.6, drawn(9, N, H) < 0.2
    h, cache = deep.recurrent_dropout_rnn_forward(x, h0, Wx, Wh, b, keep, mask, True)
    dx, dh0, dWx, dWh, db = deep.recurrent_dropout_rnn_backward(dh, cache)
    sums = [0, 0, 0]
    for n in range(N):
        rows = (mask[n] / keep)[:, None]
        want = foreign.torch_stack(x[n : n + 1], h0[None, n : n + 1], [(Wx, rows * Wh, b)], dh[n : n + 1])
        assert close((h[n : n + 1], dx[n : n + 1], dh0[None, n : n + 1]), want[:3])
        dWx_n, dWh_n, db_n = want[3][0]
        sums = [sums[0] + dWx_n, sums[1] + rows * dWh_n, sums[2] + db_n]
    assert close([dWx, dWh, db], sums)


@each_shape
def test_at_test_time_recurrent_dropout_is_the_plain_network(dims):
    N, T, D, H, _ = sizes(dims)
    x, h0, weights = drawn(1, N, T, D), drawn(2, N, H), parameters(4, D, H)
    h, _ = deep.recurrent_dropout_rnn_forward(x, h0, *weights, 0.5, drawn(9, N, H) < 0, False)
    assert np.array_equal(h, deep.rnn_forward(x, h0, *weights)[0])


@each_keep
def test_the_average_over_all_masks_is_the_activation(keep):
    """Every mask of three entries, each with its probability."""
    x, average = drawn(1, 1, 3), np.zeros((1, 3))
    for number in range(8):
        mask = np.array([[number >> bit & 1 for bit in range(3)]], bool)
        probability = np.prod(np.where(mask, keep, 1 - keep))
        average += probability * deep.dropout_forward(x, keep, mask, True)[0]
    assert np.allclose(average, x, rtol=1e-14)


@each_keep
def test_a_mask_keeps_every_entry_as_often_as_said_and_independently(keep):
    x, K = np.zeros((3, 4)), 20_000
    rng = np.random.default_rng(1)
    masks = np.stack([deep.dropout_mask(x, keep, rng).ravel() for _ in range(K)])
    assert masks.dtype == bool
    spread = keep * (1 - keep)
    assert np.all(np.abs(masks.mean(axis=0) - keep) <= 5 * np.sqrt(spread / K))
    covariance = np.cov(masks.T.astype(float))
    assert np.all(np.abs(covariance - spread * np.eye(12)) <= 5 * np.sqrt(1 / K) * spread + 1e-3)


def test_the_same_seed_gives_the_same_mask():
    masks = [deep.dropout_mask(np.zeros((20, 20)), 0.5, np.random.default_rng(seed)) for seed in (1, 1, 2)]
    assert np.array_equal(masks[0], masks[1])
    assert not np.array_equal(masks[0], masks[2])


PUBLISHED = {  # as Keras prints them; the last two are the arrays of A2 and A3, and Keras's with reset_after=False
    (("embedding", 10000, 32),): 320_000,
    (("rnn", 32, 32),): 2_080,
    (("embedding", 10000, 32), ("rnn", 32, 32)): 322_080,
    (("embedding", 10000, 32), *[("rnn", 32, 32)] * 4): 328_320,
    (("dense", 32, 1),): 33,
    (("lstm", 32, 32),): 8_320,
    (("gru", 32, 32),): 6_240,
}


@pytest.mark.parametrize(("layers", "total"), PUBLISHED.items())
def test_the_sizes_are_the_published_ones(layers, total):
    assert deep.count_parameters(list(layers)) == total


@pytest.mark.parametrize("kind", ["rnn", "lstm", "gru", "dense", "embedding"])
@pytest.mark.parametrize(("inputs", "units"), [(1, 1), (3, 5), (32, 32), (100, 7)])
def test_a_layer_has_as_many_parameters_as_torchs_with_one_bias(kind, inputs, units):
    torch = pytest.importorskip("torch", reason="an optional oracle: pip install torch==2.13.0")
    module = {"dense": "Linear", "embedding": "Embedding"}.get(kind, kind.upper())
    named = getattr(torch.nn, module)(inputs, units).named_parameters()
    want = sum(value.numel() for name, value in named if not name.startswith("bias_hh"))
    assert deep.count_parameters([(kind, inputs, units)]) == want


def test_the_numbers_of_the_handout_are_right():
    text = " ".join(deep.INTRO.split())
    assert "the average is $(\\tanh 2 + \\tanh 0) / 2 = 0.48$" in text
    assert round((np.tanh(2) + np.tanh(0)) / 2, 2) == 0.48
    assert "the network at test time gives $\\tanh 1 = 0.76$" in text
    assert round(float(np.tanh(1)), 2) == 0.76
    task = deep.COUNT.task
    assert all(number in task for number in ("320,000", "2,080", "328,320", "6,240", "6,336"))
    remark = next(erratum for erratum in deep.ERRATA if "GRU" in erratum.where)
    assert shown(remark) == "one bias: 6,240  two: 6,336"


def test_torchs_recurrent_layer_has_two_biases():
    torch = pytest.importorskip("torch", reason="an optional oracle: pip install torch==2.13.0")
    assert sum(value.numel() for value in torch.nn.RNN(32, 32).parameters()) == 2_112


def planted(exercise, name):
    (mistake,) = (mistake for mistake in exercise.mistakes if mistake.name == name)
    return load_solution(edited_solution(deep.ASSIGNMENT, exercise, mistake), "planted")


@pytest.mark.parametrize(
    "name",
    ["states of the backward network not put back in order", "backward states first", "both networks read forwards"],
)
def test_a_planted_wrong_direction_does_not_get_past_the_published_operator(name):
    pytest.importorskip("onnx")
    N, T, D, H, _ = sizes(deep.ASSIGNMENT.fixed_dims[0])
    x, h0, (layer,) = drawn(1, N, T, D), drawn(2, 2, N, H), layers_of(1, D, H, 2)
    wrong = planted(deep.BIDIRECTIONAL_FORWARD, name)["bidirectional_rnn_forward"]
    assert relative_error(wrong(x, *h0, *layer)[0], foreign.onnx_bidirectional(x, h0, layer)) > 1e-2


@pytest.mark.parametrize("name", ["mask forgotten on the way back", "scale turned round on the way back"])
def test_a_planted_wrong_gradient_does_not_get_past_torch(name):
    pytest.importorskip("torch", reason="an optional oracle: pip install torch==2.13.0")
    x, dout, keep = drawn(1, 3, 4), drawn(2, 3, 4), 0.7
    _, mask, dx = foreign.torch_dropout(x, 1 - keep, True, dout)
    wrong = planted(deep.DROPOUT_BACKWARD, name)
    _, cache = wrong["dropout_forward"](x, keep, mask, True)
    assert relative_error(wrong["dropout_backward"](dout, cache), dx) > 1e-2
