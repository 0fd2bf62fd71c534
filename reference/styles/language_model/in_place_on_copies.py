"""In-place accumulators everywhere, on copies; samples by the Gumbel trick."""
import copy

import numpy as np


def build_vocab(text):
    seen = dict()
    for char in text:
        seen[char] = seen.get(char, 0) + 1
    return str().join(sorted(seen.keys()))


def encode(text, chars):
    indices = np.zeros(len(text), dtype=np.int32)
    for place, char in enumerate(text):
        indices[place] = chars.index(char)
    return indices


def decode(indices, chars):
    letters = list(chars)
    return "".join(letters[k] for k in np.asarray(indices).tolist())


def one_hot(indices, V):
    x = np.zeros(len(indices) * V)
    x[np.arange(0, len(x), V) + indices] = 1.0
    return x.reshape(-1, V)


def init_params(V, H, rng):
    params = {"Wx": np.zeros((V, H)), "Wh": np.zeros((H, H)), "b": np.zeros(H), "Wy": np.zeros((H, V)), "by": np.zeros(V)}
    for name in params:
        if name.startswith("W"):
            params[name] += rng.standard_normal(params[name].shape)
            params[name] *= 0.01
    return params


def char_rnn_loss(params, inputs, targets, h0):
    T = len(inputs)
    h = np.zeros((T, len(h0)))
    p = np.zeros((T, len(params["by"])))
    prev_h = h0.copy()
    loss = 0.0
    for t in range(T):
        prev_h = prev_h @ params["Wh"]
        prev_h += params["Wx"][inputs[t]]
        prev_h += params["b"]
        np.tanh(prev_h, out=prev_h)
        h[t] = prev_h
        p[t] = prev_h @ params["Wy"]
        p[t] += params["by"]
        p[t] -= p[t].max()
        loss -= p[t, targets[t]]
        np.exp(p[t], out=p[t])
        total = p[t].sum()
        loss += np.log(total)
        p[t] /= total
    grads = {name: np.zeros_like(value) for name, value in params.items()}
    dh = np.zeros_like(h0)
    for t in range(T)[::-1]:
        p[t, targets[t]] -= 1
        grads["Wy"] += h[t][:, None] * p[t]
        grads["by"] += p[t]
        dh += params["Wy"] @ p[t]
        dh *= 1 - h[t] ** 2
        grads["Wx"][inputs[t]] += dh
        grads["Wh"] += (h[t - 1] if t > 0 else h0)[:, None] * dh
        grads["b"] += dh
        dh = params["Wh"] @ dh
    return loss, grads, h[T - 1]


def sample(params, h, first, n, rng, temperature):
    out = np.full(n, first)
    last = first
    for t in range(n):
        h = np.tanh(h @ params["Wh"] + params["Wx"][last] + params["b"])
        scores = (h @ params["Wy"] + params["by"]) / temperature
        last = np.argmax(scores + rng.gumbel(size=scores.shape))
        out[t] = last
    return out


def sgd_step(params, grads, rate):
    params = copy.deepcopy(params)
    for name in params:
        params[name] -= rate * grads[name]
    return params


def adagrad_step(params, grads, memory, rate):
    params, memory = copy.deepcopy(params), copy.deepcopy(memory)
    for name in params:
        memory[name] += grads[name] ** 2
        params[name] -= rate * grads[name] / np.sqrt(memory[name] + 1e-8)
    return params, memory


def clip_gradients(grads, max_norm):
    clipped = copy.deepcopy(grads)
    norm = sum((grad ** 2).sum() for grad in grads.values()) ** 0.5
    if norm > max_norm:
        for grad in clipped.values():
            grad *= max_norm / norm
    return clipped


def train(indices, params, chunk, steps, rate, max_norm):
    params = copy.deepcopy(params)
    memory = {name: np.zeros_like(value) for name, value in params.items()}
    losses = np.empty(steps)
    state = np.zeros_like(params["b"])
    start = 0
    for step in range(steps):
        if len(indices) - start < chunk + 1:
            start = 0
            state[:] = 0
        loss, grads, last = char_rnn_loss(
            params, indices[start:start + chunk], indices[start + 1:start + 1 + chunk], state)
        state[:] = last
        grads = clip_gradients(grads, max_norm)
        for name in params:
            memory[name] += grads[name] ** 2
            params[name] -= rate * grads[name] / np.sqrt(memory[name] + 1e-8)
        losses[step] = loss
        start += chunk
    return losses, params
