"""RNN. The cache is nothing but the list of arguments; backward runs the forward again (saves memory)."""
import numpy as np


def _state(x, prev_h, Wx, Wh, b):
    return np.tanh(np.dot(x, Wx) + np.dot(prev_h, Wh) + b)


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    inputs = (x, prev_h, Wx, Wh, b)
    return _state(*inputs), inputs


def rnn_step_backward(dnext_h, cache):
    next_h = _state(*cache)
    x, prev_h, Wx, Wh, _ = cache
    da = dnext_h * (1 + next_h) * (1 - next_h)
    return np.dot(da, Wx.T), np.dot(da, Wh.T), np.dot(x.T, da), np.dot(prev_h.T, da), np.sum(da, axis=0)


def rnn_forward(x, h0, Wx, Wh, b):
    hidden = []
    h = h0
    for t in range(x.shape[1]):
        h, _ = rnn_step_forward(x[:, t], h, Wx, Wh, b)
        hidden.append(h)
    return np.stack(hidden, axis=1), (x, h0, Wx, Wh, b)


def rnn_backward(dh, cache):
    x, h0, Wx, Wh, b = cache
    h, _ = rnn_forward(x, h0, Wx, Wh, b)
    dx = np.zeros_like(x)
    dWx = np.zeros_like(Wx)
    dWh = np.zeros_like(Wh)
    db = np.zeros_like(b)
    dprev = np.zeros_like(h0)
    for t in range(x.shape[1] - 1, -1, -1):
        prev = h0 if t == 0 else h[:, t - 1]
        dx_t, dprev, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t] + dprev, (x[:, t], prev, Wx, Wh, b))
        dx[:, t] = dx_t
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, dprev, dWx, dWh, db


def word_embedding_forward(x, W):
    return W[x], (x, W)


def word_embedding_backward(dout, cache):
    x, W = cache
    D = W.shape[1]
    # sort the words, then each word is one slice
    order = np.argsort(x, axis=None, kind="stable")
    words = x.ravel()[order]
    grads = dout.reshape(-1, D)[order]
    dW = np.zeros(W.shape)
    different, starts = np.unique(words, return_index=True)
    dW[different] = np.add.reduceat(grads, starts, axis=0)
    return dW


def temporal_affine_forward(x, w, b):
    return np.dot(x, w) + b, (x, w, b)


def temporal_affine_backward(dout, cache):
    x, w, b = cache
    D, M = w.shape
    dx = np.dot(dout, w.T)
    dw = np.dot(x.reshape(-1, D).T, dout.reshape(-1, M))
    db = np.dot(np.ones(dout.shape[0] * dout.shape[1]), dout.reshape(-1, M))
    return dx, dw, db


def _log_softmax(x):
    shifted = x - np.amax(x, axis=2, keepdims=True)
    return shifted - np.log(np.sum(np.exp(shifted), axis=2, keepdims=True))


def temporal_softmax_loss(x, y, mask):
    N, T, V = x.shape
    where = (np.repeat(np.arange(N), T), np.tile(np.arange(T), N), y.ravel())
    loss = -np.dot(_log_softmax(x)[where], mask.ravel()) / N
    dx = np.exp(_log_softmax(x))
    dx[where] -= 1
    dx = dx * mask.reshape(N, T, 1) / N
    return loss, dx
