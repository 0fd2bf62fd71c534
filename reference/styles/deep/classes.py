from dataclasses import dataclass, field

import numpy as np


class Direction:
    """A network that reads its input in one direction and keeps what it has seen."""

    def __init__(self, Wx, Wh, b, backwards=False):
        self.Wx, self.Wh, self.b = Wx, Wh, b
        self.step = -1 if backwards else 1

    def forward(self, x, h0):
        self.x, self.h0 = x[:, ::self.step], h0
        self.h = np.empty(x.shape[:2] + (len(self.b),))
        for t in range(x.shape[1]):
            self.h[:, t] = np.tanh(self.x[:, t].dot(self.Wx) + self.before(t).dot(self.Wh) + self.b)
        return self.h[:, ::self.step]

    def before(self, t):
        return self.h[:, t - 1] if t else self.h0

    def through(self, d):
        return d

    def backward(self, dh):
        dh = dh[:, ::self.step]
        self.dx = np.empty_like(self.x)
        self.dWx, self.dWh, self.db = np.zeros_like(self.Wx), np.zeros_like(self.Wh), np.zeros_like(self.b)
        carry = np.zeros_like(self.h0)
        for t in range(dh.shape[1])[::-1]:
            da = (dh[:, t] + carry) * (1 - self.h[:, t] ** 2)
            self.dx[:, t] = da.dot(self.Wx.T)
            self.dWx += self.x[:, t].T.dot(da)
            self.dWh += self.before(t).T.dot(da)
            self.db += da.sum(0)
            carry = self.through(da.dot(self.Wh.T))
        self.dh0 = carry
        return self.dx[:, ::self.step]

    @property
    def gradients(self):
        return self.dWx, self.dWh, self.db


class Forgetful(Direction):
    """Sees its own past through a filter."""

    def __init__(self, Wx, Wh, b, dropout):
        super().__init__(Wx, Wh, b)
        self.dropout = dropout

    def before(self, t):
        return self.dropout.apply(super().before(t))

    def through(self, d):
        return self.dropout.apply(d)


@dataclass
class Dropout:
    keep: float
    mask: np.ndarray
    train: bool
    factor: np.ndarray = field(init=False)

    def __post_init__(self):
        self.factor = np.where(self.mask, 1 / self.keep, 0) if self.train else np.ones(self.mask.shape)

    def apply(self, a):
        return a * self.factor


def stacked_rnn_forward(x, h0, layers):
    nets = [Direction(*layer) for layer in layers]
    for net, h in zip(nets, h0):
        x = net.forward(x, h)
    return x, nets


def stacked_rnn_backward(dh, cache):
    for net in cache[::-1]:
        dh = net.backward(dh)
    return dh, np.stack([net.dh0 for net in cache]), [net.gradients for net in cache]


class Both:
    def __init__(self, Wx_f, Wh_f, b_f, Wx_b, Wh_b, b_b):
        self.f = Direction(Wx_f, Wh_f, b_f)
        self.b = Direction(Wx_b, Wh_b, b_b, backwards=True)

    def forward(self, x, h0_f, h0_b):
        return np.append(self.f.forward(x, h0_f), self.b.forward(x, h0_b), axis=2)

    def backward(self, dh):
        half = dh.shape[2] // 2
        return self.f.backward(dh[:, :, :half]) + self.b.backward(dh[:, :, half:])

    @property
    def gradients(self):
        return self.f.gradients + self.b.gradients


def bidirectional_rnn_forward(x, h0_f, h0_b, Wx_f, Wh_f, b_f, Wx_b, Wh_b, b_b):
    both = Both(Wx_f, Wh_f, b_f, Wx_b, Wh_b, b_b)
    return both.forward(x, h0_f, h0_b), both


def bidirectional_rnn_backward(dh, cache):
    dx = cache.backward(dh)
    return (dx, cache.f.dh0, cache.b.dh0) + cache.gradients


def deep_bidirectional_forward(x, h0_f, h0_b, layers):
    nets = [Both(*layer) for layer in layers]
    for l, net in enumerate(nets):
        x = net.forward(x, h0_f[l], h0_b[l])
    return x, nets


def deep_bidirectional_backward(dh, cache):
    for net in reversed(cache):
        dh = net.backward(dh)
    return dh, np.array([n.f.dh0 for n in cache]), np.array([n.b.dh0 for n in cache]), [n.gradients for n in cache]


def dropout_mask(x, keep, rng):
    return rng.choice([True, False], size=x.shape, p=[keep, 1 - keep])


def dropout_forward(x, keep, mask, train):
    dropout = Dropout(keep, mask, train)
    return dropout.apply(x), dropout


def dropout_backward(dout, cache):
    return cache.apply(dout)


def recurrent_dropout_rnn_forward(x, h0, Wx, Wh, b, keep, mask, train):
    net = Forgetful(Wx, Wh, b, Dropout(keep, mask, train))
    return net.forward(x, h0), net


def recurrent_dropout_rnn_backward(dh, cache):
    dx = cache.backward(dh)
    return (dx, cache.dh0) + cache.gradients


@dataclass
class Spec:
    kind: str
    inputs: int
    units: int

    def __len__(self):
        if self.kind == "embedding":
            return self.inputs * self.units
        if self.kind == "dense":
            return (1 + self.inputs) * self.units
        one = self.units * (self.units + self.inputs + 1)
        return one * {"rnn": 1, "lstm": 4, "gru": 3}[self.kind]


def count_parameters(layers):
    return sum(len(Spec(*layer)) for layer in layers)
