"""A class holds the network, another one the optimiser; the functions that are asked for only call them."""
from typing import Dict, Tuple

import numpy as np

Params = Dict[str, np.ndarray]


class Vocabulary:
    def __init__(self, chars: str) -> None:
        self.chars = chars
        self.index = dict(zip(chars, range(len(chars))))

    @classmethod
    def of(cls, text: str) -> "Vocabulary":
        return cls("".join(sorted(set(text))))

    def encode(self, text: str) -> np.ndarray:
        return np.fromiter((self.index[c] for c in text), dtype=int, count=len(text))

    def decode(self, indices: np.ndarray) -> str:
        return "".join(map(self.chars.__getitem__, indices))


class Network:
    def __init__(self, params: Params) -> None:
        self.__dict__.update(params)

    def step(self, index: int, h: np.ndarray) -> np.ndarray:
        return np.tanh(self.Wx[index] + h.dot(self.Wh) + self.b)

    def log_probabilities(self, h: np.ndarray, temperature: float = 1.0) -> np.ndarray:
        scores = (h.dot(self.Wy) + self.by) / temperature
        scores = scores - scores.max()
        return scores - np.log(np.exp(scores).sum())

    def forward(self, inputs: np.ndarray, targets: np.ndarray, h0: np.ndarray) -> Tuple[float, np.ndarray]:
        self.states = [h0]
        self.probabilities = []
        loss = 0.0
        for x, y in zip(inputs, targets):
            self.states.append(self.step(x, self.states[-1]))
            log_p = self.log_probabilities(self.states[-1])
            self.probabilities.append(np.exp(log_p))
            loss -= log_p[y]
        return loss, self.states[-1]

    def backward(self, inputs: np.ndarray, targets: np.ndarray) -> Params:
        g = {k: np.zeros_like(getattr(self, k)) for k in ("Wx", "Wh", "b", "Wy", "by")}
        dh = np.zeros_like(self.b)
        for t in range(len(inputs) - 1, -1, -1):
            ds = self.probabilities[t].copy()
            ds[targets[t]] -= 1
            g["Wy"] += np.outer(self.states[t + 1], ds)
            g["by"] += ds
            dh = dh + self.Wy.dot(ds)
            da = dh * (1 - self.states[t + 1] ** 2)
            g["Wx"][inputs[t]] += da
            g["Wh"] += np.outer(self.states[t], da)
            g["b"] += da
            dh = self.Wh.dot(da)
        return g


class Adagrad:
    def __init__(self, memory: Params, rate: float) -> None:
        self.memory, self.rate = memory, rate

    def step(self, params: Params, grads: Params) -> Params:
        self.memory = {k: m + grads[k] ** 2 for k, m in self.memory.items()}
        return {k: w - self.rate * grads[k] / (self.memory[k] + 1e-8) ** 0.5 for k, w in params.items()}


def build_vocab(text: str) -> str:
    return Vocabulary.of(text).chars


def encode(text: str, chars: str) -> np.ndarray:
    return Vocabulary(chars).encode(text)


def decode(indices: np.ndarray, chars: str) -> str:
    return Vocabulary(chars).decode(indices)


def one_hot(indices: np.ndarray, V: int) -> np.ndarray:
    return (np.asarray(indices).reshape(-1, 1) == np.arange(V)).astype(float)


def init_params(V: int, H: int, rng: np.random.Generator) -> Params:
    return {
        "by": np.zeros(V),
        "b": np.zeros(H),
        "Wy": rng.normal(0.0, 0.01, (H, V)),
        "Wh": rng.normal(0.0, 0.01, (H, H)),
        "Wx": rng.normal(0.0, 0.01, (V, H)),
    }


def char_rnn_loss(params, inputs, targets, h0):
    network = Network(params)
    loss, h_last = network.forward(inputs, targets, h0)
    return loss, network.backward(inputs, targets), h_last


def sample(params, h, first, n, rng, temperature):
    network = Network(params)
    written = [first]
    while len(written) <= n:
        h = network.step(written[-1], h)
        p = np.exp(network.log_probabilities(h, temperature))
        written.append(int(rng.multinomial(1, p / p.sum()).argmax()))
    return np.array(written[1:])


def sgd_step(params, grads, rate):
    return dict((k, w - rate * grads[k]) for k, w in params.items())


def adagrad_step(params, grads, memory, rate):
    optimiser = Adagrad(memory, rate)
    return optimiser.step(params, grads), optimiser.memory


def clip_gradients(grads, max_norm):
    norm = np.linalg.norm(np.concatenate([g.ravel() for g in grads.values()]))
    scale = 1.0 if norm <= max_norm else max_norm / norm
    return {k: g * scale for k, g in grads.items()}


def train(indices, params, chunk, steps, rate, max_norm):
    optimiser = Adagrad({k: np.zeros_like(w) for k, w in params.items()}, rate)
    losses = []
    pieces = _pieces(indices, chunk)
    for _ in range(steps):
        x, y, is_first = next(pieces)
        h = np.zeros_like(params["b"]) if is_first else h
        loss, grads, h = char_rnn_loss(params, x, y, h)
        params = optimiser.step(params, clip_gradients(grads, max_norm))
        losses.append(loss)
    return np.array(losses), params


def _pieces(indices, chunk):
    while True:
        for s in range(0, len(indices) - chunk, chunk):
            yield indices[s : s + chunk], indices[s + 1 : s + chunk + 1], s == 0
