"""Assignment 1: vanilla RNN.

Every function states the shapes it expects and checks them.
"""
from typing import Any, List, Tuple

import numpy as np

Array = np.ndarray
StepCache = Tuple[Array, Array, Array, Array, Array]


def rnn_step_forward(x: Array, prev_h: Array, Wx: Array, Wh: Array, b: Array) -> Tuple[Array, StepCache]:
    N, D = x.shape
    H: int = prev_h.shape[1]
    assert prev_h.shape == (N, H)
    assert Wx.shape == (D, H), f"Wx is {Wx.shape}"
    assert Wh.shape == (H, H), f"Wh is {Wh.shape}"
    assert b.shape == (H,), f"b is {b.shape}"
    next_h: Array = np.tanh(x @ Wx + prev_h @ Wh + b)
    assert next_h.shape == (N, H)
    assert np.all(np.abs(next_h) <= 1)
    return next_h, (x, prev_h, Wx, Wh, next_h)


def rnn_step_backward(dnext_h: Array, cache: StepCache) -> Tuple[Array, Array, Array, Array, Array]:
    x, prev_h, Wx, Wh, next_h = cache
    assert dnext_h.shape == next_h.shape
    da: Array = dnext_h * (1.0 - next_h**2)
    dx: Array = da @ Wx.T
    dprev_h: Array = da @ Wh.T
    dWx: Array = x.T @ da
    dWh: Array = prev_h.T @ da
    db: Array = da.sum(axis=0)
    for gradient, value in ((dx, x), (dprev_h, prev_h), (dWx, Wx), (dWh, Wh)):
        assert gradient.shape == value.shape
    return dx, dprev_h, dWx, dWh, db


def rnn_forward(x: Array, h0: Array, Wx: Array, Wh: Array, b: Array) -> Tuple[Array, List[StepCache]]:
    assert x.ndim == 3, "x must be (N, T, D)"
    N, T, D = x.shape
    H: int = h0.shape[1]
    h: Array = np.full((N, T, H), np.nan)  # nan shows if a step is left out
    caches: List[StepCache] = []
    state: Array = h0
    for t in range(T):
        state, step = rnn_step_forward(x[:, t], state, Wx, Wh, b)
        h[:, t] = state
        caches.append(step)
    assert not np.isnan(h).any()
    return h, caches


def rnn_backward(dh: Array, cache: List[StepCache]) -> Tuple[Array, Array, Array, Array, Array]:
    N, T, H = dh.shape
    assert len(cache) == T, "one cache per step"
    D: int = cache[0][0].shape[1]
    dx: Array = np.zeros((N, T, D))
    dWx: Array = np.zeros((D, H))
    dWh: Array = np.zeros((H, H))
    db: Array = np.zeros(H)
    dstate: Array = np.zeros((N, H))
    for t in reversed(range(T)):
        dx[:, t], dstate, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t] + dstate, cache[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, dstate, dWx, dWh, db


def word_embedding_forward(x: Array, W: Array) -> Tuple[Array, Any]:
    V, D = W.shape
    assert np.issubdtype(x.dtype, np.integer), "words are integers"
    assert x.min() >= 0 and x.max() < V
    out: Array = W[x]
    assert out.shape == x.shape + (D,)
    return out, (x, W)


def word_embedding_backward(dout: Array, cache: Any) -> Array:
    x, W = cache
    assert dout.shape == x.shape + (W.shape[1],)
    dW: Array = np.zeros_like(W)
    np.add.at(dW, x, dout)
    return dW


def temporal_affine_forward(x: Array, w: Array, b: Array) -> Tuple[Array, Any]:
    assert x.shape[2] == w.shape[0] and w.shape[1] == b.shape[0]
    return x @ w + b, (x, w, b)


def temporal_affine_backward(dout: Array, cache: Any) -> Tuple[Array, Array, Array]:
    x, w, b = cache
    dx: Array = dout @ w.T
    dw: Array = x.reshape(-1, x.shape[2]).T @ dout.reshape(-1, dout.shape[2])
    db: Array = dout.sum(axis=(0, 1))
    assert (dx.shape, dw.shape, db.shape) == (x.shape, w.shape, b.shape)
    return dx, dw, db


def temporal_softmax_loss(x: Array, y: Array, mask: Array) -> Tuple[float, Array]:
    N, T, V = x.shape
    assert y.shape == mask.shape == (N, T)
    shifted: Array = x - x.max(axis=2, keepdims=True)
    p: Array = np.exp(shifted) / np.exp(shifted).sum(axis=2, keepdims=True)
    assert np.allclose(p.sum(axis=2), 1)
    log_total: Array = np.log(np.exp(shifted).sum(axis=2))
    n, t = np.ogrid[:N, :T]
    loss: float = float(np.sum((log_total - shifted[n, t, y]) * mask) / N)
    assert loss >= 0
    dx: Array = p.copy()
    dx[n, t, y] -= 1
    dx *= mask[:, :, None] / N
    return loss, dx
