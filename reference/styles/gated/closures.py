import numpy as np

# "cache" is simply the function that goes back. Everything it needs it has closed over.


def sigmoid(x):
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1.0, e) / (1.0 + e)


def linear(left, W):
    return left @ W, lambda d: (d @ W.T, left.T @ d)


def logistic(a):
    s = sigmoid(a)
    return s, lambda ds: ds * s * (1 - s)


def squash(a):
    t = np.tanh(a)
    return t, lambda dt: dt * (1 - t * t)


def mean(weight, one, other):
    """weight of one, the rest of the other"""
    return weight * one + (1 - weight) * other, lambda d: (d * (one - other), d * weight, d * (1 - weight))


def gru_step_forward(x, prev_h, Wx, Wh, b):
    H = len(Wh)
    ax, x_back = linear(x, Wx)
    ag, gates_back = linear(prev_h, Wh[:, :2 * H])
    gates, logistic_back = logistic((ax + b)[:, :2 * H] + ag)
    r, z = gates[:, :H], gates[:, H:]
    ah, h_back = linear(r * prev_h, Wh[:, 2 * H:])
    n, n_back = squash((ax + b)[:, 2 * H:] + ah)
    next_h, mean_back = mean(z, prev_h, n)

    def back(dnext_h):
        dz, dprev_h, dn = mean_back(dnext_h)
        dan = n_back(dn)
        drh, dWh_n = h_back(dan)
        dag = logistic_back(np.hstack([drh * prev_h, dz]))
        from_gates, dWh_gates = gates_back(dag)
        da = np.hstack([dag, dan])
        dx, dWx = x_back(da)
        return dx, dprev_h + drh * r + from_gates, dWx, np.hstack([dWh_gates, dWh_n]), da.sum(axis=0)

    return next_h, back


def gru_step_backward(dnext_h, cache):
    return cache(dnext_h)


def gru_forward(x, h0, Wx, Wh, b):
    states, steps = [h0], []
    for t in range(x.shape[1]):
        state, step = gru_step_forward(x[:, t], states[-1], Wx, Wh, b)
        states.append(state)
        steps.append(step)

    def back(dh):
        carried, dx, rest = np.zeros_like(h0), [], (0, 0, 0)
        for t in reversed(range(len(steps))):
            dx_t, carried, *shares = steps[t](dh[:, t] + carried)
            dx.insert(0, dx_t)
            rest = [old + new for old, new in zip(rest, shares)]
        return (np.stack(dx, axis=1), carried, *rest)

    return np.stack(states[1:], axis=1), back


def gru_backward(dh, cache):
    return cache(dh)


def candidate(prev_h, r, Whh, rest):
    """tanh((r * h) Whh + rest), and the way back to rest, r, h and Whh"""
    a, a_back = linear(r * prev_h, Whh)
    g, g_back = squash(a + rest)

    def back(dg):
        da = g_back(dg)
        drh, dWhh = a_back(da)
        return da, drh * prev_h, drh * r, dWhh

    return g, back


def mut1_step_forward(x, prev_h, Wxz, Wxr, Whr, Whh, bz, br, bh):
    az, z_lin = linear(x, Wxz)
    z, z_back = logistic(az + bz)
    arx, rx_lin = linear(x, Wxr)
    arh, rh_lin = linear(prev_h, Whr)
    r, r_back = logistic(arx + arh + br)
    tx, tx_back = squash(x)
    g, g_back = candidate(prev_h, r, Whh, tx + bh)
    next_h, mean_back = mean(z, g, prev_h)

    def back(dnext_h):
        dz, dg, dh = mean_back(dnext_h)
        dag, dr, dh_g, dWhh = g_back(dg)
        daz, dar = z_back(dz), r_back(dr)
        dx_z, dWxz = z_lin(daz)
        dx_r, dWxr = rx_lin(dar)
        dh_r, dWhr = rh_lin(dar)
        biases = daz.sum(0), dar.sum(0), dag.sum(0)
        return (dx_z + dx_r + tx_back(dag), dh + dh_g + dh_r, dWxz, dWxr, dWhr, dWhh, *biases)

    return next_h, back


def mut1_step_backward(dnext_h, cache):
    return cache(dnext_h)


def mut2_step_forward(x, prev_h, Wxz, Whz, Whr, Wxh, Whh, bz, br, bh):
    azx, zx_lin = linear(x, Wxz)
    azh, zh_lin = linear(prev_h, Whz)
    z, z_back = logistic(azx + azh + bz)
    arh, rh_lin = linear(prev_h, Whr)
    r, r_back = logistic(x + arh + br)
    agx, gx_lin = linear(x, Wxh)
    g, g_back = candidate(prev_h, r, Whh, agx + bh)
    next_h, mean_back = mean(z, g, prev_h)

    def back(dnext_h):
        dz, dg, dh = mean_back(dnext_h)
        dag, dr, dh_g, dWhh = g_back(dg)
        daz, dar = z_back(dz), r_back(dr)
        dx_z, dWxz = zx_lin(daz)
        dh_z, dWhz = zh_lin(daz)
        dh_r, dWhr = rh_lin(dar)
        dx_g, dWxh = gx_lin(dag)
        biases = daz.sum(0), dar.sum(0), dag.sum(0)
        return (dx_z + dar + dx_g, dh + dh_g + dh_r + dh_z, dWxz, dWhz, dWhr, dWxh, dWhh, *biases)

    return next_h, back


def mut2_step_backward(dnext_h, cache):
    return cache(dnext_h)


def mut3_step_forward(x, prev_h, Wxz, Whz, Wxr, Whr, Wxh, Whh, bz, br, bh):
    th, th_back = squash(prev_h)
    azx, zx_lin = linear(x, Wxz)
    azh, zh_lin = linear(th, Whz)
    z, z_back = logistic(azx + azh + bz)
    arx, rx_lin = linear(x, Wxr)
    arh, rh_lin = linear(prev_h, Whr)
    r, r_back = logistic(arx + arh + br)
    agx, gx_lin = linear(x, Wxh)
    g, g_back = candidate(prev_h, r, Whh, agx + bh)
    next_h, mean_back = mean(z, g, prev_h)

    def back(dnext_h):
        dz, dg, dh = mean_back(dnext_h)
        dag, dr, dh_g, dWhh = g_back(dg)
        daz, dar = z_back(dz), r_back(dr)
        dx_z, dWxz = zx_lin(daz)
        dth, dWhz = zh_lin(daz)
        dx_r, dWxr = rx_lin(dar)
        dh_r, dWhr = rh_lin(dar)
        dx_g, dWxh = gx_lin(dag)
        biases = daz.sum(0), dar.sum(0), dag.sum(0)
        dprev_h = dh + dh_g + dh_r + th_back(dth)
        return (dx_z + dx_r + dx_g, dprev_h, dWxz, dWhz, dWxr, dWhr, dWxh, dWhh, *biases)

    return next_h, back


def mut3_step_backward(dnext_h, cache):
    return cache(dnext_h)
