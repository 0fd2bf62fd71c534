import numpy as np
from functools import reduce

def sigmoid(x): return np.where(x < 0, np.exp(-abs(x)), 1) / (1 + np.exp(-abs(x)))

def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    i, f, o, g = [(sigmoid, sigmoid, sigmoid, np.tanh)[k](a) for k, a in enumerate(np.split(x@Wx + prev_h@Wh + b, 4, 1))]
    c = f*prev_c + i*g; t = np.tanh(c)
    return o*t, c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, t)

def lstm_step_backward(dnext_h, dnext_c, cache):
    x, p, pc, Wx, Wh, i, f, o, g, t = cache; dc = dnext_c + dnext_h*o*(1-t*t)
    a = np.hstack([dc*g*i*(1-i), dc*pc*f*(1-f), dnext_h*t*o*(1-o), dc*i*(1-g*g)])
    return a@Wx.T, a@Wh.T, dc*f, x.T@a, p.T@a, a.sum(0)

def lstm_forward(x, h0, Wx, Wh, b):
    s = reduce(lambda l, t: l + [lstm_step_forward(x[:,t], *l[-1][:2], Wx, Wh, b)], range(x.shape[1]), [(h0, 0*h0)])[1:]
    return np.stack([h for h, _, _ in s], 1), [k for _, _, k in s]

def lstm_backward(dh, cache):
    z = [(None, 0, 0)]
    g = reduce(lambda l, t: l + [lstm_step_backward(dh[:,t] + l[-1][1], l[-1][2], cache[t])], range(dh.shape[1])[::-1], z)[1:]
    return (np.stack([s[0] for s in g[::-1]], 1), g[-1][1], *(sum(s[k] for s in g) for k in (3, 4, 5)))

def lstm_weights_from_gates(Wi, Wf, Wo, Wg, bi, bf, bo, bg):
    return (lambda W, H: (W[H:], W[:H], np.r_[bi, bf, bo, bg]))(np.r_[Wi, Wf, Wo, Wg].T, len(bi))

def additive_cell_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    return (lambda g: (np.tanh(prev_c+g), prev_c+g, (x, prev_h, Wx, Wh, g, np.tanh(prev_c+g))))(np.tanh(x@Wx + prev_h@Wh + b))

def additive_cell_step_backward(dnext_h, dnext_c, cache):
    x, p, Wx, Wh, g, h = cache; c = dnext_c + dnext_h*(1-h*h); a = c*(1-g*g)
    return a@Wx.T, a@Wh.T, c, x.T@a, p.T@a, a.sum(0)
