def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    W = np.concatenate([Wx, Wh])
    inputs = np.concatenate([x, prev_h], axis=1)
    i, f, o, g = np.split(inputs @ W + b, 4, axis=1)
    i, f, o, g = sigmoid(i), sigmoid(f), sigmoid(o), np.tanh(g)
    next_c = f * prev_c + i * g
    return o * np.tanh(next_c), next_c, {"in": inputs, "W": W, "c": prev_c, "next_c": next_c, "gates": (i, f, o, g)}


def lstm_step_backward(dnext_h, dnext_c, cache):
    i, f, o, g = cache["gates"]
    D = cache["in"].shape[1] - dnext_h.shape[1]
    squashed = np.tanh(cache["next_c"])
    dc = dnext_c + dnext_h * o * (1 - squashed**2)
    da = np.hstack(
        [dc * g * i * (1 - i), dc * cache["c"] * f * (1 - f), dnext_h * squashed * o * (1 - o), dc * i * (1 - g**2)]
    )
    din, dW = da @ cache["W"].T, cache["in"].T @ da
    return din[:, :D], din[:, D:], dc * f, dW[:D], dW[D:], da.sum(axis=0)


def lstm_backward(dh, cache):
    N, T, H = dh.shape
    D = cache[0]["in"].shape[1] - H
    dx = np.zeros((N, T, D))
    dWx, dWh, db = np.zeros((D, 4 * H)), np.zeros((H, 4 * H)), np.zeros(4 * H)
    dh_t, dc_t = np.zeros((N, H)), np.zeros((N, H))
    for t in reversed(range(T)):
        dx[:, t], dh_t, dc_t, dWx_t, dWh_t, db_t = lstm_step_backward(dh[:, t] + dh_t, dc_t, cache[t])
        dWx, dWh, db = dWx + dWx_t, dWh + dWh_t, db + db_t
    return dx, dh_t, dWx, dWh, db
