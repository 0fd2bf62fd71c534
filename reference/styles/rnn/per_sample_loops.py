"""
RNN assignment

I find it easier to think about ONE sequence at a time, so all functions loop
over the batch and work with vectors.  Slow but clear.
"""
import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    N = x.shape[0]
    H = prev_h.shape[1]
    next_h = np.zeros((N, H))
    for n in range(N):
        next_h[n] = np.tanh(np.dot(x[n], Wx) + np.dot(prev_h[n], Wh) + b)
    cache = (x, prev_h, Wx, Wh, next_h)
    return next_h, cache


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    dx = np.zeros(x.shape)
    dprev_h = np.zeros(prev_h.shape)
    dWx = np.zeros(Wx.shape)
    dWh = np.zeros(Wh.shape)
    db = np.zeros(Wh.shape[1])
    for n in range(x.shape[0]):
        da = dnext_h[n] * (1 - next_h[n] * next_h[n])
        dx[n] = np.dot(Wx, da)
        dprev_h[n] = np.dot(Wh, da)
        # every sample adds its share to the shared parameters
        dWx += np.outer(x[n], da)
        dWh += np.outer(prev_h[n], da)
        db += da
    return dx, dprev_h, dWx, dWh, db


def rnn_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    H = h0.shape[1]
    h = np.zeros((N, T, H))
    for n in range(N):
        state = h0[n]
        for t in range(T):
            state = np.tanh(np.dot(x[n, t], Wx) + np.dot(state, Wh) + b)
            h[n, t] = state
    return h, (x, h0, Wx, Wh, h)


def rnn_backward(dh, cache):
    x, h0, Wx, Wh, h = cache
    N, T, D = x.shape
    dx = np.zeros(x.shape)
    dh0 = np.zeros(h0.shape)
    dWx = np.zeros(Wx.shape)
    dWh = np.zeros(Wh.shape)
    db = np.zeros(Wh.shape[1])
    for n in range(N):
        later = np.zeros(Wh.shape[0])  # what comes back from the steps after t
        for t in range(T - 1, -1, -1):
            if t > 0:
                before = h[n, t - 1]
            else:
                before = h0[n]
            da = (dh[n, t] + later) * (1 - h[n, t] ** 2)
            dx[n, t] = np.dot(Wx, da)
            dWx += np.outer(x[n, t], da)
            dWh += np.outer(before, da)
            db += da
            later = np.dot(Wh, da)
        dh0[n] = later
    return dx, dh0, dWx, dWh, db


def word_embedding_forward(x, W):
    N, T = x.shape
    out = np.zeros((N, T, W.shape[1]))
    for n in range(N):
        for t in range(T):
            out[n, t] = W[x[n, t]]
    return out, (x, W.shape)


def word_embedding_backward(dout, cache):
    x, shape = cache
    dW = np.zeros(shape)
    for n in range(x.shape[0]):
        for t in range(x.shape[1]):
            dW[x[n, t]] += dout[n, t]
    return dW


def temporal_affine_forward(x, w, b):
    N, T, D = x.shape
    out = np.zeros((N, T, b.shape[0]))
    for n in range(N):
        for t in range(T):
            out[n, t] = np.dot(x[n, t], w) + b
    return out, (x, w)


def temporal_affine_backward(dout, cache):
    x, w = cache
    dx = np.zeros(x.shape)
    dw = np.zeros(w.shape)
    db = np.zeros(w.shape[1])
    for n in range(x.shape[0]):
        for t in range(x.shape[1]):
            dx[n, t] = np.dot(w, dout[n, t])
            dw += np.outer(x[n, t], dout[n, t])
            db += dout[n, t]
    return dx, dw, db


def temporal_softmax_loss(x, y, mask):
    N, T, V = x.shape
    loss = 0.0
    dx = np.zeros(x.shape)
    for n in range(N):
        for t in range(T):
            if not mask[n, t]:
                continue
            s = x[n, t] - x[n, t].max()
            e = np.exp(s)
            loss += np.log(e.sum()) - s[y[n, t]]
            dx[n, t] = e / e.sum()
            dx[n, t, y[n, t]] -= 1
    return loss / N, dx / N
