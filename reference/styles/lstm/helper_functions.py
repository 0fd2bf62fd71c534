"""Assignment 2, built from small pieces that are used again and again."""
import numpy as np


def tanh(a):
    # (1 - e) / (1 + e) with e = exp(-2|a|) never overflows; the sign is put back
    e = np.exp(-2 * np.abs(a))
    return np.sign(a) * (1 - e) / (1 + e)


def sigmoid(x):
    # the sigmoid is a tanh that is half as steep and moved up
    return (tanh(x / 2) + 1) / 2


def dtanh(t):
    return 1 - t ** 2


def dsigmoid(s):
    return s * (1 - s)


def affine(x, h, Wx, Wh, b):
    return np.dot(x, Wx) + np.dot(h, Wh) + b, (x, h, Wx, Wh)


def affine_back(da, cache):
    x, h, Wx, Wh = cache
    return np.dot(da, Wx.T), np.dot(da, Wh.T), np.dot(x.T, da), np.dot(h.T, da), np.sum(da, axis=0)


def blocks(a):
    """the four gates' columns"""
    return np.split(a, 4, axis=-1)


def join(parts):
    return np.concatenate(parts, axis=-1)


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    a, inputs = affine(x, prev_h, Wx, Wh, b)
    gates = [f(block) for f, block in zip((sigmoid, sigmoid, sigmoid, tanh), blocks(a))]
    i, f, o, g = gates
    next_c = f * prev_c + i * g
    return o * tanh(next_c), next_c, (inputs, prev_c, gates, next_c)


def lstm_step_backward(dnext_h, dnext_c, cache):
    inputs, prev_c, (i, f, o, g), next_c = cache
    tc = tanh(next_c)
    dc = dnext_c + dnext_h * o * dtanh(tc)
    da = join([dc * g * dsigmoid(i), dc * prev_c * dsigmoid(f), dnext_h * tc * dsigmoid(o), dc * i * dtanh(g)])
    dx, dprev_h, dWx, dWh, db = affine_back(da, inputs)
    return dx, dprev_h, dc * f, dWx, dWh, db


def lstm_forward(x, h0, Wx, Wh, b):
    h, c, cache = [h0], np.zeros_like(h0), []
    for t in range(x.shape[1]):
        h_t, c, step = lstm_step_forward(x[:, t], h[-1], c, Wx, Wh, b)
        h.append(h_t)
        cache.append(step)
    return np.stack(h[1:], axis=1), cache


def lstm_backward(dh, cache):
    dxs, totals, dh_t, dc_t = [], [0, 0, 0], 0, 0
    for t in reversed(range(dh.shape[1])):
        dx_t, dh_t, dc_t, *shares = lstm_step_backward(dh[:, t] + dh_t, dc_t, cache[t])
        totals = [total + share for total, share in zip(totals, shares)]
        dxs = [dx_t] + dxs
    return (np.stack(dxs, axis=1), dh_t, *totals)


def lstm_weights_from_gates(Wi, Wf, Wo, Wg, bi, bf, bo, bg):
    H = bi.shape[0]
    gates = [Wi.T, Wf.T, Wo.T, Wg.T]
    return join([W[H:] for W in gates]), join([W[:H] for W in gates]), join([bi, bf, bo, bg])


def additive_cell_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    a, inputs = affine(x, prev_h, Wx, Wh, b)
    g = tanh(a)
    next_c = prev_c + g
    return tanh(next_c), next_c, (inputs, g, next_c)


def additive_cell_step_backward(dnext_h, dnext_c, cache):
    inputs, g, next_c = cache
    dc = dnext_c + dnext_h * dtanh(tanh(next_c))
    dx, dprev_h, dWx, dWh, db = affine_back(dc * dtanh(g), inputs)
    return dx, dprev_h, dc, dWx, dWh, db
