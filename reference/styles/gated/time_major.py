import numpy as np

# Time comes first inside, and all that does not depend on the state is multiplied once for all steps.


def sigmoid(x):
    return np.reciprocal(1 + np.exp(-np.maximum(x, -709.0)))  # exp(709) is the last one that fits


def cell(drive, prev_h, Wh):
    """One step from what the input contributes: the state, and r, z, n."""
    H = prev_h.shape[1]
    r, z = np.split(sigmoid(drive[:, : 2 * H] + prev_h @ Wh[:, : 2 * H]), 2, axis=1)
    n = np.tanh(drive[:, 2 * H :] + (r * prev_h) @ Wh[:, 2 * H :])
    return n + z * (prev_h - n), (r, z, n)


def cell_back(dnext_h, prev_h, Wh, r, z, n):
    """The gradients of the drive and of the state before."""
    H = prev_h.shape[1]
    dan = dnext_h * (1 - z) * (1 - n**2)
    drh = dan @ Wh[:, 2 * H :].T
    dag = np.hstack([drh * prev_h * r * (1 - r), dnext_h * (prev_h - n) * z * (1 - z)])
    return np.hstack([dag, dan]), dnext_h * z + drh * r + dag @ Wh[:, : 2 * H].T


def recurrent_gradient(prev_h, r, da):
    H = prev_h.shape[1]
    return np.hstack([prev_h.T @ da[:, : 2 * H], (r * prev_h).T @ da[:, 2 * H :]])


def gru_step_forward(x, prev_h, Wx, Wh, b):
    next_h, gates = cell(x @ Wx + b, prev_h, Wh)
    return next_h, (x, prev_h, Wx, Wh, gates)


def gru_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, gates = cache
    da, dprev_h = cell_back(dnext_h, prev_h, Wh, *gates)
    return da @ Wx.T, dprev_h, x.T @ da, recurrent_gradient(prev_h, gates[0], da), da.sum(axis=0)


def gru_forward(x, h0, Wx, Wh, b):
    xs = np.swapaxes(x, 0, 1)
    drive = xs @ Wx + b
    hs = np.empty((len(xs) + 1, *h0.shape))
    gates = np.empty((len(xs), 3, *h0.shape))
    hs[0] = h0
    for t in range(len(xs)):
        hs[t + 1], gates[t] = cell(drive[t], hs[t], Wh)
    return np.swapaxes(hs[1:], 0, 1), (xs, hs, gates, Wx, Wh)


def gru_backward(dh, cache):
    xs, hs, gates, Wx, Wh = cache
    dhs = np.swapaxes(dh, 0, 1)
    T, N, H = dhs.shape
    das = np.empty((T, N, 3 * H))
    carried = np.zeros((N, H))
    for t in range(T - 1, -1, -1):
        das[t], carried = cell_back(dhs[t] + carried, hs[t], Wh, *gates[t])
    flat = das.reshape(T * N, 3 * H)
    dWh = recurrent_gradient(hs[:-1].reshape(T * N, H), gates[:, 0].reshape(T * N, H), flat)
    dx = np.swapaxes(das @ Wx.T, 0, 1)
    return dx, carried, xs.reshape(T * N, -1).T @ flat, dWh, flat.sum(axis=0)


def mutant(prev_h, az, ar, rest, Whh):
    z, r = sigmoid(az), sigmoid(ar)
    n = np.tanh((r * prev_h) @ Whh + rest)
    return prev_h + z * (n - prev_h), (prev_h, z, r, n, Whh)


def mutant_back(dnext_h, state):
    prev_h, z, r, n, Whh = state
    dan = dnext_h * z * (1 - n**2)
    drh = dan @ Whh.T
    daz = dnext_h * (n - prev_h) * z * (1 - z)
    dar = drh * prev_h * r * (1 - r)
    biases = daz.sum(axis=0), dar.sum(axis=0), dan.sum(axis=0)
    return daz, dar, dan, dnext_h * (1 - z) + drh * r, (r * prev_h).T @ dan, biases


def mut1_step_forward(x, prev_h, Wxz, Wxr, Whr, Whh, bz, br, bh):
    tx = np.tanh(x)
    next_h, state = mutant(prev_h, x @ Wxz + bz, x @ Wxr + prev_h @ Whr + br, tx + bh, Whh)
    return next_h, (state, x, tx, Wxz, Wxr, Whr)


def mut1_step_backward(dnext_h, cache):
    state, x, tx, Wxz, Wxr, Whr = cache
    daz, dar, dan, dh, dWhh, biases = mutant_back(dnext_h, state)
    dx = daz @ Wxz.T + dar @ Wxr.T + dan * (1 - tx**2)
    return dx, dh + dar @ Whr.T, x.T @ daz, x.T @ dar, state[0].T @ dar, dWhh, *biases


def mut2_step_forward(x, prev_h, Wxz, Whz, Whr, Wxh, Whh, bz, br, bh):
    az, ar = x @ Wxz + prev_h @ Whz + bz, x + prev_h @ Whr + br
    next_h, state = mutant(prev_h, az, ar, x @ Wxh + bh, Whh)
    return next_h, (state, x, Wxz, Whz, Whr, Wxh)


def mut2_step_backward(dnext_h, cache):
    state, x, Wxz, Whz, Whr, Wxh = cache
    daz, dar, dan, dh, dWhh, biases = mutant_back(dnext_h, state)
    h = state[0]
    dx = daz @ Wxz.T + dar + dan @ Wxh.T
    dprev_h = dh + dar @ Whr.T + daz @ Whz.T
    return dx, dprev_h, x.T @ daz, h.T @ daz, h.T @ dar, x.T @ dan, dWhh, *biases


def mut3_step_forward(x, prev_h, Wxz, Whz, Wxr, Whr, Wxh, Whh, bz, br, bh):
    th = np.tanh(prev_h)
    az, ar = x @ Wxz + th @ Whz + bz, x @ Wxr + prev_h @ Whr + br
    next_h, state = mutant(prev_h, az, ar, x @ Wxh + bh, Whh)
    return next_h, (state, x, th, Wxz, Whz, Wxr, Whr, Wxh)


def mut3_step_backward(dnext_h, cache):
    state, x, th, Wxz, Whz, Wxr, Whr, Wxh = cache
    daz, dar, dan, dh, dWhh, biases = mutant_back(dnext_h, state)
    dx = daz @ Wxz.T + dar @ Wxr.T + dan @ Wxh.T
    dprev_h = dh + dar @ Whr.T + daz @ Whz.T * (1 - th**2)
    return dx, dprev_h, x.T @ daz, th.T @ daz, x.T @ dar, state[0].T @ dar, x.T @ dan, dWhh, *biases
