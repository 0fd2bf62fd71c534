import numpy as np

# Biases are row vectors for me, as in MATLAB, so b and its gradients are (1, 4H).


def sigmoid(z):
    ez = np.exp(-np.absolute(z))
    return np.where(z >= 0, 1 / (1 + ez), ez / (1 + ez))


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    H = prev_h.shape[1]
    z = np.dot(x, Wx) + np.dot(prev_h, Wh) + b.reshape(1, -1)
    i = sigmoid(z[:, 0 * H:1 * H])
    f = sigmoid(z[:, 1 * H:2 * H])
    o = sigmoid(z[:, 2 * H:3 * H])
    g = np.tanh(z[:, 3 * H:4 * H])
    next_c = np.multiply(f, prev_c) + np.multiply(i, g)
    next_h = np.multiply(o, np.tanh(next_c))
    cache = x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c
    return next_h, next_c, cache


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c = cache
    N, H = prev_h.shape
    tc = np.tanh(next_c)
    dc = dnext_c + dnext_h * o * (1 - np.power(tc, 2))
    dz = np.zeros((N, 4 * H))
    dz[:, 0 * H:1 * H] = dc * g * i * (1 - i)
    dz[:, 1 * H:2 * H] = dc * prev_c * f * (1 - f)
    dz[:, 2 * H:3 * H] = dnext_h * tc * o * (1 - o)
    dz[:, 3 * H:4 * H] = dc * i * (1 - np.power(g, 2))
    dx = np.dot(dz, Wx.T)
    dprev_h = np.dot(dz, Wh.T)
    dprev_c = dc * f
    dWx = np.dot(x.T, dz)
    dWh = np.dot(prev_h.T, dz)
    db = np.sum(dz, axis=0, keepdims=True)
    return dx, dprev_h, dprev_c, dWx, dWh, db


def lstm_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    N, H = h0.shape
    h = np.zeros((N, T, H))
    c = np.zeros((N, H))
    caches = []
    for t in range(T):
        previous = h0 if t == 0 else h[:, t - 1, :]
        h[:, t, :], c, cache = lstm_step_forward(x[:, t, :], previous, c, Wx, Wh, b)
        caches.append(cache)
    return h, caches


def lstm_backward(dh, cache):
    N, T, H = dh.shape
    D = cache[0][0].shape[1]
    dx = np.zeros((N, T, D))
    dWx = np.zeros((D, 4 * H))
    dWh = np.zeros((H, 4 * H))
    db = np.zeros((1, 4 * H))
    dprev_h = np.zeros((N, H))
    dprev_c = np.zeros((N, H))
    for t in range(T - 1, -1, -1):
        dx[:, t, :], dprev_h, dprev_c, dWx_t, dWh_t, db_t = lstm_step_backward(dh[:, t, :] + dprev_h, dprev_c, cache[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, dprev_h, dWx, dWh, db


def lstm_weights_from_gates(Wi, Wf, Wo, Wg, bi, bf, bo, bg):
    H = Wi.shape[0]
    Wx = np.hstack([Wi[:, H:].T, Wf[:, H:].T, Wo[:, H:].T, Wg[:, H:].T])
    Wh = np.hstack([Wi[:, :H].T, Wf[:, :H].T, Wo[:, :H].T, Wg[:, :H].T])
    b = np.hstack([bias.reshape(1, -1) for bias in (bi, bf, bo, bg)])
    return Wx, Wh, b


def additive_cell_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    g = np.tanh(np.dot(x, Wx) + np.dot(prev_h, Wh) + b.reshape(1, -1))
    next_c = prev_c + g
    next_h = np.tanh(next_c)
    cache = x, prev_h, Wx, Wh, g, next_h
    return next_h, next_c, cache


def additive_cell_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, Wx, Wh, g, next_h = cache
    dc = dnext_c + np.multiply(dnext_h, 1 - np.power(next_h, 2))
    dz = np.multiply(dc, 1 - np.power(g, 2))
    db = np.sum(dz, axis=0, keepdims=True)
    return np.dot(dz, Wx.T), np.dot(dz, Wh.T), dc, np.dot(x.T, dz), np.dot(prev_h.T, dz), db
