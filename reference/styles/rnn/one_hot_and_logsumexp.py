import numpy as np

# What L1 shows: words are one-hot vectors and an embedding is a matrix product with them.
# log(softmax) is x - logsumexp(x), and numpy has logsumexp as logaddexp.reduce.


def to_one_hot(words, V):
    return (words[..., None] == np.arange(V)).astype(float)


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    u = x.dot(Wx) + prev_h.dot(Wh) + b
    h = np.tanh(u)
    return h, {'inputs': (x, prev_h), 'weights': (Wx, Wh), 'slope': 1 - h * h}


def rnn_step_backward(dnext_h, cache):
    (x, prev_h), (Wx, Wh) = cache['inputs'], cache['weights']
    du = dnext_h * cache['slope']
    return du.dot(Wx.T), du.dot(Wh.T), x.T.dot(du), prev_h.T.dot(du), np.ones(len(du)).dot(du)


def rnn_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    h = np.concatenate([h0[:, None], np.zeros((N, T, h0.shape[1]))], axis=1)
    cache = []
    for t in range(1, T + 1):
        h[:, t], c = rnn_step_forward(x[:, t - 1], h[:, t - 1], Wx, Wh, b)
        cache.append(c)
    return h[:, 1:], cache


def rnn_backward(dh, cache):
    T = dh.shape[1]
    dx_list = [None] * T
    d, dWx, dWh, db = 0, 0, 0, 0
    for t in range(T):
        s = T - 1 - t
        dx_list[s], d, p, q, r = rnn_step_backward(dh[:, s] + d, cache[s])
        dWx, dWh, db = dWx + p, dWh + q, db + r
    return np.stack(dx_list, axis=1), d, dWx, dWh, db


def word_embedding_forward(x, W):
    hot = to_one_hot(x, W.shape[0])
    return hot.dot(W), hot


def word_embedding_backward(dout, cache):
    V = cache.shape[2]
    return cache.reshape(-1, V).T.dot(dout.reshape(-1, dout.shape[2]))


def temporal_affine_forward(x, w, b):
    return x.dot(w) + b, (x, w)


def temporal_affine_backward(dout, cache):
    x, w = cache
    return dout.dot(w.T), np.tensordot(x, dout, axes=([0, 1], [0, 1])), np.sum(dout, axis=(0, 1))


def temporal_softmax_loss(x, y, mask):
    N, T, V = x.shape
    log_p = x - np.logaddexp.reduce(x, axis=2, keepdims=True)
    hot = to_one_hot(y, V) * mask[:, :, None]
    loss = -np.sum(hot * log_p) / N
    dx = (np.exp(log_p) * mask[:, :, None] - hot) / N
    return loss, dx
