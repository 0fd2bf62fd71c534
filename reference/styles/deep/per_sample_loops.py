import numpy as np

# One sequence at a time, columns as in the lectures.


def one_forward(x, h, Wx, Wh, b, scale):
    steps = []
    for t in range(len(x)):
        seen = h * scale
        h = np.tanh(Wx.T.dot(x[t]) + Wh.T.dot(seen) + b)
        steps.append((seen, h))
    return steps


def one_backward(dh, x, steps, Wx, Wh, scale):
    dx = np.zeros(x.shape)
    dWx, dWh, db = np.zeros(Wx.shape), np.zeros(Wh.shape), np.zeros(Wh.shape[0])
    carried = np.zeros(Wh.shape[0])
    for t in range(len(x) - 1, -1, -1):
        seen, h = steps[t]
        da = (dh[t] + carried) * (1 - h * h)
        dx[t] = Wx.dot(da)
        carried = Wh.dot(da) * scale
        dWx += np.outer(x[t], da)
        dWh += np.outer(seen, da)
        db += da
    return dx, carried, dWx, dWh, db


def rnn_forward(x, h0, Wx, Wh, b, scale=None):
    if scale is None:
        scale = np.ones(h0.shape)
    runs = [one_forward(x[n], h0[n], Wx, Wh, b, scale[n]) for n in range(len(x))]
    h = np.array([[h for _, h in run] for run in runs])
    return h, {"x": x, "runs": runs, "Wx": Wx, "Wh": Wh, "scale": scale}


def rnn_backward(dh, cache):
    found = [
        one_backward(dh[n], cache["x"][n], cache["runs"][n], cache["Wx"], cache["Wh"], cache["scale"][n])
        for n in range(len(dh))
    ]
    dx, dh0, dWx, dWh, db = zip(*found)
    return np.array(dx), np.array(dh0), sum(dWx), sum(dWh), sum(db)


def stacked_rnn_forward(x, h0, layers):
    caches = {}
    for l, layer in enumerate(layers):
        x, caches[l] = rnn_forward(x, h0[l], layer[0], layer[1], layer[2])
    return x, caches


def stacked_rnn_backward(dh, cache):
    dh0, dlayers = {}, {}
    for l in sorted(cache, reverse=True):
        dh, dh0[l], dWx, dWh, db = rnn_backward(dh, cache[l])
        dlayers[l] = (dWx, dWh, db)
    order = sorted(cache)
    return dh, np.array([dh0[l] for l in order]), [dlayers[l] for l in order]


def turned(x):
    return np.array([sequence[::-1] for sequence in x])


def bidirectional_rnn_forward(x, h0_f, h0_b, Wx_f, Wh_f, b_f, Wx_b, Wh_b, b_b):
    hf, cf = rnn_forward(x, h0_f, Wx_f, Wh_f, b_f)
    hb, cb = rnn_forward(turned(x), h0_b, Wx_b, Wh_b, b_b)
    return np.concatenate((hf, turned(hb)), axis=-1), {"f": cf, "b": cb}


def bidirectional_rnn_backward(dh, cache):
    H = dh.shape[-1] // 2
    dxf, dh0f, *f = rnn_backward(dh[:, :, :H], cache["f"])
    dxb, dh0b, *b = rnn_backward(turned(dh[:, :, H:]), cache["b"])
    return tuple([dxf + turned(dxb), dh0f, dh0b] + f + b)


def deep_bidirectional_forward(x, h0_f, h0_b, layers):
    caches = []
    for l, layer in enumerate(layers):
        x, cache = bidirectional_rnn_forward(x, h0_f[l], h0_b[l], *layer)
        caches.append(cache)
    return x, {"layers": caches}


def deep_bidirectional_backward(dh, cache):
    dh0_f, dh0_b, dlayers = [], [], []
    for layer in cache["layers"][::-1]:
        grads = bidirectional_rnn_backward(dh, layer)
        dh = grads[0]
        dh0_f.append(grads[1])
        dh0_b.append(grads[2])
        dlayers.append(grads[3:])
    dlayers.reverse()
    return dh, np.flip(dh0_f, 0), np.flip(dh0_b, 0), dlayers


def dropout_mask(x, keep, rng):
    return np.array([rng.random(len(row)) < keep for row in x])


def dropout_forward(x, keep, mask, train):
    out = x.copy()
    if train:
        for n in range(x.shape[0]):
            for j in range(x.shape[1]):
                out[n, j] = x[n, j] / keep if mask[n, j] else 0.0
    return out, {"keep": keep, "mask": mask, "train": train}


def dropout_backward(dout, cache):
    return dropout_forward(dout, **cache)[0]


def recurrent_dropout_rnn_forward(x, h0, Wx, Wh, b, keep, mask, train):
    scale = mask / keep if train else np.ones(h0.shape)
    return rnn_forward(x, h0, Wx, Wh, b, scale)


def recurrent_dropout_rnn_backward(dh, cache):
    return rnn_backward(dh, cache)


def count_parameters(layers):
    total = 0
    for kind, inputs, units in layers:
        bias = kind != "embedding"
        recurrent = kind not in ("embedding", "dense")
        gates = 4 if kind == "lstm" else 3 if kind == "gru" else 1
        total += gates * units * (inputs + bias + recurrent * units)
    return total
