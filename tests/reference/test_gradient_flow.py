"""A4 against automatic differentiation, torch, fifty digits, and the definitions written a second time."""

import math

import numpy as np
import pytest

from grader.candidate.inprocess import InProcess
from grader.compile import compile_plan
from grader.judge import Judge
from grader.mistakes import load_solution
from grader.report import Verdict
from reference import gradient_flow as flow
from reference import gradient_flow_probes as probes
from reference import rnn

CLOSE = 1e-13  # of the largest entry; measured: at most 7.0e-15, where autograd takes the products in another order
SIZES = [(3, 5, 2, 4), (1, 1, 1, 1), (1, 3, 4, 2), (2, 1, 4, 3), (2, 7, 3, 3), (4, 2, 3, 4)]  # N T D H

each_size = pytest.mark.parametrize("size", SIZES, ids=str)
pytestmark = pytest.mark.filterwarnings("error")


def close(got, want):
    """Equal in shape, and in value to a few roundings."""
    assert np.shape(got) == np.shape(want)
    return np.max(np.abs(np.asarray(got) - want)) <= CLOSE * (np.max(np.abs(want)) or 1.0)


def network(size, seed=0):
    """x, h0, Wx, Wh, b of a vanilla RNN."""
    N, T, D, H = size
    rng = np.random.default_rng([seed, *size])
    return {
        "x": rng.normal(size=(N, T, D)),
        "h0": rng.normal(size=(N, H)),
        "Wx": rng.normal(size=(D, H)) / math.sqrt(D),
        "Wh": rng.normal(size=(H, H)) / math.sqrt(H),
        "b": 0.3 * rng.normal(size=H),
    }


def states(given):
    """The states of the network, by the function of another assignment."""
    return rnn.rnn_forward(**given)[0]


def upstream(size):
    N, T, _, H = size
    return np.random.default_rng([1, *size]).normal(size=(N, T, H))


def pairs(T):
    return [(k, t) for t in range(T) for k in range(t + 1)]


def state_after(given, n, k, t, h_k):
    """The state h_t of sequence n as a function of its h_k, column by column as the lectures write it."""
    h = h_k
    for j in range(k + 1, t + 1):
        h = np.tanh(given["Wx"].T @ given["x"][n, j] + given["Wh"].T @ h + given["b"])
    return h


@each_size
def test_the_jacobian_is_what_a_small_change_of_the_early_state_does(size):
    """By complex steps: exact to rounding, entry by entry."""
    N, T, _, H = size
    given = network(size)
    h = states(given)
    for k, t in pairs(T):
        J = flow.rnn_state_jacobian(h, given["Wh"], k, t)
        assert J.shape == (N, H, H)
        for n in range(N):
            columns = [state_after(given, n, k, t, h[n, k] + 1e-30j * np.eye(H)[b]).imag / 1e-30 for b in range(H)]
            assert close(J[n], np.stack(columns, axis=1))


@each_size
def test_the_jacobian_is_that_of_automatic_differentiation(size):
    autograd = pytest.importorskip("autograd")
    import autograd.numpy as anp

    N, T, _, _ = size
    given = network(size)
    h = states(given)

    def after(h_k, n, k, t):
        for j in range(k + 1, t + 1):
            h_k = anp.tanh(anp.dot(given["x"][n, j], given["Wx"]) + anp.dot(h_k, given["Wh"]) + given["b"])
        return 1.0 * h_k

    for k, t in pairs(T):
        J = flow.rnn_state_jacobian(h, given["Wh"], k, t)
        assert all(close(J[n], autograd.jacobian(after)(h[n, k], n, k, t)) for n in range(N))


@each_size
def test_jacobians_over_two_stretches_multiply_to_that_over_both(size):
    given = network(size)
    h, last = states(given), size[1] - 1
    whole = flow.rnn_state_jacobian(h, given["Wh"], 0, last)
    for middle in range(size[1]):
        late = flow.rnn_state_jacobian(h, given["Wh"], middle, last)
        early = flow.rnn_state_jacobian(h, given["Wh"], 0, middle)
        assert close(late @ early, whole)


