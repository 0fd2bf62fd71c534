import numpy as np

# No operators: every operation is called by its numpy name.


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(np.add(np.add(np.dot(x, Wx), np.dot(prev_h, Wh)), b))
    return next_h, (x, prev_h, Wx, Wh, next_h)


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = np.multiply(dnext_h, np.subtract(1.0, np.square(next_h)))
    dx = np.inner(da, Wx)
    dprev_h = np.inner(da, Wh)
    dWx = np.add.reduce([np.outer(x_n, da_n) for x_n, da_n in zip(x, da)])
    dWh = np.add.reduce([np.outer(h_n, da_n) for h_n, da_n in zip(prev_h, da)])
    db = np.add.reduce(da, axis=0)
    return dx, dprev_h, dWx, dWh, db


def rnn_forward(x, h0, Wx, Wh, b):
    states = np.repeat(np.zeros_like(h0)[:, np.newaxis], np.shape(x)[1], axis=1)
    caches = []
    prev = h0
    for t in range(np.shape(x)[1]):
        prev, cache = rnn_step_forward(np.take(x, t, axis=1), prev, Wx, Wh, b)
        np.copyto(states[:, t], prev)
        caches.append(cache)
    return states, caches


def rnn_backward(dh, cache):
    steps = np.shape(dh)[1]
    carried = np.zeros_like(np.take(dh, 0, axis=1))
    dxs, dWxs, dWhs, dbs = [], [], [], []
    for t in np.flip(np.arange(steps)):
        upstream = np.add(np.take(dh, t, axis=1), carried)
        dx, carried, dWx, dWh, db = rnn_step_backward(upstream, cache[t])
        dxs.append(dx)
        dWxs.append(dWx)
        dWhs.append(dWh)
        dbs.append(db)
    dx = np.flip(np.stack(dxs, axis=1), axis=1)
    return dx, carried, np.add.reduce(dWxs), np.add.reduce(dWhs), np.add.reduce(dbs)


def word_embedding_forward(x, W):
    return np.take(W, x, axis=0), (x, np.shape(W))


def word_embedding_backward(dout, cache):
    x, shape = cache
    dW = np.zeros(shape)
    np.add.at(dW, x, dout)
    return dW


def temporal_affine_forward(x, w, b):
    return np.add(np.tensordot(x, w, axes=1), b), (x, w)


def temporal_affine_backward(dout, cache):
    x, w = cache
    dx = np.inner(dout, w)
    dw = np.tensordot(x, dout, axes=[(0, 1), (0, 1)])
    db = np.add.reduce(dout, axis=(0, 1))
    return dx, dw, db


def temporal_softmax_loss(x, y, mask):
    N = np.shape(x)[0]
    shifted = np.subtract(x, np.maximum.reduce(x, axis=2, keepdims=True))
    log_total = np.log(np.add.reduce(np.exp(shifted), axis=2, keepdims=True))
    log_p = np.subtract(shifted, log_total)
    index = np.expand_dims(y, 2)
    target = np.squeeze(np.take_along_axis(log_p, index, axis=2), axis=2)
    loss = np.negative(np.divide(np.add.reduce(np.multiply(target, mask), axis=None), N))
    hot = np.equal(np.arange(np.shape(x)[2]), index)
    dx = np.divide(np.multiply(np.subtract(np.exp(log_p), hot), np.expand_dims(mask, 2)), N)
    return loss, dx
