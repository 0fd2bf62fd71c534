from __future__ import print_function
import numpy as np

print("loading my rnn solution, numpy", np.__version__)


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    print("step forward: x", x.shape, "prev_h", prev_h.shape)
    z1 = x.dot(Wx)
    z2 = prev_h.dot(Wh)
    z = z1 + z2 + b
    next_h = np.tanh(z)
    cache = (x, prev_h, Wx, Wh, z)
    return next_h, cache


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, z = cache
    dz = dnext_h / np.cosh(z) ** 2
    print("dz mean: %.4f" % dz.mean())
    dx = dz.dot(Wx.T)
    dprev_h = dz.dot(Wh.T)
    dWx = x.T.dot(dz)
    dWh = prev_h.T.dot(dz)
    db = np.sum(dz, axis=0)
    # print(dWx, dWh)
    return dx, dprev_h, dWx, dWh, db


def rnn_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    h = np.zeros((N, T, h0.shape[1]))
    cache = []
    state = h0
    for t in range(T):
        print("t =", t, end=" ")
        state, c = rnn_step_forward(x[:, t, :], state, Wx, Wh, b)
        h[:, t, :] = state
        cache.append(c)
    print("done!")
    return h, cache


def rnn_backward(dh, cache):
    N, T, H = dh.shape
    x, _, Wx, Wh, _ = cache[0]
    dx = np.zeros((N, T, x.shape[1]))
    dWx, dWh, db = np.zeros(Wx.shape), np.zeros(Wh.shape), np.zeros(H)
    dstate = np.zeros((N, H))
    for t in range(T - 1, -1, -1):
        dx_t, dstate, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t, :] + dstate, cache[t])
        dx[:, t, :] = dx_t
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
        print("backward t=%d |dWh|=%g" % (t, np.linalg.norm(dWh)))
    return dx, dstate, dWx, dWh, db


def word_embedding_forward(x, W):
    print("words:", x.tolist())
    out = W[x]
    return out, (x, W)


def word_embedding_backward(dout, cache):
    x, W = cache
    dW = np.zeros(W.shape)
    np.add.at(dW, x, dout)
    print("rows touched:", len(np.unique(x)), "of", len(W))
    return dW


def temporal_affine_forward(x, w, b):
    out = x.dot(w) + b
    print("affine", x.shape, "->", out.shape)
    return out, (x, w)


def temporal_affine_backward(dout, cache):
    x, w = cache
    dx = dout.dot(w.T)
    dw = np.einsum('ijk,ijl->kl', x, dout)
    db = dout.sum(axis=0).sum(axis=0)
    print("affine backward", dx.shape, dw.shape, db.shape)
    return dx, dw, db


def temporal_softmax_loss(x, y, mask, verbose=True):
    N, T, V = x.shape
    flat = x.reshape(N * T, V)
    rows = np.arange(N * T)
    shifted = flat - flat.max(axis=1, keepdims=True)
    probs = np.exp(shifted)
    sums = probs.sum(axis=1, keepdims=True)
    probs = probs / sums
    logs = shifted[rows, y.reshape(-1)] - np.log(sums[:, 0])
    loss = -np.sum(mask.reshape(-1) * logs) / N
    dflat = probs
    dflat[rows, y.reshape(-1)] -= 1
    dflat *= mask.reshape(-1, 1)
    dflat /= N
    if verbose:
        print("loss:", loss)
    return loss, dflat.reshape(N, T, V)
