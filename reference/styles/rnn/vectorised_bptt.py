import numpy as np

# Only what really is recurrent stays in the loop. All other products are taken once, for all steps together.


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    h, cache = rnn_forward(x[:, np.newaxis], prev_h, Wx, Wh, b)  # a step is a sequence of length 1
    return h[:, 0], cache


def rnn_step_backward(dnext_h, cache):
    dx, dprev_h, dWx, dWh, db = rnn_backward(dnext_h[:, np.newaxis], cache)
    return dx[:, 0], dprev_h, dWx, dWh, db


def rnn_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    H = h0.shape[1]
    drive = (x.reshape(N * T, D) @ Wx + b).reshape(N, T, H)
    states = np.empty((N, T + 1, H))
    states[:, 0] = h0
    for t in range(T):
        states[:, t + 1] = np.tanh(drive[:, t] + states[:, t] @ Wh)
    return states[:, 1:], (x, states, Wx, Wh)


def rnn_backward(dh, cache):
    x, states, Wx, Wh = cache
    N, T, D = x.shape
    H = Wh.shape[0]
    slope = 1 - states[:, 1:] ** 2
    deltas = np.empty((N, T, H))
    carried = np.zeros((N, H))
    for t in range(T - 1, -1, -1):
        deltas[:, t] = (dh[:, t] + carried) * slope[:, t]
        carried = deltas[:, t] @ Wh.T
    flat = deltas.reshape(N * T, H)
    dx = (flat @ Wx.T).reshape(N, T, D)
    dWx = x.reshape(N * T, D).T @ flat
    dWh = states[:, :-1].reshape(N * T, H).T @ flat
    db = flat.sum(axis=0)
    return dx, carried, dWx, dWh, db


def word_embedding_forward(x, W):
    return W[x], (x.ravel(), W.shape)


def word_embedding_backward(dout, cache):
    words, (V, D) = cache
    cells = words[:, np.newaxis] * D + np.arange(D)  # where each number goes in the flattened table
    return np.bincount(cells.ravel(), weights=dout.ravel(), minlength=V * D).reshape(V, D)


def temporal_affine_forward(x, w, b):
    N, T, D = x.shape
    flat = x.reshape(N * T, D)
    return (flat @ w + b).reshape(N, T, -1), (flat, w, x.shape)


def temporal_affine_backward(dout, cache):
    flat, w, shape = cache
    d = dout.reshape(len(flat), -1)
    return (d @ w.T).reshape(shape), flat.T @ d, d.sum(axis=0)


def temporal_softmax_loss(x, y, mask):
    N, T, V = x.shape
    kept = np.flatnonzero(mask)  # the padded steps never enter the computation
    s, target = x.reshape(N * T, V)[kept], y.reshape(N * T)[kept]
    s = s - s.max(axis=1, keepdims=True)
    log_p = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
    rows = np.arange(len(kept))
    loss = -log_p[rows, target].sum() / N
    d = np.exp(log_p)
    d[rows, target] -= 1
    dx = np.zeros((N * T, V))
    dx[kept] = d / N
    return loss, dx.reshape(N, T, V)
