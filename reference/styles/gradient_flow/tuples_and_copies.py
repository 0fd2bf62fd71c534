import numpy as np

# My functions from assignment 1


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(np.dot(x, Wx) + np.dot(prev_h, Wh) + b)
    cache = (x, prev_h, Wx, Wh, next_h)
    return next_h, cache


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    dz = (1 - next_h ** 2) * dnext_h
    return np.dot(dz, Wx.T), np.dot(dz, Wh.T), np.dot(x.T, dz), np.dot(prev_h.T, dz), np.sum(dz, axis=0)


def rnn_forward(x, h0, Wx, Wh, b):
    cache = []
    h = []
    prev = h0
    for t in range(x.shape[1]):
        prev, c = rnn_step_forward(x[:, t, :], prev, Wx, Wh, b)
        h.append(prev)
        cache.append(c)
    return np.array(h).transpose(1, 0, 2), cache


def rnn_backward(dh, cache):
    dx = []
    dprev = 0.0
    sums = None
    for t in range(len(cache))[::-1]:
        dx_t, dprev, *params = rnn_step_backward(dh[:, t, :] + dprev, cache.pop())
        dx.append(dx_t)
        sums = params if sums is None else [a + b for a, b in zip(sums, params)]
    return (np.array(dx[::-1]).transpose(1, 0, 2), dprev) + tuple(sums)


def rnn_state_jacobian(h, Wh, k, t):
    # backpropagate each unit vector: row a of J is the gradient of h_t[a]
    N, T, H = h.shape
    J = np.zeros((N, H, H))
    for a in range(H):
        d = np.zeros((N, H))
        d[:, a] = 1
        for j in range(t, k, -1):
            d = np.dot(d * (1 - h[:, j] ** 2), Wh.T)
        J[:, a] = d
    return J


def rnn_gradient_norms(h, Wh, dh_last):
    T = h.shape[1]
    return np.array([norm_at(h, Wh, dh_last, k) for k in range(T)])


def norm_at(h, Wh, dh_last, k):
    d = dh_last
    for j in range(h.shape[1] - 1, k, -1):
        d = np.dot(d * (1 - h[:, j] ** 2), Wh.T)
    return np.sqrt((d ** 2).sum())


def lstm_cell_jacobian(f, k, t):
    if t == k:
        return np.ones(f[:, k].shape)
    return np.cumprod(f[:, k + 1:t + 1], axis=1)[:, -1]


def spectral_radius(W):
    if np.isscalar(W):
        return abs(W)
    eig = np.linalg.eigvals(W)
    return np.sqrt(eig.real ** 2 + eig.imag ** 2).max()


def clip_by_norm(grads, max_norm):
    flat = np.concatenate([np.ravel(g) for g in grads])
    total = np.sqrt(np.dot(flat, flat))
    if total > max_norm:
        flat = flat * max_norm / total
    clipped = ()
    start = 0
    for g in grads:
        clipped += (flat[start:start + g.size].reshape(g.shape).copy(),)
        start += g.size
    return clipped, total


def clip_by_value(grads, low, high):
    out = []
    for g in grads:
        c = g.copy()
        c[c < low] = low
        c[c > high] = high
        out.append(c)
    return out


def truncated_bptt(x, dh, h0, Wx, Wh, b, chunk):
    T = x.shape[1]
    pieces = np.split(np.arange(T), np.arange(chunk, T, chunk))
    hs, dxs, dh0s, totals = [], [], [], [0.0, 0.0, 0.0]
    state = h0.copy()
    for piece in pieces:
        h, cache = rnn_forward(x[:, piece], state, Wx, Wh, b)
        dx, dh_first, *params = rnn_backward(dh[:, piece], cache)
        hs.append(h)
        dxs.append(dx)
        dh0s.append(dh_first)
        totals = [total + p for total, p in zip(totals, params)]
        state = h[:, -1].copy()
    return np.hstack(hs), {'x': np.hstack(dxs), 'h0': dh0s[0], 'Wx': totals[0], 'Wh': totals[1], 'b': totals[2]}
