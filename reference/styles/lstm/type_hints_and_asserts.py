"""Assignment 2: LSTM.

Every function states the shapes it expects and checks them.
"""
from typing import Any, List, Tuple

import numpy as np

Array = np.ndarray


def sigmoid(x: Array) -> Array:
    e: Array = np.exp(-np.abs(x))
    out: Array = np.where(x >= 0, 1.0 / (1.0 + e), e / (1.0 + e))
    assert out.shape == x.shape
    assert np.all((out >= 0) & (out <= 1))
    return out


def lstm_step_forward(
    x: Array, prev_h: Array, prev_c: Array, Wx: Array, Wh: Array, b: Array
) -> Tuple[Array, Array, Tuple[Any, ...]]:
    N, D = x.shape
    H: int = prev_h.shape[1]
    assert prev_h.shape == prev_c.shape == (N, H)
    assert Wx.shape == (D, 4 * H), f"Wx is {Wx.shape}"
    assert Wh.shape == (H, 4 * H), f"Wh is {Wh.shape}"
    assert b.shape == (4 * H,), f"b is {b.shape}"
    a: Array = x @ Wx + prev_h @ Wh + b
    i: Array = sigmoid(a[:, :H])
    f: Array = sigmoid(a[:, H : 2 * H])
    o: Array = sigmoid(a[:, 2 * H : 3 * H])
    g: Array = np.tanh(a[:, 3 * H :])
    next_c: Array = f * prev_c + i * g
    next_h: Array = o * np.tanh(next_c)
    assert next_h.shape == next_c.shape == (N, H)
    return next_h, next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c)


def lstm_step_backward(
    dnext_h: Array, dnext_c: Array, cache: Tuple[Any, ...]
) -> Tuple[Array, Array, Array, Array, Array, Array]:
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c = cache
    assert dnext_h.shape == dnext_c.shape == next_c.shape
    tanh_c: Array = np.tanh(next_c)
    dc: Array = dnext_c + dnext_h * o * (1 - tanh_c**2)
    dai: Array = dc * g * i * (1 - i)
    daf: Array = dc * prev_c * f * (1 - f)
    dao: Array = dnext_h * tanh_c * o * (1 - o)
    dag: Array = dc * i * (1 - g**2)
    da: Array = np.concatenate([dai, daf, dao, dag], axis=1)
    assert da.shape[1] == Wx.shape[1]
    dx: Array = da @ Wx.T
    dprev_h: Array = da @ Wh.T
    dprev_c: Array = dc * f
    dWx: Array = x.T @ da
    dWh: Array = prev_h.T @ da
    db: Array = da.sum(axis=0)
    for gradient, value in ((dx, x), (dprev_h, prev_h), (dprev_c, prev_c), (dWx, Wx), (dWh, Wh)):
        assert gradient.shape == value.shape
    return dx, dprev_h, dprev_c, dWx, dWh, db


def lstm_forward(x: Array, h0: Array, Wx: Array, Wh: Array, b: Array) -> Tuple[Array, List[Tuple[Any, ...]]]:
    assert x.ndim == 3, "x must be (N, T, D)"
    N, T, D = x.shape
    H: int = h0.shape[1]
    h: Array = np.full((N, T, H), np.nan)  # nan shows if a step is left out
    caches: List[Tuple[Any, ...]] = []
    state: Array = h0
    cell: Array = np.zeros((N, H))
    for t in range(T):
        state, cell, step = lstm_step_forward(x[:, t], state, cell, Wx, Wh, b)
        h[:, t] = state
        caches.append(step)
    assert not np.isnan(h).any()
    return h, caches


def lstm_backward(dh: Array, cache: List[Tuple[Any, ...]]) -> Tuple[Array, Array, Array, Array, Array]:
    N, T, H = dh.shape
    assert len(cache) == T, "one cache per step"
    D: int = cache[0][0].shape[1]
    dx: Array = np.zeros((N, T, D))
    dWx: Array = np.zeros((D, 4 * H))
    dWh: Array = np.zeros((H, 4 * H))
    db: Array = np.zeros(4 * H)
    dstate: Array = np.zeros((N, H))
    dcell: Array = np.zeros((N, H))
    for t in reversed(range(T)):
        dx[:, t], dstate, dcell, dWx_t, dWh_t, db_t = lstm_step_backward(dh[:, t] + dstate, dcell, cache[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, dstate, dWx, dWh, db


def lstm_weights_from_gates(
    Wi: Array, Wf: Array, Wo: Array, Wg: Array, bi: Array, bf: Array, bo: Array, bg: Array
) -> Tuple[Array, Array, Array]:
    H: int = bi.shape[0]
    D: int = Wi.shape[1] - H
    assert D > 0
    for W in (Wi, Wf, Wo, Wg):
        assert W.shape == (H, H + D)
    W: Array = np.vstack([Wi, Wf, Wo, Wg])
    Wx: Array = W[:, H:].T
    Wh: Array = W[:, :H].T
    b: Array = np.concatenate([bi, bf, bo, bg])
    assert Wx.shape == (D, 4 * H) and Wh.shape == (H, 4 * H) and b.shape == (4 * H,)
    return Wx, Wh, b


def additive_cell_step_forward(
    x: Array, prev_h: Array, prev_c: Array, Wx: Array, Wh: Array, b: Array
) -> Tuple[Array, Array, Tuple[Array, ...]]:
    assert Wx.shape == (x.shape[1], b.shape[0])
    g: Array = np.tanh(x @ Wx + prev_h @ Wh + b)
    next_c: Array = prev_c + g
    next_h: Array = np.tanh(next_c)
    assert next_h.shape == prev_h.shape
    return next_h, next_c, (x, prev_h, Wx, Wh, g, next_h)


def additive_cell_step_backward(
    dnext_h: Array, dnext_c: Array, cache: Tuple[Array, ...]
) -> Tuple[Array, Array, Array, Array, Array, Array]:
    x, prev_h, Wx, Wh, g, next_h = cache
    dc: Array = dnext_c + dnext_h * (1 - next_h**2)
    da: Array = dc * (1 - g**2)
    assert da.shape == prev_h.shape
    return da @ Wx.T, da @ Wh.T, dc, x.T @ da, prev_h.T @ da, da.sum(axis=0)
