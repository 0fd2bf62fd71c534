"""One sequence at a time, vectors instead of matrices, lists instead of arrays of time steps."""
import numpy as np


def zeros_like_all(params):
    return {key: np.zeros(value.shape) for key, value in params.items()}


def cross_entropy(scores, label):
    """loss and gradient for the scores of one place"""
    top = scores.max()
    log_sum = top + np.log(np.exp(scores - top).sum())
    d = np.exp(scores - log_sum)
    d[label] -= 1
    return log_sum - scores[label], d


def run_rnn(inputs, h, p, tag=""):
    states = [h]
    for x in inputs:
        states.append(np.tanh(x @ p["Wx" + tag] + states[-1] @ p["Wh" + tag] + p["b" + tag]))
    return states


def run_rnn_back(inputs, states, dstates, p, grads, tag=""):
    """dstates[t] belongs to states[t + 1]; adds to grads, returns the gradients of the inputs and of the first state"""
    dinputs = [None] * len(inputs)
    carry = np.zeros(len(p["Wh" + tag]))
    for t in range(len(inputs) - 1, -1, -1):
        da = (dstates[t] + carry) * (1 - states[t + 1] ** 2)
        grads["Wx" + tag] += np.outer(inputs[t], da)
        grads["Wh" + tag] += np.outer(states[t], da)
        grads["b" + tag] += da
        dinputs[t] = p["Wx" + tag] @ da
        carry = p["Wh" + tag] @ da
    return dinputs, carry


def score(h, label, p, grads, N):
    loss, d = cross_entropy(h @ p["Wy"] + p["by"], label)
    d = d / N
    grads["Wy"] += np.outer(h, d)
    grads["by"] += d
    return loss / N, p["Wy"] @ d


def one_to_one_loss(params, batch):
    grads = zeros_like_all(params)
    N = len(batch["x"])
    total = 0.0
    for x, y in zip(batch["x"], batch["y"]):
        h = np.tanh(x @ params["Wx"] + params["b"])
        loss, dh = score(h, y, params, grads, N)
        total += loss
        da = dh * (1 - h * h)
        grads["Wx"] += np.outer(x, da)
        grads["b"] += da
    return total, grads


def many_to_one_loss(params, batch):
    grads = zeros_like_all(params)
    N = len(batch["words"])
    total = 0.0
    for text, length, y in zip(batch["words"], batch["lengths"], batch["y"]):
        text = text[:length]
        inputs = [params["We"][w] for w in text]
        states = run_rnn(inputs, np.zeros(len(params["Wh"])), params)
        loss, dh = score(states[-1], y, params, grads, N)
        total += loss
        dstates = [np.zeros_like(dh)] * (length - 1) + [dh]
        dinputs, _ = run_rnn_back(inputs, states, dstates, params, grads)
        for w, d in zip(text, dinputs):
            grads["We"][w] += d
    return total, grads


def many_to_many_synced_loss(params, batch):
    grads = zeros_like_all(params)
    N = len(batch["x"])
    total = 0.0
    for x, y, mask in zip(batch["x"], batch["y"], batch["mask"]):
        states = run_rnn(x, np.zeros(len(params["Wh"])), params)
        dstates = []
        for t in range(len(x)):
            dh = np.zeros(len(params["Wh"]))
            if mask[t]:
                loss, dh = score(states[t + 1], y[t], params, grads, N)
                total += loss
            dstates.append(dh)
        run_rnn_back(x, states, dstates, params, grads)
    return total, grads


def speak(text, mask, h, params, grads, N, tag=""):
    inputs = [params["We" + tag][w] for w in text[:-1]]
    states = run_rnn(inputs, h, params, tag)
    total, dstates = 0.0, []
    for t in range(len(inputs)):
        dh = np.zeros(len(h))
        if mask[t]:
            loss, dh = score(states[t + 1], text[t + 1], params, grads, N)
            total += loss
        dstates.append(dh)
    dinputs, dh0 = run_rnn_back(inputs, states, dstates, params, grads, tag)
    for w, d in zip(text[:-1], dinputs):
        grads["We" + tag][w] += d
    return total, dh0


def one_to_many_loss(params, batch):
    grads = zeros_like_all(params)
    N = len(batch["features"])
    total = 0.0
    for f, caption, mask in zip(batch["features"], batch["captions"], batch["mask"]):
        loss, dh0 = speak(caption, mask, f @ params["Wp"] + params["bp"], params, grads, N)
        total += loss
        grads["Wp"] += np.outer(f, dh0)
        grads["bp"] += dh0
    return total, grads


