from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Step:
    x: np.ndarray
    prev_h: np.ndarray
    Wx: np.ndarray
    Wh: np.ndarray
    next_h: np.ndarray


def rnn_step_forward(x: np.ndarray, prev_h: np.ndarray, Wx: Matrix, Wh: Matrix, b: Vector) -> tuple[np.ndarray, Step]:
    def affine():
        return x @ Wx + prev_h @ Wh + b

    next_h = np.tanh(affine())
    return next_h, Step(x, prev_h, Wx, Wh, next_h)


def rnn_step_backward(dnext_h, cache):
    da = dnext_h * (1 - cache.next_h**2)
    return da @ cache.Wx.T, da @ cache.Wh.T, cache.x.T @ da, cache.prev_h.T @ da, da.sum(0)


def rnn_backward(dh, cache):
    T = dh.shape[1]
    dx = np.empty((dh.shape[0], T, cache[0].x.shape[1]))
    carried, dWx, dWh, db = 0, 0, 0, 0
    for t in range(T - 1, -1, -1):
        dx[:, t], carried, *grads = rnn_step_backward(dh[:, t] + carried, cache[t])
        dWx, dWh, db = dWx + grads[0], dWh + grads[1], db + grads[2]
    return dx, carried, dWx, dWh, db
