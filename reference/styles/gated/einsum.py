# Assignment 3 with einsum.
# n = sequence, d = input, h = hidden, k = hidden of the step before, q = block (r, z, candidate)
import numpy as np


def sigmoid(x):
    e = np.exp(-np.abs(x))
    return np.where(x < 0, e / (1 + e), 1 / (1 + e))


def times(left, W):
    return np.einsum('nk,kh->nh', left, W)


def back(d, W):
    return np.einsum('nh,kh->nk', d, W)


def share(left, d):
    return np.einsum('nk,nh->kh', left, d)


def total(d):
    return np.einsum('nh->h', d)


def gru_step_forward(x, prev_h, Wx, Wh, b):
    H = prev_h.shape[1]
    # give the blocks an axis of their own
    Wx3, Wh3 = Wx.reshape(-1, 3, H), Wh.reshape(H, 3, H)
    drive = np.einsum('nd,dqh->qnh', x, Wx3) + b.reshape(3, 1, H)
    r, z = sigmoid(drive[:2] + np.einsum('nk,kqh->qnh', prev_h, Wh3[:, :2]))
    g = np.tanh(drive[2] + np.einsum('nk,nk,kh->nh', r, prev_h, Wh3[:, 2]))
    return g + z * (prev_h - g), (x, prev_h, Wx3, Wh3, r, z, g)


def gru_step_backward(dnext_h, cache):
    x, prev_h, Wx3, Wh3, r, z, g = cache
    D, _, H = Wx3.shape
    dg = np.einsum('nh,nh,nh->nh', dnext_h, 1 - z, 1 - g ** 2)
    drh = np.einsum('nh,kh->nk', dg, Wh3[:, 2])
    dr = np.einsum('nh,nh,nh->nh', drh, prev_h, r * (1 - r))
    dz = np.einsum('nh,nh,nh->nh', dnext_h, prev_h - g, z * (1 - z))
    da = np.array([dr, dz, dg])
    went_in = np.array([prev_h, prev_h, r * prev_h])
    dx = np.einsum('qnh,dqh->nd', da, Wx3)
    dprev_h = dnext_h * z + drh * r + np.einsum('qnh,kqh->nk', da[:2], Wh3[:, :2])
    dWx = np.einsum('nd,qnh->dqh', x, da).reshape(D, 3 * H)
    dWh = np.einsum('qnk,qnh->kqh', went_in, da).reshape(H, 3 * H)
    return dx, dprev_h, dWx, dWh, np.einsum('qnh->qh', da).reshape(3 * H)


def gru_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    h = np.zeros((N, T, h0.shape[1]))
    ht, caches = h0, []
    for t in range(T):
        ht, cache = gru_step_forward(x[:, t], ht, Wx, Wh, b)
        h[:, t] = ht
        caches.append(cache)
    return h, (x.shape, Wx.shape, Wh.shape, b.shape, caches)


def gru_backward(dh, cache):
    *shapes, caches = cache
    dx, dWx, dWh, db = (np.zeros(shape) for shape in shapes)
    dht = np.zeros(dh[:, 0].shape)
    for t in range(dh.shape[1] - 1, -1, -1):
        dx[:, t], dht, dWx_t, dWh_t, db_t = gru_step_backward(dh[:, t] + dht, caches[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, dht, dWx, dWh, db


def mut1_step_forward(x, prev_h, Wxz, Wxr, Whr, Whh, bz, br, bh):
    z = sigmoid(times(x, Wxz) + bz)
    r = sigmoid(times(x, Wxr) + times(prev_h, Whr) + br)
    g = np.tanh(times(r * prev_h, Whh) + np.tanh(x) + bh)
    return prev_h + z * (g - prev_h), (x, prev_h, Wxz, Wxr, Whr, Whh, z, r, g)


def mut1_step_backward(dnext_h, cache):
    x, prev_h, Wxz, Wxr, Whr, Whh, z, r, g = cache
    dg = dnext_h * z * (1 - g ** 2)
    dz = dnext_h * (g - prev_h) * z * (1 - z)
    drh = back(dg, Whh)
    dr = drh * prev_h * r * (1 - r)
    dx = back(dz, Wxz) + back(dr, Wxr) + dg * (1 - np.tanh(x) ** 2)
    dprev_h = dnext_h * (1 - z) + drh * r + back(dr, Whr)
    weights = share(x, dz), share(x, dr), share(prev_h, dr), share(r * prev_h, dg)
    return (dx, dprev_h, *weights, total(dz), total(dr), total(dg))


def mut2_step_forward(x, prev_h, Wxz, Whz, Whr, Wxh, Whh, bz, br, bh):
    z = sigmoid(times(x, Wxz) + times(prev_h, Whz) + bz)
    r = sigmoid(x + times(prev_h, Whr) + br)
    g = np.tanh(times(r * prev_h, Whh) + times(x, Wxh) + bh)
    return prev_h + z * (g - prev_h), (x, prev_h, Wxz, Whz, Whr, Wxh, Whh, z, r, g)


def mut2_step_backward(dnext_h, cache):
    x, prev_h, Wxz, Whz, Whr, Wxh, Whh, z, r, g = cache
    dg = dnext_h * z * (1 - g ** 2)
    dz = dnext_h * (g - prev_h) * z * (1 - z)
    drh = back(dg, Whh)
    dr = drh * prev_h * r * (1 - r)
    dx = back(dz, Wxz) + dr + back(dg, Wxh)
    dprev_h = dnext_h * (1 - z) + drh * r + back(dr, Whr) + back(dz, Whz)
    weights = share(x, dz), share(prev_h, dz), share(prev_h, dr), share(x, dg), share(r * prev_h, dg)
    return (dx, dprev_h, *weights, total(dz), total(dr), total(dg))


def mut3_step_forward(x, prev_h, Wxz, Whz, Wxr, Whr, Wxh, Whh, bz, br, bh):
    th = np.tanh(prev_h)
    z = sigmoid(times(x, Wxz) + times(th, Whz) + bz)
    r = sigmoid(times(x, Wxr) + times(prev_h, Whr) + br)
    g = np.tanh(times(r * prev_h, Whh) + times(x, Wxh) + bh)
    return prev_h + z * (g - prev_h), (x, prev_h, Wxz, Whz, Wxr, Whr, Wxh, Whh, th, z, r, g)


def mut3_step_backward(dnext_h, cache):
    x, prev_h, Wxz, Whz, Wxr, Whr, Wxh, Whh, th, z, r, g = cache
    dg = dnext_h * z * (1 - g ** 2)
    dz = dnext_h * (g - prev_h) * z * (1 - z)
    drh = back(dg, Whh)
    dr = drh * prev_h * r * (1 - r)
    dx = back(dz, Wxz) + back(dr, Wxr) + back(dg, Wxh)
    dprev_h = dnext_h * (1 - z) + drh * r + back(dr, Whr) + back(dz, Whz) * (1 - th ** 2)
    weights = (share(x, dz), share(th, dz), share(x, dr), share(prev_h, dr), share(x, dg), share(r * prev_h, dg))
    return (dx, dprev_h, *weights, total(dz), total(dr), total(dg))
