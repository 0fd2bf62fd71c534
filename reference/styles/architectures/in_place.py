"""Saves memory wherever it can, in its arguments too: a note, never a lost mark."""
import numpy as np


def softmax_in_place(scores, y, mask, N):
    """Turns the scores into their gradient and returns the loss; any number of leading axes."""
    V = scores.shape[-1]
    flat, y, mask = scores.reshape(-1, V), y.ravel(), mask.ravel()
    rows = np.arange(len(flat))
    flat -= flat.max(axis=1)[:, None]
    right = flat[rows, y].copy()
    np.exp(flat, out=flat)
    sums = flat.sum(axis=1)
    loss = np.sum((np.log(sums) - right)[mask]) / N
    flat /= sums[:, None]
    flat[rows, y] -= 1
    flat[~mask] = 0
    flat /= N
    return loss


def run(x, h, params, of=""):
    """x becomes nothing else; the states are written into one array with h in front"""
    N, T, _ = x.shape
    states = np.empty((T + 1, N, h.shape[1]))
    states[0] = h
    for t in range(T):
        a = states[t + 1]
        np.matmul(x[:, t], params["Wx" + of], out=a)
        a += states[t] @ params["Wh" + of]
        a += params["b" + of]
        np.tanh(a, out=a)
    return states


def run_back(x, states, dstates, params, grads, of=""):
    """dstates (T + 1, N, H) ends as the gradients by the states, and those of the inputs replace x"""
    for t in range(x.shape[1] - 1, -1, -1):
        da = dstates[t + 1]
        da *= 1 - states[t + 1] ** 2
        grads["Wx" + of] += x[:, t].T @ da
        grads["Wh" + of] += states[t].T @ da
        grads["b" + of] += da.sum(axis=0)
        dstates[t] += da @ params["Wh" + of].T
        x[:, t] = da @ params["Wx" + of].T


def empty_grads(params):
    return {k: np.zeros_like(p) for k, p in params.items()}


def score_all(states, y, mask, params, grads):
    T, N, H = states[1:].shape
    scores = states[1:].swapaxes(0, 1) @ params["Wy"]
    scores += params["by"]
    loss = softmax_in_place(scores, y, mask, N)
    for t in range(T):
        grads["Wy"] += states[t + 1].T @ scores[:, t]
        grads["by"] += scores[:, t].sum(axis=0)
    dstates = np.zeros_like(states)
    dstates[1:] = (scores @ params["Wy"].T).swapaxes(0, 1)
    return loss, dstates


def one_to_one_loss(params, batch):
    grads = empty_grads(params)
    x, y = batch["x"], batch["y"]
    h = x @ params["Wx"]
    h += params["b"]
    np.tanh(h, out=h)
    scores = h @ params["Wy"]
    scores += params["by"]
    loss = softmax_in_place(scores, y, np.ones(len(y), bool), len(y))
    grads["Wy"] += h.T @ scores
    grads["by"] += scores.sum(axis=0)
    h *= -h
    h += 1
    h *= scores @ params["Wy"].T
    grads["Wx"] += x.T @ h
    grads["b"] += h.sum(axis=0)
    return loss, grads


def many_to_one_loss(params, batch):
    grads = empty_grads(params)
    words, lengths, y = batch["words"], batch["lengths"], batch["y"]
    N = len(words)
    x = params["We"][words]
    states = run(x, np.zeros((N, len(params["Wh"]))), params)
    last = states[lengths, np.arange(N)]
    scores = last @ params["Wy"] + params["by"]
    loss = softmax_in_place(scores, y, np.ones(N, bool), N)
    grads["Wy"] += last.T @ scores
    grads["by"] += scores.sum(axis=0)
    dstates = np.zeros_like(states)
    dstates[lengths, np.arange(N)] += scores @ params["Wy"].T
    run_back(x, states, dstates, params, grads)
    np.add.at(grads["We"], words, x)
    return loss, grads


def many_to_many_synced_loss(params, batch):
    grads = empty_grads(params)
    x = batch["x"]
    states = run(x, np.zeros((len(x), len(params["Wh"]))), params)
    loss, dstates = score_all(states, batch["y"], batch["mask"], params, grads)
    run_back(x, states, dstates, params, grads)
    return loss, grads


def one_to_many_loss(params, batch):
    grads = empty_grads(params)
    features, captions = batch["features"], batch["captions"]
    x = params["We"][captions[:, :-1]]
    h0 = features @ params["Wp"]
    h0 += params["bp"]
    states = run(x, h0, params)
    loss, dstates = score_all(states, captions[:, 1:], batch["mask"], params, grads)
    run_back(x, states, dstates, params, grads)
    np.add.at(grads["We"], captions[:, :-1], x)
    grads["Wp"] += features.T @ dstates[0]
    grads["bp"] += dstates[0].sum(axis=0)
    return loss, grads


