import numpy as np


# The two loops the other way round: at each time step, up through all layers at once.
def stacked_rnn_forward(x, h0, layers):
    N, T, _ = x.shape
    L = len(layers)
    h = [[None] * L for _ in range(T)]
    for t in range(T):
        below = x[:, t]
        for l, (Wx, Wh, b) in enumerate(layers):
            previous = h[t - 1][l] if t > 0 else h0[l]
            below = np.tanh(np.dot(below, Wx) + np.dot(previous, Wh) + b)
            h[t][l] = below
    top = np.stack([h[t][L - 1] for t in range(T)], axis=1)
    return top, (x, h0, layers, h)


def stacked_rnn_backward(dh, cache):
    x, h0, layers, h = cache
    T, L = x.shape[1], len(layers)
    dx = np.zeros_like(x)
    dlayers = [tuple(np.zeros_like(p) for p in layer) for layer in layers]
    carried = [np.zeros_like(h0[l]) for l in range(L)]
    for t in range(T - 1, -1, -1):
        from_above = dh[:, t]
        for l in range(L - 1, -1, -1):
            Wx, Wh, b = layers[l]
            dWx, dWh, db = dlayers[l]
            da = (from_above + carried[l]) * (1 - h[t][l] ** 2)
            below = h[t][l - 1] if l > 0 else x[:, t]
            previous = h[t - 1][l] if t > 0 else h0[l]
            dWx += np.dot(below.T, da)
            dWh += np.dot(previous.T, da)
            db += np.sum(da, axis=0)
            carried[l] = np.dot(da, Wh.T)
            from_above = np.dot(da, Wx.T)
        dx[:, t] = from_above
    return dx, np.stack(carried), dlayers


def bidirectional_rnn_forward(x, h0_f, h0_b, Wx_f, Wh_f, b_f, Wx_b, Wh_b, b_b):
    N, T, D = x.shape
    H = h0_f.shape[1]
    h = np.zeros((N, T, 2 * H))
    f, g = h0_f, h0_b
    for t in range(T):
        f = np.tanh(np.dot(x[:, t], Wx_f) + np.dot(f, Wh_f) + b_f)
        h[:, t, :H] = f
    for t in range(T - 1, -1, -1):
        g = np.tanh(np.dot(x[:, t], Wx_b) + np.dot(g, Wh_b) + b_b)
        h[:, t, H:] = g
    return h, (x, h, h0_f, h0_b, Wx_f, Wh_f, Wx_b, Wh_b)


def bidirectional_rnn_backward(dh, cache):
    x, h, h0_f, h0_b, Wx_f, Wh_f, Wx_b, Wh_b = cache
    N, T, D = x.shape
    H = h0_f.shape[1]
    dx = np.zeros_like(x)
    dWx_f, dWh_f, db_f = np.zeros_like(Wx_f), np.zeros_like(Wh_f), np.zeros(H)
    dWx_b, dWh_b, db_b = np.zeros_like(Wx_b), np.zeros_like(Wh_b), np.zeros(H)
    df, dg = np.zeros((N, H)), np.zeros((N, H))
    for t in range(T - 1, -1, -1):
        da = (dh[:, t, :H] + df) * (1 - h[:, t, :H] ** 2)
        previous = h[:, t - 1, :H] if t > 0 else h0_f
        dWx_f += np.dot(x[:, t].T, da)
        dWh_f += np.dot(previous.T, da)
        db_f += da.sum(axis=0)
        dx[:, t] += np.dot(da, Wx_f.T)
        df = np.dot(da, Wh_f.T)
    for t in range(T):
        da = (dh[:, t, H:] + dg) * (1 - h[:, t, H:] ** 2)
        following = h[:, t + 1, H:] if t < T - 1 else h0_b
        dWx_b += np.dot(x[:, t].T, da)
        dWh_b += np.dot(following.T, da)
        db_b += da.sum(axis=0)
        dx[:, t] += np.dot(da, Wx_b.T)
        dg = np.dot(da, Wh_b.T)
    return dx, df, dg, dWx_f, dWh_f, db_f, dWx_b, dWh_b, db_b


def deep_bidirectional_forward(x, h0_f, h0_b, layers):
    out, caches = x, {}
    for l in range(len(layers)):
        Wx_f, Wh_f, b_f, Wx_b, Wh_b, b_b = layers[l]
        out, caches[l] = bidirectional_rnn_forward(out, h0_f[l], h0_b[l], Wx_f, Wh_f, b_f, Wx_b, Wh_b, b_b)
    return out, caches


def deep_bidirectional_backward(dh, cache):
    L = len(cache)
    dh0_f, dh0_b, dlayers = L * [0], L * [0], L * [0]
    for l in range(L - 1, -1, -1):
        dh, dh0_f[l], dh0_b[l], dWx_f, dWh_f, db_f, dWx_b, dWh_b, db_b = bidirectional_rnn_backward(dh, cache[l])
        dlayers[l] = (dWx_f, dWh_f, db_f, dWx_b, dWh_b, db_b)
    return dh, np.array(dh0_f), np.array(dh0_b), dlayers


def dropout_mask(x, keep, rng):
    mask = np.zeros(x.shape, dtype=bool)
    for index in np.ndindex(x.shape):
        mask[index] = rng.random() < keep
    return mask


def dropout_forward(x, keep, mask, train):
    if not train:
        return x, None
    factor = mask / keep
    return x * factor, factor


def dropout_backward(dout, cache):
    if cache is None:
        return dout
    return dout * cache


def recurrent_dropout_rnn_forward(x, h0, Wx, Wh, b, keep, mask, train):
    T = x.shape[1]
    factor = mask / keep if train else 1.0
    h = [h0]
    for t in range(T):
        h.append(np.tanh(np.dot(x[:, t], Wx) + np.dot(h[t] * factor, Wh) + b))
    return np.array(h[1:]).swapaxes(0, 1), (x, h, Wx, Wh, factor)


def recurrent_dropout_rnn_backward(dh, cache):
    x, h, Wx, Wh, factor = cache
    dx, dWx, dWh, db = np.zeros_like(x), 0.0, 0.0, 0.0
    d = 0.0
    for t in range(x.shape[1] - 1, -1, -1):
        da = (dh[:, t] + d) * (1 - h[t + 1] ** 2)
        dx[:, t] = np.dot(da, Wx.T)
        dWx = dWx + np.dot(x[:, t].T, da)
        dWh = dWh + np.dot((h[t] * factor).T, da)
        db = db + da.sum(axis=0)
        d = np.dot(da, Wh.T) * factor
    return dx, d, dWx, dWh, db


def count_parameters(layers):
    count = 0
    for layer in layers:
        kind = layer[0]
        inputs = layer[1]
        units = layer[2]
        if kind == "embedding":
            count = count + inputs * units
        if kind == "dense":
            count = count + inputs * units + units
        if kind == "rnn":
            count = count + inputs * units + units * units + units
        if kind == "lstm":
            count = count + 4 * inputs * units + 4 * units * units + 4 * units
        if kind == "gru":
            count = count + 3 * inputs * units + 3 * units * units + 3 * units
    return count