@each_size
def test_the_norms_are_those_of_the_gradients_that_the_jacobians_bring_back(size):
    T = size[1]
    given = network(size)
    h, dh_last = states(given), upstream(size)[:, -1]
    norms = flow.rnn_gradient_norms(h, given["Wh"], dh_last)
    assert norms.shape == (T,)
    for k in range(T):
        J = flow.rnn_state_jacobian(h, given["Wh"], k, T - 1)
        assert close(norms[k], np.linalg.norm(np.einsum("na,nab->nb", dh_last, J)))


@each_size
def test_the_norms_are_those_of_the_gradients_of_backpropagation_through_time(size):
    """The gradient by h0 of the sequence behind each state, by the functions of another assignment."""
    given = network(size)
    h, dh_last = states(given), upstream(size)[:, -1]
    norms = flow.rnn_gradient_norms(h, given["Wh"], dh_last)
    assert close(norms[-1], np.linalg.norm(dh_last))
    for k in range(size[1] - 1):
        rest, cache = rnn.rnn_forward(**{**given, "x": given["x"][:, k + 1 :], "h0": h[:, k]})
        dh = np.zeros_like(rest)
        dh[:, -1] = dh_last
        assert close(norms[k], np.linalg.norm(rnn.rnn_backward(dh, cache)[1]))


@each_size
def test_the_cell_answers_with_the_gates_between(size):
    N, T, _, H = size
    rng = np.random.default_rng(size)
    f, update, c0 = rng.uniform(0, 1, (N, T, H)), rng.normal(size=(N, T, H)), rng.normal(size=(N, H))

    def cell_after(k, t, c):
        for j in range(k + 1, t + 1):
            c = f[:, j] * c + update[:, j]
        return c

    for k, t in pairs(T):
        moved = cell_after(k, t, c0 + 1e-30j).imag / 1e-30  # entries do not mix, so all are moved at once
        assert close(flow.lstm_cell_jacobian(f, k, t), moved)


@pytest.mark.parametrize("H", [1, 2, 3, 4, 7])
def test_the_radius_is_right_to_fifty_digits(H):
    mpmath = pytest.importorskip("mpmath")
    for seed in range(5):
        W = np.random.default_rng([seed, H]).normal(size=(H, H))
        with mpmath.workdps(50):
            eigenvalues, _ = mpmath.eig(mpmath.matrix(W.tolist()))
            want = float(max(abs(value) for value in eigenvalues))
        assert close(flow.spectral_radius(W), want)


@pytest.mark.parametrize("H", [1, 2, 3, 4, 7])
def test_the_radius_is_the_growth_of_a_high_power(H):
    """Gelfand's formula, slowly: the power is taken by repeated squaring, with its length kept apart."""
    W = np.random.default_rng(H).normal(size=(H, H))
    logarithm, power, squarings = 0.0, W, 40
    for _ in range(squarings):
        power = power @ power
        length = np.linalg.norm(power)
        power, logarithm = power / length, 2 * logarithm + math.log(length)
    assert math.isclose(flow.spectral_radius(W), math.exp(logarithm / 2**squarings), rel_tol=1e-9)


@pytest.mark.parametrize("H", [1, 2, 3, 4, 7])
def test_the_turning_matrix_has_the_radius_that_it_is_made_with_and_turns(H):
    rng = np.random.default_rng(H)
    W = probes.turning_matrix(rng, {"W": np.eye(H)})["W"]
    assert math.isclose(flow.spectral_radius(W), probes.RADIUS, rel_tol=1e-9)
    assert np.max(np.linalg.eigvals(W).real) < 0 < probes.RADIUS


