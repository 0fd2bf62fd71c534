import numpy as np

# No operators: every operation is called by its numpy name.


def sigmoid(x):
    return np.exp(np.negative(np.logaddexp(0.0, np.negative(x))))


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    a = np.add(np.add(np.dot(x, Wx), np.dot(prev_h, Wh)), b)
    ai, af, ao, ag = np.array_split(a, 4, axis=1)
    i, f, o, g = sigmoid(ai), sigmoid(af), sigmoid(ao), np.tanh(ag)
    next_c = np.add(np.multiply(f, prev_c), np.multiply(i, g))
    tc = np.tanh(next_c)
    return np.multiply(o, tc), next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, tc)


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, tc = cache
    dc = np.add(dnext_c, np.multiply(np.multiply(dnext_h, o), np.subtract(1.0, np.square(tc))))
    dai = np.prod([dc, g, i, np.subtract(1.0, i)], axis=0)
    daf = np.prod([dc, prev_c, f, np.subtract(1.0, f)], axis=0)
    dao = np.prod([dnext_h, tc, o, np.subtract(1.0, o)], axis=0)
    dag = np.prod([dc, i, np.subtract(1.0, np.square(g))], axis=0)
    da = np.concatenate([dai, daf, dao, dag], axis=1)
    dx = np.inner(da, Wx)
    dprev_h = np.inner(da, Wh)
    dWx = np.add.reduce([np.outer(x_n, da_n) for x_n, da_n in zip(x, da)])
    dWh = np.add.reduce([np.outer(h_n, da_n) for h_n, da_n in zip(prev_h, da)])
    db = np.add.reduce(da, axis=0)
    return dx, dprev_h, np.multiply(dc, f), dWx, dWh, db


def lstm_forward(x, h0, Wx, Wh, b):
    prev_h, prev_c = h0, np.zeros_like(h0)
    hidden, caches = [], []
    for t in np.arange(np.shape(x)[1]):
        prev_h, prev_c, cache = lstm_step_forward(np.take(x, t, axis=1), prev_h, prev_c, Wx, Wh, b)
        hidden.append(prev_h)
        caches.append(cache)
    return np.stack(hidden, axis=1), caches


def lstm_backward(dh, cache):
    dprev_h = dprev_c = np.zeros_like(np.take(dh, 0, axis=1))
    dxs, dWxs, dWhs, dbs = [], [], [], []
    for t in np.flip(np.arange(np.shape(dh)[1])):
        dnext_h = np.add(np.take(dh, t, axis=1), dprev_h)
        dx, dprev_h, dprev_c, dWx, dWh, db = lstm_step_backward(dnext_h, dprev_c, cache[t])
        dxs.append(dx)
        dWxs.append(dWx)
        dWhs.append(dWh)
        dbs.append(db)
    dx = np.flip(np.stack(dxs, axis=1), axis=1)
    return dx, dprev_h, np.add.reduce(dWxs), np.add.reduce(dWhs), np.add.reduce(dbs)


def lstm_weights_from_gates(Wi, Wf, Wo, Wg, bi, bf, bo, bg):
    stacked = np.transpose(np.concatenate([Wi, Wf, Wo, Wg], axis=0))
    Wh, Wx = np.split(stacked, [np.size(bi)], axis=0)
    return Wx, Wh, np.concatenate([bi, bf, bo, bg])


def additive_cell_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    g = np.tanh(np.add(np.add(np.dot(x, Wx), np.dot(prev_h, Wh)), b))
    next_c = np.add(prev_c, g)
    next_h = np.tanh(next_c)
    return next_h, next_c, (x, prev_h, Wx, Wh, g, next_h)


def additive_cell_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, Wx, Wh, g, next_h = cache
    dc = np.add(dnext_c, np.multiply(dnext_h, np.subtract(1.0, np.square(next_h))))
    da = np.multiply(dc, np.subtract(1.0, np.square(g)))
    dx, dprev_h = np.inner(da, Wx), np.inner(da, Wh)
    dWx, dWh = np.dot(np.transpose(x), da), np.dot(np.transpose(prev_h), da)
    return dx, dprev_h, dc, dWx, dWh, np.add.reduce(da, axis=0)
