"""
GRU and mutants. One sequence at a time, and (in sigmoid) one number at a time.
"""
import numpy as np


def sigmoid(v):
    out = np.zeros(len(v))
    for j in range(len(v)):
        if v[j] >= 0:
            out[j] = 1 / (1 + np.exp(-v[j]))
        else:
            out[j] = np.exp(v[j]) / (1 + np.exp(v[j]))
    return out


def gru_step_forward(x, prev_h, Wx, Wh, b):
    N, H = prev_h.shape
    next_h = np.zeros((N, H))
    gates = []
    for n in range(N):
        a = np.dot(x[n], Wx) + b
        r = sigmoid(a[:H] + np.dot(prev_h[n], Wh[:, :H]))
        z = sigmoid(a[H:2 * H] + np.dot(prev_h[n], Wh[:, H:2 * H]))
        g = np.tanh(a[2 * H:] + np.dot(r * prev_h[n], Wh[:, 2 * H:]))
        for j in range(H):
            next_h[n, j] = z[j] * prev_h[n, j] + (1 - z[j]) * g[j]
        gates.append((r, z, g))
    return next_h, (x, prev_h, Wx, Wh, gates)


def gru_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, gates = cache
    N, H = prev_h.shape
    dx, dprev_h = np.zeros(x.shape), np.zeros(prev_h.shape)
    dWx, dWh, db = np.zeros(Wx.shape), np.zeros(Wh.shape), np.zeros(3 * H)
    for n in range(N):
        r, z, g = gates[n]
        d = dnext_h[n]
        dag = d * (1 - z) * (1 - g * g)
        drh = np.dot(Wh[:, 2 * H:], dag)
        dar = drh * prev_h[n] * r * (1 - r)
        daz = d * (prev_h[n] - g) * z * (1 - z)
        da = np.concatenate((dar, daz, dag))
        dx[n] = np.dot(Wx, da)
        dprev_h[n] = d * z + drh * r + np.dot(Wh[:, :H], dar) + np.dot(Wh[:, H:2 * H], daz)
        dWx += np.outer(x[n], da)
        dWh[:, :2 * H] += np.outer(prev_h[n], da[:2 * H])
        dWh[:, 2 * H:] += np.outer(r * prev_h[n], dag)
        db += da
    return dx, dprev_h, dWx, dWh, db


def gru_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    h = np.zeros((N, T, h0.shape[1]))
    caches = []
    for n in range(N):
        # a batch of one: [n:n+1] keeps the axis
        ht = h0[n:n + 1]
        row = []
        for t in range(T):
            ht, c = gru_step_forward(x[n:n + 1, t], ht, Wx, Wh, b)
            h[n, t] = ht[0]
            row.append(c)
        caches.append(row)
    return h, (x, h0, Wx, Wh, b, caches)


def gru_backward(dh, cache):
    x, h0, Wx, Wh, b, caches = cache
    dx, dh0 = np.zeros(x.shape), np.zeros(h0.shape)
    dWx, dWh, db = np.zeros(Wx.shape), np.zeros(Wh.shape), np.zeros(b.shape)
    for n in range(x.shape[0]):
        dht = np.zeros((1, h0.shape[1]))
        for t in range(x.shape[1] - 1, -1, -1):
            grads = gru_step_backward(dh[n:n + 1, t] + dht, caches[n][t])
            dx[n, t] = grads[0][0]
            dht = grads[1]
            dWx += grads[2]
            dWh += grads[3]
            db += grads[4]
        dh0[n] = dht[0]
    return dx, dh0, dWx, dWh, db


def mut1_step_forward(x, prev_h, Wxz, Wxr, Whr, Whh, bz, br, bh):
    next_h, rows = np.zeros(prev_h.shape), []
    for n in range(len(x)):
        z = sigmoid(np.dot(x[n], Wxz) + bz)
        r = sigmoid(np.dot(x[n], Wxr) + np.dot(prev_h[n], Whr) + br)
        g = np.tanh(np.dot(r * prev_h[n], Whh) + np.tanh(x[n]) + bh)
        next_h[n] = g * z + prev_h[n] * (1 - z)
        rows.append((z, r, g))
    return next_h, (x, prev_h, [Wxz, Wxr, Whr, Whh], rows)


def mut1_step_backward(dnext_h, cache):
    x, prev_h, (Wxz, Wxr, Whr, Whh), rows = cache
    dx, dh = np.zeros(x.shape), np.zeros(prev_h.shape)
    dWxz, dWxr, dWhr, dWhh = (np.zeros(W.shape) for W in cache[2])
    dbz, dbr, dbh = np.zeros((3, prev_h.shape[1]))
    for n, (z, r, g) in enumerate(rows):
        daz, dar, dag, drh = one_row(dnext_h[n], prev_h[n], z, r, g, Whh)
        dx[n] = np.dot(Wxz, daz) + np.dot(Wxr, dar) + dag * (1 - np.tanh(x[n]) ** 2)
        dh[n] = dnext_h[n] * (1 - z) + drh * r + np.dot(Whr, dar)
        dWxz += np.outer(x[n], daz)
        dWxr += np.outer(x[n], dar)
        dWhr += np.outer(prev_h[n], dar)
        dWhh += np.outer(r * prev_h[n], dag)
        dbz += daz
        dbr += dar
        dbh += dag
    return dx, dh, dWxz, dWxr, dWhr, dWhh, dbz, dbr, dbh


