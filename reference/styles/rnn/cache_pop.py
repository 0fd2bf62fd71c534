import numpy as np

# Stack discipline: what the forward pass pushes, the backward pass pops, last in first out.


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    stack = [Wx, Wh, x, prev_h]
    next_h = np.tanh(x.dot(Wx) + prev_h.dot(Wh) + b)
    stack.append(next_h)
    return next_h, stack


def rnn_step_backward(dnext_h, cache):
    next_h = cache.pop()
    da = (1 - next_h ** 2) * dnext_h
    prev_h = cache.pop()
    dWh = prev_h.T.dot(da)
    x = cache.pop()
    dWx = x.T.dot(da)
    Wh = cache.pop()
    dprev_h = da.dot(Wh.T)
    Wx = cache.pop()
    dx = da.dot(Wx.T)
    return dx, dprev_h, dWx, dWh, da.sum(axis=0)


def rnn_forward(x, h0, Wx, Wh, b):
    h = np.zeros(x.shape[:2] + h0.shape[1:])
    stack = []
    state = h0
    for t in range(x.shape[1]):
        state, step = rnn_step_forward(x[:, t], state, Wx, Wh, b)
        stack.append(step)
        h[:, t] = state
    return h, stack


def rnn_backward(dh, cache):
    dx = []
    dstate, dWx, dWh, db = 0.0, 0.0, 0.0, 0.0
    t = dh.shape[1] - 1
    while cache:
        dx_t, dstate, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t] + dstate, cache.pop())
        dx.append(dx_t)
        dWx = dWx + dWx_t
        dWh = dWh + dWh_t
        db = db + db_t
        t -= 1
    return np.stack(dx[::-1], axis=1), dstate, dWx, dWh, db


def word_embedding_forward(x, W):
    return W[x], [W.shape, x]


def word_embedding_backward(dout, cache):
    x = cache.pop()
    dW = np.zeros(cache.pop())
    np.add.at(dW, x, dout)
    return dW


def temporal_affine_forward(x, w, b):
    return x.dot(w) + b, {'x': x, 'w': w}


def temporal_affine_backward(dout, cache):
    x = cache.pop('x')
    w = cache.pop('w')
    D, M = w.shape
    return dout.dot(w.T), x.reshape(-1, D).T.dot(dout.reshape(-1, M)), dout.reshape(-1, M).sum(axis=0)


def temporal_softmax_loss(x, y, mask):
    N, T, V = x.shape
    todo = [(n, t) for n in range(N) for t in range(T) if mask[n, t]]
    loss, dx = 0.0, np.zeros_like(x)
    while todo:
        n, t = todo.pop()
        z = x[n, t] - np.max(x[n, t])
        logp = z - np.log(np.sum(np.exp(z)))
        loss -= logp[y[n, t]] / N
        dx[n, t] = np.exp(logp) / N
        dx[n, t, y[n, t]] -= 1.0 / N
    return loss, dx
