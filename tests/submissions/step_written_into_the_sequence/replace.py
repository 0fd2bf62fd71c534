def rnn_step_forward(x, prev_h, Wx, Wh, b):
    """Compute next_h, cache."""
    raise NotImplementedError("rnn_step_forward")


def rnn_step_backward(dnext_h, cache):
    """Compute dx, dprev_h, dWx, dWh, db."""
    raise NotImplementedError("rnn_step_backward")


def rnn_forward(x, h0, Wx, Wh, b):
    states = [h0]
    for t in range(x.shape[1]):
        states.append(np.tanh(x[:, t] @ Wx + states[-1] @ Wh + b))
    return np.stack(states[1:], axis=1), (x, Wx, Wh, states)


def rnn_backward(dh, cache):
    x, Wx, Wh, states = cache
    dx, dWx, dWh, db = np.zeros_like(x), 0, 0, 0
    carried = 0
    for t in reversed(range(x.shape[1])):
        da = (dh[:, t] + carried) * (1 - states[t + 1] ** 2)
        dx[:, t] = da @ Wx.T
        dWx, dWh, db = dWx + x[:, t].T @ da, dWh + states[t].T @ da, db + da.sum(0)
        carried = da @ Wh.T
    return dx, carried, dWx, dWh, db