def one_row(d, h, z, r, g, Whh):
    dag = d * z * (1 - g * g)
    drh = np.dot(Whh, dag)
    return d * (g - h) * z * (1 - z), drh * h * r * (1 - r), dag, drh


def mut2_step_forward(x, prev_h, Wxz, Whz, Whr, Wxh, Whh, bz, br, bh):
    next_h, rows = np.zeros(prev_h.shape), []
    for n in range(len(x)):
        z = sigmoid(np.dot(x[n], Wxz) + np.dot(prev_h[n], Whz) + bz)
        r = sigmoid(x[n] + np.dot(prev_h[n], Whr) + br)
        g = np.tanh(np.dot(r * prev_h[n], Whh) + np.dot(x[n], Wxh) + bh)
        next_h[n] = g * z + prev_h[n] * (1 - z)
        rows.append((z, r, g))
    return next_h, (x, prev_h, [Wxz, Whz, Whr, Wxh, Whh], rows)


def mut2_step_backward(dnext_h, cache):
    x, prev_h, (Wxz, Whz, Whr, Wxh, Whh), rows = cache
    dx, dh = np.zeros(x.shape), np.zeros(prev_h.shape)
    dWxz, dWhz, dWhr, dWxh, dWhh = (np.zeros(W.shape) for W in cache[2])
    dbz, dbr, dbh = np.zeros((3, prev_h.shape[1]))
    for n, (z, r, g) in enumerate(rows):
        daz, dar, dag, drh = one_row(dnext_h[n], prev_h[n], z, r, g, Whh)
        dx[n] = np.dot(Wxz, daz) + dar + np.dot(Wxh, dag)
        dh[n] = dnext_h[n] * (1 - z) + drh * r + np.dot(Whr, dar) + np.dot(Whz, daz)
        dWxz += np.outer(x[n], daz)
        dWhz += np.outer(prev_h[n], daz)
        dWhr += np.outer(prev_h[n], dar)
        dWxh += np.outer(x[n], dag)
        dWhh += np.outer(r * prev_h[n], dag)
        dbz += daz
        dbr += dar
        dbh += dag
    return dx, dh, dWxz, dWhz, dWhr, dWxh, dWhh, dbz, dbr, dbh


def mut3_step_forward(x, prev_h, Wxz, Whz, Wxr, Whr, Wxh, Whh, bz, br, bh):
    next_h, rows = np.zeros(prev_h.shape), []
    for n in range(len(x)):
        z = sigmoid(np.dot(x[n], Wxz) + np.dot(np.tanh(prev_h[n]), Whz) + bz)
        r = sigmoid(np.dot(x[n], Wxr) + np.dot(prev_h[n], Whr) + br)
        g = np.tanh(np.dot(r * prev_h[n], Whh) + np.dot(x[n], Wxh) + bh)
        next_h[n] = g * z + prev_h[n] * (1 - z)
        rows.append((z, r, g))
    return next_h, (x, prev_h, [Wxz, Whz, Wxr, Whr, Wxh, Whh], rows)


def mut3_step_backward(dnext_h, cache):
    x, prev_h, (Wxz, Whz, Wxr, Whr, Wxh, Whh), rows = cache
    dx, dh = np.zeros(x.shape), np.zeros(prev_h.shape)
    dWxz, dWhz, dWxr, dWhr, dWxh, dWhh = (np.zeros(W.shape) for W in cache[2])
    dbz, dbr, dbh = np.zeros((3, prev_h.shape[1]))
    for n, (z, r, g) in enumerate(rows):
        th = np.tanh(prev_h[n])
        daz, dar, dag, drh = one_row(dnext_h[n], prev_h[n], z, r, g, Whh)
        dx[n] = np.dot(Wxz, daz) + np.dot(Wxr, dar) + np.dot(Wxh, dag)
        dh[n] = dnext_h[n] * (1 - z) + drh * r + np.dot(Whr, dar) + np.dot(Whz, daz) * (1 - th * th)
        dWxz += np.outer(x[n], daz)
        dWhz += np.outer(th, daz)
        dWxr += np.outer(x[n], dar)
        dWhr += np.outer(prev_h[n], dar)
        dWxh += np.outer(x[n], dag)
        dWhh += np.outer(r * prev_h[n], dag)
        dbz += daz
        dbr += dar
        dbh += dag
    return dx, dh, dWxz, dWhz, dWxr, dWhr, dWxh, dWhh, dbz, dbr, dbh
