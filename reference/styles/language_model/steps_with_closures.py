"""Small functions that remember how to go back: every step of the forward pass leaves its own way behind."""
import numpy as np


def build_vocab(text):
    return "".join(sorted(frozenset(text)))


def encode(text, chars):
    table = str.maketrans({c: chr(k) for k, c in enumerate(chars)})
    return np.array([ord(c) for c in text.translate(table)])


def decode(indices, chars):
    pick = lambda k: chars[k]
    return "".join(pick(k) for k in indices)


def one_hot(indices, V):
    def row(k):
        r = np.zeros(V)
        r[k] = 1
        return r
    return np.stack([row(k) for k in indices])


def init_params(V, H, rng):
    weight = lambda *shape: rng.standard_normal(size=shape) / 100
    return {"Wx": weight(V, H), "Wh": weight(H, H), "b": np.zeros(H), "Wy": weight(H, V), "by": np.zeros(V)}


def char_rnn_loss(params, inputs, targets, h0):
    grads = {k: np.zeros_like(v) for k, v in params.items()}

    def state(k, h):
        new = np.tanh(params["Wx"][k] + h @ params["Wh"] + params["b"])

        def back(d):
            da = d * (1 - new) * (1 + new)
            grads["Wx"][k] += da
            grads["Wh"] += np.multiply.outer(h, da)
            grads["b"] += da
            return params["Wh"] @ da
        return new, back

    def surprise(h, k):
        s = h @ params["Wy"] + params["by"]
        lse = np.logaddexp.reduce(s)

        def back():
            ds = np.exp(s - lse)
            ds[k] -= 1
            grads["Wy"] += np.multiply.outer(h, ds)
            grads["by"] += ds
            return params["Wy"] @ ds
        return lse - s[k], back

    total, ways, h = 0.0, [], h0
    for k, target in zip(inputs, targets):
        h, back_state = state(k, h)
        cost, back_cost = surprise(h, target)
        total += cost
        ways.append((back_state, back_cost))
    d = np.zeros_like(h0)
    while ways:
        back_state, back_cost = ways.pop()
        d = back_state(d + back_cost())
    return total, grads, h


def sample(params, h, first, n, rng, temperature):
    def draw(k, h, left):
        if left == 0:
            return []
        h = np.tanh(params["Wx"][k] + h @ params["Wh"] + params["b"])
        s = (h @ params["Wy"] + params["by"]) / temperature
        p = np.exp(s - np.logaddexp.reduce(s))
        k = rng.choice(p.size, p=p / p.sum())
        return [k] + draw(k, h, left - 1)
    return np.array(draw(first, h, n))


def _map(f, *dicts):
    return {k: f(*(d[k] for d in dicts)) for k in dicts[0]}


def sgd_step(params, grads, rate):
    return _map(lambda w, g: w - rate * g, params, grads)


def adagrad_step(params, grads, memory, rate):
    memory = _map(lambda m, g: m + g * g, memory, grads)
    return _map(lambda w, g, m: w - rate * g / np.sqrt(m + 1e-8), params, grads, memory), memory


def clip_gradients(grads, max_norm):
    norm = np.sqrt(sum(np.vdot(g, g) for g in grads.values()))
    return _map(lambda g: g / max(1.0, norm / max_norm), grads)


def train(indices, params, chunk, steps, rate, max_norm):
    def fresh():
        return 0, np.zeros_like(params["b"])

    memory = _map(np.zeros_like, params)
    start, h = fresh()
    losses = []
    while len(losses) < steps:
        stop = start + chunk
        if stop + 1 > len(indices):
            start, h = fresh()
            continue
        loss, grads, h = char_rnn_loss(params, indices[start:stop], indices[start + 1:stop + 1], h)
        params, memory = adagrad_step(params, clip_gradients(grads, max_norm), memory, rate)
        losses.append(loss)
        start = stop
    return np.array(losses), params
