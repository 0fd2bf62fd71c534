import numpy as np

# Stack discipline: the backward pass pops what the forward pass has pushed.


def sigmoid(x):
    return np.exp(-np.logaddexp(0, -x))


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    stack = [(x, Wx), (prev_h, Wh)]
    a = x.dot(Wx) + prev_h.dot(Wh) + b
    i, f, o, g = np.split(a, 4, axis=1)
    i, f, o, g = sigmoid(i), sigmoid(f), sigmoid(o), np.tanh(g)
    stack.append((i, f, g, prev_c))
    next_c = f * prev_c + i * g
    tc = np.tanh(next_c)
    stack.append((o, tc))
    return o * tc, next_c, stack


def lstm_step_backward(dnext_h, dnext_c, cache):
    o, tc = cache.pop()
    do = dnext_h * tc
    dc = dnext_c + dnext_h * o * (1 - tc ** 2)
    i, f, g, prev_c = cache.pop()
    da = np.hstack((dc * g * i * (1 - i), dc * prev_c * f * (1 - f), do * o * (1 - o), dc * i * (1 - g ** 2)))
    prev_h, Wh = cache.pop()
    dprev_h, dWh = da.dot(Wh.T), prev_h.T.dot(da)
    x, Wx = cache.pop()
    dx, dWx = da.dot(Wx.T), x.T.dot(da)
    return dx, dprev_h, dc * f, dWx, dWh, da.sum(axis=0)


def lstm_forward(x, h0, Wx, Wh, b):
    h = np.zeros(x.shape[:2] + h0.shape[1:])
    stack = []
    h_t, c_t = h0, np.zeros(h0.shape)
    for t in range(x.shape[1]):
        h_t, c_t, step = lstm_step_forward(x[:, t], h_t, c_t, Wx, Wh, b)
        stack.append(step)
        h[:, t] = h_t
    return h, stack


def lstm_backward(dh, cache):
    rows = list(dh.swapaxes(0, 1))
    dx = []
    dh_t, dc_t, dWx, dWh, db = 0.0, 0.0, 0.0, 0.0, 0.0
    while cache:
        dx_t, dh_t, dc_t, dWx_t, dWh_t, db_t = lstm_step_backward(rows.pop() + dh_t, dc_t, cache.pop())
        dx.append(dx_t)
        dWx, dWh, db = dWx + dWx_t, dWh + dWh_t, db + db_t
    return np.stack(dx[::-1], axis=1), dh_t, dWx, dWh, db


def lstm_weights_from_gates(Wi, Wf, Wo, Wg, bi, bf, bo, bg):
    H = len(bi)
    todo = [Wg, Wo, Wf, Wi]
    Wx, Wh = [], []
    while todo:
        W = todo.pop()
        Wh.append(W[:, :H].T)
        Wx.append(W[:, H:].T)
    return np.hstack(Wx), np.hstack(Wh), np.hstack([bi, bf, bo, bg])


def additive_cell_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    g = np.tanh(x.dot(Wx) + prev_h.dot(Wh) + b)
    next_c = prev_c + g
    next_h = np.tanh(next_c)
    return next_h, next_c, {'x': x, 'prev_h': prev_h, 'Wx': Wx, 'Wh': Wh, 'g': g, 'h': next_h}


def additive_cell_step_backward(dnext_h, dnext_c, cache):
    dc = dnext_c + dnext_h * (1 - cache.pop('h') ** 2)
    da = dc * (1 - cache.pop('g') ** 2)
    dx, dprev_h = da.dot(cache.pop('Wx').T), da.dot(cache.pop('Wh').T)
    return dx, dprev_h, dc, cache.pop('x').T.dot(da), cache.pop('prev_h').T.dot(da), da.sum(axis=0)