def gradients(seed, scale=1.0):
    rng = np.random.default_rng(seed)
    return [scale * rng.normal(size=shape) for shape in ((3, 4), (4, 4), (4,))]


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3, 1e150])
@pytest.mark.parametrize("max_norm", [0.1, 1.0, 5.0, 50.0])
def test_clipping_shortens_one_long_vector(max_norm, scale):
    grads = gradients(0, scale)
    clipped, norm = flow.clip_by_norm(grads, max_norm)
    vector = np.concatenate([g.ravel() for g in grads])
    assert close(norm, np.linalg.norm(vector))
    shortened = np.concatenate([g.ravel() for g in clipped])
    assert close(shortened, vector / np.linalg.norm(vector) * min(np.linalg.norm(vector), max_norm))


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3])
@pytest.mark.parametrize("max_norm", [0.1, 1.0, 5.0, 50.0])
def test_clipping_is_that_of_torch_but_for_its_constant(max_norm, scale):
    """Torch divides by the norm plus a millionth."""
    torch = pytest.importorskip("torch", reason="an optional oracle: pip install torch==2.13.0")
    grads = gradients(1, scale)
    parameters = [torch.nn.Parameter(torch.zeros(g.shape, dtype=torch.float64)) for g in grads]
    for parameter, g in zip(parameters, grads, strict=True):
        parameter.grad = torch.tensor(g)
    want_norm = float(torch.nn.utils.clip_grad_norm_(parameters, max_norm))
    clipped, norm = flow.clip_by_norm(grads, max_norm)
    assert math.isclose(norm, want_norm, rel_tol=1e-12)
    factor = 1 + 1e-6 / norm if norm > max_norm else 1.0
    assert all(close(c, factor * p.grad.numpy()) for c, p in zip(clipped, parameters, strict=True))


@pytest.mark.parametrize(("low", "high"), [(-1.0, 1.0), (-0.2, 0.7), (0.1, 0.2)])
def test_clipping_by_value_is_that_of_torch(low, high):
    torch = pytest.importorskip("torch", reason="an optional oracle: pip install torch==2.13.0")
    grads = gradients(2)
    clipped = flow.clip_by_value(grads, low, high)
    assert all(np.array_equal(c, torch.clamp(torch.tensor(g), low, high)) for c, g in zip(clipped, grads, strict=True))


def test_a_value_is_clipped_one_number_at_a_time():
    for g, clipped in zip(gradients(3), flow.clip_by_value(gradients(3), -0.3, 0.6), strict=True):
        for index in np.ndindex(g.shape):
            assert clipped[index] == sorted((-0.3, g[index], 0.6))[1]


def test_zero_gradients_stay_zero():
    clipped, norm = flow.clip_by_norm([np.zeros((2, 3)), np.zeros(3)], 1.0)
    assert norm == 0
    assert all(np.array_equal(c, np.zeros_like(c)) for c in clipped)


@pytest.mark.parametrize("clip", [lambda g: flow.clip_by_norm(g, 0.5)[0], lambda g: flow.clip_by_value(g, -0.1, 0.1)])
def test_clipping_leaves_the_callers_arrays_alone(clip):
    grads = gradients(4)
    clipped = clip(grads)
    assert all(np.array_equal(g, before) for g, before in zip(grads, gradients(4), strict=True))
    assert not any(np.shares_memory(c, g) for c in clipped for g in grads)


