import numpy as np


def rnn_state_jacobian(h, Wh, k, t):
    N, T, H = h.shape
    J = np.zeros((N, H, H))
    J[:, np.arange(H), np.arange(H)] = 1
    for j in range(k + 1, t + 1):
        J[...] = np.matmul(Wh.T, J)
        J *= (1 - h[:, j] * h[:, j])[..., np.newaxis]
    return J


def rnn_gradient_norms(h, Wh, dh_last):
    T = h.shape[1]
    norms = np.empty(T)
    d = dh_last.copy()
    norms[-1] = np.sqrt((d * d).sum())
    for k in range(T - 2, -1, -1):
        d *= 1 - h[:, k + 1] ** 2
        d[:] = d.dot(Wh.T)
        norms[k] = np.sqrt((d * d).sum())
    return norms


def lstm_cell_jacobian(f, k, t):
    J = np.ones((f.shape[0], f.shape[2]))
    j = t
    while j > k:
        J *= f[:, j]
        j -= 1
    return J


def spectral_radius(W):
    return np.absolute(np.linalg.eigvals(W)).max()


def clip_by_norm(grads, max_norm):
    # work on copies, then in place
    grads = [np.array(g) for g in grads]
    norm = 0
    for g in grads:
        norm += np.sum(g ** 2)
    norm = norm ** 0.5
    if norm > max_norm:
        for g in grads:
            g *= max_norm / norm
    return grads, norm


def clip_by_value(grads, low, high):
    grads = [g.copy() for g in grads]
    for g in grads:
        np.clip(g, low, high, out=g)
    return grads


def truncated_bptt(x, dh, h0, Wx, Wh, b, chunk):
    N, T, D = x.shape
    H = h0.shape[1]
    states = np.zeros((N, T + 1, H))
    states[:, 0] = h0
    for t in range(T):
        states[:, t + 1] = np.tanh(x[:, t] @ Wx + states[:, t] @ Wh + b)
    dx = np.zeros((N, T, D))
    dWx = np.zeros((D, H))
    dWh = np.zeros((H, H))
    db = np.zeros(H)
    d = np.zeros((N, H))
    for t in range(T - 1, -1, -1):
        d += dh[:, t]
        d *= 1 - states[:, t + 1] ** 2
        dx[:, t] = d @ Wx.T
        dWx += x[:, t].T @ d
        dWh += states[:, t].T @ d
        db += d.sum(axis=0)
        d[:] = d @ Wh.T
        if t % chunk == 0 and t > 0:
            d[:] = 0
    return states[:, 1:], {'x': dx, 'h0': d, 'Wx': dWx, 'Wh': dWh, 'b': db}
