import numpy as np

# The lecture writes the RNN on the concatenation [x, h], with one big matrix W.
# I stick to that: W = [Wx; Wh] with D + H rows, and the gradients are split at the very end.


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    xh = np.hstack((x, prev_h))
    W = np.vstack((Wx, Wh))
    next_h = np.tanh(xh.dot(W) + b)
    return next_h, (xh, W, next_h)


def rnn_step_backward(dnext_h, cache):
    xh, W, next_h = cache
    D = W.shape[0] - W.shape[1]
    dz = (1 - next_h ** 2) * dnext_h
    dxh = dz.dot(W.T)
    dW = xh.T.dot(dz)
    db = np.sum(dz, axis=0)
    return dxh[:, :D], dxh[:, D:], dW[:D], dW[D:], db


def rnn_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    H = h0.shape[1]
    W = np.vstack((Wx, Wh))
    # one long row per step: its input and the state it starts from
    xh = np.zeros((N, T + 1, D + H))
    xh[:, :T, :D] = x
    xh[:, 0, D:] = h0
    for t in range(T):
        xh[:, t + 1, D:] = np.tanh(xh[:, t].dot(W) + b)
    return xh[:, 1:, D:].copy(), (xh, W, D)


def rnn_backward(dh, cache):
    xh, W, D = cache
    N, T, H = dh.shape
    dx = np.zeros((N, T, D))
    dW = np.zeros_like(W)
    db = np.zeros(H)
    dstate = np.zeros((N, H))
    for t in range(T)[::-1]:
        dz = (dh[:, t] + dstate) * (1 - xh[:, t + 1, D:] ** 2)
        dW += xh[:, t].T.dot(dz)
        db += dz.sum(axis=0)
        dx[:, t], dstate = np.split(dz.dot(W.T), [D], axis=1)
    return dx, dstate, dW[:D], dW[D:], db


def word_embedding_forward(x, W):
    out = np.take(W, x, axis=0)
    return out, (x, W)


def word_embedding_backward(dout, cache):
    x, W = cache
    dW = np.zeros(W.shape)
    np.add.at(dW, x.reshape(-1), dout.reshape(-1, W.shape[1]))
    return dW


def temporal_affine_forward(x, w, b):
    # same trick: the bias is the weight of an input that is always 1
    x1 = np.concatenate((x, np.ones(x.shape[:2] + (1,))), axis=2)
    w1 = np.vstack((w, b))
    return x1.dot(w1), (x1, w1)


def temporal_affine_backward(dout, cache):
    x1, w1 = cache
    dx = dout.dot(w1[:-1].T)
    dw1 = np.tensordot(x1, dout, axes=([0, 1], [0, 1]))
    return dx, dw1[:-1], dw1[-1]


def temporal_softmax_loss(x, y, mask):
    N, T, V = x.shape
    scores = x.reshape(N * T, V)
    targets = y.reshape(N * T)
    m = mask.reshape(N * T)
    scores = scores - scores.max(axis=1, keepdims=True)
    log_probs = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    rows = np.arange(N * T)
    loss = -np.sum(m * log_probs[rows, targets]) / N
    grad = np.exp(log_probs)
    grad[rows, targets] -= 1
    grad *= m[:, None] / N
    return loss, grad.reshape(N, T, V)
