import numpy as np

# I take the big matrices apart and give every gate its own product, as the lecture writes it.


def sigmoid(x):
    return np.exp(-np.logaddexp(0, -x))


def blocks(W):
    H = W.shape[-1] // 3
    return W[..., :H], W[..., H:2*H], W[..., 2*H:]


def gru_step_forward(x, prev_h, Wx, Wh, b):
    Wxr, Wxz, Wxn = blocks(Wx)
    Whr, Whz, Whn = blocks(Wh)
    b_r, b_z, b_n = blocks(b)
    r = sigmoid(x.dot(Wxr) + prev_h.dot(Whr) + b_r)
    z = sigmoid(x.dot(Wxz) + prev_h.dot(Whz) + b_z)
    n = np.tanh(x.dot(Wxn) + (r * prev_h).dot(Whn) + b_n)
    next_h = z * prev_h + (1 - z) * n
    return next_h, (x, prev_h, Wxr, Wxz, Wxn, Whr, Whz, Whn, r, z, n)


def gru_step_backward(dnext_h, cache):
    x, prev_h, Wxr, Wxz, Wxn, Whr, Whz, Whn, r, z, n = cache

    # h = z * prev_h + (1 - z) * n
    dz = dnext_h * prev_h - dnext_h * n
    dn = dnext_h * (1 - z)
    dprev_h = dnext_h * z
    # n = tanh(...)
    dan = dn * (1 - n ** 2)
    drh = dan.dot(Whn.T)
    dr = drh * prev_h
    dprev_h = dprev_h + drh * r
    # the gates
    dar = dr * r * (1 - r)
    daz = dz * z * (1 - z)
    dprev_h = dprev_h + dar.dot(Whr.T) + daz.dot(Whz.T)

    dx = dar.dot(Wxr.T) + daz.dot(Wxz.T) + dan.dot(Wxn.T)
    dWx = np.concatenate((x.T.dot(dar), x.T.dot(daz), x.T.dot(dan)), axis=1)
    dWh = np.concatenate((prev_h.T.dot(dar), prev_h.T.dot(daz), (r * prev_h).T.dot(dan)), axis=1)
    db = np.concatenate((dar.sum(0), daz.sum(0), dan.sum(0)))
    return dx, dprev_h, dWx, dWh, db


def gru_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    h = np.zeros((N, T, h0.shape[1]))
    cache = []
    for t in range(T):
        h[:, t], step = gru_step_forward(x[:, t], h0 if t == 0 else h[:, t-1], Wx, Wh, b)
        cache.append(step)
    return h, cache


def gru_backward(dh, cache):
    N, T, H = dh.shape
    D = cache[0][0].shape[1]
    dx, dWx, dWh, db = np.zeros((N, T, D)), np.zeros((D, 3*H)), np.zeros((H, 3*H)), np.zeros(3*H)
    dprev_h = np.zeros((N, H))
    for t in range(T-1, -1, -1):
        dx[:, t], dprev_h, dWx_t, dWh_t, db_t = gru_step_backward(dh[:, t] + dprev_h, cache[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, dprev_h, dWx, dWh, db


def mut1_step_forward(x, prev_h, Wxz, Wxr, Whr, Whh, bz, br, bh):
    z = sigmoid(x.dot(Wxz) + bz)
    r = sigmoid(x.dot(Wxr) + prev_h.dot(Whr) + br)
    rh = r * prev_h
    n = np.tanh(rh.dot(Whh) + np.tanh(x) + bh)
    return n * z + prev_h * (1 - z), (x, prev_h, Wxz, Wxr, Whr, Whh, z, r, rh, n)


def mut1_step_backward(dnext_h, cache):
    x, prev_h, Wxz, Wxr, Whr, Whh, z, r, rh, n = cache
    dn, dz, dprev_h = dnext_h * z, dnext_h * (n - prev_h), dnext_h * (1 - z)
    dan = dn * (1 - n ** 2)
    drh = dan.dot(Whh.T)
    dprev_h = dprev_h + drh * r
    dar = drh * prev_h * r * (1 - r)
    daz = dz * z * (1 - z)
    dprev_h = dprev_h + dar.dot(Whr.T)
    dx = daz.dot(Wxz.T) + dar.dot(Wxr.T) + dan * (1 - np.tanh(x) ** 2)
    return dx, dprev_h, x.T.dot(daz), x.T.dot(dar), prev_h.T.dot(dar), rh.T.dot(dan), daz.sum(0), dar.sum(0), dan.sum(0)


def mut2_step_forward(x, prev_h, Wxz, Whz, Whr, Wxh, Whh, bz, br, bh):
    z = sigmoid(x.dot(Wxz) + prev_h.dot(Whz) + bz)
    r = sigmoid(x + prev_h.dot(Whr) + br)
    rh = r * prev_h
    n = np.tanh(rh.dot(Whh) + x.dot(Wxh) + bh)
    return n * z + prev_h * (1 - z), (x, prev_h, Wxz, Whz, Whr, Wxh, Whh, z, r, rh, n)


def mut2_step_backward(dnext_h, cache):
    x, prev_h, Wxz, Whz, Whr, Wxh, Whh, z, r, rh, n = cache
    dn, dz, dprev_h = dnext_h * z, dnext_h * (n - prev_h), dnext_h * (1 - z)
    dan = dn * (1 - n ** 2)
    drh = dan.dot(Whh.T)
    dprev_h = dprev_h + drh * r
    dar = drh * prev_h * r * (1 - r)
    daz = dz * z * (1 - z)
    dprev_h = dprev_h + dar.dot(Whr.T) + daz.dot(Whz.T)
    dx = daz.dot(Wxz.T) + dar + dan.dot(Wxh.T)
    weights = (x.T.dot(daz), prev_h.T.dot(daz), prev_h.T.dot(dar), x.T.dot(dan), rh.T.dot(dan))
    return (dx, dprev_h) + weights + (daz.sum(0), dar.sum(0), dan.sum(0))


def mut3_step_forward(x, prev_h, Wxz, Whz, Wxr, Whr, Wxh, Whh, bz, br, bh):
    z = sigmoid(x.dot(Wxz) + np.tanh(prev_h).dot(Whz) + bz)
    r = sigmoid(x.dot(Wxr) + prev_h.dot(Whr) + br)
    rh = r * prev_h
    n = np.tanh(rh.dot(Whh) + x.dot(Wxh) + bh)
    return n * z + prev_h * (1 - z), (x, prev_h, Wxz, Whz, Wxr, Whr, Wxh, Whh, z, r, rh, n)


def mut3_step_backward(dnext_h, cache):
    x, prev_h, Wxz, Whz, Wxr, Whr, Wxh, Whh, z, r, rh, n = cache
    th = np.tanh(prev_h)
    dn, dz, dprev_h = dnext_h * z, dnext_h * (n - prev_h), dnext_h * (1 - z)
    dan = dn * (1 - n ** 2)
    drh = dan.dot(Whh.T)
    dprev_h = dprev_h + drh * r
    dar = drh * prev_h * r * (1 - r)
    daz = dz * z * (1 - z)
    dprev_h = dprev_h + dar.dot(Whr.T) + daz.dot(Whz.T) * (1 - th ** 2)
    dx = daz.dot(Wxz.T) + dar.dot(Wxr.T) + dan.dot(Wxh.T)
    weights = (x.T.dot(daz), th.T.dot(daz), x.T.dot(dar), prev_h.T.dot(dar), x.T.dot(dan), rh.T.dot(dan))
    return (dx, dprev_h) + weights + (daz.sum(0), dar.sum(0), dan.sum(0))
