import numpy as np

GATES = ['i', 'f', 'o', 'g']


def sigmoid(x):
    out = np.empty(x.shape)
    out[x >= 0] = 1.0 / (1.0 + np.exp(-x[x >= 0]))
    out[x < 0] = np.exp(x[x < 0])
    out[x < 0] /= 1.0 + out[x < 0]
    return out


activation = {'i': sigmoid, 'f': sigmoid, 'o': sigmoid, 'g': np.tanh}
slope = {
    'i': lambda s: s * (1 - s),
    'f': lambda s: s * (1 - s),
    'o': lambda s: s * (1 - s),
    'g': lambda t: 1 - t ** 2,
}


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    H = prev_h.shape[1]
    a = x @ Wx + prev_h @ Wh + b
    cache = {'x': x, 'prev_h': prev_h, 'prev_c': prev_c, 'Wx': Wx, 'Wh': Wh}
    for k, gate in enumerate(GATES):
        cache[gate] = activation[gate](a[:, k * H:(k + 1) * H])
    next_c = cache['f'] * prev_c + cache['i'] * cache['g']
    cache['tanh_c'] = np.tanh(next_c)
    return cache['o'] * cache['tanh_c'], next_c, cache


def lstm_step_backward(dnext_h, dnext_c, cache):
    dc = dnext_c + dnext_h * cache['o'] * (1 - cache['tanh_c'] ** 2)
    d = {
        'i': dc * cache['g'],
        'f': dc * cache['prev_c'],
        'o': dnext_h * cache['tanh_c'],
        'g': dc * cache['i'],
    }
    da = np.concatenate([d[gate] * slope[gate](cache[gate]) for gate in GATES], axis=1)
    dx = da @ cache['Wx'].T
    dprev_h = da @ cache['Wh'].T
    dprev_c = dc * cache['f']
    dWx = cache['x'].T @ da
    dWh = cache['prev_h'].T @ da
    db = da.sum(axis=0)
    return dx, dprev_h, dprev_c, dWx, dWh, db


def lstm_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    h, c = {-1: h0}, {-1: np.zeros_like(h0)}
    cache = {}
    for t in range(T):
        h[t], c[t], cache[t] = lstm_step_forward(x[:, t], h[t - 1], c[t - 1], Wx, Wh, b)
    return np.stack([h[t] for t in range(T)], axis=1), cache


def lstm_backward(dh, cache):
    total = {}
    dx = {}
    dh_next, dc_next = np.zeros_like(dh[:, 0]), np.zeros_like(dh[:, 0])
    for t in sorted(cache, reverse=True):
        dx[t], dh_next, dc_next, dWx, dWh, db = lstm_step_backward(dh[:, t] + dh_next, dc_next, cache[t])
        for name, share in [('Wx', dWx), ('Wh', dWh), ('b', db)]:
            total[name] = total.get(name, 0) + share
    return np.stack([dx[t] for t in sorted(dx)], axis=1), dh_next, total['Wx'], total['Wh'], total['b']


def lstm_weights_from_gates(Wi, Wf, Wo, Wg, bi, bf, bo, bg):
    H = bi.shape[0]
    W = {'i': Wi, 'f': Wf, 'o': Wo, 'g': Wg}
    bias = {'i': bi, 'f': bf, 'o': bo, 'g': bg}
    Wx = np.concatenate([W[gate][:, H:].T for gate in GATES], axis=1)
    Wh = np.concatenate([W[gate][:, :H].T for gate in GATES], axis=1)
    b = np.concatenate([bias[gate] for gate in GATES])
    return Wx, Wh, b


def additive_cell_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    cache = {'x': x, 'prev_h': prev_h, 'Wx': Wx, 'Wh': Wh}
    cache['g'] = np.tanh(x @ Wx + prev_h @ Wh + b)
    next_c = prev_c + cache['g']
    cache['next_h'] = np.tanh(next_c)
    return cache['next_h'], next_c, cache


def additive_cell_step_backward(dnext_h, dnext_c, cache):
    dc = dnext_c + dnext_h * slope['g'](cache['next_h'])
    da = dc * slope['g'](cache['g'])
    return (da @ cache['Wx'].T, da @ cache['Wh'].T, dc,
            cache['x'].T @ da, cache['prev_h'].T @ da, da.sum(axis=0))
