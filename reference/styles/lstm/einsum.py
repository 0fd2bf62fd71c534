# Assignment 2 with einsum.
# n = sequence, t = time, d = input, h = hidden, k = hidden of the step before, q = gate (i, f, o, g)
import numpy as np


def sigmoid(x):
    e = np.exp(-np.abs(x))
    return np.where(x < 0, e / (1 + e), 1 / (1 + e))


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    H = prev_h.shape[1]
    # give the gates an axis of their own
    Wx4, Wh4, b4 = Wx.reshape(-1, 4, H), Wh.reshape(H, 4, H), b.reshape(4, H)
    a = np.einsum('nd,dqh->qnh', x, Wx4) + np.einsum('nk,kqh->qnh', prev_h, Wh4) + b4[:, None, :]
    i, f, o = sigmoid(a[:3])
    g = np.tanh(a[3])
    next_c = f * prev_c + i * g
    tc = np.tanh(next_c)
    return o * tc, next_c, (x, prev_h, prev_c, Wx4, Wh4, np.array([i, f, o, g]), tc)


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx4, Wh4, gates, tc = cache
    i, f, o, g = gates
    D, _, H = Wx4.shape
    dc = dnext_c + np.einsum('nh,nh,nh->nh', dnext_h, o, 1 - tc ** 2)
    dgates = np.array([dc * g, dc * prev_c, dnext_h * tc, dc * i])
    slope = np.array([i * (1 - i), f * (1 - f), o * (1 - o), 1 - g ** 2])
    da = np.einsum('qnh,qnh->qnh', dgates, slope)
    dx = np.einsum('qnh,dqh->nd', da, Wx4)
    dprev_h = np.einsum('qnh,kqh->nk', da, Wh4)
    dWx = np.einsum('nd,qnh->dqh', x, da).reshape(D, 4 * H)
    dWh = np.einsum('nk,qnh->kqh', prev_h, da).reshape(H, 4 * H)
    db = np.einsum('qnh->qh', da).reshape(4 * H)
    return dx, dprev_h, dc * f, dWx, dWh, db


def lstm_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    h = np.zeros((N, T, h0.shape[1]))
    ht, ct, caches = h0, np.zeros(h0.shape), []
    for t in range(T):
        ht, ct, cache = lstm_step_forward(x[:, t], ht, ct, Wx, Wh, b)
        h[:, t] = ht
        caches.append(cache)
    return h, (x.shape, Wx.shape, Wh.shape, b.shape, caches)


def lstm_backward(dh, cache):
    *shapes, caches = cache
    dx, dWx, dWh, db = (np.zeros(shape) for shape in shapes)
    dht = dct = np.zeros(dh[:, 0].shape)
    for t in range(dh.shape[1] - 1, -1, -1):
        dx[:, t], dht, dct, dWx_t, dWh_t, db_t = lstm_step_backward(dh[:, t] + dht, dct, caches[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, dht, dWx, dWh, db


def lstm_weights_from_gates(Wi, Wf, Wo, Wg, bi, bf, bo, bg):
    H = bi.shape[0]
    W = np.einsum('qhz->zqh', np.array([Wi, Wf, Wo, Wg])).reshape(-1, 4 * H)
    return W[H:], W[:H], np.array([bi, bf, bo, bg]).reshape(4 * H)


def additive_cell_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    a = np.einsum('nd,dh->nh', x, Wx) + np.einsum('nk,kh->nh', prev_h, Wh) + b
    g = np.tanh(a)
    next_c = prev_c + g
    next_h = np.tanh(next_c)
    return next_h, next_c, (x, prev_h, Wx, Wh, g, next_h)


def additive_cell_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, Wx, Wh, g, next_h = cache
    dc = dnext_c + np.einsum('nh,nh->nh', dnext_h, 1 - next_h ** 2)
    da = np.einsum('nh,nh->nh', dc, 1 - g ** 2)
    dx = np.einsum('nh,dh->nd', da, Wx)
    dprev_h = np.einsum('nh,kh->nk', da, Wh)
    dWx = np.einsum('nd,nh->dh', x, da)
    dWh = np.einsum('nk,nh->kh', prev_h, da)
    db = np.einsum('nh->h', da)
    return dx, dprev_h, dc, dWx, dWh, db
