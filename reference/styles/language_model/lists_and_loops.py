"""Plain Python wherever it is possible: loops, lists, math; numpy holds the results."""
import math
import numpy as np

KEYS = ["Wx", "Wh", "b", "Wy", "by"]


def build_vocab(text):
    chars = []
    for c in text:
        if c not in chars:
            chars.append(c)
    result = ""
    for c in sorted(chars):
        result = result + c
    return result


def encode(text, chars):
    result = []
    for c in text:
        result.append(chars.index(c))
    return np.array(result)


def decode(indices, chars):
    result = ""
    for i in indices:
        result += chars[i]
    return result


def one_hot(indices, V):
    rows = []
    for i in indices:
        row = [0.0] * V
        row[i] = 1.0
        rows.append(row)
    return np.array(rows)


def init_params(V, H, rng):
    def matrix(rows, cols):
        return np.array([[rng.normal(0, 0.01) for _ in range(cols)] for _ in range(rows)])
    return {"Wx": matrix(V, H), "Wh": matrix(H, H), "Wy": matrix(H, V), "b": np.zeros(H), "by": np.zeros(V)}


def log_softmax(scores):
    m = max(scores)
    z = m + math.log(sum(math.exp(s - m) for s in scores))
    return [s - z for s in scores]


def char_rnn_loss(params, inputs, targets, h0):
    Wx, Wh, b, Wy, by = [params[k] for k in KEYS]
    T, H, V = len(inputs), len(b), len(by)
    states = [h0]
    logps = []
    loss = 0.0
    for t in range(T):
        prev = states[-1]
        a = Wx[inputs[t]] + prev @ Wh + b
        h = np.array([math.tanh(v) for v in a])
        states.append(h)
        logp = log_softmax(list(h @ Wy + by))
        logps.append(logp)
        loss = loss - logp[targets[t]]
    grads = {k: np.zeros(params[k].shape) for k in KEYS}
    dnext = np.zeros(H)
    for t in range(T - 1, -1, -1):
        ds = np.array([math.exp(lp) for lp in logps[t]])
        ds[targets[t]] -= 1.0
        h, prev = states[t + 1], states[t]
        for k in range(V):
            grads["by"][k] += ds[k]
            for j in range(H):
                grads["Wy"][j, k] += h[j] * ds[k]
        dh = dnext.copy()
        for j in range(H):
            dh[j] += sum(Wy[j, k] * ds[k] for k in range(V))
        da = [dh[j] * (1 - h[j] * h[j]) for j in range(H)]
        dnext = np.zeros(H)
        for j in range(H):
            grads["b"][j] += da[j]
            grads["Wx"][inputs[t], j] += da[j]
            for i in range(H):
                grads["Wh"][i, j] += prev[i] * da[j]
                dnext[i] += Wh[i, j] * da[j]
    return loss, grads, states[-1]


def sample(params, h, first, n, rng, temperature):
    Wx, Wh, b, Wy, by = [params[k] for k in KEYS]
    out = []
    c = first
    for _ in range(n):
        h = np.tanh(Wx[c] + h @ Wh + b)
        logp = log_softmax([s / temperature for s in h @ Wy + by])
        u = rng.random()
        c = 0
        total = math.exp(logp[0])
        while total < u and c < len(logp) - 1:
            c += 1
            total += math.exp(logp[c])
        out.append(c)
    return np.array(out)


def sgd_step(params, grads, rate):
    return {k: params[k] - rate * grads[k] for k in KEYS}


def adagrad_step(params, grads, memory, rate):
    new, mem = {}, {}
    for k in KEYS:
        mem[k] = memory[k] + grads[k] * grads[k]
        new[k] = params[k] - rate / np.sqrt(mem[k] + 1e-8) * grads[k]
    return new, mem


def clip_gradients(grads, max_norm):
    squares = 0.0
    for k in KEYS:
        for v in grads[k].flat:
            squares += v * v
    norm = math.sqrt(squares)
    factor = 1.0
    if norm > max_norm:
        factor = max_norm / norm
    return {k: factor * grads[k] for k in KEYS}


def train(indices, params, chunk, steps, rate, max_norm):
    losses = []
    memory = {k: np.zeros(params[k].shape) for k in KEYS}
    pieces_in_text = (len(indices) - 1) // chunk
    for n in range(steps):
        piece = n % pieces_in_text
        if piece == 0:
            h = np.zeros(len(params["b"]))
        s = piece * chunk
        loss, grads, h = char_rnn_loss(params, indices[s:s + chunk], indices[s + 1:s + 1 + chunk], h)
        params, memory = adagrad_step(params, clip_gradients(grads, max_norm), memory, rate)
        losses.append(loss)
    return np.array(losses), params
