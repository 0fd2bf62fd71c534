import numpy as np

# single precision everywhere, like on a GPU
f32 = np.float32


def to32(*arrays):
    return [np.asarray(a, dtype=f32) for a in arrays]


def sigmoid(x):
    x = x.astype(f32)
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, f32(1), e) / (f32(1) + e)


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    x, prev_h, prev_c, Wx, Wh, b = to32(x, prev_h, prev_c, Wx, Wh, b)
    H = prev_h.shape[1]
    a = x.dot(Wx) + prev_h.dot(Wh) + b
    ifo = sigmoid(a[:, :3 * H])
    i, f, o = ifo[:, :H], ifo[:, H:2 * H], ifo[:, 2 * H:]
    g = np.tanh(a[:, 3 * H:])
    next_c = f * prev_c + i * g
    next_h = o * np.tanh(next_c)
    return next_h, next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c)


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c = cache
    dnext_h, dnext_c = to32(dnext_h, dnext_c)
    tc = np.tanh(next_c)
    dc = dnext_c + dnext_h * o * (1 - tc ** 2)
    da = np.concatenate(
        (dc * g * i * (1 - i), dc * prev_c * f * (1 - f), dnext_h * tc * o * (1 - o), dc * i * (1 - g ** 2)), axis=1
    )
    return da.dot(Wx.T), da.dot(Wh.T), dc * f, x.T.dot(da), prev_h.T.dot(da), da.sum(axis=0)


def lstm_forward(x, h0, Wx, Wh, b):
    x, h0, Wx, Wh, b = to32(x, h0, Wx, Wh, b)
    N, T, D = x.shape
    H = h0.shape[1]
    h = np.zeros((N, T, H), dtype=f32)
    cache = []
    h_t, c_t = h0, np.zeros((N, H), dtype=f32)
    for t in range(T):
        h_t, c_t, step = lstm_step_forward(x[:, t], h_t, c_t, Wx, Wh, b)
        h[:, t] = h_t
        cache.append(step)
    return h, (cache, D)


def lstm_backward(dh, cache):
    steps, D = cache
    dh = dh.astype(f32)
    N, T, H = dh.shape
    dx = np.zeros((N, T, D), f32)
    dWx = np.zeros((D, 4 * H), f32)
    dWh = np.zeros((H, 4 * H), f32)
    db = np.zeros(4 * H, f32)
    dh_t, dc_t = np.zeros((N, H), f32), np.zeros((N, H), f32)
    for t in reversed(range(T)):
        dx[:, t], dh_t, dc_t, gx, gh, gb = lstm_step_backward(dh[:, t] + dh_t, dc_t, steps[t])
        dWx += gx
        dWh += gh
        db += gb
    return dx, dh_t, dWx, dWh, db


def lstm_weights_from_gates(Wi, Wf, Wo, Wg, bi, bf, bo, bg):
    H = len(bi)
    W = np.concatenate(to32(Wi, Wf, Wo, Wg)).T
    return W[H:], W[:H], np.concatenate(to32(bi, bf, bo, bg))


def additive_cell_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    x, prev_h, prev_c, Wx, Wh, b = to32(x, prev_h, prev_c, Wx, Wh, b)
    g = np.tanh(x.dot(Wx) + prev_h.dot(Wh) + b)
    next_c = prev_c + g
    next_h = np.tanh(next_c)
    return next_h, next_c, (x, prev_h, Wx, Wh, g, next_h)


def additive_cell_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, Wx, Wh, g, next_h = cache
    dnext_h, dnext_c = to32(dnext_h, dnext_c)
    dc = dnext_c + dnext_h * (1 - next_h ** 2)
    da = dc * (1 - g ** 2)
    return da.dot(Wx.T), da.dot(Wh.T), dc, x.T.dot(da), prev_h.T.dot(da), da.sum(axis=0)
