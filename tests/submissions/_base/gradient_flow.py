import numpy as np


def rnn_state_jacobian(h, Wh, k, t):
    N, T, H = h.shape
    J = np.stack([np.eye(H)] * N)
    for j in range(k + 1, t + 1):
        D = (1 - h[:, j] ** 2).reshape(N, H, 1)
        J = np.matmul(D * Wh.T, J)
    return J


def rnn_gradient_norms(h, Wh, dh_last):
    T = h.shape[1]
    norms = np.zeros(T)
    d = dh_last
    for t in range(T - 1, -1, -1):
        norms[t] = np.linalg.norm(d)
        d = np.dot(d * (1 - h[:, t] ** 2), Wh.T)
    return norms


def lstm_cell_jacobian(f, k, t):
    J = np.ones((f.shape[0], f.shape[2]))
    for j in range(k + 1, t + 1):
        J = J * f[:, j]
    return J


def spectral_radius(W):
    values, vectors = np.linalg.eig(W)
    return np.max(np.abs(values))


def clip_by_norm(grads, max_norm):
    total = 0.0
    for g in grads:
        total += np.sum(g**2)
    norm = np.sqrt(total)
    factor = 1.0
    if norm > max_norm:
        factor = max_norm / norm
    clipped = [factor * g for g in grads]
    return clipped, norm


def clip_by_value(grads, low, high):
    clipped = [np.clip(g, low, high) for g in grads]
    return clipped


def truncated_bptt(x, dh, h0, Wx, Wh, b, chunk):
    N, T, D = x.shape
    H = h0.shape[1]
    h = np.zeros((N, T, H))
    before = np.zeros((N, T, H))
    prev = h0
    for t in range(T):
        before[:, t] = prev
        prev = np.tanh(np.dot(x[:, t], Wx) + np.dot(prev, Wh) + b)
        h[:, t] = prev
    grads = {"x": np.zeros_like(x), "Wx": np.zeros_like(Wx), "Wh": np.zeros_like(Wh), "b": np.zeros_like(b)}
    carried = np.zeros((N, H))
    for t in reversed(range(T)):
        if (t + 1) % chunk == 0:
            carried = np.zeros((N, H))
        da = (dh[:, t] + carried) * (1 - h[:, t] ** 2)
        grads["x"][:, t] = np.dot(da, Wx.T)
        grads["Wx"] += np.dot(x[:, t].T, da)
        grads["Wh"] += np.dot(before[:, t].T, da)
        grads["b"] += da.sum(axis=0)
        carried = np.dot(da, Wh.T)
    grads["h0"] = carried
    return h, grads
