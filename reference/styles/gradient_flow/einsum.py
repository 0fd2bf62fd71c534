import numpy as np


def rnn_state_jacobian(h, Wh, k, t):
    J = np.repeat(np.eye(h.shape[2])[None], h.shape[0], axis=0)
    for j in range(t, k, -1):  # from the late end: every new factor stands on the right
        J = np.einsum('nac,nc,bc->nab', J, 1 - h[:, j] ** 2, Wh)
    return J


def rnn_gradient_norms(h, Wh, dh_last):
    dhs = [dh_last]
    for j in range(h.shape[1] - 1, 0, -1):
        dhs.append(np.einsum('nc,nc,bc->nb', dhs[-1], 1 - h[:, j] ** 2, Wh))
    dhs = np.array(dhs[::-1])
    return np.einsum('tnh,tnh->t', dhs, dhs) ** 0.5


def lstm_cell_jacobian(f, k, t):
    return np.multiply.reduce(f[:, k + 1:t + 1], axis=1)


def spectral_radius(W):
    return max(abs(np.linalg.eig(W)[0]))


def clip_by_norm(grads, max_norm):
    norm = np.sqrt(sum(np.einsum('i,i->', g.ravel(), g.ravel()) for g in grads))
    coefficient = 1.0
    if norm > max_norm:
        coefficient = max_norm / norm
    return [coefficient * g for g in grads], norm


def clip_by_value(grads, low, high):
    return [np.minimum(np.maximum(g, low), high) for g in grads]


def truncated_bptt(x, dh, h0, Wx, Wh, b, chunk):
    N, T, _ = x.shape
    before = np.zeros((N, T, h0.shape[1]))
    h = np.zeros((N, T, h0.shape[1]))
    state = h0
    for t in range(T):
        before[:, t] = state
        state = np.tanh(np.einsum('nd,dh->nh', x[:, t], Wx) + np.einsum('ng,gh->nh', state, Wh) + b)
        h[:, t] = state
    da = np.zeros_like(h)
    dstate = 0
    for t in range(T - 1, -1, -1):
        if (t + 1) % chunk == 0:
            dstate = 0  # behind this step a chunk ends
        da[:, t] = (dh[:, t] + dstate) * (1 - h[:, t] ** 2)
        dstate = np.einsum('nh,gh->ng', da[:, t], Wh)
    return h, {
        'x': np.einsum('nth,dh->ntd', da, Wx),
        'h0': dstate,
        'Wx': np.einsum('ntd,nth->dh', x, da),
        'Wh': np.einsum('ntg,nth->gh', before, da),
        'b': np.einsum('nth->h', da),
    }
