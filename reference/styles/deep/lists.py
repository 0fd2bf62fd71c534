import numpy as np

# Lists of steps in, lists of steps out; arrays only at the border.


def steps_of(x):
    return [x[:, t] for t in range(x.shape[1])]


def layer_forward(xs, h0, Wx, Wh, b, scale):
    hs = [h0]
    for x in xs:
        hs.append(np.tanh(np.matmul(x, Wx) + np.matmul(hs[-1] * scale, Wh) + b))
    return hs


def layer_backward(dhs, xs, hs, Wx, Wh, scale):
    dxs, dWxs, dWhs, dbs = [], [], [], []
    d = np.zeros_like(hs[0])
    for dh, x, before, after in list(zip(dhs, xs, hs[:-1], hs[1:]))[::-1]:
        da = (1 - np.square(after)) * (dh + d)
        dxs.append(np.matmul(da, Wx.T))
        dWxs.append(np.matmul(x.T, da))
        dWhs.append(np.matmul((before * scale).T, da))
        dbs.append(np.sum(da, 0))
        d = np.matmul(da, Wh.T) * scale
    return dxs[::-1], d, sum(dWxs), sum(dWhs), sum(dbs)


def stacked_rnn_forward(x, h0, layers):
    steps = [steps_of(x)]
    states = []
    for l, (Wx, Wh, b) in enumerate(layers):
        hs = layer_forward(steps[-1], h0[l], Wx, Wh, b, 1.0)
        states.append(hs)
        steps.append(hs[1:])
    return np.stack(steps[-1], 1), (steps, states, layers)


def stacked_rnn_backward(dh, cache):
    steps, states, layers = cache
    dhs = steps_of(dh)
    dh0, dlayers = [], []
    for l in range(len(layers))[::-1]:
        dhs, d, dWx, dWh, db = layer_backward(dhs, steps[l], states[l], layers[l][0], layers[l][1], 1.0)
        dh0.append(d)
        dlayers.append([dWx, dWh, db])
    return [np.stack(dhs, 1), np.array(dh0[::-1]), [tuple(d) for d in dlayers[::-1]]]


def bidirectional_rnn_forward(x, h0_f, h0_b, Wx_f, Wh_f, b_f, Wx_b, Wh_b, b_b):
    xs = steps_of(x)
    fs = layer_forward(xs, h0_f, Wx_f, Wh_f, b_f, 1.0)
    gs = layer_forward(xs[::-1], h0_b, Wx_b, Wh_b, b_b, 1.0)
    h = np.stack([np.hstack(pair) for pair in zip(fs[1:], gs[:0:-1])], 1)
    return h, (xs, fs, gs, Wx_f, Wh_f, Wx_b, Wh_b)


def bidirectional_rnn_backward(dh, cache):
    xs, fs, gs, Wx_f, Wh_f, Wx_b, Wh_b = cache
    H = Wh_f.shape[0]
    dfs = [d[:, :H] for d in steps_of(dh)]
    dgs = [d[:, H:] for d in steps_of(dh)]
    dxf, dh0_f, dWx_f, dWh_f, db_f = layer_backward(dfs, xs, fs, Wx_f, Wh_f, 1.0)
    dxg, dh0_b, dWx_b, dWh_b, db_b = layer_backward(dgs[::-1], xs[::-1], gs, Wx_b, Wh_b, 1.0)
    dx = np.stack([a + b for a, b in zip(dxf, dxg[::-1])], 1)
    return dx, dh0_f, dh0_b, dWx_f, dWh_f, db_f, dWx_b, dWh_b, db_b


def deep_bidirectional_forward(x, h0_f, h0_b, layers):
    caches = ()
    for l in range(len(h0_f)):
        x, cache = bidirectional_rnn_forward(x, h0_f[l], h0_b[l], *layers[l])
        caches = (cache, *caches)
    return x, caches


def deep_bidirectional_backward(dh, cache):
    f, g, p = [], [], []
    for c in cache:
        dh, a, b, *rest = bidirectional_rnn_backward(dh, c)
        f.append(a)
        g.append(b)
        p.append(tuple(rest))
    return dh, np.array(f[::-1]), np.array(g[::-1]), p[::-1]


def dropout_mask(x, keep, rng):
    return np.array([[bool(rng.random() < keep) for _ in row] for row in x])


def dropout_forward(x, keep, mask, train):
    scale = 1.0
    if train:
        scale = np.array([[1 / keep if m else 0.0 for m in row] for row in mask])
    return x * scale, [scale]


def dropout_backward(dout, cache):
    (scale,) = cache
    return dout * scale


def recurrent_dropout_rnn_forward(x, h0, Wx, Wh, b, keep, mask, train):
    _, (scale,) = dropout_forward(h0, keep, mask, train)
    xs = steps_of(x)
    hs = layer_forward(xs, h0, Wx, Wh, b, scale)
    return np.stack(hs[1:], 1), (xs, hs, Wx, Wh, scale)


def recurrent_dropout_rnn_backward(dh, cache):
    dxs, *rest = layer_backward(steps_of(dh), *cache)
    return (np.stack(dxs, 1), *rest)


def count_parameters(layers):
    sizes = []
    for kind, inputs, units in layers:
        shapes = {
            "embedding": [(inputs, units)],
            "dense": [(inputs, units), (units,)],
            "rnn": [(inputs, units), (units, units), (units,)],
            "lstm": [(inputs, 4 * units), (units, 4 * units), (4 * units,)],
            "gru": [(inputs, 3 * units), (units, 3 * units), (3 * units,)],
        }[kind]
        sizes.append(sum(int(np.prod(shape)) for shape in shapes))
    return sum(sizes)
