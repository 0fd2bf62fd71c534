"""Copies the functions of the earlier assignments, as the handout says, and calls them."""
import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x @ Wx + prev_h @ Wh + b)
    cache = (x, prev_h, Wx, Wh, next_h)
    return next_h, cache


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    dz = dnext_h * (1 - next_h ** 2)
    return dz @ Wx.T, dz @ Wh.T, x.T @ dz, prev_h.T @ dz, np.sum(dz, axis=0)


def rnn_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    h = np.zeros((N, T, h0.shape[1]))
    cache = []
    prev_h = h0
    for t in range(T):
        prev_h, c = rnn_step_forward(x[:, t, :], prev_h, Wx, Wh, b)
        h[:, t, :] = prev_h
        cache.append(c)
    return h, cache


def rnn_backward(dh, cache):
    N, T, H = dh.shape
    D = cache[0][0].shape[1]
    dx = np.zeros((N, T, D))
    dWx = np.zeros((D, H))
    dWh = np.zeros((H, H))
    db = np.zeros(H)
    dprev_h = np.zeros((N, H))
    for t in range(T - 1, -1, -1):
        dx[:, t, :], dprev_h, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t, :] + dprev_h, cache[t])
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, dprev_h, dWx, dWh, db


def word_embedding_forward(x, W):
    return W[x, :], (x, W.shape)


def word_embedding_backward(dout, cache):
    x, shape = cache
    dW = np.zeros(shape)
    np.add.at(dW, x, dout)
    return dW


def affine_forward(x, w, b):
    return x @ w + b, (x, w)


def affine_backward(dout, cache):
    x, w = cache
    return dout @ w.T, x.T @ dout, dout.sum(axis=0)


def temporal_affine_forward(x, w, b):
    N, T, D = x.shape
    out = x.reshape(N * T, D).dot(w).reshape(N, T, -1) + b
    return out, (x, w)


def temporal_affine_backward(dout, cache):
    x, w = cache
    N, T, D = x.shape
    M = w.shape[1]
    dx = dout.reshape(N * T, M).dot(w.T).reshape(N, T, D)
    dw = dout.reshape(N * T, M).T.dot(x.reshape(N * T, D)).T
    db = dout.sum(axis=(0, 1))
    return dx, dw, db


def temporal_softmax_loss(x, y, mask):
    N, T, V = x.shape
    x_flat = x.reshape(N * T, V)
    y_flat = y.reshape(N * T)
    mask_flat = mask.reshape(N * T)
    x_flat = x_flat - np.max(x_flat, axis=1, keepdims=True)
    log_p = x_flat - np.log(np.sum(np.exp(x_flat), axis=1, keepdims=True))
    loss = -np.sum(mask_flat * log_p[np.arange(N * T), y_flat]) / N
    dx_flat = np.exp(log_p)
    dx_flat[np.arange(N * T), y_flat] -= 1
    dx_flat /= N
    dx_flat *= mask_flat[:, None]
    return loss, dx_flat.reshape(N, T, V)


def softmax_loss(x, y):
    loss, dx = temporal_softmax_loss(x[:, None], y[:, None], np.ones((len(y), 1), dtype=bool))
    return loss, dx[:, 0]


def one_to_one_loss(params, batch):
    a, first = affine_forward(batch["x"], params["Wx"], params["b"])
    h = np.tanh(a)
    scores, second = affine_forward(h, params["Wy"], params["by"])
    loss, dscores = softmax_loss(scores, batch["y"])
    grads = {}
    dh, grads["Wy"], grads["by"] = affine_backward(dscores, second)
    _, grads["Wx"], grads["b"] = affine_backward(dh * (1 - h ** 2), first)
    return loss, grads


def many_to_one_loss(params, batch):
    words, lengths = batch["words"], batch["lengths"]
    N, T = words.shape
    H = params["Wh"].shape[0]
    x, cache_e = word_embedding_forward(words, params["We"])
    h, cache_r = rnn_forward(x, np.zeros((N, H)), params["Wx"], params["Wh"], params["b"])
    last = h[np.arange(N), lengths - 1]
    scores, cache_a = affine_forward(last, params["Wy"], params["by"])
    loss, dscores = softmax_loss(scores, batch["y"])
    grads = {}
    dlast, grads["Wy"], grads["by"] = affine_backward(dscores, cache_a)
    dh = np.zeros((N, T, H))
    dh[np.arange(N), lengths - 1] = dlast
    dx, _, grads["Wx"], grads["Wh"], grads["b"] = rnn_backward(dh, cache_r)
    grads["We"] = word_embedding_backward(dx, cache_e)
    return loss, grads


