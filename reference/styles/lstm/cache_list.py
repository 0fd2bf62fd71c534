import numpy as np

# caches are lists, filled as we go along


def sigmoid(x):
    flat = []
    for value in x.ravel():
        e = np.exp(-abs(value))
        flat.append(1 / (1 + e) if value >= 0 else e / (1 + e))
    return np.array(flat).reshape(x.shape)


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    cache = [x, prev_h, prev_c, Wx, Wh]
    pre = np.matmul(x, Wx) + np.matmul(prev_h, Wh) + b
    blocks = np.hsplit(pre, 4)
    for block in blocks[:3]:
        cache.append(sigmoid(block))
    cache.append(np.tanh(blocks[3]))
    i, f, o, g = cache[-4:]
    next_c = np.multiply(f, prev_c) + np.multiply(i, g)
    cache.append(np.tanh(next_c))
    next_h = np.multiply(o, cache[-1])
    return next_h, next_c, cache


def lstm_step_backward(dnext_h, dnext_c, cache):
    # 0: x   1: prev_h   2: prev_c   3: Wx   4: Wh   5..8: i f o g   9: tanh(c)
    i, f, o, g = cache[5:9]
    dc = dnext_c + dnext_h * o * (1 - cache[9] ** 2)
    blocks = [
        dc * g * i * (1 - i),
        dc * cache[2] * f * (1 - f),
        dnext_h * cache[9] * o * (1 - o),
        dc * i * (1 - g ** 2),
    ]
    da = np.hstack(blocks)
    dx = np.matmul(da, cache[3].T)
    dprev_h = np.matmul(da, cache[4].T)
    dWx = np.matmul(cache[0].T, da)
    dWh = np.matmul(cache[1].T, da)
    return dx, dprev_h, dc * f, dWx, dWh, da.sum(0)


def lstm_forward(x, h0, Wx, Wh, b):
    hs = [h0]
    cs = [h0 * 0]
    cache = []
    for x_t in x.swapaxes(0, 1):
        h_t, c_t, step = lstm_step_forward(x_t, hs[-1], cs[-1], Wx, Wh, b)
        hs.append(h_t)
        cs.append(c_t)
        cache.append(step)
    return np.array(hs[1:]).swapaxes(0, 1), cache


def lstm_backward(dh, cache):
    steps = []
    dh_t, dc_t = 0 * dh[:, 0], 0 * dh[:, 0]
    for t in range(len(cache) - 1, -1, -1):
        steps.append(lstm_step_backward(dh[:, t] + dh_t, dc_t, cache[t]))
        dh_t, dc_t = steps[-1][1:3]
    dx = np.array([step[0] for step in steps[::-1]]).swapaxes(0, 1)
    dWx, dWh, db = [sum([step[k] for step in steps]) for k in (3, 4, 5)]
    return dx, dh_t, dWx, dWh, db


def lstm_weights_from_gates(Wi, Wf, Wo, Wg, bi, bf, bo, bg):
    H = len(bi)
    Wx, Wh, b = [], [], []
    for W, bias in [(Wi, bi), (Wf, bf), (Wo, bo), (Wg, bg)]:
        for row, value in zip(W, bias):     # a row of the gate's matrix is a column of ours
            Wh.append(row[:H])
            Wx.append(row[H:])
            b.append(value)
    return np.array(Wx).T, np.array(Wh).T, np.array(b)


def additive_cell_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    cache = [x, prev_h, Wx, Wh]
    cache.append(np.tanh(np.matmul(x, Wx) + np.matmul(prev_h, Wh) + b))
    next_c = prev_c + cache[-1]
    cache.append(np.tanh(next_c))
    return cache[-1], next_c, cache


def additive_cell_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, Wx, Wh, g, tc = cache
    dc = dnext_c + dnext_h * (1 - tc ** 2)
    da = dc * (1 - g ** 2)
    return np.matmul(da, Wx.T), np.matmul(da, Wh.T), dc, np.matmul(x.T, da), np.matmul(prev_h.T, da), da.sum(0)
