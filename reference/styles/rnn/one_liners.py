import numpy as np
from functools import reduce

def rnn_step_forward(x, prev_h, Wx, Wh, b):
    return (lambda h: (h, (x, prev_h, Wx, Wh, h)))(np.tanh(x@Wx + prev_h@Wh + b))

def rnn_step_backward(dnext_h, cache):
    return (lambda x, p, Wx, Wh, h: (lambda a: (a@Wx.T, a@Wh.T, x.T@a, p.T@a, a.sum(0)))(dnext_h*(1-h*h)))(*cache)

def rnn_forward(x, h0, Wx, Wh, b):
    s = reduce(lambda l, t: l + [rnn_step_forward(x[:,t], l[-1][0], Wx, Wh, b)], range(x.shape[1]), [(h0, None)])[1:]
    return np.stack([h for h, _ in s], 1), [c for _, c in s]

def rnn_backward(dh, cache):
    g = reduce(lambda l, t: l + [rnn_step_backward(dh[:,t] + (l[-1][1] if l else 0), cache[t])], range(dh.shape[1])[::-1], [])
    return (np.stack([s[0] for s in g[::-1]], 1), g[-1][1], *(sum(s[k] for s in g) for k in (2, 3, 4)))

def word_embedding_forward(x, W): return W[x], (x, len(W))

def word_embedding_backward(dout, cache): return np.stack([dout[cache[0] == v].sum(0) for v in range(cache[1])])

def temporal_affine_forward(x, w, b): return x@w + b, (x, w)

def temporal_affine_backward(dout, cache):
    return dout@cache[1].T, sum(a.T@d for a, d in zip(cache[0], dout)), dout.sum((0, 1))

def temporal_softmax_loss(x, y, mask):
    N, Y, m = len(x), np.eye(x.shape[2])[y], mask[..., None]
    L = (lambda s: s - np.log(np.exp(s).sum(-1, keepdims=True)))(x - x.max(-1, keepdims=True))
    return -(Y*L*m).sum()/N, (np.exp(L)-Y)*m/N