def many_to_many_synced_loss(params, batch):
    h0 = np.zeros((batch["x"].shape[0], params["Wh"].shape[0]))
    h, cache_r = rnn_forward(batch["x"], h0, params["Wx"], params["Wh"], params["b"])
    scores, cache_a = temporal_affine_forward(h, params["Wy"], params["by"])
    loss, dscores = temporal_softmax_loss(scores, batch["y"], batch["mask"])
    grads = {}
    dh, grads["Wy"], grads["by"] = temporal_affine_backward(dscores, cache_a)
    _, _, grads["Wx"], grads["Wh"], grads["b"] = rnn_backward(dh, cache_r)
    return loss, grads


def one_to_many_loss(params, batch):
    captions_in = batch["captions"][:, :-1]
    captions_out = batch["captions"][:, 1:]
    h0, cache_p = affine_forward(batch["features"], params["Wp"], params["bp"])
    x, cache_e = word_embedding_forward(captions_in, params["We"])
    h, cache_r = rnn_forward(x, h0, params["Wx"], params["Wh"], params["b"])
    scores, cache_a = temporal_affine_forward(h, params["Wy"], params["by"])
    loss, dscores = temporal_softmax_loss(scores, captions_out, batch["mask"])
    grads = {}
    dh, grads["Wy"], grads["by"] = temporal_affine_backward(dscores, cache_a)
    dx, dh0, grads["Wx"], grads["Wh"], grads["b"] = rnn_backward(dh, cache_r)
    grads["We"] = word_embedding_backward(dx, cache_e)
    _, grads["Wp"], grads["bp"] = affine_backward(dh0, cache_p)
    return loss, grads


def seq2seq_loss(params, batch):
    N = batch["source"].shape[0]
    H = params["Wh_enc"].shape[0]
    xs, cache_se = word_embedding_forward(batch["source"], params["We_enc"])
    hs, cache_enc = rnn_forward(xs, np.zeros((N, H)), params["Wx_enc"], params["Wh_enc"], params["b_enc"])
    xt, cache_te = word_embedding_forward(batch["target"][:, :-1], params["We_dec"])
    ht, cache_dec = rnn_forward(xt, hs[:, -1], params["Wx_dec"], params["Wh_dec"], params["b_dec"])
    scores, cache_a = temporal_affine_forward(ht, params["Wy"], params["by"])
    loss, dscores = temporal_softmax_loss(scores, batch["target"][:, 1:], batch["mask"])
    grads = {}
    dht, grads["Wy"], grads["by"] = temporal_affine_backward(dscores, cache_a)
    dxt, dthought, grads["Wx_dec"], grads["Wh_dec"], grads["b_dec"] = rnn_backward(dht, cache_dec)
    dhs = np.zeros_like(hs)
    dhs[:, -1] += dthought
    dxs, _, grads["Wx_enc"], grads["Wh_enc"], grads["b_enc"] = rnn_backward(dhs, cache_enc)
    grads["We_dec"] = word_embedding_backward(dxt, cache_te)
    grads["We_enc"] = word_embedding_backward(dxs, cache_se)
    return loss, grads


def greedy_decode(params, h0, start, end, steps):
    N = h0.shape[0]
    words = np.zeros((N, steps), dtype=int)
    finished = np.zeros(N, dtype=bool)
    word = start * np.ones(N, dtype=int)
    h = h0
    for t in range(steps):
        x, _ = word_embedding_forward(word, params["We"])
        h, _ = rnn_step_forward(x, h, params["Wx"], params["Wh"], params["b"])
        scores, _ = affine_forward(h, params["Wy"], params["by"])
        word = np.argmax(scores, axis=1)
        word[finished] = end % params["We"].shape[0]
        words[:, t] = np.where(finished, end, word)
        finished = finished | (word == end)
    return words


