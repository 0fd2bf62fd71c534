"""GRU and mutants. The cache is nothing but the list of arguments; backward runs the forward again (saves memory)."""
import numpy as np


def sigmoid(x):
    clipped = np.clip(x, -700, 700)     # exp(700) still is a number, and sigmoid(-700) is as good as 0
    return 1 / (1 + np.exp(-clipped))


def _gru(x, prev_h, Wx, Wh, b):
    H = prev_h.shape[1]
    gates = sigmoid(np.dot(x, Wx[:, :-H]) + np.dot(prev_h, Wh[:, :-H]) + b[:-H])
    r, z = gates[:, :H], gates[:, H:]
    return r, z, np.tanh(np.dot(x, Wx[:, -H:]) + np.dot(r * prev_h, Wh[:, -H:]) + b[-H:])


def gru_step_forward(x, prev_h, Wx, Wh, b):
    r, z, n = _gru(x, prev_h, Wx, Wh, b)
    return n + z * (prev_h - n), (x, prev_h, Wx, Wh, b)


def gru_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, b = cache
    H = prev_h.shape[1]
    r, z, n = _gru(*cache)
    da_n = (1 - z) * (1 - n) * (1 + n) * dnext_h
    drh = np.dot(da_n, Wh[:, -H:].T)
    da_gates = np.concatenate([r * (1 - r) * prev_h * drh, z * (1 - z) * (prev_h - n) * dnext_h], axis=-1)
    da = np.concatenate([da_gates, da_n], axis=-1)
    dWh = np.concatenate([np.dot(prev_h.T, da_gates), np.dot((r * prev_h).T, da_n)], axis=-1)
    dprev_h = z * dnext_h + r * drh + np.dot(da_gates, Wh[:, :-H].T)
    return np.dot(da, Wx.T), dprev_h, np.dot(x.T, da), dWh, np.sum(da, axis=0)


def _states(x, h0, Wx, Wh, b):
    h = [h0]
    for t in range(x.shape[1]):
        h.append(gru_step_forward(x[:, t], h[-1], Wx, Wh, b)[0])
    return h


def gru_forward(x, h0, Wx, Wh, b):
    return np.stack(_states(x, h0, Wx, Wh, b)[1:], axis=1), (x, h0, Wx, Wh, b)


def gru_backward(dh, cache):
    x, h0, Wx, Wh, b = cache
    h = _states(*cache)
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    dprev_h = np.zeros_like(h0)
    for t in range(x.shape[1] - 1, -1, -1):
        step = (x[:, t], h[t], Wx, Wh, b)
        dx[:, t], dprev_h, dWx_t, dWh_t, db_t = gru_step_backward(dh[:, t] + dprev_h, step)
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, dprev_h, dWx, dWh, db


def _mutant(prev_h, az, ar, from_x, Whh):
    z, r = sigmoid(az), sigmoid(ar)
    return z, r, np.tanh(np.dot(r * prev_h, Whh) + from_x)


def _mutant_back(dnext_h, prev_h, z, r, n, Whr, Whh):
    """Pre-activations' gradients, what prev_h gets without the update gate, and the two weights all mutants have"""
    dan = z * (1 - n) * (1 + n) * dnext_h
    drh = np.dot(dan, Whh.T)
    daz = z * (1 - z) * (n - prev_h) * dnext_h
    dar = r * (1 - r) * prev_h * drh
    dh = (1 - z) * dnext_h + r * drh + np.dot(dar, Whr.T)
    return daz, dar, dan, dh, np.dot(prev_h.T, dar), np.dot((r * prev_h).T, dan)


def _sums(*arrays):
    return tuple(np.sum(a, axis=0) for a in arrays)


def _mut1(x, prev_h, Wxz, Wxr, Whr, Whh, bz, br, bh):
    return _mutant(prev_h, np.dot(x, Wxz) + bz, np.dot(x, Wxr) + np.dot(prev_h, Whr) + br, np.tanh(x) + bh, Whh)


def mut1_step_forward(x, prev_h, Wxz, Wxr, Whr, Whh, bz, br, bh):
    arguments = (x, prev_h, Wxz, Wxr, Whr, Whh, bz, br, bh)
    z, r, n = _mut1(*arguments)
    return prev_h + z * (n - prev_h), arguments


def mut1_step_backward(dnext_h, cache):
    x, prev_h, Wxz, Wxr, Whr, Whh, bz, br, bh = cache
    daz, dar, dan, dh, dWhr, dWhh = _mutant_back(dnext_h, prev_h, *_mut1(*cache), Whr, Whh)
    dx = np.dot(daz, Wxz.T) + np.dot(dar, Wxr.T) + dan / np.cosh(x) ** 2
    return (dx, dh, np.dot(x.T, daz), np.dot(x.T, dar), dWhr, dWhh) + _sums(daz, dar, dan)


def _mut2(x, prev_h, Wxz, Whz, Whr, Wxh, Whh, bz, br, bh):
    return _mutant(prev_h, np.dot(x, Wxz) + np.dot(prev_h, Whz) + bz, x + np.dot(prev_h, Whr) + br,
                   np.dot(x, Wxh) + bh, Whh)


def mut2_step_forward(x, prev_h, Wxz, Whz, Whr, Wxh, Whh, bz, br, bh):
    arguments = (x, prev_h, Wxz, Whz, Whr, Wxh, Whh, bz, br, bh)
    z, r, n = _mut2(*arguments)
    return prev_h + z * (n - prev_h), arguments


def mut2_step_backward(dnext_h, cache):
    x, prev_h, Wxz, Whz, Whr, Wxh, Whh, bz, br, bh = cache
    daz, dar, dan, dh, dWhr, dWhh = _mutant_back(dnext_h, prev_h, *_mut2(*cache), Whr, Whh)
    dx = np.dot(daz, Wxz.T) + dar + np.dot(dan, Wxh.T)
    dh = dh + np.dot(daz, Whz.T)
    return (dx, dh, np.dot(x.T, daz), np.dot(prev_h.T, daz), dWhr, np.dot(x.T, dan), dWhh) + _sums(daz, dar, dan)


def _mut3(x, prev_h, Wxz, Whz, Wxr, Whr, Wxh, Whh, bz, br, bh):
    return _mutant(prev_h, np.dot(x, Wxz) + np.dot(np.tanh(prev_h), Whz) + bz,
                   np.dot(x, Wxr) + np.dot(prev_h, Whr) + br, np.dot(x, Wxh) + bh, Whh)


def mut3_step_forward(x, prev_h, Wxz, Whz, Wxr, Whr, Wxh, Whh, bz, br, bh):
    arguments = (x, prev_h, Wxz, Whz, Wxr, Whr, Wxh, Whh, bz, br, bh)
    z, r, n = _mut3(*arguments)
    return prev_h + z * (n - prev_h), arguments


def mut3_step_backward(dnext_h, cache):
    x, prev_h, Wxz, Whz, Wxr, Whr, Wxh, Whh, bz, br, bh = cache
    daz, dar, dan, dh, dWhr, dWhh = _mutant_back(dnext_h, prev_h, *_mut3(*cache), Whr, Whh)
    th = np.tanh(prev_h)
    dx = np.dot(daz, Wxz.T) + np.dot(dar, Wxr.T) + np.dot(dan, Wxh.T)
    dh = dh + np.dot(daz, Whz.T) * (1 - th) * (1 + th)
    weights = (np.dot(x.T, daz), np.dot(th.T, daz), np.dot(x.T, dar), dWhr, np.dot(x.T, dan), dWhh)
    return (dx, dh) + weights + _sums(daz, dar, dan)
