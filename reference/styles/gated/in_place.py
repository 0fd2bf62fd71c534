import numpy as np

# Saves memory: wherever an array is there already, write into it.


def sigmoid(x):
    x *= 0.5
    np.tanh(x, out=x)
    x += 1
    x *= 0.5
    return x


def slope(s):
    return s * (1 - s)


def gru_step_forward(x, prev_h, Wx, Wh, b):
    H = prev_h.shape[1]
    a = x.dot(Wx)
    a += b
    a[:, :2 * H] += prev_h.dot(Wh[:, :2 * H])
    sigmoid(a[:, :2 * H])                       # slices are views, so this changes a
    r, z, n = a[:, :H], a[:, H:2 * H], a[:, 2 * H:]
    rh = r * prev_h
    n += rh.dot(Wh[:, 2 * H:])
    np.tanh(n, out=n)
    next_h = prev_h - n
    next_h *= z
    next_h += n
    return next_h, (x, prev_h, Wx, Wh, a, rh)


def gru_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, a, rh = cache
    H = prev_h.shape[1]
    r, z, n = a[:, :H], a[:, H:2 * H], a[:, 2 * H:]
    da = np.zeros_like(a)
    da[:, H:2 * H] = dnext_h * (prev_h - n) * slope(z)
    da[:, 2 * H:] = dnext_h * (1 - z) * (1 - n ** 2)
    drh = da[:, 2 * H:].dot(Wh[:, 2 * H:].T)
    da[:, :H] = drh * prev_h * slope(r)
    dWh = prev_h.T.dot(da)
    dWh[:, 2 * H:] = rh.T.dot(da[:, 2 * H:])
    dnext_h *= z
    drh *= r
    dnext_h += drh
    dnext_h += da[:, :2 * H].dot(Wh[:, :2 * H].T)
    return da.dot(Wx.T), dnext_h, x.T.dot(da), dWh, da.sum(axis=0)


def gru_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    h = np.zeros((N, T, h0.shape[1]))
    caches = [None] * T
    prev_h = h0
    for t in range(T):
        h[:, t], caches[t] = gru_step_forward(x[:, t], prev_h, Wx, Wh, b)
        prev_h = h[:, t]
    return h, (x, caches)


def gru_backward(dh, cache):
    x, caches = cache
    N, T, H = dh.shape
    D = x.shape[2]
    dWx, dWh, db = np.zeros((D, 3 * H)), np.zeros((H, 3 * H)), np.zeros(3 * H)
    dh_t = np.zeros((N, H))
    for t in reversed(range(T)):
        dh[:, t] += dh_t
        dx_t, dh_t, dWx_t, dWh_t, db_t = gru_step_backward(dh[:, t], caches[t])
        x[:, t] = dx_t                          # step t is done with its input
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return x, dh_t, dWx, dWh, db


def renew(prev_h, z, n):
    out = n - prev_h
    out *= z
    out += prev_h
    return out


def mutant_back(dnext_h, prev_h, z, r, n, Whr, Whh):
    """turns dnext_h into dprev_h (but for the update gate's share)"""
    daz = dnext_h * (n - prev_h)
    daz *= slope(z)
    dan = dnext_h * z
    dan *= 1 - n ** 2
    drh = dan.dot(Whh.T)
    dar = drh * prev_h
    dar *= slope(r)
    dnext_h *= 1 - z
    drh *= r
    dnext_h += drh
    dnext_h += dar.dot(Whr.T)
    return daz, dar, dan


def mut1_step_forward(x, prev_h, Wxz, Wxr, Whr, Whh, bz, br, bh):
    z = x.dot(Wxz)
    z += bz
    r = x.dot(Wxr)
    r += prev_h.dot(Whr)
    r += br
    sigmoid(z), sigmoid(r)
    n = (r * prev_h).dot(Whh)
    n += np.tanh(x)
    n += bh
    np.tanh(n, out=n)
    return renew(prev_h, z, n), (x, prev_h, Wxz, Wxr, Whr, Whh, z, r, n)


def mut1_step_backward(dnext_h, cache):
    x, prev_h, Wxz, Wxr, Whr, Whh, z, r, n = cache
    daz, dar, dan = mutant_back(dnext_h, prev_h, z, r, n, Whr, Whh)
    dx = daz.dot(Wxz.T)
    dx += dar.dot(Wxr.T)
    dx += dan * (1 - np.tanh(x) ** 2)
    r *= prev_h
    return dx, dnext_h, x.T.dot(daz), x.T.dot(dar), prev_h.T.dot(dar), r.T.dot(dan), daz.sum(0), dar.sum(0), dan.sum(0)


def mut2_step_forward(x, prev_h, Wxz, Whz, Whr, Wxh, Whh, bz, br, bh):
    z = x.dot(Wxz)
    z += prev_h.dot(Whz)
    z += bz
    r = prev_h.dot(Whr)
    r += x
    r += br
    sigmoid(z), sigmoid(r)
    n = (r * prev_h).dot(Whh)
    n += x.dot(Wxh)
    n += bh
    np.tanh(n, out=n)
    return renew(prev_h, z, n), (x, prev_h, Wxz, Whz, Whr, Wxh, Whh, z, r, n)


def mut2_step_backward(dnext_h, cache):
    x, prev_h, Wxz, Whz, Whr, Wxh, Whh, z, r, n = cache
    daz, dar, dan = mutant_back(dnext_h, prev_h, z, r, n, Whr, Whh)
    dnext_h += daz.dot(Whz.T)
    dx = daz.dot(Wxz.T)
    dx += dar
    dx += dan.dot(Wxh.T)
    r *= prev_h
    weights = x.T.dot(daz), prev_h.T.dot(daz), prev_h.T.dot(dar), x.T.dot(dan), r.T.dot(dan)
    return dx, dnext_h, *weights, daz.sum(0), dar.sum(0), dan.sum(0)


def mut3_step_forward(x, prev_h, Wxz, Whz, Wxr, Whr, Wxh, Whh, bz, br, bh):
    th = np.tanh(prev_h)
    z = x.dot(Wxz)
    z += th.dot(Whz)
    z += bz
    r = x.dot(Wxr)
    r += prev_h.dot(Whr)
    r += br
    sigmoid(z), sigmoid(r)
    n = (r * prev_h).dot(Whh)
    n += x.dot(Wxh)
    n += bh
    np.tanh(n, out=n)
    return renew(prev_h, z, n), (x, prev_h, Wxz, Whz, Wxr, Whr, Wxh, Whh, th, z, r, n)


def mut3_step_backward(dnext_h, cache):
    x, prev_h, Wxz, Whz, Wxr, Whr, Wxh, Whh, th, z, r, n = cache
    daz, dar, dan = mutant_back(dnext_h, prev_h, z, r, n, Whr, Whh)
    dth = daz.dot(Whz.T)
    dth *= 1 - th ** 2
    dnext_h += dth
    dx = daz.dot(Wxz.T)
    dx += dar.dot(Wxr.T)
    dx += dan.dot(Wxh.T)
    r *= prev_h
    weights = x.T.dot(daz), th.T.dot(daz), x.T.dot(dar), prev_h.T.dot(dar), x.T.dot(dan), r.T.dot(dan)
    return dx, dnext_h, *weights, daz.sum(0), dar.sum(0), dan.sum(0)
