import numpy as np

# I prefer (T, N, D): x[t] is then one step. Everything is turned at the door and turned back on the way out.


def sigmoid(x):
    return (1 + np.tanh(x / 2)) / 2


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    N, H = prev_h.shape
    # the gates come first, then the sequences: (4, N, H)
    a = (x.dot(Wx) + prev_h.dot(Wh) + b).reshape(N, 4, H).transpose(1, 0, 2)
    i, f, o, g = sigmoid(a[0]), sigmoid(a[1]), sigmoid(a[2]), np.tanh(a[3])
    next_c = f * prev_c + i * g
    return o * np.tanh(next_c), next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c)


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c = cache
    N, H = prev_h.shape
    u = np.tanh(next_c)
    dc = dnext_c + dnext_h * o * (1 - u ** 2)
    da = np.zeros((4, N, H))
    da[0] = dc * g * (i - i ** 2)
    da[1] = dc * prev_c * (f - f ** 2)
    da[2] = dnext_h * u * (o - o ** 2)
    da[3] = dc * i * (1 - g ** 2)
    da = da.transpose(1, 0, 2).reshape(N, 4 * H)
    return da.dot(Wx.T), da.dot(Wh.T), dc * f, x.T.dot(da), prev_h.T.dot(da), da.sum(0)


def lstm_forward(x, h0, Wx, Wh, b):
    xs = x.transpose(1, 0, 2)
    T, N, D = xs.shape
    H = h0.shape[1]
    hs = np.zeros((T + 1, N, H))
    cs = np.zeros((T + 1, N, H))
    hs[0] = h0
    caches = []
    for t in range(T):
        hs[t + 1], cs[t + 1], cache = lstm_step_forward(xs[t], hs[t], cs[t], Wx, Wh, b)
        caches.append(cache)
    return hs[1:].transpose(1, 0, 2), (xs, Wx, Wh, caches)


def lstm_backward(dh, cache):
    xs, Wx, Wh, caches = cache
    dhs = dh.transpose(1, 0, 2)
    dxs = np.zeros(xs.shape)
    dWx, dWh, db = np.zeros(Wx.shape), np.zeros(Wh.shape), np.zeros(Wh.shape[1])
    dh_next, dc_next = np.zeros(dhs[0].shape), np.zeros(dhs[0].shape)
    for t in range(len(xs))[::-1]:
        grads = lstm_step_backward(dhs[t] + dh_next, dc_next, caches[t])
        dxs[t], dh_next, dc_next = grads[:3]
        dWx += grads[3]
        dWh += grads[4]
        db += grads[5]
    return dxs.transpose(1, 0, 2), dh_next, dWx, dWh, db


def lstm_weights_from_gates(Wi, Wf, Wo, Wg, bi, bf, bo, bg):
    W = np.array([Wi, Wf, Wo, Wg])          # (4, H, H + D)
    H = W.shape[1]
    W = W.reshape(4 * H, -1).T
    return W[H:], W[:H], np.array([bi, bf, bo, bg]).reshape(-1)


def additive_cell_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    g = np.tanh(x.dot(Wx) + prev_h.dot(Wh) + b)
    next_c = prev_c + g
    return np.tanh(next_c), next_c, (x, prev_h, Wx, Wh, g, next_c)


def additive_cell_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, Wx, Wh, g, next_c = cache
    dc = dnext_c + dnext_h * (1 - np.tanh(next_c) ** 2)
    da = dc * (1 - g ** 2)
    return da.dot(Wx.T), da.dot(Wh.T), dc, x.T.dot(da), prev_h.T.dot(da), da.sum(0)