def seq2seq_loss(params, batch):
    grads = empty_grads(params)
    source, target = batch["source"], batch["target"]
    xs, xt = params["We_enc"][source], params["We_dec"][target[:, :-1]]
    read = run(xs, np.zeros((len(source), len(params["Wh_enc"]))), params, "_enc")
    states = run(xt, read[-1], params, "_dec")
    loss, dstates = score_all(states, target[:, 1:], batch["mask"], params, grads)
    run_back(xt, states, dstates, params, grads, "_dec")
    dread = np.zeros_like(read)
    dread[-1] = dstates[0]
    run_back(xs, read, dread, params, grads, "_enc")
    np.add.at(grads["We_enc"], source, xs)
    np.add.at(grads["We_dec"], target[:, :-1], xt)
    return loss, grads


def greedy_decode(params, h0, start, end, steps):
    words = np.full((len(h0), steps + 1), start)
    for t in range(steps):
        h0[:] = np.tanh(params["We"][words[:, t]] @ params["Wx"] + h0 @ params["Wh"] + params["b"])
        words[:, t + 1] = (h0 @ params["Wy"] + params["by"]).argmax(axis=1)
    words = words[:, 1:]
    ended = np.logical_or.accumulate(words == end, axis=1)
    words[ended] = end
    return words


def recall_batch(numbers, index, n_features):
    y = numbers[:, index].copy()
    x = np.zeros((numbers.size, n_features))
    x[np.arange(numbers.size), numbers.ravel()] = 1
    x.shape = (*numbers.shape, n_features)
    numbers[:] = 0
    return {"x": x, "y": y}


def remember(x, params):
    N, T, _ = x.shape
    H = len(params["Wh"])
    hs, cs, gates = np.zeros((T + 1, N, H)), np.zeros((T + 1, N, H)), np.empty((T, N, 4 * H))
    for t in range(T):
        a = gates[t]
        a[:] = x[:, t] @ params["Wx"]
        a += hs[t] @ params["Wh"]
        a += params["b"]
        a[:, : 3 * H] /= 2
        np.tanh(a, out=a)
        a[:, : 3 * H] += 1
        a[:, : 3 * H] /= 2
        cs[t + 1] = a[:, H : 2 * H] * cs[t] + a[:, :H] * a[:, 3 * H :]
        hs[t + 1] = a[:, 2 * H : 3 * H] * np.tanh(cs[t + 1])
    return hs, cs, gates


def recall_loss(params, batch):
    grads = empty_grads(params)
    x, y = batch["x"], batch["y"]
    H = len(params["Wh"])
    hs, cs, gates = remember(x, params)
    scores = hs[-1] @ params["Wy"] + params["by"]
    loss = softmax_in_place(scores, y, np.ones(len(y), bool), len(y))
    grads["Wy"] += hs[-1].T @ scores
    grads["by"] += scores.sum(axis=0)
    dh = scores @ params["Wy"].T
    dc = np.zeros_like(dh)
    for t in reversed(range(len(gates))):
        a = gates[t]
        i, f, o, g = (a[:, k * H : (k + 1) * H] for k in range(4))
        tc = np.tanh(cs[t + 1])
        dc += dh * o * (1 - tc**2)
        da = np.empty_like(a)
        da[:, :H] = dc * g * i * (1 - i)
        da[:, H : 2 * H] = dc * cs[t] * f * (1 - f)
        da[:, 2 * H : 3 * H] = dh * tc * o * (1 - o)
        da[:, 3 * H :] = dc * i * (1 - g**2)
        grads["Wx"] += x[:, t].T @ da
        grads["Wh"] += hs[t].T @ da
        grads["b"] += da.sum(axis=0)
        dc *= f
        dh = da @ params["Wh"].T
    return loss, grads


def adam_step(params, grads, m, v, t, rate):
    for k in params:
        m[k] *= 0.9
        m[k] += 0.1 * grads[k]
        v[k] *= 0.999
        v[k] += 0.001 * grads[k] ** 2
        params[k] -= rate * (m[k] / (1 - 0.9**t)) / (np.sqrt(v[k] / (1 - 0.999**t)) + 1e-8)
    return params, m, v


def train_recall(params, numbers, index, rate):
    m, v = empty_grads(params), empty_grads(params)
    losses = np.zeros(len(numbers))
    for t in range(len(numbers)):
        batch = recall_batch(numbers[t], index, len(params["by"]))
        losses[t], grads = recall_loss(params, batch)
        adam_step(params, grads, m, v, t + 1, rate)
    return losses, params


def recall_accuracy(params, batch):
    hs, _, _ = remember(batch["x"], params)
    scores = hs[-1] @ params["Wy"] + params["by"]
    return np.mean(scores.argmax(axis=1) == batch["y"])
