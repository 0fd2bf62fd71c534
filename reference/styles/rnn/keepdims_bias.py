import numpy as np

# Biases are row vectors for me, as in MATLAB, so their gradients are (1, H) too.


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    b = b.reshape(1, -1)
    next_h = np.tanh(np.dot(x, Wx) + np.dot(prev_h, Wh) + b)
    cache = x, prev_h, Wx, Wh, next_h
    return next_h, cache


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    dz = np.multiply(dnext_h, 1 - np.power(next_h, 2))
    dx = np.dot(dz, Wx.T)
    dprev_h = np.dot(dz, Wh.T)
    dWx = np.dot(x.T, dz)
    dWh = np.dot(prev_h.T, dz)
    db = np.sum(dz, axis=0, keepdims=True)
    return dx, dprev_h, dWx, dWh, db


def rnn_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    N, H = h0.shape
    h = np.zeros((N, T, H))
    caches = []
    for t in range(T):
        previous = h0 if t == 0 else h[:, t - 1, :]
        h[:, t, :], cache = rnn_step_forward(x[:, t, :], previous, Wx, Wh, b)
        caches.append(cache)
    return h, caches


def rnn_backward(dh, cache):
    N, T, H = dh.shape
    D = cache[0][0].shape[1]
    dx = np.zeros((N, T, D))
    dWx = np.zeros((D, H))
    dWh = np.zeros((H, H))
    db = np.zeros((1, H))
    dprev = np.zeros((N, H))
    for t in range(T - 1, -1, -1):
        dx[:, t, :], dprev, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t, :] + dprev, cache[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, dprev, dWx, dWh, db


def word_embedding_forward(x, W):
    N, T = x.shape
    return W[x.reshape(-1)].reshape(N, T, -1), (x, W.shape)


def word_embedding_backward(dout, cache):
    x, (V, D) = cache
    dW = np.zeros((V, D))
    for v in range(V):
        dW[v] = np.sum(dout[x == v], axis=0)
    return dW


def temporal_affine_forward(x, w, b):
    return np.dot(x, w) + b.reshape(1, 1, -1), (x, w)


def temporal_affine_backward(dout, cache):
    x, w = cache
    D, M = w.shape
    d2 = dout.reshape(-1, M)
    dx = np.dot(d2, w.T).reshape(x.shape)
    dw = np.dot(x.reshape(-1, D).T, d2)
    db = np.sum(d2, axis=0, keepdims=True)
    return dx, dw, db


def temporal_softmax_loss(x, y, mask):
    N, T, V = x.shape
    x2, y2, m2 = x.reshape(-1, V), y.reshape(-1, 1), mask.reshape(-1, 1)
    x2 = x2 - np.max(x2, axis=1, keepdims=True)
    sums = np.sum(np.exp(x2), axis=1, keepdims=True)
    is_target = np.arange(V).reshape(1, -1) == y2
    target = np.sum(x2 * is_target, axis=1, keepdims=True)
    loss = np.sum(m2 * (np.log(sums) - target), keepdims=True) / N      # (1, 1)
    dx = m2 * (np.exp(x2) / sums - is_target) / N
    return loss[0, 0], dx.reshape(N, T, V)
