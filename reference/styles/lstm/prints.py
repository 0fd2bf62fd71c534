from __future__ import print_function
import numpy as np

print("loading my lstm solution, numpy", np.__version__)


def sigmoid(x):
    top = np.exp(np.minimum(x, 0))      # e^x or 1
    bottom = np.exp(-np.maximum(x, 0))  # 1 or e^-x
    print("sigmoid of", x.min(), "...", x.max())
    return top / (top + bottom)


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    N, H = prev_h.shape
    a = x.dot(Wx) + prev_h.dot(Wh) + b
    print("step forward: N", N, "H", H, "a", a.shape)
    i = sigmoid(a[:, :H])
    f = sigmoid(a[:, H:2*H])
    o = sigmoid(a[:, 2*H:3*H])
    g = np.tanh(a[:, 3*H:])
    print("mean gates: i %.3f f %.3f o %.3f g %.3f" % (i.mean(), f.mean(), o.mean(), g.mean()))
    next_c = f * prev_c + i * g
    next_h = o * np.tanh(next_c)
    cache = (x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c)
    return next_h, next_c, cache


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c = cache
    t = np.tanh(next_c)
    do = dnext_h * t
    dc = dnext_h * o * (1 - t**2)
    dc = dc + dnext_c
    # print(dc)
    di = dc * g
    df = dc * prev_c
    dg = dc * i
    dprev_c = dc * f
    da = np.hstack((di * i * (1 - i), df * f * (1 - f), do * o * (1 - o), dg * (1 - g**2)))
    print("step backward: |da| =", np.linalg.norm(da))
    dx = da.dot(Wx.T)
    dprev_h = da.dot(Wh.T)
    dWx = x.T.dot(da)
    dWh = prev_h.T.dot(da)
    db = np.sum(da, axis=0)
    return dx, dprev_h, dprev_c, dWx, dWh, db


def lstm_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    h = np.zeros((N, T, h0.shape[1]))
    cache = []
    ht, ct = h0, np.zeros(h0.shape)
    for t in range(T):
        print("t =", t, end=" ")
        ht, ct, c = lstm_step_forward(x[:, t, :], ht, ct, Wx, Wh, b)
        h[:, t, :] = ht
        cache.append(c)
    print("done!")
    return h, cache


def lstm_backward(dh, cache):
    N, T, H = dh.shape
    x, _, _, Wx, Wh = cache[0][:5]
    dx = np.zeros((N, T, x.shape[1]))
    dWx, dWh, db = np.zeros(Wx.shape), np.zeros(Wh.shape), np.zeros(4*H)
    dht, dct = np.zeros((N, H)), np.zeros((N, H))
    for t in range(T - 1, -1, -1):
        dx_t, dht, dct, dWx_t, dWh_t, db_t = lstm_step_backward(dh[:, t, :] + dht, dct, cache[t])
        dx[:, t, :] = dx_t
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
        print("backward t=%d |dc|=%g" % (t, np.linalg.norm(dct)))
    return dx, dht, dWx, dWh, db


def lstm_weights_from_gates(Wi, Wf, Wo, Wg, bi, bf, bo, bg):
    H = bi.shape[0]
    print("Wi", Wi.shape, "so D =", Wi.shape[1] - H)
    W = np.concatenate((Wi.T, Wf.T, Wo.T, Wg.T), axis=1)
    Wh = W[:H, :]
    Wx = W[H:, :]
    b = np.concatenate((bi, bf, bo, bg))
    print("Wx", Wx.shape, "Wh", Wh.shape, "b", b.shape)
    return Wx, Wh, b


def additive_cell_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    g = np.tanh(x.dot(Wx) + prev_h.dot(Wh) + b)
    next_c = prev_c + g
    next_h = np.tanh(next_c)
    print("additive cell: largest |c| is", np.abs(next_c).max())
    return next_h, next_c, (x, prev_h, Wx, Wh, g, next_h)


def additive_cell_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, Wx, Wh, g, next_h = cache
    dc = dnext_h * (1 - next_h**2) + dnext_c
    dprev_c = dc
    da = dc * (1 - g**2)
    print("additive cell backward", da.shape)
    return da.dot(Wx.T), da.dot(Wh.T), dprev_c, x.T.dot(da), prev_h.T.dot(da), np.sum(da, axis=0)
