def rnn_forward(x, h0, Wx, Wh, b):
    raise NotImplementedError


import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    pre_activation = np.dot(x, Wx) + np.dot(prev_h, Wh) + b
    next_h = np.tanh(pre_activation)
    cache = (x, prev_h, Wx, Wh, next_h)
    return next_h, cache


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    dpre = (1 - next_h**2) * dnext_h
    dx = np.dot(dpre, Wx.T)
    dprev_h = np.dot(dpre, Wh.T)
    dWx = np.dot(x.T, dpre)
    dWh = np.dot(prev_h.T, dpre)
    db = np.sum(dpre, axis=0)
    return dx, dprev_h, dWx, dWh, db


def rnn_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    H = h0.shape[1]
    h = np.zeros((N, T, H))
    cache = []
    current = h0
    for t in range(T):
        current, step_cache = rnn_step_forward(x[:, t, :], current, Wx, Wh, b)
        h[:, t, :] = current
        cache.append(step_cache)
    return h, cache


def rnn_backward(dh, cache):
    N, T, H = dh.shape
    D = cache[0][0].shape[1]
    dx = np.zeros((N, T, D))
    dWx = np.zeros((D, H))
    dWh = np.zeros((H, H))
    db = np.zeros(H)
    carried = np.zeros((N, H))
    for t in range(T - 1, -1, -1):
        total = dh[:, t, :] + carried
        dx[:, t, :], carried, dWx_t, dWh_t, db_t = rnn_step_backward(total, cache[t])
        dWx = dWx + dWx_t
        dWh = dWh + dWh_t
        db = db + db_t
    return dx, carried, dWx, dWh, db


def word_embedding_forward(x, W):
    return W[x], (x, W.shape)


def word_embedding_backward(dout, cache):
    x, shape = cache
    dW = np.zeros(shape)
    np.add.at(dW, x, dout)
    return dW


def temporal_affine_forward(x, w, b):
    N, T, D = x.shape
    M = b.shape[0]
    out = x.reshape(N * T, D).dot(w).reshape(N, T, M) + b
    return out, (x, w, b)


def temporal_affine_backward(dout, cache):
    x, w, b = cache
    N, T, D = x.shape
    M = b.shape[0]
    dflat = dout.reshape(N * T, M)
    dx = dflat.dot(w.T).reshape(N, T, D)
    dw = x.reshape(N * T, D).T.dot(dflat)
    db = dout.sum(axis=(0, 1))
    return dx, dw, db


def temporal_softmax_loss(x, y, mask):
    N, T, V = x.shape
    scores = x.reshape(N * T, V)
    targets = y.reshape(N * T)
    keep = mask.reshape(N * T)
    rows = np.arange(N * T)
    shifted = scores - scores.max(axis=1, keepdims=True)
    log_sum = np.log(np.exp(shifted).sum(axis=1))
    loss = np.sum(keep * (log_sum - shifted[rows, targets])) / N
    dflat = np.exp(shifted - log_sum[:, None])
    dflat[rows, targets] -= 1
    dflat = dflat * keep[:, None] / N
    return loss, dflat.reshape(N, T, V)
