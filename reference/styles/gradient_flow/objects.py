import numpy as np


class Cell:
    """The vanilla RNN's step, which remembers what it has seen until it is told to forget."""

    def __init__(self, Wx, Wh, b):
        self.Wx, self.Wh, self.b = Wx, Wh, b
        self.grad = {"Wx": 0 * Wx, "Wh": 0 * Wh, "b": 0 * b}
        self.tape = []

    def __call__(self, x, prev):
        h = np.tanh(x @ self.Wx + prev @ self.Wh + self.b)
        self.tape.append((x, prev, h))
        return h

    def back(self, dh):
        x, prev, h = self.tape.pop()
        da = dh * (1.0 - h * h)
        self.grad["Wx"] = self.grad["Wx"] + x.T @ da
        self.grad["Wh"] = self.grad["Wh"] + prev.T @ da
        self.grad["b"] = self.grad["b"] + np.sum(da, 0)
        return da @ self.Wx.T, da @ self.Wh.T


class Jacobian:
    def __init__(self, h, Wh):
        self.slopes = 1.0 - h ** 2
        self.Wh = Wh

    def between(self, k, t):
        if k == t:
            n, _, size = self.slopes.shape
            return np.array([np.eye(size)] * n)
        return self.slopes[:, t, :, None] * (self.Wh.T @ self.between(k, t - 1))


def rnn_state_jacobian(h, Wh, k, t):
    return Jacobian(h, Wh).between(k, t)


def rnn_gradient_norms(h, Wh, dh_last):
    jacobian, T = Jacobian(h, Wh), h.shape[1]
    rows = [np.matmul(dh_last[:, None], jacobian.between(k, T - 1)) for k in range(T)]
    return np.sqrt([np.sum(row * row) for row in rows])


def lstm_cell_jacobian(f, k, t):
    if k == t:
        return np.ones_like(f[:, 0])
    return f[:, t] * lstm_cell_jacobian(f, k, t - 1)


def spectral_radius(W):
    return np.sqrt(np.max([(value * np.conj(value)).real for value in np.linalg.eigvals(W)]))


class Gradients(list):
    @property
    def length(self):
        return np.sqrt(np.sum([np.sum(g * g) for g in self]))

    def times(self, factor):
        return Gradients(factor * g for g in self)


def clip_by_norm(grads, max_norm):
    grads = Gradients(grads)
    length = grads.length
    return grads.times(min(1.0, max_norm / length) if length else 1.0), length


def clip_by_value(grads, low, high):
    return Gradients(np.select([g < low, g > high], [low, high], g) for g in grads)


def truncated_bptt(x, dh, h0, Wx, Wh, b, chunk):
    cell, T = Cell(Wx, Wh, b), x.shape[1]
    h, dx, dh0, state = np.empty_like(dh), np.empty_like(x), None, h0
    borders = [*range(0, T, chunk), T]
    for start, end in zip(borders, borders[1:]):
        for t in range(start, end):
            h[:, t] = state = cell(x[:, t], state)
        carried = 0.0
        for t in reversed(range(start, end)):
            dx[:, t], carried = cell.back(dh[:, t] + carried)
        if dh0 is None:
            dh0 = carried
    return h, {"x": dx, "h0": dh0, **cell.grad}
