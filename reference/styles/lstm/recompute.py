"""LSTM. The cache is nothing but the list of arguments; backward runs the forward again (saves memory)."""
import numpy as np


def sigmoid(x):
    clipped = np.clip(x, -700, 700)     # exp(700) still is a number, and sigmoid(-700) is as good as 0
    return 1 / (1 + np.exp(-clipped))


def _gates(x, prev_h, Wx, Wh, b):
    H = prev_h.shape[1]
    a = np.dot(x, Wx) + np.dot(prev_h, Wh) + b
    return sigmoid(a[:, :H]), sigmoid(a[:, H:-2 * H]), sigmoid(a[:, -2 * H:-H]), np.tanh(a[:, -H:])


def _cell(prev_c, i, f, g):
    return f * prev_c + i * g


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    i, f, o, g = _gates(x, prev_h, Wx, Wh, b)
    next_c = _cell(prev_c, i, f, g)
    return o * np.tanh(next_c), next_c, (x, prev_h, prev_c, Wx, Wh, b)


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, b = cache
    i, f, o, g = _gates(x, prev_h, Wx, Wh, b)
    tanh_c = np.tanh(_cell(prev_c, i, f, g))
    dc = dnext_c + dnext_h * o * (1 - tanh_c) * (1 + tanh_c)
    da = np.concatenate(
        [i * (1 - i) * g * dc, f * (1 - f) * prev_c * dc, o * (1 - o) * tanh_c * dnext_h, (1 - g) * (1 + g) * i * dc],
        axis=-1,
    )
    return np.dot(da, Wx.T), np.dot(da, Wh.T), f * dc, np.dot(x.T, da), np.dot(prev_h.T, da), np.sum(da, axis=0)


def _states(x, h0, Wx, Wh, b):
    """h and c before every step, and after the last"""
    h, c = [h0], [np.zeros_like(h0)]
    for t in range(x.shape[1]):
        new_h, new_c, _ = lstm_step_forward(x[:, t], h[-1], c[-1], Wx, Wh, b)
        h.append(new_h)
        c.append(new_c)
    return h, c


def lstm_forward(x, h0, Wx, Wh, b):
    h, _ = _states(x, h0, Wx, Wh, b)
    return np.stack(h[1:], axis=1), (x, h0, Wx, Wh, b)


def lstm_backward(dh, cache):
    x, h0, Wx, Wh, b = cache
    h, c = _states(*cache)
    dx = np.zeros_like(x)
    dWx = np.zeros_like(Wx)
    dWh = np.zeros_like(Wh)
    db = np.zeros_like(b)
    dprev_h = np.zeros_like(h0)
    dprev_c = np.zeros_like(h0)
    for t in range(x.shape[1] - 1, -1, -1):
        step = (x[:, t], h[t], c[t], Wx, Wh, b)
        dx[:, t], dprev_h, dprev_c, dWx_t, dWh_t, db_t = lstm_step_backward(dh[:, t] + dprev_h, dprev_c, step)
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, dprev_h, dWx, dWh, db


def lstm_weights_from_gates(Wi, Wf, Wo, Wg, bi, bf, bo, bg):
    H = bi.shape[0]
    all_gates = np.vstack((Wi, Wf, Wo, Wg))
    Wh = np.ascontiguousarray(all_gates[:, :H].T)
    Wx = np.ascontiguousarray(all_gates[:, H:].T)
    return Wx, Wh, np.hstack((bi, bf, bo, bg))


def additive_cell_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    next_c = prev_c + np.tanh(np.dot(x, Wx) + np.dot(prev_h, Wh) + b)
    return np.tanh(next_c), next_c, (x, prev_h, prev_c, Wx, Wh, b)


def additive_cell_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, b = cache
    next_h, next_c, _ = additive_cell_step_forward(*cache)
    g = np.tanh(np.dot(x, Wx) + np.dot(prev_h, Wh) + b)
    dc = dnext_c + dnext_h * (1 - next_h) * (1 + next_h)
    da = dc * (1 - g) * (1 + g)
    return np.dot(da, Wx.T), np.dot(da, Wh.T), dc, np.dot(x.T, da), np.dot(prev_h.T, da), np.sum(da, axis=0)
