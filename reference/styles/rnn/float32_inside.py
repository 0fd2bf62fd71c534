import numpy as np

# single precision everywhere, like on a GPU
f32 = np.float32


def to32(*arrays):
    return [np.asarray(a, dtype=f32) for a in arrays]


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    x, prev_h, Wx, Wh, b = to32(x, prev_h, Wx, Wh, b)
    next_h = np.tanh(x.dot(Wx) + prev_h.dot(Wh) + b)
    return next_h, (x, prev_h, Wx, Wh, next_h)


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h.astype(f32) * (1 - next_h ** 2)
    return da.dot(Wx.T), da.dot(Wh.T), x.T.dot(da), prev_h.T.dot(da), da.sum(axis=0)


def rnn_forward(x, h0, Wx, Wh, b):
    x, h0, Wx, Wh, b = to32(x, h0, Wx, Wh, b)
    N, T, D = x.shape
    H = h0.shape[1]
    h = np.zeros((N, T, H), dtype=f32)
    cache = []
    h_t = h0
    for t in range(T):
        h_t, c = rnn_step_forward(x[:, t], h_t, Wx, Wh, b)
        h[:, t] = h_t
        cache.append(c)
    return h, (cache, D)


def rnn_backward(dh, cache):
    steps, D = cache
    dh = dh.astype(f32)
    N, T, H = dh.shape
    dx = np.zeros((N, T, D), f32)
    dWx = np.zeros((D, H), f32)
    dWh = np.zeros((H, H), f32)
    db = np.zeros(H, f32)
    d = np.zeros((N, H), f32)
    for t in reversed(range(T)):
        dx[:, t], d, gx, gh, gb = rnn_step_backward(dh[:, t] + d, steps[t])
        dWx += gx
        dWh += gh
        db += gb
    return dx, d, dWx, dWh, db


def word_embedding_forward(x, W):
    W = W.astype(f32)
    return W[x], (x, W)


def word_embedding_backward(dout, cache):
    x, W = cache
    dW = np.zeros_like(W)
    np.add.at(dW, x, dout.astype(f32))
    return dW


def temporal_affine_forward(x, w, b):
    x, w, b = to32(x, w, b)
    return x.dot(w) + b, (x, w)


def temporal_affine_backward(dout, cache):
    x, w = cache
    N, T, D = x.shape
    d = dout.astype(f32).reshape(N * T, -1)
    return d.dot(w.T).reshape(N, T, D), x.reshape(N * T, D).T.dot(d), d.sum(axis=0)


def temporal_softmax_loss(x, y, mask):
    N, T, V = x.shape
    # shift first, convert then: of 800.1234567 a float32 keeps too few digits
    s = (x - x.max(axis=2, keepdims=True)).astype(f32)
    e = np.exp(s)
    z = e.sum(axis=2, keepdims=True)
    i, j = np.meshgrid(np.arange(N), np.arange(T), indexing='ij')
    keep = mask.astype(f32)
    loss = f32(np.sum(keep * (np.log(z[:, :, 0]) - s[i, j, y])) / f32(N))
    dx = e / z
    dx[i, j, y] -= 1
    dx *= keep[:, :, None] / f32(N)
    return loss, dx