def seq2seq_loss(params, batch):
    grads = zeros_like_all(params)
    N = len(batch["source"])
    total = 0.0
    for source, target, mask in zip(batch["source"], batch["target"], batch["mask"]):
        inputs = [params["We_enc"][w] for w in source]
        states = run_rnn(inputs, np.zeros(len(params["Wh_enc"])), params, "_enc")
        loss, dthought = speak(target, mask, states[-1], params, grads, N, "_dec")
        total += loss
        dstates = [0 * dthought for _ in source]
        dstates[-1] = dthought
        dinputs, _ = run_rnn_back(inputs, states, dstates, params, grads, "_enc")
        for w, d in zip(source, dinputs):
            grads["We_enc"][w] += d
    return total, grads


def greedy_decode(params, h0, start, end, steps):
    result = []
    for h in h0:
        row, word = [], start
        for _ in range(steps):
            h = np.tanh(params["We"][word] @ params["Wx"] + h @ params["Wh"] + params["b"])
            word = int(np.argmax(h @ params["Wy"] + params["by"]))
            row.append(word)
            if word == end:
                break
        while len(row) < steps:
            row.append(end)
        result.append(row)
    return np.array(result)


def one_hot(number, size):
    return [1.0 if k == number else 0.0 for k in range(size)]


def recall_batch(numbers, index, n_features):
    x = np.array([[one_hot(number, n_features) for number in row] for row in numbers])
    y = np.array([row[index] for row in numbers])
    return {"x": x, "y": y}


def logistic(a):
    return np.array([1 / (1 + np.exp(-v)) if v > 0 else np.exp(v) / (1 + np.exp(v)) for v in a])


def run_lstm(xs, params):
    H = len(params["Wh"])
    h, c = np.zeros(H), np.zeros(H)
    tape = []
    for x in xs:
        a = x @ params["Wx"] + h @ params["Wh"] + params["b"]
        i, f, o, g = logistic(a[:H]), logistic(a[H:2 * H]), logistic(a[2 * H:3 * H]), np.tanh(a[3 * H:])
        new_c = f * c + i * g
        tape.append((x, h, c, i, f, o, g, np.tanh(new_c)))
        h, c = o * np.tanh(new_c), new_c
    return h, tape


def recall_loss(params, batch):
    grads = zeros_like_all(params)
    N = len(batch["x"])
    total = 0.0
    for xs, y in zip(batch["x"], batch["y"]):
        h, tape = run_lstm(xs, params)
        loss, dh = score(h, y, params, grads, N)
        total += loss
        dc = np.zeros_like(dh)
        while tape:
            x, prev_h, prev_c, i, f, o, g, tc = tape.pop()
            dc = dc + dh * o * (1 - tc ** 2)
            da = np.concatenate(
                (dc * g * i * (1 - i), dc * prev_c * f * (1 - f), dh * tc * o * (1 - o), dc * i * (1 - g ** 2))
            )
            grads["Wx"] += np.outer(x, da)
            grads["Wh"] += np.outer(prev_h, da)
            grads["b"] += da
            dh, dc = params["Wh"] @ da, dc * f
    return total, grads


def adam_step(params, grads, m, v, t, rate):
    out = [{}, {}, {}]
    for name in params:
        mean = 0.9 * m[name] + 0.1 * grads[name]
        square = 0.999 * v[name] + 0.001 * grads[name] * grads[name]
        root = np.sqrt(square / (1 - 0.999 ** t))
        out[0][name] = params[name] - rate * (mean / (1 - 0.9 ** t)) / (root + 1e-8)
        out[1][name], out[2][name] = mean, square
    return tuple(out)


def train_recall(params, numbers, index, rate):
    m, v = zeros_like_all(params), zeros_like_all(params)
    losses = []
    for t, rows in enumerate(numbers, start=1):
        loss, grads = recall_loss(params, recall_batch(rows, index, len(params["by"])))
        params, m, v = adam_step(params, grads, m, v, t, rate)
        losses.append(loss)
    return np.array(losses), params


def recall_accuracy(params, batch):
    hits = 0
    for xs, y in zip(batch["x"], batch["y"]):
        h, _ = run_lstm(xs, params)
        hits += int(np.argmax(h @ params["Wy"] + params["by"]) == y)
    return hits / len(batch["y"])
