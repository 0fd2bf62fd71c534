import numpy as np

# As in L4: every gate is one matrix times [h, x] (here: the row [h, x] times one matrix).


def sigmoid(x):
    return np.where(x >= 0, 1 / (1 + np.exp(-np.abs(x))), 1 - 1 / (1 + np.exp(-np.abs(x))))


def joined(h, x):
    return np.hstack([h, x])


def gru_step_forward(x, prev_h, Wx, Wh, b):
    H = prev_h.shape[1]
    W = np.vstack([Wh, Wx])
    r, z = np.split(sigmoid(joined(prev_h, x) @ W[:, :2 * H] + b[:2 * H]), 2, axis=1)
    n = np.tanh(joined(r * prev_h, x) @ W[:, 2 * H:] + b[2 * H:])
    return z * prev_h + (1 - z) * n, (x, prev_h, W, r, z, n)


def gru_step_backward(dnext_h, cache):
    x, prev_h, W, r, z, n = cache
    H = prev_h.shape[1]
    dan = dnext_h * (1 - z) * (1 - n ** 2)
    drhx = dan @ W[:, 2 * H:].T
    drh = drhx[:, :H]
    dag = np.hstack([drh * prev_h * r * (1 - r), dnext_h * (prev_h - n) * z * (1 - z)])
    dhx = dag @ W[:, :2 * H].T
    dW = np.hstack([joined(prev_h, x).T @ dag, joined(r * prev_h, x).T @ dan])
    db = np.hstack([dag, dan]).sum(axis=0)
    return drhx[:, H:] + dhx[:, H:], dnext_h * z + drh * r + dhx[:, :H], dW[H:], dW[:H], db


def gru_forward(x, h0, Wx, Wh, b):
    h, caches = [], []
    for t in range(x.shape[1]):
        state, cache = gru_step_forward(x[:, t], h[-1] if h else h0, Wx, Wh, b)
        h.append(state)
        caches.append(cache)
    return np.stack(h, axis=1), caches


def gru_backward(dh, cache):
    dx = []
    carried, dWx, dWh, db = 0, 0, 0, 0
    for t in reversed(range(len(cache))):
        dx_t, carried, dWx_t, dWh_t, db_t = gru_step_backward(dh[:, t] + carried, cache[t])
        dx.append(dx_t)
        dWx, dWh, db = dWx + dWx_t, dWh + dWh_t, db + db_t
    return np.stack(dx[::-1], axis=1), carried, dWx, dWh, db


def rows_of(dW, H):
    """back to the weights of h and of x"""
    return dW[:H], dW[H:]


def back(dnext_h, prev_h, z, r, n, Whh):
    dan = dnext_h * z * (1 - n ** 2)
    daz = dnext_h * (n - prev_h) * z * (1 - z)
    drh = dan @ Whh.T
    return dan, daz, drh * prev_h * r * (1 - r), dnext_h * (1 - z) + drh * r


def mut1_step_forward(x, prev_h, Wxz, Wxr, Whr, Whh, bz, br, bh):
    z = sigmoid(x @ Wxz + bz)
    r = sigmoid(joined(prev_h, x) @ np.vstack([Whr, Wxr]) + br)
    n = np.tanh((r * prev_h) @ Whh + np.tanh(x) + bh)
    return z * n + (1 - z) * prev_h, (x, prev_h, Wxz, np.vstack([Whr, Wxr]), Whh, z, r, n)


def mut1_step_backward(dnext_h, cache):
    x, prev_h, Wxz, Wr, Whh, z, r, n = cache
    H = prev_h.shape[1]
    dan, daz, dar, dh = back(dnext_h, prev_h, z, r, n, Whh)
    dhx = dar @ Wr.T
    dWhr, dWxr = rows_of(joined(prev_h, x).T @ dar, H)
    dx = dhx[:, H:] + daz @ Wxz.T + dan * (1 - np.tanh(x) ** 2)
    weights = x.T @ daz, dWxr, dWhr, (r * prev_h).T @ dan
    return dx, dh + dhx[:, :H], *weights, daz.sum(axis=0), dar.sum(axis=0), dan.sum(axis=0)


def mut2_step_forward(x, prev_h, Wxz, Whz, Whr, Wxh, Whh, bz, br, bh):
    Wz, Wn = np.vstack([Whz, Wxz]), np.vstack([Whh, Wxh])
    z = sigmoid(joined(prev_h, x) @ Wz + bz)
    r = sigmoid(x + prev_h @ Whr + br)
    n = np.tanh(joined(r * prev_h, x) @ Wn + bh)
    return z * n + (1 - z) * prev_h, (x, prev_h, Wz, Whr, Wn, z, r, n)


def mut2_step_backward(dnext_h, cache):
    x, prev_h, Wz, Whr, Wn, z, r, n = cache
    H = prev_h.shape[1]
    dan, daz, dar, dh = back(dnext_h, prev_h, z, r, n, Wn[:H])
    dhx = daz @ Wz.T
    dWhz, dWxz = rows_of(joined(prev_h, x).T @ daz, H)
    dWhh, dWxh = rows_of(joined(r * prev_h, x).T @ dan, H)
    dx = dhx[:, H:] + dar + dan @ Wn[H:].T
    dh = dh + dhx[:, :H] + dar @ Whr.T
    return dx, dh, dWxz, dWhz, prev_h.T @ dar, dWxh, dWhh, daz.sum(axis=0), dar.sum(axis=0), dan.sum(axis=0)


def mut3_step_forward(x, prev_h, Wxz, Whz, Wxr, Whr, Wxh, Whh, bz, br, bh):
    Wz, Wr, Wn = np.vstack([Whz, Wxz]), np.vstack([Whr, Wxr]), np.vstack([Whh, Wxh])
    z = sigmoid(joined(np.tanh(prev_h), x) @ Wz + bz)
    r = sigmoid(joined(prev_h, x) @ Wr + br)
    n = np.tanh(joined(r * prev_h, x) @ Wn + bh)
    return z * n + (1 - z) * prev_h, (x, prev_h, Wz, Wr, Wn, z, r, n)


def mut3_step_backward(dnext_h, cache):
    x, prev_h, Wz, Wr, Wn, z, r, n = cache
    H = prev_h.shape[1]
    th = np.tanh(prev_h)
    dan, daz, dar, dh = back(dnext_h, prev_h, z, r, n, Wn[:H])
    dthx, dhx = daz @ Wz.T, dar @ Wr.T
    dWhz, dWxz = rows_of(joined(th, x).T @ daz, H)
    dWhr, dWxr = rows_of(joined(prev_h, x).T @ dar, H)
    dWhh, dWxh = rows_of(joined(r * prev_h, x).T @ dan, H)
    dx = dthx[:, H:] + dhx[:, H:] + dan @ Wn[H:].T
    dh = dh + dhx[:, :H] + dthx[:, :H] * (1 - th ** 2)
    return dx, dh, dWxz, dWhz, dWxr, dWhr, dWxh, dWhh, daz.sum(axis=0), dar.sum(axis=0), dan.sum(axis=0)
