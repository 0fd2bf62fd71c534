import numpy as np


def sigmoid(x):
    positive = x >= 0
    z = np.exp(-np.abs(x))
    return np.where(positive, 1.0, z) / (1.0 + z)


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    H = prev_h.shape[1]
    a = x.dot(Wx) + prev_h.dot(Wh) + b
    i = sigmoid(a[:, :H])
    f = sigmoid(a[:, H : 2 * H])
    o = sigmoid(a[:, 2 * H : 3 * H])
    g = np.tanh(a[:, 3 * H :])
    next_c = f * prev_c + i * g
    next_h = o * np.tanh(next_c)
    cache = (x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c)
    return next_h, next_c, cache


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c = cache
    squashed = np.tanh(next_c)
    dc = dnext_c + dnext_h * o * (1 - squashed**2)
    di = dc * g * i * (1 - i)
    df = dc * prev_c * f * (1 - f)
    do = dnext_h * squashed * o * (1 - o)
    dg = dc * i * (1 - g**2)
    da = np.concatenate([di, df, do, dg], axis=1)
    return da.dot(Wx.T), da.dot(Wh.T), dc * f, x.T.dot(da), prev_h.T.dot(da), da.sum(axis=0)


def lstm_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    H = h0.shape[1]
    h = np.zeros((N, T, H))
    current_h, current_c = h0, np.zeros((N, H))
    caches = []
    for t in range(T):
        current_h, current_c, step_cache = lstm_step_forward(x[:, t], current_h, current_c, Wx, Wh, b)
        h[:, t] = current_h
        caches.append(step_cache)
    return h, caches


def lstm_backward(dh, cache):
    N, T, H = dh.shape
    D = cache[0][0].shape[1]
    dx = np.zeros((N, T, D))
    dWx, dWh, db = np.zeros((D, 4 * H)), np.zeros((H, 4 * H)), np.zeros(4 * H)
    carried_h, carried_c = np.zeros((N, H)), np.zeros((N, H))
    for t in reversed(range(T)):
        grads = lstm_step_backward(dh[:, t] + carried_h, carried_c, cache[t])
        dx[:, t], carried_h, carried_c = grads[0], grads[1], grads[2]
        dWx += grads[3]
        dWh += grads[4]
        db += grads[5]
    return dx, carried_h, dWx, dWh, db


def lstm_weights_from_gates(Wi, Wf, Wo, Wg, bi, bf, bo, bg):
    H = bi.shape[0]
    stacked = np.concatenate([Wi, Wf, Wo, Wg], axis=0)
    Wh = stacked[:, :H].T
    Wx = stacked[:, H:].T
    return Wx, Wh, np.concatenate([bi, bf, bo, bg])


def additive_cell_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    g = np.tanh(x.dot(Wx) + prev_h.dot(Wh) + b)
    next_c = prev_c + g
    next_h = np.tanh(next_c)
    return next_h, next_c, (x, prev_h, Wx, Wh, g, next_h)


def additive_cell_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, Wx, Wh, g, next_h = cache
    dc = dnext_c + dnext_h * (1 - next_h**2)
    da = dc * (1 - g**2)
    return da.dot(Wx.T), da.dot(Wh.T), dc, x.T.dot(da), prev_h.T.dot(da), da.sum(axis=0)
