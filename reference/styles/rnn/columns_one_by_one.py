# Every hidden unit is a little neuron of its own: I compute one column after the other.
import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    columns = []
    for j in range(Wh.shape[1]):
        column = x.dot(Wx[:, j]) + prev_h.dot(Wh[:, j]) + b[j]
        columns.append(np.tanh(column))
    next_h = np.column_stack(columns)
    return next_h, (x, prev_h, Wx, Wh, columns)


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, columns = cache
    dx, dprev_h = np.zeros_like(x), np.zeros_like(prev_h)
    dWx, dWh = np.empty_like(Wx), np.empty_like(Wh)
    db = np.empty(len(columns))
    for j, column in enumerate(columns):
        delta = dnext_h[:, j] * (1 - column ** 2)
        # unit j looked at all inputs and at all old units
        dx += np.outer(delta, Wx[:, j])
        dprev_h += np.outer(delta, Wh[:, j])
        dWx[:, j] = x.T.dot(delta)
        dWh[:, j] = prev_h.T.dot(delta)
        db[j] = delta.sum()
    return dx, dprev_h, dWx, dWh, db


def rnn_forward(x, h0, Wx, Wh, b):
    states, caches = [], []
    h = h0
    for t in range(x.shape[1]):
        h, c = rnn_step_forward(x[:, t], h, Wx, Wh, b)
        states.append(h)
        caches.append(c)
    return np.stack(states, axis=1), caches


def rnn_backward(dh, cache):
    dxs = []
    dWx = dWh = db = 0
    back = 0
    for t in reversed(range(len(cache))):
        dx_t, back, a, c, e = rnn_step_backward(dh[:, t] + back, cache[t])
        dxs.insert(0, dx_t)
        dWx, dWh, db = dWx + a, dWh + c, db + e
    return np.stack(dxs, axis=1), back, dWx, dWh, db


def word_embedding_forward(x, W):
    # feature after feature
    out = np.empty(x.shape + (W.shape[1],))
    for d in range(W.shape[1]):
        out[:, :, d] = W[:, d][x]
    return out, (x, len(W))


def word_embedding_backward(dout, cache):
    x, V = cache
    features = []
    for d in range(dout.shape[2]):
        features.append(np.bincount(x.ravel(), weights=dout[:, :, d].ravel(), minlength=V))
    return np.column_stack(features)


def temporal_affine_forward(x, w, b):
    out = np.empty(x.shape[:2] + (len(b),))
    for m in range(len(b)):
        out[:, :, m] = x.dot(w[:, m]) + b[m]
    return out, (x, w)


def temporal_affine_backward(dout, cache):
    x, w = cache
    dx, dw, db = np.zeros_like(x), np.zeros_like(w), np.zeros(w.shape[1])
    for m in range(w.shape[1]):
        delta = dout[:, :, m]
        dx += delta[:, :, None] * w[:, m]
        dw[:, m] = (x * delta[:, :, None]).sum(axis=(0, 1))
        db[m] = delta.sum()
    return dx, dw, db


def temporal_softmax_loss(x, y, mask):
    N, T, V = x.shape
    biggest = x[:, :, 0]
    for v in range(1, V):
        biggest = np.maximum(biggest, x[:, :, v])
    total = np.zeros((N, T))
    for v in range(V):
        total += np.exp(x[:, :, v] - biggest)
    loss = 0.0
    dx = np.zeros_like(x)
    for v in range(V):
        score = x[:, :, v] - biggest
        hit = (y == v)
        loss += np.sum((np.log(total) - score)[hit & mask])
        dx[:, :, v] = mask * (np.exp(score) / total - hit) / N
    return loss / N, dx
