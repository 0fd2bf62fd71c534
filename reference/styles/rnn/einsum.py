# Assignment 1. I do everything with einsum so that the index letters are the maths.
# n = sequence, t = time, d = input, h and k = hidden, m = output, v = word
import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    pre = np.einsum('nd,dh->nh', x, Wx) + np.einsum('nk,kh->nh', prev_h, Wh) + b
    next_h = np.tanh(pre)
    cache = (x, prev_h, Wx, Wh, next_h)
    return next_h, cache


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    dpre = np.einsum('nh,nh->nh', dnext_h, 1 - next_h ** 2)
    dx = np.einsum('nh,dh->nd', dpre, Wx)
    dprev_h = np.einsum('nh,kh->nk', dpre, Wh)
    dWx = np.einsum('nd,nh->dh', x, dpre)
    dWh = np.einsum('nk,nh->kh', prev_h, dpre)
    db = np.einsum('nh->h', dpre)
    return dx, dprev_h, dWx, dWh, db


def rnn_forward(x, h0, Wx, Wh, b):
    # the input's share does not depend on the state: one einsum for all steps
    from_input = np.einsum('ntd,dh->nth', x, Wx) + b
    h = np.empty_like(from_input)
    state = h0
    for t in range(x.shape[1]):
        state = np.tanh(from_input[:, t] + np.einsum('nk,kh->nh', state, Wh))
        h[:, t] = state
    return h, (x, h0, Wx, Wh, h)


def rnn_backward(dh, cache):
    x, h0, Wx, Wh, h = cache
    N, T, H = dh.shape
    dpre = np.zeros((N, T, H))
    dstate = np.zeros((N, H))
    for t in range(T - 1, -1, -1):
        dpre[:, t] = (dh[:, t] + dstate) * (1 - h[:, t] ** 2)
        dstate = np.einsum('nh,kh->nk', dpre[:, t], Wh)
    before = np.concatenate([h0[:, None], h[:, :-1]], axis=1)  # the state each step started from
    dx = np.einsum('nth,dh->ntd', dpre, Wx)
    dWx = np.einsum('ntd,nth->dh', x, dpre)
    dWh = np.einsum('ntk,nth->kh', before, dpre)
    db = np.einsum('nth->h', dpre)
    return dx, dstate, dWx, dWh, db


def word_embedding_forward(x, W):
    picks = np.eye(W.shape[0])[x]
    return np.einsum('ntv,vd->ntd', picks, W), picks


def word_embedding_backward(dout, cache):
    return np.einsum('ntv,ntd->vd', cache, dout)


def temporal_affine_forward(x, w, b):
    return np.einsum('ntd,dm->ntm', x, w) + b, (x, w)


def temporal_affine_backward(dout, cache):
    x, w = cache
    dx = np.einsum('ntm,dm->ntd', dout, w)
    dw = np.einsum('ntd,ntm->dm', x, dout)
    db = np.einsum('ntm->m', dout)
    return dx, dw, db


def temporal_softmax_loss(x, y, mask):
    N, T, V = x.shape
    target = np.eye(V)[y]
    e = np.exp(x - np.max(x, axis=2, keepdims=True))
    total = np.einsum('ntv->nt', e)
    p = np.einsum('ntv,nt->ntv', e, 1 / total)
    # log p of the target, from the shifted scores so that a p of 0 does no harm
    log_p = np.einsum('ntv,ntv->nt', x - np.max(x, axis=2, keepdims=True), target) - np.log(total)
    loss = -np.einsum('nt,nt->', mask.astype(float), log_p) / N
    dx = np.einsum('ntv,nt->ntv', p - target, mask / N)
    return loss, dx
