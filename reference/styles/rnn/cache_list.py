import numpy as np

# caches are lists, filled as we go along


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    cache = []
    cache.append(x)
    cache.append(prev_h)
    cache.append(Wx)
    cache.append(Wh)
    next_h = np.tanh(np.matmul(x, Wx) + np.matmul(prev_h, Wh) + b)
    cache.append(next_h)
    return next_h, cache


def rnn_step_backward(dnext_h, cache):
    # 0: x   1: prev_h   2: Wx   3: Wh   4: next_h
    grad = dnext_h * (1 - cache[4] * cache[4])
    dx = np.matmul(grad, cache[2].transpose())
    dprev_h = np.matmul(grad, cache[3].transpose())
    dWx = np.matmul(cache[0].transpose(), grad)
    dWh = np.matmul(cache[1].transpose(), grad)
    db = grad.sum(0)
    return dx, dprev_h, dWx, dWh, db


def rnn_forward(x, h0, Wx, Wh, b):
    hs = [h0]
    cache = []
    for x_t in x.swapaxes(0, 1):
        h_t, c_t = rnn_step_forward(x_t, hs[-1], Wx, Wh, b)
        hs.append(h_t)
        cache.append(c_t)
    return np.array(hs[1:]).swapaxes(0, 1), cache


def rnn_backward(dh, cache):
    steps = []
    carried = np.zeros(dh[:, 0].shape)
    t = len(cache)
    while t > 0:
        t -= 1
        step = rnn_step_backward(dh[:, t] + carried, cache[t])
        carried = step[1]
        steps.append(step)
    steps.reverse()
    dx = np.array([s[0] for s in steps]).swapaxes(0, 1)
    dWx = sum([s[2] for s in steps])
    dWh = sum([s[3] for s in steps])
    db = sum([s[4] for s in steps])
    return dx, carried, dWx, dWh, db


def word_embedding_forward(x, W):
    out = np.array([[W[word] for word in sentence] for sentence in x])
    return out, [x, W]


def word_embedding_backward(dout, cache):
    dW = cache[1] * 0
    for words, gradients in zip(cache[0], dout):
        for word, gradient in zip(words, gradients):
            dW[word] += gradient
    return dW


def temporal_affine_forward(x, w, b):
    return np.matmul(x, w) + b, [x, w, b]


def temporal_affine_backward(dout, cache):
    x, w, b = cache
    dx = np.matmul(dout, w.transpose())
    dw = sum([np.matmul(x[n].transpose(), dout[n]) for n in range(len(x))])
    db = dout.sum(0).sum(0)
    return dx, dw, db


def temporal_softmax_loss(x, y, mask):
    losses = []
    dx = []
    for scores, targets, keep in zip(x, y, mask):
        s = scores - scores.max(axis=1).reshape(-1, 1)
        e = np.exp(s)
        steps = np.arange(len(targets))
        losses.append(((np.log(e.sum(axis=1)) - s[steps, targets]) * keep).sum())
        p = e / e.sum(axis=1).reshape(-1, 1)
        p[steps, targets] -= 1
        dx.append(p * keep.reshape(-1, 1))
    return sum(losses) / len(x), np.array(dx) / len(x)