def chunks(T):
    return sorted({1, 2, 3, T // 2 + 1, max(1, T - 1), T, T + 1, 10 * T})


@each_size
def test_truncation_is_that_of_torch_with_detached_states(size):
    torch = pytest.importorskip("torch", reason="an optional oracle: pip install torch==2.13.0")
    T, given, dh = size[1], network(size), upstream(size)
    for chunk in chunks(T):
        leaves = {name: torch.tensor(value, requires_grad=True) for name, value in given.items()}
        state, outputs = leaves["h0"], []
        for t in range(T):
            if t and t % chunk == 0:
                state = state.detach()
            state = torch.tanh(leaves["x"][:, t] @ leaves["Wx"] + state @ leaves["Wh"] + leaves["b"])
            outputs.append(state)
        want = torch.stack(outputs, dim=1)
        (want * torch.tensor(dh)).sum().backward()
        h, grads = flow.truncated_bptt(dh=dh, chunk=chunk, **given)
        assert close(h, want.detach().numpy())
        assert list(grads) == list(given)
        assert all(close(grads[name], leaves[name].grad.numpy()) for name in given)


@each_size
def test_truncation_is_automatic_differentiation_with_the_states_at_the_borders_held_fixed(size):
    autograd = pytest.importorskip("autograd")
    import autograd.numpy as anp

    T, given, dh = size[1], network(size), upstream(size)
    fixed = states(given)
    for chunk in chunks(T):

        def projected(moved, chunk=chunk):
            state, total = moved["h0"], 0.0
            for t in range(T):
                state = fixed[:, t - 1] if t and t % chunk == 0 else state
                state = anp.tanh(anp.dot(moved["x"][:, t], moved["Wx"]) + anp.dot(state, moved["Wh"]) + moved["b"])
                total = total + anp.sum(dh[:, t] * state)
            return total

        want = autograd.grad(projected)(given)
        h, grads = flow.truncated_bptt(dh=dh, chunk=chunk, **given)
        assert close(h, fixed)
        assert all(close(grads[name], want[name]) for name in given)


@each_size
def test_one_chunk_is_full_backpropagation_through_time(size):
    given, dh = network(size), upstream(size)
    h, cache = rnn.rnn_forward(**given)
    want = rnn.rnn_backward(dh, cache)
    for chunk in (size[1], size[1] + 1):
        got, grads = flow.truncated_bptt(dh=dh, chunk=chunk, **given)
        assert close(got, h)
        assert all(close(g, w) for g, w in zip(grads.values(), want, strict=True))


def test_truncation_is_felt():
    """At the border the gradient that is cut is no small one."""
    given, dh = network(SIZES[0]), upstream(SIZES[0])
    whole, cut = (flow.truncated_bptt(dh=dh, chunk=chunk, **given)[1]["Wh"] for chunk in (5, 2))
    assert np.max(np.abs(whole - cut)) > 0.1 * np.max(np.abs(whole))


@pytest.fixture(scope="module")
def judge():
    return Judge(compile_plan(flow.ASSIGNMENT, 5, public=True))


def judged(judge, name, source):
    """The verdict on one function that takes the place of the reference's."""
    candidate = InProcess(load_solution(f"{flow.ASSIGNMENT.solution}\n\n{source}", "gradient_flow.py"))
    (result,) = judge.results(candidate, "gradient_flow.py", frozenset((name,)))
    return result


def test_clipped_gradients_may_come_as_a_tuple(judge):
    clip = "return tuple(np.clip(g, low, high) for g in grads)"
    result = judged(judge, "clip_by_value", f"def clip_by_value(grads, low, high):\n    {clip}")
    assert result.verdict == Verdict.PASSED


def test_torchs_constant_in_the_denominator_is_no_mistake(judge):
    """Its result is a millionth off: right to single precision, with a note."""
    source = (
        "def clip_by_norm(grads, max_norm):\n"
        "    norm = np.linalg.norm([np.linalg.norm(g) for g in grads])\n"
        "    factor = min(1.0, max_norm / (norm + 1e-6))\n"
        "    return [g * factor for g in grads], norm"
    )
    result = judged(judge, "clip_by_norm", source)
    assert result.verdict == Verdict.PASSED
    assert any("precision" in note for note in result.notes)


def test_clipping_in_place_is_told_by_name(judge):
    source = (
        "def clip_by_norm(grads, max_norm):\n"
        "    norm = np.linalg.norm([np.linalg.norm(g) for g in grads])\n"
        "    if norm > max_norm:\n"
        "        for g in grads:\n"
        "            g *= max_norm / norm\n"
        "    return grads, norm"
    )
    result = judged(judge, "clip_by_norm", source)
    assert result.verdict == Verdict.FAILED
    assert "changes its argument grads" in result.rationale


def test_the_code_of_the_slide_fails(judge):
    source = (
        "def clip_by_norm(grads, max_norm):\n"
        "    norm = sum(np.sum(g * g) for g in grads)\n"
        "    return [g * (max_norm / norm) if norm > max_norm else g for g in grads], norm"
    )
    result = judged(judge, "clip_by_norm", source)
    assert result.verdict == Verdict.FAILED
    assert result.mistake == "square root forgotten"
