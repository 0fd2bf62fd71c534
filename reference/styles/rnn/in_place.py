import numpy as np

# Saves memory: wherever an array is there already, write into it.


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = x.dot(Wx)
    next_h += prev_h.dot(Wh)
    next_h += b
    np.tanh(next_h, out=next_h)
    return next_h, (x, prev_h, Wx, Wh, next_h)


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    dnext_h *= 1 - next_h ** 2      # from here on this is the gradient of the pre-activation
    dx = dnext_h.dot(Wx.T)
    dprev_h = dnext_h.dot(Wh.T)
    dWx = x.T.dot(dnext_h)
    dWh = prev_h.T.dot(dnext_h)
    db = dnext_h.sum(axis=0)
    return dx, dprev_h, dWx, dWh, db


def rnn_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    h = np.zeros((N, T, h0.shape[1]))
    caches = [None] * T
    prev = h0
    for t in range(T):
        h[:, t], caches[t] = rnn_step_forward(x[:, t], prev, Wx, Wh, b)
        prev = h[:, t]
    return h, (x, caches)


def rnn_backward(dh, cache):
    x, caches = cache
    N, T, H = dh.shape
    D = x.shape[2]
    dx = np.zeros((N, T, D))
    dWx, dWh, db = np.zeros((D, H)), np.zeros((H, H)), np.zeros(H)
    for t in reversed(range(T)):
        dx[:, t], dprev, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t], caches[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
        if t > 0:
            dh[:, t - 1] += dprev   # the earlier step also hears of what its state did later
    return dx, dprev, dWx, dWh, db


def word_embedding_forward(x, W):
    return W[x], (x, W)


def word_embedding_backward(dout, cache):
    x, W = cache
    W *= 0                          # the table is not needed any more
    np.add.at(W, x, dout)
    return W


def temporal_affine_forward(x, w, b):
    out = x.dot(w)
    out += b
    return out, (x, w)


def temporal_affine_backward(dout, cache):
    x, w = cache
    dw = np.zeros_like(w)
    db = np.zeros(w.shape[1])
    for t in range(x.shape[1]):
        dw += x[:, t].T.dot(dout[:, t])
        db += dout[:, t].sum(axis=0)
    x[...] = dout.dot(w.T)
    return x, dw, db


def temporal_softmax_loss(x, y, mask):
    N, T, V = x.shape
    n, t = np.ogrid[:N, :T]
    x -= x.max(axis=2, keepdims=True)
    target = x[n, t, y]
    np.exp(x, out=x)
    total = x.sum(axis=2)
    loss = np.sum((np.log(total) - target) * mask) / N
    x /= total[:, :, None]
    x[n, t, y] -= 1
    x *= mask[:, :, None]
    x /= N
    return loss, x
