import numpy as np

# The caches hold the arguments only; the way back starts by going forward again.


def rnn_forward(x, h0, Wx, Wh, b):
    h = []
    for x_t in np.moveaxis(x, 1, 0):
        h0 = np.tanh(x_t @ Wx + h0 @ Wh + b)
        h.append(h0)
    return np.moveaxis(np.array(h), 0, 1)


def rnn_backward(dh, x, h0, Wx, Wh, b):
    h = rnn_forward(x, h0, Wx, Wh, b)
    before = np.concatenate((h0[:, np.newaxis], h[:, :-1]), axis=1)
    da = np.empty_like(h)
    later = np.zeros_like(h0)
    for t in range(h.shape[1] - 1, -1, -1):
        da[:, t] = (1 - h[:, t] * h[:, t]) * (dh[:, t] + later)
        later = da[:, t] @ Wh.T
    def product(a):
        return a.reshape(-1, a.shape[2]).T @ da.reshape(-1, da.shape[2])
    return da @ Wx.T, later, product(x), product(before), da.sum(axis=(0, 1))


def stacked_rnn_forward(x, h0, layers):
    out = x
    for l, layer in enumerate(layers):
        out = rnn_forward(out, h0[l], *layer)
    return out, (x, h0, layers)


def stacked_rnn_backward(dh, cache):
    x, h0, layers = cache
    if len(layers) == 1:
        dx, dh0, dWx, dWh, db = rnn_backward(dh, x, h0[0], *layers[0])
        return dx, dh0[None], [(dWx, dWh, db)]
    below, _ = stacked_rnn_forward(x, h0[:-1], layers[:-1])
    d, dh0_top, dWx, dWh, db = rnn_backward(dh, below, h0[-1], *layers[-1])
    dx, dh0, dlayers = stacked_rnn_backward(d, (x, h0[:-1], layers[:-1]))
    return dx, np.concatenate([dh0, dh0_top[None]]), dlayers + [(dWx, dWh, db)]


def bidirectional_rnn_forward(x, h0_f, h0_b, Wx_f, Wh_f, b_f, Wx_b, Wh_b, b_b):
    forwards = rnn_forward(x, h0_f, Wx_f, Wh_f, b_f)
    backwards = rnn_forward(x[:, ::-1, :], h0_b, Wx_b, Wh_b, b_b)[:, ::-1, :]
    return np.c_[forwards, backwards], (x, h0_f, h0_b, Wx_f, Wh_f, b_f, Wx_b, Wh_b, b_b)


def bidirectional_rnn_backward(dh, cache):
    x, h0_f, h0_b, Wx_f, Wh_f, b_f, Wx_b, Wh_b, b_b = cache
    H = b_f.size
    f = rnn_backward(dh[:, :, :H], x, h0_f, Wx_f, Wh_f, b_f)
    b = rnn_backward(dh[:, ::-1, H:], x[:, ::-1], h0_b, Wx_b, Wh_b, b_b)
    return f[0] + b[0][:, ::-1], f[1], b[1], f[2], f[3], f[4], b[2], b[3], b[4]


def deep_bidirectional_forward(x, h0_f, h0_b, layers):
    inputs = [x]
    for l in range(len(layers)):
        inputs.append(bidirectional_rnn_forward(inputs[l], h0_f[l], h0_b[l], *layers[l])[0])
    return inputs[-1], (inputs[:-1], h0_f, h0_b, layers)


def deep_bidirectional_backward(dh, cache):
    inputs, h0_f, h0_b, layers = cache
    dh0_f, dh0_b = np.zeros_like(h0_f), np.zeros_like(h0_b)
    dlayers = list(layers)
    for l in range(len(layers) - 1, -1, -1):
        grads = bidirectional_rnn_backward(dh, (inputs[l], h0_f[l], h0_b[l], *layers[l]))
        dh, dh0_f[l], dh0_b[l] = grads[:3]
        dlayers[l] = grads[3:]
    return dh, dh0_f, dh0_b, dlayers


def dropout_mask(x, keep, rng):
    return np.less(rng.random(x.size), keep).reshape(x.shape)


def dropout_forward(x, keep, mask, train):
    return (mask * x * (1 / keep) if train else x.copy()), (mask, keep, train)


def dropout_backward(dout, cache):
    mask, keep, train = cache
    return mask * dout * (1 / keep) if train else dout.copy()


def recurrent_dropout_rnn_forward(x, h0, Wx, Wh, b, keep, mask, train):
    m = mask / keep if train else np.ones(mask.shape)
    h = h0
    out = np.zeros((x.shape[0], x.shape[1], h0.shape[1]))
    for t in range(x.shape[1]):
        h = out[:, t] = np.tanh(x[:, t] @ Wx + (m * h) @ Wh + b)
    return out, (x, h0, Wx, Wh, b, keep, mask, train)


def recurrent_dropout_rnn_backward(dh, cache):
    x, h0, Wx, Wh, b, keep, mask, train = cache
    m = mask / keep if train else np.ones(mask.shape)
    h, _ = recurrent_dropout_rnn_forward(*cache)
    dx, dWx, dWh, db, d = 0 * x, 0 * Wx, 0 * Wh, 0 * b, 0 * h0
    for t in reversed(range(x.shape[1])):
        da = (dh[:, t] + d) * (1 - h[:, t] ** 2)
        before = h[:, t - 1] if t else h0
        dx[:, t], d = da @ Wx.T, m * (da @ Wh.T)
        dWx += x[:, t].T @ da
        dWh += (m * before).T @ da
        db += np.ones(len(da)) @ da
    return dx, d, dWx, dWh, db


def count_parameters(layers):
    if len(layers) == 0:
        return 0
    (kind, inputs, units), *rest = layers
    match kind:
        case "embedding":
            size = units * inputs
        case "dense":
            size = units * (inputs + 1)
        case "rnn":
            size = units * (inputs + units + 1)
        case "gru":
            size = units * (inputs + units + 1) * 3
        case "lstm":
            size = units * (inputs + units + 1) * 4
    return size + count_parameters(rest)
