"""Writes a small automatic differentiation first and lets it find every gradient."""
import numpy as np


class Var:
    """An array that remembers how it came about."""

    def __init__(self, value, parents=()):
        self.value = np.asarray(value, dtype=float)
        self.parents = parents  # pairs of a Var and a function from our gradient to its share
        self.grad = np.zeros_like(self.value)

    def __add__(self, other):
        return Var(self.value + other.value, ((self, lambda d: unbroadcast(d, self)), (other, lambda d: unbroadcast(d, other))))

    def __mul__(self, other):
        return Var(self.value * other.value, ((self, lambda d: d * other.value), (other, lambda d: d * self.value)))

    def __matmul__(self, other):
        return Var(self.value @ other.value, ((self, lambda d: d @ other.value.T), (other, lambda d: self.value.T @ d)))

    def __getitem__(self, index):
        def back(d):
            share = np.zeros_like(self.value)
            np.add.at(share, index, d)
            return share

        return Var(self.value[index], ((self, back),))

    def tanh(self):
        out = np.tanh(self.value)
        return Var(out, ((self, lambda d: d * (1 - out ** 2)),))

    def sigmoid(self):
        out = 0.5 + 0.5 * np.tanh(self.value / 2)
        return Var(out, ((self, lambda d: d * out * (1 - out)),))

    def backward(self):
        order, seen = [], set()
        stack = [(self, False)]
        while stack:
            node, done = stack.pop()
            if done:
                order.append(node)
            elif id(node) not in seen:
                seen.add(id(node))
                stack.append((node, True))
                stack.extend((parent, False) for parent, _ in node.parents)
        self.grad = np.ones_like(self.value)
        for node in reversed(order):
            for parent, back in node.parents:
                parent.grad = parent.grad + back(node.grad)


def unbroadcast(d, var):
    while d.ndim > var.value.ndim:
        d = d.sum(axis=0)
    return d


def surprise(scores, labels, counts):
    """the summed cross-entropy of the rows that count"""
    s = scores.value - scores.value.max(axis=1, keepdims=True)
    p = np.exp(s)
    p = p / p.sum(axis=1, keepdims=True)
    rows = np.arange(len(labels))
    log_p = s[rows, labels] - np.log(np.exp(s).sum(axis=1))
    loss = -(log_p * counts).sum()

    def back(d):
        g = p.copy()
        g[rows, labels] -= 1
        return d * g * counts[:, None]

    return Var(loss, ((scores, back),))


def finish(loss, variables, N):
    total = loss * Var(1 / N)
    total.backward()
    return float(total.value), {name: variable.grad for name, variable in variables.items()}


def variables_of(params):
    return {name: Var(value) for name, value in params.items()}


def step(x, h, p, of=""):
    return (x @ p["Wx" + of] + h @ p["Wh" + of] + p["b" + of]).tanh()


def out(h, p):
    return h @ p["Wy"] + p["by"]


def one_to_one_loss(params, batch):
    p = variables_of(params)
    h = (Var(batch["x"]) @ p["Wx"] + p["b"]).tanh()
    N = len(batch["y"])
    return finish(surprise(out(h, p), batch["y"], np.ones(N)), p, N)


def many_to_one_loss(params, batch):
    p = variables_of(params)
    N, T = batch["words"].shape
    h = Var(np.zeros((N, len(params["Wh"]))))
    total = Var(0.0)
    for t in range(T):
        h = step(p["We"][batch["words"][:, t]], h, p)
        total = total + surprise(out(h, p), batch["y"], (batch["lengths"] == t + 1).astype(float))
    return finish(total, p, N)


def many_to_many_synced_loss(params, batch):
    p = variables_of(params)
    N, T, _ = batch["x"].shape
    h = Var(np.zeros((N, len(params["Wh"]))))
    total = Var(0.0)
    for t in range(T):
        h = step(Var(batch["x"][:, t]), h, p)
        total = total + surprise(out(h, p), batch["y"][:, t], batch["mask"][:, t].astype(float))
    return finish(total, p, N)


def say(text, mask, h, p, of=""):
    total = Var(0.0)
    for t in range(mask.shape[1]):
        h = step(p["We" + of][text[:, t]], h, p, of)
        total = total + surprise(out(h, p), text[:, t + 1], mask[:, t].astype(float))
    return total


def one_to_many_loss(params, batch):
    p = variables_of(params)
    h = Var(batch["features"]) @ p["Wp"] + p["bp"]
    return finish(say(batch["captions"], batch["mask"], h, p), p, len(batch["mask"]))


def seq2seq_loss(params, batch):
    p = variables_of(params)
    source = batch["source"]
    h = Var(np.zeros((len(source), len(params["Wh_enc"]))))
    for t in range(source.shape[1]):
        h = step(p["We_enc"][source[:, t]], h, p, "_enc")
    return finish(say(batch["target"], batch["mask"], h, p, "_dec"), p, len(source))


def greedy_decode(params, h0, start, end, steps):
    p = variables_of(params)
    h = Var(h0)
    word = np.full(len(h0), start)
    over = np.zeros(len(h0), bool)
    said = []
    for _ in range(steps):
        h = step(p["We"][word], h, p)
        word = np.argmax(out(h, p).value, axis=1)
        said.append(np.where(over, end, word))
        over = over | (said[-1] == end)
    return np.stack(said, axis=1)


def recall_batch(numbers, index, n_features):
    x = (numbers[:, :, None] == np.arange(n_features)).astype(float)
    return {"x": x, "y": numbers[:, index]}


def remember(x, p):
    H = p["Wh"].value.shape[0]
    h = c = Var(np.zeros((len(x), H)))
    for t in range(x.shape[1]):
        a = Var(x[:, t]) @ p["Wx"] + h @ p["Wh"] + p["b"]
        i, f, o = (a[:, k * H:(k + 1) * H].sigmoid() for k in range(3))
        c = f * c + i * a[:, 3 * H:].tanh()
        h = o * c.tanh()
    return out(h, p)


def recall_loss(params, batch):
    p = variables_of(params)
    N = len(batch["y"])
    return finish(surprise(remember(batch["x"], p), batch["y"], np.ones(N)), p, N)


def adam_step(params, grads, m, v, t, rate):
    m = {k: 0.9 * m[k] + 0.1 * grads[k] for k in grads}
    v = {k: 0.999 * v[k] + 0.001 * np.square(grads[k]) for k in grads}
    rate = rate * np.sqrt(1 - 0.999 ** t) / (1 - 0.9 ** t)
    tiny = 1e-8 * np.sqrt(1 - 0.999 ** t)
    return {k: params[k] - rate * m[k] / (np.sqrt(v[k]) + tiny) for k in params}, m, v


def train_recall(params, numbers, index, rate):
    m = {k: 0 * w for k, w in params.items()}
    v = {k: 0 * w for k, w in params.items()}
    losses = np.empty(len(numbers))
    for k, rows in enumerate(numbers):
        losses[k], grads = recall_loss(params, recall_batch(rows, index, params["by"].size))
        params, m, v = adam_step(params, grads, m, v, k + 1, rate)
    return losses, params


def recall_accuracy(params, batch):
    scores = remember(batch["x"], variables_of(params)).value
    return float(np.count_nonzero(scores.argmax(1) == batch["y"])) / len(scores)