def sigmoid(x):
    pos = x >= 0
    z = np.exp(-np.abs(x))
    return np.where(pos, 1 / (1 + z), z / (1 + z))


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    a = x @ Wx + prev_h @ Wh + b
    ai, af, ao, ag = np.split(a, 4, axis=1)
    i, f, o, g = sigmoid(ai), sigmoid(af), sigmoid(ao), np.tanh(ag)
    next_c = f * prev_c + i * g
    next_h = o * np.tanh(next_c)
    return next_h, next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c)


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c = cache
    tc = np.tanh(next_c)
    dc = dnext_c + dnext_h * o * (1 - tc ** 2)
    da = np.concatenate(
        [dc * g * i * (1 - i), dc * prev_c * f * (1 - f), dnext_h * tc * o * (1 - o), dc * i * (1 - g ** 2)], axis=1
    )
    return da @ Wx.T, da @ Wh.T, dc * f, x.T @ da, prev_h.T @ da, da.sum(axis=0)


def lstm_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    h = np.zeros((N, T, h0.shape[1]))
    prev_h, prev_c = h0, np.zeros_like(h0)
    cache = []
    for t in range(T):
        prev_h, prev_c, c = lstm_step_forward(x[:, t], prev_h, prev_c, Wx, Wh, b)
        h[:, t] = prev_h
        cache.append(c)
    return h, cache


def lstm_backward(dh, cache):
    N, T, H = dh.shape
    D = cache[0][0].shape[1]
    dx = np.zeros((N, T, D))
    dWx, dWh, db = np.zeros((D, 4 * H)), np.zeros((H, 4 * H)), np.zeros(4 * H)
    dprev_h, dprev_c = np.zeros((N, H)), np.zeros((N, H))
    for t in reversed(range(T)):
        dx[:, t], dprev_h, dprev_c, a, c, d = lstm_step_backward(dh[:, t] + dprev_h, dprev_c, cache[t])
        dWx += a
        dWh += c
        db += d
    return dx, dprev_h, dWx, dWh, db


def recall_batch(numbers, index, n_features):
    N, T = numbers.shape
    x = np.zeros((N, T, n_features))
    for n in range(N):
        for t in range(T):
            x[n, t, numbers[n, t]] = 1
    return {"x": x, "y": numbers[:, index].copy()}


def recall_loss(params, batch):
    N = batch["x"].shape[0]
    H = params["Wh"].shape[0]
    h, cache_l = lstm_forward(batch["x"], np.zeros((N, H)), params["Wx"], params["Wh"], params["b"])
    scores, cache_a = affine_forward(h[:, -1], params["Wy"], params["by"])
    loss, dscores = softmax_loss(scores, batch["y"])
    grads = {}
    dlast, grads["Wy"], grads["by"] = affine_backward(dscores, cache_a)
    dh = np.zeros_like(h)
    dh[:, -1] = dlast
    _, _, grads["Wx"], grads["Wh"], grads["b"] = lstm_backward(dh, cache_l)
    return loss, grads


def adam_step(params, grads, m, v, t, rate):
    new_params, new_m, new_v = {}, {}, {}
    for k in params:
        new_m[k] = 0.9 * m[k] + (1 - 0.9) * grads[k]
        new_v[k] = 0.999 * v[k] + (1 - 0.999) * grads[k] ** 2
        mt = new_m[k] / (1 - 0.9 ** t)
        vt = new_v[k] / (1 - 0.999 ** t)
        new_params[k] = params[k] - rate * mt / (np.sqrt(vt) + 1e-8)
    return new_params, new_m, new_v


def train_recall(params, numbers, index, rate):
    m = {k: np.zeros_like(p) for k, p in params.items()}
    v = {k: np.zeros_like(p) for k, p in params.items()}
    losses = []
    for i in range(numbers.shape[0]):
        batch = recall_batch(numbers[i], index, params["by"].shape[0])
        loss, grads = recall_loss(params, batch)
        params, m, v = adam_step(params, grads, m, v, i + 1, rate)
        losses.append(loss)
    return np.array(losses), params


def recall_accuracy(params, batch):
    N = batch["x"].shape[0]
    H = params["Wh"].shape[0]
    h, _ = lstm_forward(batch["x"], np.zeros((N, H)), params["Wx"], params["Wh"], params["b"])
    scores, _ = affine_forward(h[:, -1], params["Wy"], params["by"])
    return (scores.argmax(axis=1) == batch["y"]).mean()
