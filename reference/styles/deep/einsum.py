import numpy as np


def rnn_forward(x, h0, Wx, Wh, b):
    a = np.einsum("ntd,dh->nth", x, Wx) + b
    states = [h0]
    for t in range(x.shape[1]):
        states.append(np.tanh(a[:, t] + np.einsum("nh,hk->nk", states[-1], Wh)))
    h = np.stack(states, axis=1)
    return h[:, 1:], (x, h, Wx, Wh)


def rnn_backward(dh, cache):
    x, h, Wx, Wh = cache
    da = np.zeros_like(dh)
    carry = np.zeros_like(dh[:, 0])
    for t in range(dh.shape[1] - 1, -1, -1):
        da[:, t] = (dh[:, t] + carry) * (1 - h[:, t + 1] ** 2)
        carry = np.einsum("nk,hk->nh", da[:, t], Wh)
    dx = np.einsum("nth,dh->ntd", da, Wx)
    return (dx, carry, np.einsum("ntd,nth->dh", x, da), np.einsum("nth,ntk->hk", h[:, :-1], da),
            np.einsum("nth->h", da))


def stacked_rnn_forward(x, h0, layers):
    caches = []
    out = x
    for l in range(len(layers)):
        out, c = rnn_forward(out, h0[l], *layers[l])
        caches.append(c)
    return out, caches


def stacked_rnn_backward(dh, cache):
    L = len(cache)
    dh0 = np.empty((L,) + dh[:, 0].shape)
    dlayers = [None] * L
    d = dh
    for l in range(L - 1, -1, -1):
        d, dh0[l], *rest = rnn_backward(d, cache[l])
        dlayers[l] = tuple(rest)
    return d, dh0, dlayers


def bidirectional_rnn_forward(x, h0_f, h0_b, Wx_f, Wh_f, b_f, Wx_b, Wh_b, b_b):
    hf, cf = rnn_forward(x, h0_f, Wx_f, Wh_f, b_f)
    hb, cb = rnn_forward(np.flip(x, axis=1), h0_b, Wx_b, Wh_b, b_b)
    return np.dstack((hf, np.flip(hb, axis=1))), (cf, cb)


def bidirectional_rnn_backward(dh, cache):
    H = dh.shape[-1] // 2
    f = rnn_backward(dh[..., :H], cache[0])
    g = rnn_backward(np.flip(dh[..., H:], axis=1), cache[1])
    return (f[0] + np.flip(g[0], axis=1), f[1], g[1]) + f[2:] + g[2:]


def deep_bidirectional_forward(x, h0_f, h0_b, layers):
    caches = []
    for hf, hb, layer in zip(h0_f, h0_b, layers):
        x, c = bidirectional_rnn_forward(x, hf, hb, *layer)
        caches.append(c)
    return x, caches


def deep_bidirectional_backward(dh, cache):
    found = []
    for c in cache[::-1]:
        grads = bidirectional_rnn_backward(dh, c)
        dh = grads[0]
        found.append(grads[1:])
    found.reverse()
    return (dh, np.array([g[0] for g in found]), np.array([g[1] for g in found]), [g[2:] for g in found])


def dropout_mask(x, keep, rng):
    return rng.binomial(1, keep, size=x.shape).astype(bool)


def dropout_forward(x, keep, mask, train):
    scale = mask.astype(float) / keep if train else np.ones_like(x)
    return np.einsum("nh,nh->nh", x, scale), scale


def dropout_backward(dout, cache):
    return np.einsum("nh,nh->nh", dout, cache)


def recurrent_dropout_rnn_forward(x, h0, Wx, Wh, b, keep, mask, train):
    scale = mask.astype(float) / keep if train else np.ones_like(h0)
    a = np.einsum("ntd,dh->nth", x, Wx) + b
    states = [h0]
    for t in range(x.shape[1]):
        states.append(np.tanh(a[:, t] + np.einsum("nh,nh,hk->nk", states[-1], scale, Wh)))
    h = np.stack(states, axis=1)
    return h[:, 1:], (x, h, Wx, Wh, scale)


def recurrent_dropout_rnn_backward(dh, cache):
    x, h, Wx, Wh, scale = cache
    da = np.zeros_like(dh)
    carry = np.zeros_like(dh[:, 0])
    for t in range(dh.shape[1] - 1, -1, -1):
        da[:, t] = (dh[:, t] + carry) * (1 - h[:, t + 1] ** 2)
        carry = np.einsum("nk,hk,nh->nh", da[:, t], Wh, scale)
    return (np.einsum("nth,dh->ntd", da, Wx), carry, np.einsum("ntd,nth->dh", x, da),
            np.einsum("nth,nh,ntk->hk", h[:, :-1], scale, da), np.einsum("nth->h", da))


def count_parameters(layers):
    per_layer = {
        "embedding": lambda i, u: i * u,
        "dense": lambda i, u: i * u + u,
        "rnn": lambda i, u: i * u + u * u + u,
        "gru": lambda i, u: 3 * (i * u + u * u + u),
        "lstm": lambda i, u: 4 * (i * u + u * u + u),
    }
    return sum(per_layer[kind](i, u) for kind, i, u in layers)
