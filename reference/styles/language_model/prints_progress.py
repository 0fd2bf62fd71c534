"""Prints while it trains, as everybody does who wants to watch; asserts its shapes."""
import numpy as np


def softmax(scores):
    e = np.exp(scores - np.max(scores, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


def build_vocab(text):
    vocab = sorted(list(set(text)))
    print("vocabulary of", len(vocab), "characters")
    return "".join(vocab)


def encode(text, chars):
    assert all(c in chars for c in text), "a character that is not in the vocabulary"
    return np.array(list(map(chars.index, text)))


def decode(indices, chars):
    return "".join(map(lambda i: chars[i], indices))


def one_hot(indices, V):
    x = np.zeros((len(indices), V), dtype=np.float64)
    for row, i in zip(x, indices):
        row[i] = 1
    assert x.shape == (len(indices), V)
    return x


def init_params(V, H, rng):
    Wx, Wh, Wy = [0.01 * rng.standard_normal(shape) for shape in ((V, H), (H, H), (H, V))]
    return {"Wx": Wx, "Wh": Wh, "b": np.zeros(H), "Wy": Wy, "by": np.zeros(V)}


def forward(params, inputs, h0):
    hs = [h0]
    for x in one_hot(inputs, len(params["by"])):
        hs.append(np.tanh(x @ params["Wx"] + hs[-1] @ params["Wh"] + params["b"]))
    hs = np.array(hs)
    scores = hs[1:] @ params["Wy"] + params["by"]
    return hs, scores


def char_rnn_loss(params, inputs, targets, h0):
    T = len(inputs)
    assert len(targets) == T
    hs, scores = forward(params, inputs, h0)
    shifted = scores - scores.max(axis=1)[:, np.newaxis]
    losses = np.log(np.exp(shifted).sum(axis=1)) - shifted[range(T), targets]
    dscores = softmax(scores)
    dscores[range(T), targets] -= 1
    dhs = np.dot(dscores, params["Wy"].T)
    das = np.zeros_like(dhs)
    for t in range(T - 1, -1, -1):
        if t < T - 1:
            dhs[t] += np.dot(params["Wh"], das[t + 1])
        das[t] = dhs[t] * (1 - hs[t + 1] ** 2)
    dWx = np.zeros_like(params["Wx"])
    np.add.at(dWx, inputs, das)
    grads = {
        "Wx": dWx,
        "Wh": np.dot(hs[:-1].T, das),
        "b": np.sum(das, axis=0),
        "Wy": np.dot(hs[1:].T, dscores),
        "by": np.sum(dscores, axis=0),
    }
    for name in params:
        assert grads[name].shape == params[name].shape, name
    return np.sum(losses), grads, hs[-1]


def sample(params, h, first, n, rng, temperature):
    result = np.zeros((n,), dtype=int)
    current = first
    for i in range(n):
        hs, scores = forward(params, [current], h)
        h = hs[-1]
        current = rng.choice(len(scores[0]), 1, p=softmax(scores[0] / temperature))[0]
        result[i] = current
    return result


def sgd_step(params, grads, rate):
    return {"Wx": params["Wx"] - rate * grads["Wx"], "Wh": params["Wh"] - rate * grads["Wh"],
            "b": params["b"] - rate * grads["b"], "Wy": params["Wy"] - rate * grads["Wy"],
            "by": params["by"] - rate * grads["by"]}


def adagrad_step(params, grads, memory, rate):
    new_memory = {name: memory[name] + np.power(grads[name], 2) for name in grads}
    new_params = {name: params[name] - rate * grads[name] / np.sqrt(new_memory[name] + 1e-8) for name in grads}
    return new_params, new_memory


def clip_gradients(grads, max_norm):
    norm = np.sqrt(np.sum([np.sum(np.square(g)) for g in grads.values()]))
    if norm == 0:
        return {name: g.copy() for name, g in grads.items()}
    return {name: min(1, max_norm / norm) * g for name, g in grads.items()}


def train(indices, params, chunk, steps, rate, max_norm):
    V, H = params["Wx"].shape
    memory = {name: np.zeros_like(p) for name, p in params.items()}
    smooth = -np.log(1.0 / V) * chunk
    position, h, losses = 0, np.zeros(H), []
    for n in range(steps):
        if position + chunk + 1 > len(indices):
            position, h = 0, np.zeros(H)
        inputs = indices[position:position + chunk]
        targets = indices[position + 1:position + chunk + 1]
        loss, grads, h = char_rnn_loss(params, inputs, targets, h)
        smooth = smooth * 0.999 + loss * 0.001
        if n % 100 == 0:
            print("iter %d, loss: %f" % (n, smooth))
        params, memory = adagrad_step(params, clip_gradients(grads, max_norm), memory, rate)
        losses.append(loss)
        position += chunk
    return np.array(losses), params
