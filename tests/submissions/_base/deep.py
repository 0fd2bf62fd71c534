import numpy as np


def rnn_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    H = h0.shape[1]
    h = np.zeros((N, T, H))
    current = h0
    for t in range(T):
        current = np.tanh(np.dot(x[:, t, :], Wx) + np.dot(current, Wh) + b)
        h[:, t, :] = current
    return h, (x, h0, Wx, Wh, h)


def rnn_backward(dh, cache):
    x, h0, Wx, Wh, h = cache
    N, T, H = dh.shape
    dx = np.zeros(x.shape)
    dWx = np.zeros(Wx.shape)
    dWh = np.zeros(Wh.shape)
    db = np.zeros(H)
    carried = np.zeros((N, H))
    for t in range(T - 1, -1, -1):
        dpre = (1 - h[:, t, :] ** 2) * (dh[:, t, :] + carried)
        before = h[:, t - 1, :] if t > 0 else h0
        dx[:, t, :] = np.dot(dpre, Wx.T)
        dWx = dWx + np.dot(x[:, t, :].T, dpre)
        dWh = dWh + np.dot(before.T, dpre)
        db = db + np.sum(dpre, axis=0)
        carried = np.dot(dpre, Wh.T)
    return dx, carried, dWx, dWh, db


def stacked_rnn_forward(x, h0, layers):
    out = x
    cache = []
    for l in range(len(layers)):
        Wx, Wh, b = layers[l]
        out, layer_cache = rnn_forward(out, h0[l], Wx, Wh, b)
        cache.append(layer_cache)
    return out, cache


def stacked_rnn_backward(dh, cache):
    L = len(cache)
    dh0 = [None] * L
    dlayers = [None] * L
    d = dh
    for l in range(L - 1, -1, -1):
        d, dh0[l], dWx, dWh, db = rnn_backward(d, cache[l])
        dlayers[l] = (dWx, dWh, db)
    return d, np.array(dh0), dlayers


def bidirectional_rnn_forward(x, h0_f, h0_b, Wx_f, Wh_f, b_f, Wx_b, Wh_b, b_b):
    h_f, cache_f = rnn_forward(x, h0_f, Wx_f, Wh_f, b_f)
    reversed_x = np.flip(x, axis=1)
    h_b, cache_b = rnn_forward(reversed_x, h0_b, Wx_b, Wh_b, b_b)
    h = np.concatenate((h_f, np.flip(h_b, axis=1)), axis=2)
    return h, (cache_f, cache_b)


def bidirectional_rnn_backward(dh, cache):
    cache_f, cache_b = cache
    H = dh.shape[2] // 2
    dx_f, dh0_f, dWx_f, dWh_f, db_f = rnn_backward(dh[:, :, :H], cache_f)
    dx_b, dh0_b, dWx_b, dWh_b, db_b = rnn_backward(np.flip(dh[:, :, H:], axis=1), cache_b)
    dx = dx_f + np.flip(dx_b, axis=1)
    return dx, dh0_f, dh0_b, dWx_f, dWh_f, db_f, dWx_b, dWh_b, db_b


def deep_bidirectional_forward(x, h0_f, h0_b, layers):
    out = x
    cache = []
    for l in range(len(layers)):
        out, layer_cache = bidirectional_rnn_forward(out, h0_f[l], h0_b[l], *layers[l])
        cache.append(layer_cache)
    return out, cache


def deep_bidirectional_backward(dh, cache):
    L = len(cache)
    dh0_f, dh0_b, dlayers = [None] * L, [None] * L, [None] * L
    d = dh
    for l in range(L - 1, -1, -1):
        grads = bidirectional_rnn_backward(d, cache[l])
        d, dh0_f[l], dh0_b[l] = grads[0], grads[1], grads[2]
        dlayers[l] = grads[3:]
    return d, np.array(dh0_f), np.array(dh0_b), dlayers


def dropout_mask(x, keep, rng):
    return rng.random(x.shape) < keep


def dropout_forward(x, keep, mask, train):
    if train:
        out = x * mask / keep
    else:
        out = x
    return out, (keep, mask, train)


def dropout_backward(dout, cache):
    keep, mask, train = cache
    if train:
        return dout * mask / keep
    return dout


def recurrent_dropout_rnn_forward(x, h0, Wx, Wh, b, keep, mask, train):
    N, T, D = x.shape
    H = h0.shape[1]
    h = np.zeros((N, T, H))
    caches = []
    current = h0
    for t in range(T):
        dropped, drop_cache = dropout_forward(current, keep, mask, train)
        current = np.tanh(np.dot(x[:, t, :], Wx) + np.dot(dropped, Wh) + b)
        h[:, t, :] = current
        caches.append((dropped, drop_cache, current))
    return h, (x, Wx, Wh, caches)


def recurrent_dropout_rnn_backward(dh, cache):
    x, Wx, Wh, caches = cache
    N, T, H = dh.shape
    dx = np.zeros(x.shape)
    dWx = np.zeros(Wx.shape)
    dWh = np.zeros(Wh.shape)
    db = np.zeros(H)
    carried = np.zeros((N, H))
    for t in range(T - 1, -1, -1):
        dropped, drop_cache, current = caches[t]
        dpre = (1 - current**2) * (dh[:, t, :] + carried)
        dx[:, t, :] = np.dot(dpre, Wx.T)
        dWx = dWx + np.dot(x[:, t, :].T, dpre)
        dWh = dWh + np.dot(dropped.T, dpre)
        db = db + np.sum(dpre, axis=0)
        carried = dropout_backward(np.dot(dpre, Wh.T), drop_cache)
    return dx, carried, dWx, dWh, db


def count_parameters(layers):
    total = 0
    for kind, inputs, units in layers:
        if kind == "embedding":
            total += inputs * units
        elif kind == "dense":
            total += inputs * units + units
        elif kind == "rnn":
            total += inputs * units + units * units + units
        elif kind == "gru":
            total += 3 * (inputs * units + units * units + units)
        elif kind == "lstm":
            total += 4 * (inputs * units + units * units + units)
    return total
