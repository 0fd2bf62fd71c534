"""
LSTM assignment. One sequence at a time, and (in sigmoid) one number at a time.
"""
import numpy as np


def sigmoid(x):
    out = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        v = x[index]
        if v >= 0:
            out[index] = 1 / (1 + np.exp(-v))
        else:
            out[index] = np.exp(v) / (1 + np.exp(v))
    return out


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    N, H = prev_h.shape
    next_h = np.zeros((N, H))
    next_c = np.zeros((N, H))
    gates = []
    for n in range(N):
        a = np.dot(x[n], Wx) + np.dot(prev_h[n], Wh) + b
        i = sigmoid(a[0:H])
        f = sigmoid(a[H:2 * H])
        o = sigmoid(a[2 * H:3 * H])
        g = np.tanh(a[3 * H:4 * H])
        next_c[n] = f * prev_c[n] + i * g
        next_h[n] = o * np.tanh(next_c[n])
        gates.append((i, f, o, g))
    cache = (x, prev_h, prev_c, Wx, Wh, gates, next_c)
    return next_h, next_c, cache


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, gates, next_c = cache
    dx = np.zeros(x.shape)
    dprev_h = np.zeros(prev_h.shape)
    dprev_c = np.zeros(prev_c.shape)
    dWx = np.zeros(Wx.shape)
    dWh = np.zeros(Wh.shape)
    db = np.zeros(Wx.shape[1])
    for n in range(x.shape[0]):
        i, f, o, g = gates[n]
        tc = np.tanh(next_c[n])
        do = dnext_h[n] * tc
        dc = dnext_c[n] + dnext_h[n] * o * (1 - tc * tc)
        da = np.concatenate((
            dc * g * i * (1 - i),
            dc * prev_c[n] * f * (1 - f),
            do * o * (1 - o),
            dc * i * (1 - g * g),
        ))
        dx[n] = np.dot(Wx, da)
        dprev_h[n] = np.dot(Wh, da)
        dprev_c[n] = dc * f
        dWx += np.outer(x[n], da)
        dWh += np.outer(prev_h[n], da)
        db += da
    return dx, dprev_h, dprev_c, dWx, dWh, db


def lstm_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    h = np.zeros((N, T, h0.shape[1]))
    caches = []
    for n in range(N):
        # a batch of one: [n:n+1] keeps the axis
        ht = h0[n:n + 1]
        ct = np.zeros(ht.shape)
        row = []
        for t in range(T):
            ht, ct, c = lstm_step_forward(x[n:n + 1, t], ht, ct, Wx, Wh, b)
            h[n, t] = ht[0]
            row.append(c)
        caches.append(row)
    return h, (x, h0, Wx, Wh, b, caches)


def lstm_backward(dh, cache):
    x, h0, Wx, Wh, b, caches = cache
    dx = np.zeros(x.shape)
    dh0 = np.zeros(h0.shape)
    dWx = np.zeros(Wx.shape)
    dWh = np.zeros(Wh.shape)
    db = np.zeros(b.shape)
    for n in range(x.shape[0]):
        dht = np.zeros((1, h0.shape[1]))
        dct = np.zeros((1, h0.shape[1]))
        for t in range(x.shape[1] - 1, -1, -1):
            grads = lstm_step_backward(dh[n:n + 1, t] + dht, dct, caches[n][t])
            dx[n, t] = grads[0][0]
            dht = grads[1]
            dct = grads[2]
            dWx += grads[3]
            dWh += grads[4]
            db += grads[5]
        dh0[n] = dht[0]
    return dx, dh0, dWx, dWh, db


def lstm_weights_from_gates(Wi, Wf, Wo, Wg, bi, bf, bo, bg):
    H = len(bi)
    D = Wi.shape[1] - H
    Wx = np.zeros((D, 4 * H))
    Wh = np.zeros((H, 4 * H))
    b = np.zeros(4 * H)
    for gate, (W, bias) in enumerate([(Wi, bi), (Wf, bf), (Wo, bo), (Wg, bg)]):
        for j in range(H):
            column = gate * H + j
            for k in range(H):
                Wh[k, column] = W[j, k]
            for d in range(D):
                Wx[d, column] = W[j, H + d]
            b[column] = bias[j]
    return Wx, Wh, b


def additive_cell_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    N, H = prev_h.shape
    g = np.zeros((N, H))
    next_c = np.zeros((N, H))
    for n in range(N):
        g[n] = np.tanh(np.dot(x[n], Wx) + np.dot(prev_h[n], Wh) + b)
        next_c[n] = prev_c[n] + g[n]
    next_h = np.tanh(next_c)
    return next_h, next_c, (x, prev_h, Wx, Wh, g, next_h)


def additive_cell_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, Wx, Wh, g, next_h = cache
    dx = np.zeros(x.shape)
    dprev_h = np.zeros(prev_h.shape)
    dprev_c = np.zeros(prev_h.shape)
    dWx = np.zeros(Wx.shape)
    dWh = np.zeros(Wh.shape)
    db = np.zeros(Wx.shape[1])
    for n in range(x.shape[0]):
        dprev_c[n] = dnext_c[n] + dnext_h[n] * (1 - next_h[n] ** 2)
        da = dprev_c[n] * (1 - g[n] ** 2)
        dx[n] = np.dot(Wx, da)
        dprev_h[n] = np.dot(Wh, da)
        dWx += np.outer(x[n], da)
        dWh += np.outer(prev_h[n], da)
        db += da
    return dx, dprev_h, dprev_c, dWx, dWh, db
