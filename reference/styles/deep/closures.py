import numpy as np

# The cache of every function is the function that goes back.


def rnn_forward(x, h0, Wx, Wh, b, see=lambda h: (h, lambda d: d)):
    backs, h, state = [], [], h0
    for t in range(x.shape[1]):
        seen, unsee = see(state)
        state = np.tanh(x[:, t] @ Wx + seen @ Wh + b)
        h.append(state)
        backs.append((x[:, t], seen, unsee, state))

    def back(dh):
        dx, dWx, dWh, db = [], 0, 0, 0
        carried = 0
        for t in reversed(range(len(backs))):
            x_t, seen, unsee, state = backs[t]
            da = (dh[:, t] + carried) * (1 - state ** 2)
            carried = unsee(da @ Wh.T)
            dx.append(da @ Wx.T)
            dWx, dWh, db = dWx + x_t.T @ da, dWh + seen.T @ da, db + da.sum(0)
        return np.stack(dx[::-1], 1), carried, dWx, dWh, db

    return np.stack(h, 1), back


def stacked_rnn_forward(x, h0, layers):
    backs = []
    for state, layer in zip(h0, layers):
        x, back = rnn_forward(x, state, *layer)
        backs.append(back)
    return x, backs


def stacked_rnn_backward(dh, cache):
    if not cache:
        return dh, [], []
    *below, top = cache
    d, dh0, *dlayer = top(dh)
    dx, dh0s, dlayers = stacked_rnn_backward(d, below)
    dh0s = [*dh0s, dh0]
    return dx, np.array(dh0s), dlayers + [tuple(dlayer)]


def bidirectional_rnn_forward(x, h0_f, h0_b, Wx_f, Wh_f, b_f, Wx_b, Wh_b, b_b):
    f, f_back = rnn_forward(x, h0_f, Wx_f, Wh_f, b_f)
    g, g_back = rnn_forward(x[:, ::-1], h0_b, Wx_b, Wh_b, b_b)
    H = f.shape[2]

    def back(dh):
        dx_f, dh0_f, *df = f_back(dh[:, :, :H])
        dx_g, dh0_g, *dg = g_back(dh[:, ::-1, H:])
        return (dx_f + dx_g[:, ::-1], dh0_f, dh0_g, *df, *dg)

    return np.concatenate([f, g[:, ::-1]], 2), back


def bidirectional_rnn_backward(dh, cache):
    return cache(dh)


def deep_bidirectional_forward(x, h0_f, h0_b, layers):
    backs = []
    for f, g, layer in zip(h0_f, h0_b, layers):
        x, back = bidirectional_rnn_forward(x, f, g, *layer)
        backs.append(back)

    def whole(dh):
        fs, gs, dlayers = [], [], []
        for back in backs[::-1]:
            dh, f, g, *rest = back(dh)
            fs = [f] + fs
            gs = [g] + gs
            dlayers = [tuple(rest)] + dlayers
        return dh, np.array(fs), np.array(gs), dlayers

    return x, whole


def deep_bidirectional_backward(dh, cache):
    return cache(dh)


def dropout_mask(x, keep, rng):
    return rng.uniform(size=x.shape) >= 1 - keep


def dropout_forward(x, keep, mask, train):
    def times(a):
        return np.where(mask, a / keep, 0.0) if train else a

    return times(x), times


def dropout_backward(dout, cache):
    return cache(dout)


def recurrent_dropout_rnn_forward(x, h0, Wx, Wh, b, keep, mask, train):
    return rnn_forward(x, h0, Wx, Wh, b, lambda h: dropout_forward(h, keep, mask, train))


def recurrent_dropout_rnn_backward(dh, cache):
    return cache(dh)


def count_parameters(layers):
    def size(kind, inputs, units):
        if kind == "embedding":
            return inputs * units
        if kind == "dense":
            return inputs * units + units
        one = units * (inputs + units) + units
        return {"rnn": one, "gru": 3 * one, "lstm": 4 * one}[kind]

    return sum(size(*layer) for layer in layers)
