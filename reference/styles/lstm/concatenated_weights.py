import numpy as np

# As on the slides: one W for the concatenation. Ours is [x, h] times [Wx; Wh].


def sigmoid(x):
    return 0.5 * (1 + np.tanh(0.5 * x))


def _join(x, h, Wx, Wh):
    return np.concatenate([x, h], axis=1), np.concatenate([Wx, Wh], axis=0)


def _product_backward(da, xh, W, D):
    dxh, dW = da.dot(W.T), xh.T.dot(da)
    return dxh[:, :D], dxh[:, D:], dW[:D], dW[D:], da.sum(axis=0)


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    xh, W = _join(x, prev_h, Wx, Wh)
    H = prev_h.shape[1]
    z = xh.dot(W) + b
    ifo = sigmoid(z[:, :3 * H])
    i, f, o = ifo[:, :H], ifo[:, H:2 * H], ifo[:, 2 * H:]
    g = np.tanh(z[:, 3 * H:])
    next_c = f * prev_c + i * g
    next_h = o * np.tanh(next_c)
    return next_h, next_c, (xh, W, prev_c, ifo, g, next_c)


def lstm_step_backward(dnext_h, dnext_c, cache):
    xh, W, prev_c, ifo, g, next_c = cache
    H = g.shape[1]
    i, f, o = np.split(ifo, 3, axis=1)
    t = np.tanh(next_c)
    dc = dnext_h * o * (1 - t * t) + dnext_c
    difo = np.concatenate([dc * g, dc * prev_c, dnext_h * t], axis=1)
    dz = np.concatenate([difo * ifo * (1 - ifo), dc * i * (1 - g * g)], axis=1)
    dx, dprev_h, dWx, dWh, db = _product_backward(dz, xh, W, xh.shape[1] - H)
    return dx, dprev_h, dc * f, dWx, dWh, db


def lstm_forward(x, h0, Wx, Wh, b):
    T = x.shape[1]
    h, c = h0, np.zeros(h0.shape)
    hs, cache = [], []
    for t in range(T):
        h, c, step = lstm_step_forward(x[:, t], h, c, Wx, Wh, b)
        hs.append(h[:, None])
        cache.append(step)
    return np.concatenate(hs, axis=1), cache


def lstm_backward(dh, cache):
    N, T, H = dh.shape
    dxs = []
    dW = np.zeros(cache[0][1].shape)
    D = dW.shape[0] - H
    db = np.zeros(4 * H)
    dh_t, dc_t = np.zeros((N, H)), np.zeros((N, H))
    for t in reversed(range(T)):
        dx_t, dh_t, dc_t, dWx_t, dWh_t, db_t = lstm_step_backward(dh[:, t] + dh_t, dc_t, cache[t])
        dW += np.concatenate([dWx_t, dWh_t], axis=0)
        db += db_t
        dxs.append(dx_t[:, None])
    return np.concatenate(dxs[::-1], axis=1), dh_t, dW[:D], dW[D:], db


def lstm_weights_from_gates(Wi, Wf, Wo, Wg, bi, bf, bo, bg):
    W = np.concatenate([Wi, Wf, Wo, Wg], axis=0).T      # (H + D, 4H), the rows of h first
    Wh, Wx = np.split(W, [bi.size], axis=0)
    return Wx, Wh, np.concatenate([bi, bf, bo, bg], axis=0)


def additive_cell_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    xh, W = _join(x, prev_h, Wx, Wh)
    g = np.tanh(xh.dot(W) + b)
    next_c = prev_c + g
    return np.tanh(next_c), next_c, (xh, W, g, next_c)


def additive_cell_step_backward(dnext_h, dnext_c, cache):
    xh, W, g, next_c = cache
    dc = dnext_h * (1 - np.tanh(next_c) ** 2) + dnext_c
    D = W.shape[0] - W.shape[1]
    dx, dprev_h, dWx, dWh, db = _product_backward(dc * (1 - g * g), xh, W, D)
    return dx, dprev_h, dc, dWx, dWh, db
