import numpy as np

# Saves memory: wherever an array is there already, write into it.


def sigmoid(x):
    x *= 0.5
    np.tanh(x, out=x)
    x += 1
    x *= 0.5
    return x


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    H = prev_h.shape[1]
    a = x.dot(Wx)
    a += prev_h.dot(Wh)
    a += b
    sigmoid(a[:, :3 * H])                       # slices are views, so this changes a
    np.tanh(a[:, 3 * H:], out=a[:, 3 * H:])
    i, f, o, g = a[:, :H], a[:, H:2 * H], a[:, 2 * H:3 * H], a[:, 3 * H:]
    next_c = f * prev_c
    next_c += i * g
    tc = np.tanh(next_c)
    return o * tc, next_c, (x, prev_h, prev_c, Wx, Wh, a, tc)


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, a, tc = cache
    H = prev_h.shape[1]
    i, f, o, g = a[:, :H], a[:, H:2 * H], a[:, 2 * H:3 * H], a[:, 3 * H:]
    dnext_c += dnext_h * o * (1 - tc ** 2)
    dnext_h *= tc
    da = np.zeros_like(a)
    da[:, :H] = dnext_c * g
    da[:, H:2 * H] = dnext_c * prev_c
    da[:, 2 * H:3 * H] = dnext_h
    da[:, :3 * H] *= a[:, :3 * H] * (1 - a[:, :3 * H])
    da[:, 3 * H:] = dnext_c * i * (1 - g ** 2)
    dnext_c *= f
    return da.dot(Wx.T), da.dot(Wh.T), dnext_c, x.T.dot(da), prev_h.T.dot(da), da.sum(axis=0)


def lstm_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    h = np.zeros((N, T, h0.shape[1]))
    caches = [None] * T
    prev_h, prev_c = h0, np.zeros_like(h0)
    for t in range(T):
        h[:, t], prev_c, caches[t] = lstm_step_forward(x[:, t], prev_h, prev_c, Wx, Wh, b)
        prev_h = h[:, t]
    return h, (x, caches)


def lstm_backward(dh, cache):
    x, caches = cache
    N, T, H = dh.shape
    D = x.shape[2]
    dWx, dWh, db = np.zeros((D, 4 * H)), np.zeros((H, 4 * H)), np.zeros(4 * H)
    dh_t, dc_t = np.zeros((N, H)), np.zeros((N, H))
    for t in reversed(range(T)):
        dh[:, t] += dh_t
        dx_t, dh_t, dc_t, dWx_t, dWh_t, db_t = lstm_step_backward(dh[:, t], dc_t, caches[t])
        x[:, t] = dx_t                          # step t is done with its input
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return x, dh_t, dWx, dWh, db


def lstm_weights_from_gates(Wi, Wf, Wo, Wg, bi, bf, bo, bg):
    H, HD = Wi.shape
    Wx, Wh, b = np.empty((HD - H, 4 * H)), np.empty((H, 4 * H)), np.empty(4 * H)
    for k, (W, bias) in enumerate(((Wi, bi), (Wf, bf), (Wo, bo), (Wg, bg))):
        Wh[:, k * H:(k + 1) * H] = W[:, :H].T
        Wx[:, k * H:(k + 1) * H] = W[:, H:].T
        b[k * H:(k + 1) * H] = bias
    return Wx, Wh, b


def additive_cell_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    g = x.dot(Wx)
    g += prev_h.dot(Wh)
    g += b
    np.tanh(g, out=g)
    prev_c += g                                 # this is next_c now
    return np.tanh(prev_c), prev_c, (x, prev_h, Wx, Wh, g, np.tanh(prev_c))


def additive_cell_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, Wx, Wh, g, next_h = cache
    dnext_h *= 1 - next_h ** 2
    dnext_c += dnext_h
    g **= 2
    da = dnext_c * (1 - g)
    return da.dot(Wx.T), da.dot(Wh.T), dnext_c, x.T.dot(da), prev_h.T.dot(da), da.sum(axis=0)
