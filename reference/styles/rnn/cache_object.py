import numpy as np


class Cache:
    """Keeps whatever the backward pass wants to see again."""

    def __init__(self, **kwargs):
        self.__dict__.update(kwargs)


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    c = Cache(x=x, prev_h=prev_h, Wx=Wx, Wh=Wh)
    c.next_h = np.tanh(x @ Wx + prev_h @ Wh + b)
    return c.next_h, c


def rnn_step_backward(dnext_h, cache):
    c = cache
    da = dnext_h * (1 - c.next_h**2)
    return da @ c.Wx.T, da @ c.Wh.T, c.x.T @ da, c.prev_h.T @ da, da.sum(axis=0)


class Sequence:
    """A network unrolled in time."""

    def __init__(self, x, h0, Wx, Wh, b):
        self.x, self.h0 = x, h0
        self.Wx, self.Wh, self.b = Wx, Wh, b
        self.steps = []

    def run(self):
        states, state = [], self.h0
        for t in range(self.x.shape[1]):
            state, step = rnn_step_forward(self.x[:, t], state, self.Wx, self.Wh, self.b)
            self.steps.append(step)
            states.append(state)
        return np.stack(states, axis=1)

    def gradients(self, dh):
        dx = np.zeros_like(self.x)
        dWx, dWh, db = np.zeros_like(self.Wx), np.zeros_like(self.Wh), np.zeros_like(self.b)
        dstate = np.zeros_like(self.h0)
        for t, step in reversed(list(enumerate(self.steps))):
            dx[:, t], dstate, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t] + dstate, step)
            dWx += dWx_t
            dWh += dWh_t
            db += db_t
        return dx, dstate, dWx, dWh, db


def rnn_forward(x, h0, Wx, Wh, b):
    sequence = Sequence(x, h0, Wx, Wh, b)
    return sequence.run(), sequence


def rnn_backward(dh, cache):
    return cache.gradients(dh)


def word_embedding_forward(x, W):
    return W[x], Cache(x=x, W=W)


def word_embedding_backward(dout, cache):
    dW = np.zeros_like(cache.W)
    np.add.at(dW, cache.x, dout)
    return dW


def temporal_affine_forward(x, w, b):
    c = Cache(w=w)
    c.N, c.T, c.D = x.shape
    c.rows = x.reshape(-1, c.D)
    return (c.rows @ w + b).reshape(c.N, c.T, -1), c


def temporal_affine_backward(dout, cache):
    c = cache
    rows = dout.reshape(c.N * c.T, -1)
    return (rows @ c.w.T).reshape(c.N, c.T, c.D), c.rows.T @ rows, rows.sum(axis=0)


class Softmax:
    def __init__(self, scores):
        top = scores.max(axis=-1, keepdims=True)
        self.logp = scores - top - np.log(np.exp(scores - top).sum(axis=-1, keepdims=True))

    def surprise(self, y):
        n, t = np.ogrid[: y.shape[0], : y.shape[1]]
        return -self.logp[n, t, y]

    def gradient(self, y):
        return np.exp(self.logp) - (np.arange(self.logp.shape[-1]) == y[..., None])


def temporal_softmax_loss(x, y, mask):
    softmax = Softmax(x)
    N = len(x)
    return (softmax.surprise(y) * mask).sum() / N, softmax.gradient(y) * mask[..., None] / N
