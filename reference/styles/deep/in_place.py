import numpy as np

# Accumulators everywhere, and what comes in is used up on the way.


def rnn_forward(x, h0, Wx, Wh, b, scale=None):
    h = x @ Wx
    h += b
    prev = h0
    for t in range(h.shape[1]):
        h[:, t] += (prev if scale is None else prev * scale) @ Wh
        np.tanh(h[:, t], out=h[:, t])
        prev = h[:, t]
    return h, (x, h0, Wx, Wh, h.copy(), scale)


def rnn_backward(dh, cache):
    x, h0, Wx, Wh, h, scale = cache
    T = h.shape[1]
    for t in reversed(range(T)):
        dh[:, t] *= 1 - h[:, t] ** 2
        back = dh[:, t] @ Wh.T
        if scale is not None:
            back *= scale
        if t > 0:
            dh[:, t - 1] += back
    before = np.concatenate([h0[:, None], h[:, :-1]], axis=1)
    if scale is not None:
        before *= scale[:, None]
    dWx = np.tensordot(x, dh, ((0, 1), (0, 1)))
    dWh = np.tensordot(before, dh, ((0, 1), (0, 1)))
    db = dh.sum((0, 1))
    return dh @ Wx.T, back, dWx, dWh, db


def stacked_rnn_forward(x, h0, layers):
    cache = []
    while len(cache) < len(layers):
        x, c = rnn_forward(x, h0[len(cache)], *layers[len(cache)])
        cache.append(c)
    return x, cache


def stacked_rnn_backward(dh, cache):
    dh0 = np.zeros((len(cache), dh.shape[0], dh.shape[2]))
    dlayers = []
    while cache:
        dh, dh0[len(cache)], dWx, dWh, db = rnn_backward(dh, cache.pop())
        dlayers += [(dWx, dWh, db)]
    return dh, dh0, dlayers[::-1]


def bidirectional_rnn_forward(x, h0_f, h0_b, Wx_f, Wh_f, b_f, Wx_b, Wh_b, b_b):
    H = len(b_f)
    h = np.empty(x.shape[:2] + (2 * H,))
    h[:, :, :H], one = rnn_forward(x, h0_f, Wx_f, Wh_f, b_f)
    h[:, ::-1, H:], two = rnn_forward(x[:, ::-1], h0_b, Wx_b, Wh_b, b_b)
    return h, [one, two]


def bidirectional_rnn_backward(dh, cache):
    H = dh.shape[2] // 2
    dx_b, dh0_b, dWx_b, dWh_b, db_b = rnn_backward(dh[:, ::-1, H:], cache[1])
    dx, dh0_f, dWx_f, dWh_f, db_f = rnn_backward(dh[:, :, :H], cache[0])
    dx += dx_b[:, ::-1]
    return dx, dh0_f, dh0_b, dWx_f, dWh_f, db_f, dWx_b, dWh_b, db_b


def deep_bidirectional_forward(x, h0_f, h0_b, layers):
    cache = [None] * len(layers)
    for l, (f, b, ps) in enumerate(zip(h0_f, h0_b, layers)):
        x, cache[l] = bidirectional_rnn_forward(x, f, b, *ps)
    return x, cache


def deep_bidirectional_backward(dh, cache):
    L, N, H = len(cache), dh.shape[0], dh.shape[2] // 2
    dh0 = np.zeros((2, L, N, H))
    dlayers = []
    for l in range(L):
        dh, dh0[0, -1 - l], dh0[1, -1 - l], *ps = bidirectional_rnn_backward(dh, cache[-1 - l])
        dlayers = [tuple(ps), *dlayers]
    return dh, dh0[0], dh0[1], dlayers


def dropout_mask(x, keep, rng):
    mask = rng.random(x.shape)
    mask += keep
    return mask.astype(int) > 0


def dropout_forward(x, keep, mask, train):
    if train:
        x *= mask
        x /= keep
    return x, (keep, mask, train)


def dropout_backward(dout, cache):
    keep, mask, train = cache
    if train:
        dout[~mask] = 0
        dout /= keep
    return dout


def recurrent_dropout_rnn_forward(x, h0, Wx, Wh, b, keep, mask, train):
    return rnn_forward(x, h0, Wx, Wh, b, mask / keep if train else None)


def recurrent_dropout_rnn_backward(dh, cache):
    return rnn_backward(dh, cache)


def count_parameters(layers):
    n = 0
    for kind, inputs, units in layers:
        n += inputs * units
        if kind != "embedding":
            n += units
        if kind in ("rnn", "gru", "lstm"):
            n += units ** 2
        if kind == "gru":
            n += 2 * units * (inputs + units + 1)
        if kind == "lstm":
            n += 3 * units * (inputs + units + 1)
    return n
