import math

import numpy as np


def rnn_state_jacobian(h, Wh, k, t):
    N, T, H = h.shape
    J = np.zeros((N, H, H))
    for n in range(N):
        product = np.identity(H)
        for j in range(k + 1, t + 1):
            D = np.diag(1 - h[n, j] ** 2)
            product = np.matmul(np.matmul(D, Wh.T), product)
        J[n] = product
    return J


def rnn_gradient_norms(h, Wh, dh_last):
    N, T, H = h.shape
    squares = np.zeros(T)
    for n in range(N):
        d = dh_last[n].copy()
        t = T - 1
        while t >= 0:
            for entry in d:
                squares[t] += entry * entry
            d = np.dot(Wh, d * (1 - h[n, t] ** 2))
            t = t - 1
    return np.sqrt(squares)


def lstm_cell_jacobian(f, k, t):
    N, T, H = f.shape
    J = np.ones((N, H))
    for j in range(k + 1, t + 1):
        for n in range(N):
            for i in range(H):
                J[n, i] = J[n, i] * f[n, j, i]
    return J


def spectral_radius(W):
    radius = 0.0
    for value in np.linalg.eigvals(W):
        size = math.sqrt(value.real ** 2 + value.imag ** 2)
        if size > radius:
            radius = size
    return radius


def clip_by_norm(grads, max_norm):
    total = 0.0
    for g in grads:
        for entry in g.flatten():
            total += entry ** 2
    norm = math.sqrt(total)
    clipped = []
    for g in grads:
        if norm > max_norm:
            clipped.append(g / norm * max_norm)
        else:
            clipped.append(g.copy())
    return clipped, norm


def clip_by_value(grads, low, high):
    clipped = []
    for g in grads:
        c = np.zeros(g.shape)
        for index, entry in np.ndenumerate(g):
            c[index] = min(max(entry, low), high)
        clipped.append(c)
    return clipped


def truncated_bptt(x, dh, h0, Wx, Wh, b, chunk):
    N, T, D = x.shape
    h = np.zeros(dh.shape)
    grads = {'x': np.zeros(x.shape), 'h0': np.zeros(h0.shape), 'Wx': np.zeros(Wx.shape),
             'Wh': np.zeros(Wh.shape), 'b': np.zeros(b.shape)}
    for n in range(N):
        prev = h0[n]
        for t in range(T):
            h[n, t] = np.tanh(np.dot(x[n, t], Wx) + np.dot(prev, Wh) + b)
            prev = h[n, t]
        carried = np.zeros_like(b)
        for t in reversed(range(T)):
            last_of_its_chunk = t % chunk == chunk - 1
            if last_of_its_chunk:
                carried = np.zeros_like(b)
            a = (dh[n, t] + carried) * (1 - h[n, t] ** 2)
            prev = h[n, t - 1] if t > 0 else h0[n]
            grads['x'][n, t] = np.dot(Wx, a)
            grads['Wx'] += np.outer(x[n, t], a)
            grads['Wh'] += np.outer(prev, a)
            grads['b'] += a
            carried = np.dot(Wh, a)
        grads['h0'][n] = carried
    return h, grads
