import numpy as np

# "cache" is simply the function that goes back. Everything it needs it has closed over.


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x @ Wx + prev_h @ Wh + b)

    def back(dnext_h):
        da = dnext_h * (1 - next_h * next_h)
        return da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, da.sum(axis=0)

    return next_h, back


def rnn_step_backward(dnext_h, cache):
    return cache(dnext_h)


def rnn_forward(x, h0, Wx, Wh, b):
    h, backs = [], []
    state = h0
    for t in range(x.shape[1]):
        state, back = rnn_step_forward(x[:, t], state, Wx, Wh, b)
        h.append(state)
        backs.append(back)

    def back_through_time(dh):
        dx = np.zeros(x.shape)
        total = [np.zeros(Wx.shape), np.zeros(Wh.shape), np.zeros(b.shape)]
        dstate = np.zeros(h0.shape)
        for t in range(len(backs) - 1, -1, -1):
            dx[:, t], dstate, *parameters = backs[t](dh[:, t] + dstate)
            total = [old + new for old, new in zip(total, parameters)]
        return (dx, dstate, *total)

    return np.stack(h, axis=1), back_through_time


def rnn_backward(dh, cache):
    return cache(dh)


def word_embedding_forward(x, W):
    def back(dout):
        dW = np.zeros(W.shape)
        np.add.at(dW, x, dout)
        return dW

    return W[x], back


def word_embedding_backward(dout, cache):
    return cache(dout)


def temporal_affine_forward(x, w, b):
    return x @ w + b, lambda dout: (dout @ w.T, np.tensordot(x, dout, ((0, 1), (0, 1))), dout.sum((0, 1)))


def temporal_affine_backward(dout, cache):
    return cache(dout)


def temporal_softmax_loss(x, y, mask):
    N = len(x)

    def log_softmax(scores):
        scores = scores - scores.max()
        return scores - np.log(np.exp(scores).sum())

    def one(scores, target, keep):
        logp = log_softmax(scores)
        d = np.exp(logp)
        d[target] -= 1
        return (-logp[target], d) if keep else (0.0, 0 * d)

    pairs = [one(x[i], y[i], mask[i]) for i in np.ndindex(y.shape)]
    loss = sum(value for value, _ in pairs) / N
    dx = np.array([d for _, d in pairs]).reshape(x.shape) / N
    return loss, dx
