import numpy as np

# Only what really is recurrent stays in the loop. All other products are taken once, for all steps together.


def sigmoid(x):
    return np.reciprocal(1 + np.exp(-np.maximum(x, -709.0)))  # exp(709) is the last one that fits


def _activate(a):
    H = a.shape[-1] // 4
    out = np.empty_like(a)
    out[..., : 3 * H] = sigmoid(a[..., : 3 * H])
    out[..., 3 * H :] = np.tanh(a[..., 3 * H :])
    return out


def _deltas(dh, dc, gates, tanh_c, prev_c):
    """The gradient of the pre-activations and of the cell before the step."""
    i, f, o, g = np.split(gates, 4, axis=-1)
    dc = dc + dh * o * (1 - tanh_c**2)
    dgates = np.concatenate([dc * g, dc * prev_c, dh * tanh_c, dc * i], axis=-1)
    slope = np.concatenate([i * (1 - i), f * (1 - f), o * (1 - o), 1 - g**2], axis=-1)
    return dgates * slope, dc * f


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    gates = _activate(x @ Wx + prev_h @ Wh + b)
    i, f, o, g = np.split(gates, 4, axis=1)
    next_c = f * prev_c + i * g
    tanh_c = np.tanh(next_c)
    return o * tanh_c, next_c, (x, prev_h, prev_c, Wx, Wh, gates, tanh_c)


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, gates, tanh_c = cache
    da, dprev_c = _deltas(dnext_h, dnext_c, gates, tanh_c, prev_c)
    return da @ Wx.T, da @ Wh.T, dprev_c, x.T @ da, prev_h.T @ da, da.sum(axis=0)


def lstm_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    H = h0.shape[1]
    drive = (x.reshape(N * T, D) @ Wx + b).reshape(N, T, 4 * H)
    gates = np.empty((N, T, 4 * H))
    h, c = np.empty((N, T + 1, H)), np.zeros((N, T + 1, H))
    h[:, 0] = h0
    for t in range(T):
        gates[:, t] = _activate(drive[:, t] + h[:, t] @ Wh)
        i, f, o, g = np.split(gates[:, t], 4, axis=1)
        c[:, t + 1] = f * c[:, t] + i * g
        h[:, t + 1] = o * np.tanh(c[:, t + 1])
    return h[:, 1:], (x, h, c, Wx, Wh, gates)


def lstm_backward(dh, cache):
    x, h, c, Wx, Wh, gates = cache
    N, T, D = x.shape
    H = Wh.shape[0]
    tanh_c = np.tanh(c[:, 1:])
    da = np.empty((N, T, 4 * H))
    dh_t, dc_t = np.zeros((N, H)), np.zeros((N, H))
    for t in range(T - 1, -1, -1):
        da[:, t], dc_t = _deltas(dh[:, t] + dh_t, dc_t, gates[:, t], tanh_c[:, t], c[:, t])
        dh_t = da[:, t] @ Wh.T
    flat = da.reshape(N * T, 4 * H)
    dx = (flat @ Wx.T).reshape(N, T, D)
    dWx = x.reshape(N * T, D).T @ flat
    dWh = h[:, :-1].reshape(N * T, H).T @ flat
    return dx, dh_t, dWx, dWh, flat.sum(axis=0)


def lstm_weights_from_gates(Wi, Wf, Wo, Wg, bi, bf, bo, bg):
    W = np.moveaxis(np.stack([Wi, Wf, Wo, Wg]), -1, 0)  # (H + D, 4, H)
    H = W.shape[2]
    W = W.reshape(-1, 4 * H)
    return W[H:], W[:H], np.stack([bi, bf, bo, bg]).ravel()


def additive_cell_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    g = np.tanh(x @ Wx + prev_h @ Wh + b)
    next_c = prev_c + g
    next_h = np.tanh(next_c)
    return next_h, next_c, (x, prev_h, Wx, Wh, 1 - g**2, 1 - next_h**2)


def additive_cell_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, Wx, Wh, slope_g, slope_h = cache
    dc = dnext_c + dnext_h * slope_h
    da = dc * slope_g
    # one product for everything that is multiplied by da from the left
    D = x.shape[1]
    left = np.hstack([x, prev_h, np.ones((len(x), 1))])
    d = left.T @ da
    return da @ Wx.T, da @ Wh.T, dc, d[:D], d[D:-1], d[-1]
