"""Assignment 1, built from small pieces that are used again and again."""
import numpy as np


def tanh(a):
    # (1 - e) / (1 + e) with e = exp(-2|a|) never overflows; the sign is put back
    e = np.exp(-2 * np.abs(a))
    return np.sign(a) * (1 - e) / (1 + e)


def dtanh(h):
    """derivative of tanh, from its value"""
    return 1 - h ** 2


def dense(x, w):
    return np.dot(x, w)


def dense_back(dout, x, w):
    """gradients of x and w for out = x w; leading axes of x are all treated as batch"""
    dx = np.dot(dout, w.T)
    dw = np.dot(x.reshape(-1, w.shape[0]).T, dout.reshape(-1, w.shape[1]))
    return dx, dw


def bias_back(dout):
    return dout.reshape(-1, dout.shape[-1]).sum(axis=0)


def log_softmax(x):
    m = x.max(axis=-1, keepdims=True)
    return x - m - np.log(np.exp(x - m).sum(axis=-1, keepdims=True))


def one_hot(y, size):
    out = np.zeros(y.shape + (size,))
    out.reshape(-1, size)[np.arange(y.size), y.reshape(-1)] = 1
    return out


def add(many, new):
    return [a + b for a, b in zip(many, new)]


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = tanh(dense(x, Wx) + dense(prev_h, Wh) + b)
    return next_h, (x, prev_h, Wx, Wh, next_h)


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * dtanh(next_h)
    dx, dWx = dense_back(da, x, Wx)
    dprev_h, dWh = dense_back(da, prev_h, Wh)
    return dx, dprev_h, dWx, dWh, bias_back(da)


def rnn_forward(x, h0, Wx, Wh, b):
    h, cache = [h0], []
    for t in range(x.shape[1]):
        new, step = rnn_step_forward(x[:, t], h[t], Wx, Wh, b)
        h.append(new)
        cache.append(step)
    return np.stack(h[1:], axis=1), cache


def rnn_backward(dh, cache):
    dxs, totals, carried = [], [0, 0, 0], 0
    for t in reversed(range(dh.shape[1])):
        dx_t, carried, *shares = rnn_step_backward(dh[:, t] + carried, cache[t])
        totals = add(totals, shares)
        dxs = [dx_t] + dxs
    dWx, dWh, db = totals
    return np.stack(dxs, axis=1), carried, dWx, dWh, db


def word_embedding_forward(x, W):
    picks = one_hot(x, len(W))
    return dense(picks, W), (picks, W)


def word_embedding_backward(dout, cache):
    return dense_back(dout, *cache)[1]


def temporal_affine_forward(x, w, b):
    return dense(x, w) + b, (x, w)


def temporal_affine_backward(dout, cache):
    return (*dense_back(dout, *cache), bias_back(dout))


def temporal_softmax_loss(x, y, mask):
    N, T, V = x.shape
    target, log_p, keep = one_hot(y, V), log_softmax(x), mask[:, :, np.newaxis]
    loss = -np.sum(keep * target * log_p) / N
    dx = keep * (np.exp(log_p) - target) / N
    return loss, dx
