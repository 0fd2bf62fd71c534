"""A correct solution in a plain style; situations are edits of it."""

import numpy as np


def loss_of_scores(scores, y, mask):
    N = len(scores)
    scores = scores - scores.max(axis=-1, keepdims=True)
    log_p = scores - np.log(np.exp(scores).sum(axis=-1, keepdims=True))
    hot = np.eye(scores.shape[-1])[y]
    counted = hot * mask[..., None]
    return -(counted * log_p).sum() / N, (np.exp(log_p) - hot) * mask[..., None] / N


def product_back(d, x, w):
    axes = list(range(x.ndim - 1))
    return d @ w.T, np.tensordot(x, d, axes=(axes, axes)), d.sum(axis=tuple(axes))


def rnn(x, h, Wx, Wh, b):
    states = [h]
    for t in range(x.shape[1]):
        h = np.tanh(x[:, t] @ Wx + h @ Wh + b)
        states.append(h)
    return np.stack(states, axis=1)


def rnn_back(dh, x, states, Wx, Wh):
    da = np.zeros(dh.shape)
    carried = np.zeros(dh[:, 0].shape)
    for t in range(dh.shape[1] - 1, -1, -1):
        da[:, t] = (dh[:, t] + carried) * (1 - states[:, t + 1] ** 2)
        carried = da[:, t] @ Wh.T
    dx, dWx, db = product_back(da, x, Wx)
    _, dWh, _ = product_back(da, states[:, :-1], Wh)
    return dx, carried, dWx, dWh, db


def table_back(dx, words, table):
    d = np.zeros(table.shape)
    np.add.at(d, words, dx)
    return d


def one_to_one_loss(params, batch):
    x, y = batch["x"], batch["y"]
    h = np.tanh(x @ params["Wx"] + params["b"])
    loss, ds = loss_of_scores(h @ params["Wy"] + params["by"], y, np.ones(len(y)))
    dh, dWy, dby = product_back(ds, h, params["Wy"])
    _, dWx, db = product_back(dh * (1 - h**2), x, params["Wx"])
    return loss, {"Wx": dWx, "b": db, "Wy": dWy, "by": dby}


def many_to_one_loss(params, batch):
    words, lengths, y = batch["words"], batch["lengths"], batch["y"]
    N, H = len(words), len(params["Wh"])
    x = params["We"][words]
    states = rnn(x, np.zeros((N, H)), params["Wx"], params["Wh"], params["b"])
    rows = np.arange(N)
    last = states[rows, lengths]
    loss, ds = loss_of_scores(last @ params["Wy"] + params["by"], y, np.ones(N))
    dlast, dWy, dby = product_back(ds, last, params["Wy"])
    dh = np.zeros((N, words.shape[1], H))
    dh[rows, lengths - 1] = dlast
    dx, _, dWx, dWh, db = rnn_back(dh, x, states, params["Wx"], params["Wh"])
    dWe = table_back(dx, words, params["We"])
    return loss, {"We": dWe, "Wx": dWx, "Wh": dWh, "b": db, "Wy": dWy, "by": dby}


def many_to_many_synced_loss(params, batch):
    x = batch["x"]
    states = rnn(x, np.zeros((len(x), len(params["Wh"]))), params["Wx"], params["Wh"], params["b"])
    h = states[:, 1:]
    loss, ds = loss_of_scores(h @ params["Wy"] + params["by"], batch["y"], batch["mask"])
    dh, dWy, dby = product_back(ds, h, params["Wy"])
    _, _, dWx, dWh, db = rnn_back(dh, x, states, params["Wx"], params["Wh"])
    return loss, {"Wx": dWx, "Wh": dWh, "b": db, "Wy": dWy, "by": dby}


def one_to_many_loss(params, batch):
    features, captions = batch["features"], batch["captions"]
    words, following = captions[:, :-1], captions[:, 1:]
    x = params["We"][words]
    states = rnn(x, features @ params["Wp"] + params["bp"], params["Wx"], params["Wh"], params["b"])
    h = states[:, 1:]
    loss, ds = loss_of_scores(h @ params["Wy"] + params["by"], following, batch["mask"])
    dh, dWy, dby = product_back(ds, h, params["Wy"])
    dx, dh0, dWx, dWh, db = rnn_back(dh, x, states, params["Wx"], params["Wh"])
    _, dWp, dbp = product_back(dh0, features, params["Wp"])
    dWe = table_back(dx, words, params["We"])
    return loss, {"Wp": dWp, "bp": dbp, "We": dWe, "Wx": dWx, "Wh": dWh, "b": db, "Wy": dWy, "by": dby}


