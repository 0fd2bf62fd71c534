import numpy as np

# "cache" is simply the function that goes back. Everything it needs it has closed over.


def sigmoid(x):
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1.0, e) / (1.0 + e)


def linear(x, h, Wx, Wh, b):
    def back(da):
        return da @ Wx.T, da @ Wh.T, x.T @ da, h.T @ da, da.sum(axis=0)

    return x @ Wx + h @ Wh + b, back


def gate(a, function, slope):
    y = function(a)
    return y, lambda dy: dy * slope(y)


def logistic(a):
    return gate(a, sigmoid, lambda s: s * (1 - s))


def squash(a):
    return gate(a, np.tanh, lambda t: 1 - t * t)


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    a, linear_back = linear(x, prev_h, Wx, Wh, b)
    ai, af, ao, ag = np.split(a, 4, axis=1)
    (i, i_back), (f, f_back), (o, o_back), (g, g_back) = logistic(ai), logistic(af), logistic(ao), squash(ag)
    next_c = f * prev_c + i * g
    tc, tc_back = squash(next_c)

    def back(dnext_h, dnext_c):
        dc = dnext_c + tc_back(dnext_h * o)
        da = np.hstack([i_back(dc * g), f_back(dc * prev_c), o_back(dnext_h * tc), g_back(dc * i)])
        dx, dprev_h, *parameters = linear_back(da)
        return (dx, dprev_h, dc * f, *parameters)

    return o * tc, next_c, back


def lstm_step_backward(dnext_h, dnext_c, cache):
    return cache(dnext_h, dnext_c)


def lstm_forward(x, h0, Wx, Wh, b):
    hidden, backs = [], []
    h, c = h0, np.zeros(h0.shape)
    for t in range(x.shape[1]):
        h, c, back = lstm_step_forward(x[:, t], h, c, Wx, Wh, b)
        hidden.append(h)
        backs.append(back)

    def back_through_time(dh):
        dx = np.zeros(x.shape)
        total = [np.zeros(Wx.shape), np.zeros(Wh.shape), np.zeros(b.shape)]
        dstate, dcell = np.zeros(h0.shape), np.zeros(h0.shape)
        for t in range(len(backs) - 1, -1, -1):
            dx[:, t], dstate, dcell, *parameters = backs[t](dh[:, t] + dstate, dcell)
            total = [old + new for old, new in zip(total, parameters)]
        return (dx, dstate, *total)

    return np.stack(hidden, axis=1), back_through_time


def lstm_backward(dh, cache):
    return cache(dh)


def lstm_weights_from_gates(Wi, Wf, Wo, Wg, bi, bf, bo, bg):
    H = len(bi)

    def side_by_side(part):
        return np.hstack([part(W) for W in (Wi, Wf, Wo, Wg)])

    return side_by_side(lambda W: W[:, H:].T), side_by_side(lambda W: W[:, :H].T), np.hstack([bi, bf, bo, bg])


def additive_cell_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    a, linear_back = linear(x, prev_h, Wx, Wh, b)
    g, g_back = squash(a)
    next_c = prev_c + g
    next_h, h_back = squash(next_c)

    def back(dnext_h, dnext_c):
        dc = dnext_c + h_back(dnext_h)
        dx, dprev_h, *parameters = linear_back(g_back(dc))
        return (dx, dprev_h, dc, *parameters)

    return next_h, next_c, back


def additive_cell_step_backward(dnext_h, dnext_c, cache):
    return cache(dnext_h, dnext_c)
