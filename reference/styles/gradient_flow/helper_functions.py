import functools

import numpy as np


def step_jacobian(h_t, Wh):
    """Jacobian of one step for the batch, (N, H, H)."""
    return np.expand_dims(1 - h_t ** 2, 2) * np.transpose(Wh)


def rnn_state_jacobian(h, Wh, k, t):
    eye = np.broadcast_to(np.eye(Wh.shape[0]), (h.shape[0],) + Wh.shape)
    steps = [step_jacobian(h[:, j], Wh) for j in range(k + 1, t + 1)]
    return functools.reduce(lambda product, step: step @ product, steps, eye)


def frobenius(a):
    return np.linalg.norm(a)


def one_step_back(dh, h_t, Wh):
    return np.dot(dh * (1 - np.square(h_t)), Wh.T)


def rnn_gradient_norms(h, Wh, dh_last):
    norms = [frobenius(dh_last)]
    dh = dh_last
    for t in range(h.shape[1] - 1, 0, -1):
        dh = one_step_back(dh, h[:, t], Wh)
        norms.insert(0, frobenius(dh))
    return np.array(norms)


def lstm_cell_jacobian(f, k, t):
    gates = [f[:, j] for j in range(k + 1, t + 1)]
    return functools.reduce(np.multiply, gates, np.ones((f.shape[0], f.shape[2])))


def spectral_radius(W):
    eigenvalues, _ = np.linalg.eig(W)
    return float(np.abs(eigenvalues).max())


def global_norm(grads):
    return np.linalg.norm([np.linalg.norm(g) for g in grads])


def clip_by_norm(grads, max_norm):
    norm = global_norm(grads)
    if norm <= max_norm:
        return [g.copy() for g in grads], norm
    return [g * (max_norm / norm) for g in grads], norm


def clip_by_value(grads, low, high):
    return [g.clip(low, high) for g in grads]


def run_chunk(x, h_prev, Wx, Wh, b):
    hs = [h_prev]
    for t in range(x.shape[1]):
        hs.append(np.tanh(x[:, t].dot(Wx) + hs[-1].dot(Wh) + b))
    return hs


def back_through_chunk(x, hs, dh, Wx, Wh):
    dx = np.zeros_like(x)
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros(Wh.shape[0])
    carried = np.zeros_like(hs[0])
    for t in reversed(range(x.shape[1])):
        da = (dh[:, t] + carried) * (1 - hs[t + 1] ** 2)
        dx[:, t] = da.dot(Wx.T)
        dWx += x[:, t].T.dot(da)
        dWh += hs[t].T.dot(da)
        db += da.sum(axis=0)
        carried = da.dot(Wh.T)
    return dx, carried, dWx, dWh, db


def truncated_bptt(x, dh, h0, Wx, Wh, b, chunk):
    T = x.shape[1]
    hs, dxs, rest = [], [], None
    state = h0
    for start in range(0, T, chunk):
        end = min(start + chunk, T)
        states = run_chunk(x[:, start:end], state, Wx, Wh, b)
        dx, dh_first, *params = back_through_chunk(x[:, start:end], states, dh[:, start:end], Wx, Wh)
        hs += states[1:]
        dxs.append(dx)
        if rest is None:
            rest = [dh_first, *params]
        else:
            rest[1:] = [total + new for total, new in zip(rest[1:], params)]
        state = states[-1]
    grads = dict(zip(('h0', 'Wx', 'Wh', 'b'), rest))
    grads['x'] = np.concatenate(dxs, axis=1)
    return np.stack(hs, axis=1), grads