def seq2seq_loss(params, batch):
    source, target = batch["source"], batch["target"]
    words, following = target[:, :-1], target[:, 1:]
    zero = np.zeros((len(source), len(params["Wh_enc"])))
    xs, xt = params["We_enc"][source], params["We_dec"][words]
    read = rnn(xs, zero, params["Wx_enc"], params["Wh_enc"], params["b_enc"])
    states = rnn(xt, read[:, -1], params["Wx_dec"], params["Wh_dec"], params["b_dec"])
    h = states[:, 1:]
    loss, ds = loss_of_scores(h @ params["Wy"] + params["by"], following, batch["mask"])
    g = {}
    dh, g["Wy"], g["by"] = product_back(ds, h, params["Wy"])
    dxt, dlast, g["Wx_dec"], g["Wh_dec"], g["b_dec"] = rnn_back(dh, xt, states, params["Wx_dec"], params["Wh_dec"])
    dread = np.zeros(read[:, 1:].shape)
    dread[:, -1] = dlast
    dxs, _, g["Wx_enc"], g["Wh_enc"], g["b_enc"] = rnn_back(dread, xs, read, params["Wx_enc"], params["Wh_enc"])
    g["We_dec"] = table_back(dxt, words, params["We_dec"])
    g["We_enc"] = table_back(dxs, source, params["We_enc"])
    return loss, g


def greedy_decode(params, h0, start, end, steps):
    words = np.full((len(h0), steps), end)
    word, h = np.full(len(h0), start), h0
    open_rows = np.ones(len(h0), bool)
    for t in range(steps):
        h = np.tanh(params["We"][word] @ params["Wx"] + h @ params["Wh"] + params["b"])
        word = np.argmax(h @ params["Wy"] + params["by"], axis=1)
        words[:, t] = np.where(open_rows, word, end)
        open_rows = open_rows & (word != end)
    return words


def recall_batch(numbers, index, n_features):
    return {"x": np.eye(n_features)[numbers], "y": numbers[:, index]}


def sigmoid(a):
    return (1 + np.tanh(a / 2)) / 2


def lstm(x, Wx, Wh, b):
    N, H = len(x), len(Wh)
    h, c, steps = np.zeros((N, H)), np.zeros((N, H)), []
    for t in range(x.shape[1]):
        ai, af, ao, ag = np.split(x[:, t] @ Wx + h @ Wh + b, 4, axis=1)
        i, f, o, g = sigmoid(ai), sigmoid(af), sigmoid(ao), np.tanh(ag)
        next_c = f * c + i * g
        steps.append((x[:, t], h, c, i, f, o, g, np.tanh(next_c)))
        h, c = o * np.tanh(next_c), next_c
    return h, steps


def recall_loss(params, batch):
    x, y = batch["x"], batch["y"]
    h, steps = lstm(x, params["Wx"], params["Wh"], params["b"])
    loss, ds = loss_of_scores(h @ params["Wy"] + params["by"], y, np.ones(len(y)))
    dh, dWy, dby = product_back(ds, h, params["Wy"])
    dWx, dWh, db = np.zeros(params["Wx"].shape), np.zeros(params["Wh"].shape), np.zeros(params["b"].shape)
    dc = np.zeros(dh.shape)
    for xt, h, c, i, f, o, g, tc in reversed(steps):
        dc = dc + dh * o * (1 - tc**2)
        di, df, do, dg = dc * g, dc * c, dh * tc, dc * i
        da = np.hstack([di * i * (1 - i), df * f * (1 - f), do * o * (1 - o), dg * (1 - g**2)])
        dWx += xt.T @ da
        dWh += h.T @ da
        db += da.sum(axis=0)
        dh, dc = da @ params["Wh"].T, dc * f
    return loss, {"Wx": dWx, "Wh": dWh, "b": db, "Wy": dWy, "by": dby}


def adam_step(params, grads, m, v, t, rate):
    new_params, new_m, new_v = {}, {}, {}
    for name in params:
        new_m[name] = 0.9 * m[name] + 0.1 * grads[name]
        new_v[name] = 0.999 * v[name] + 0.001 * grads[name] ** 2
        step = new_m[name] / (1 - 0.9**t) / (np.sqrt(new_v[name] / (1 - 0.999**t)) + 1e-8)
        new_params[name] = params[name] - rate * step
    return new_params, new_m, new_v


def train_recall(params, numbers, index, rate):
    m = {name: np.zeros(value.shape) for name, value in params.items()}
    v = {name: np.zeros(value.shape) for name, value in params.items()}
    losses = []
    for k in range(len(numbers)):
        loss, grads = recall_loss(params, recall_batch(numbers[k], index, len(params["by"])))
        losses.append(loss)
        params, m, v = adam_step(params, grads, m, v, k + 1, rate)
    return np.array(losses), params


def recall_accuracy(params, batch):
    h, _ = lstm(batch["x"], params["Wx"], params["Wh"], params["b"])
    guesses = np.argmax(h @ params["Wy"] + params["by"], axis=1)
    return np.mean(guesses == batch["y"])
