from collections import namedtuple
from types import SimpleNamespace

import numpy as np

Gates = namedtuple('Gates', 'i f o g')
Step = namedtuple('Step', 'x prev_h prev_c Wx Wh gates tanh_c')


def sigmoid(x):
    small = np.exp(-np.abs(x))
    return np.where(x > 0, 1, small) / (1 + small)


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    ai, af, ao, ag = np.split(x @ Wx + prev_h @ Wh + b, 4, axis=1)
    gates = Gates(i=sigmoid(ai), f=sigmoid(af), o=sigmoid(ao), g=np.tanh(ag))
    next_c = gates.f * prev_c + gates.i * gates.g
    step = Step(x, prev_h, prev_c, Wx, Wh, gates, np.tanh(next_c))
    return gates.o * step.tanh_c, next_c, step


def lstm_step_backward(dnext_h, dnext_c, cache):
    i, f, o, g = cache.gates
    dc = dnext_c + dnext_h * o * (1 - cache.tanh_c**2)
    d = Gates(
        i=dc * g * i * (1 - i),
        f=dc * cache.prev_c * f * (1 - f),
        o=dnext_h * cache.tanh_c * o * (1 - o),
        g=dc * i * (1 - g**2),
    )
    da = np.concatenate(d, axis=1)
    return da @ cache.Wx.T, da @ cache.Wh.T, dc * f, cache.x.T @ da, cache.prev_h.T @ da, da.sum(axis=0)


def lstm_forward(x, h0, Wx, Wh, b):
    run = SimpleNamespace(h=[], steps=[])
    state, cell = h0, np.zeros_like(h0)
    for t in range(x.shape[1]):
        state, cell, step = lstm_step_forward(x[:, t], state, cell, Wx, Wh, b)
        run.h.append(state)
        run.steps.append(step)
    return np.stack(run.h, axis=1), run


def lstm_backward(dh, cache):
    grad = SimpleNamespace(x=[], h=np.zeros_like(dh[:, 0]), c=np.zeros_like(dh[:, 0]), Wx=0, Wh=0, b=0)
    for t, step in reversed(list(enumerate(cache.steps))):
        dx_t, grad.h, grad.c, dWx_t, dWh_t, db_t = lstm_step_backward(dh[:, t] + grad.h, grad.c, step)
        grad.x.insert(0, dx_t)
        grad.Wx = grad.Wx + dWx_t
        grad.Wh = grad.Wh + dWh_t
        grad.b = grad.b + db_t
    return np.stack(grad.x, axis=1), grad.h, grad.Wx, grad.Wh, grad.b


def lstm_weights_from_gates(Wi, Wf, Wo, Wg, bi, bf, bo, bg):
    W, bias = Gates(Wi, Wf, Wo, Wg), Gates(bi, bf, bo, bg)
    H = bias.i.size
    stacked = np.concatenate(W)
    return stacked[:, H:].T, stacked[:, :H].T, np.concatenate(bias)


def additive_cell_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    s = SimpleNamespace(x=x, prev_h=prev_h, Wx=Wx, Wh=Wh)
    s.g = np.tanh(x @ Wx + prev_h @ Wh + b)
    s.c = prev_c + s.g
    s.h = np.tanh(s.c)
    return s.h, s.c, s


def additive_cell_step_backward(dnext_h, dnext_c, cache):
    s = cache
    s.dc = dnext_c + dnext_h * (1 - s.h**2)
    s.da = s.dc * (1 - s.g**2)
    return s.da @ s.Wx.T, s.da @ s.Wh.T, s.dc, s.x.T @ s.da, s.prev_h.T @ s.da, s.da.sum(axis=0)
