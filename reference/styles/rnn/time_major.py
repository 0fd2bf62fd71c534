import numpy as np

# I prefer (T, N, D): x[t] is then one step. Everything is turned at the door and turned back on the way out.


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x.dot(Wx) + prev_h.dot(Wh) + b)
    return next_h, (x, prev_h, Wx, Wh, next_h)


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - next_h ** 2)
    return da.dot(Wx.T), da.dot(Wh.T), x.T.dot(da), prev_h.T.dot(da), da.sum(0)


def rnn_forward(x, h0, Wx, Wh, b):
    xs = x.transpose(1, 0, 2)
    T, N, D = xs.shape
    hs = np.zeros((T + 1, N, h0.shape[1]))
    hs[0] = h0
    for t in range(T):
        hs[t + 1], _ = rnn_step_forward(xs[t], hs[t], Wx, Wh, b)
    return hs[1:].transpose(1, 0, 2), (xs, hs, Wx, Wh)


def rnn_backward(dh, cache):
    xs, hs, Wx, Wh = cache
    dhs = dh.transpose(1, 0, 2)
    dxs = np.zeros(xs.shape)
    dWx, dWh, db = np.zeros(Wx.shape), np.zeros(Wh.shape), np.zeros(Wh.shape[1])
    dnext = np.zeros(hs[0].shape)
    for t in range(len(xs))[::-1]:
        grads = rnn_step_backward(dhs[t] + dnext, (xs[t], hs[t], Wx, Wh, hs[t + 1]))
        dxs[t], dnext = grads[:2]
        dWx += grads[2]
        dWh += grads[3]
        db += grads[4]
    return dxs.transpose(1, 0, 2), dnext, dWx, dWh, db


def word_embedding_forward(x, W):
    words = x.T
    out = np.array([W[row] for row in words])
    return out.transpose(1, 0, 2), (words, W)


def word_embedding_backward(dout, cache):
    words, W = cache
    douts = dout.transpose(1, 0, 2)
    dW = np.zeros(W.shape)
    for t in range(len(words)):
        np.add.at(dW, words[t], douts[t])
    return dW


def temporal_affine_forward(x, w, b):
    xs = x.transpose(1, 0, 2)
    outs = np.array([step.dot(w) + b for step in xs])
    return outs.transpose(1, 0, 2), (xs, w)


def temporal_affine_backward(dout, cache):
    xs, w = cache
    douts = dout.transpose(1, 0, 2)
    dxs = np.array([step.dot(w.T) for step in douts])
    dw = sum(x_t.T.dot(d_t) for x_t, d_t in zip(xs, douts))
    db = sum(d_t.sum(0) for d_t in douts)
    return dxs.transpose(1, 0, 2), dw, db


def temporal_softmax_loss(x, y, mask):
    scores, targets, keep = x.transpose(1, 0, 2), y.T, mask.T
    T, N, V = scores.shape
    loss = 0.0
    grads = np.zeros((T, N, V))
    rows = np.arange(N)
    for t in range(T):
        s = scores[t] - scores[t].max(1, keepdims=True)
        logp = s - np.log(np.exp(s).sum(1, keepdims=True))
        loss -= logp[rows, targets[t]][keep[t]].sum()
        grads[t] = np.exp(logp)
        grads[t][rows, targets[t]] -= 1
        grads[t][~keep[t]] = 0
    return loss / N, grads.transpose(1, 0, 2) / N
