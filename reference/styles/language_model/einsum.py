"""All products as einsum; the sampling by the inverse of the cumulated distribution."""
import numpy as np


def build_vocab(text):
    return "".join(np.unique(list(text)))


def encode(text, chars):
    return (np.array(list(text))[:, None] == np.array(list(chars))[None, :]).argmax(axis=1)


def decode(indices, chars):
    return "".join(np.array(list(chars))[indices])


def one_hot(indices, V):
    return np.eye(V)[indices]


def init_params(V, H, rng):
    shapes = {"Wx": (V, H), "Wh": (H, H), "Wy": (H, V)}
    params = {k: rng.normal(scale=0.01, size=s) for k, s in shapes.items()}
    params.update(b=np.zeros(H), by=np.zeros(V))
    return params


def char_rnn_loss(params, inputs, targets, h0):
    T = inputs.shape[0]
    V = params["by"].shape[0]
    x = one_hot(inputs, V)
    a_x = np.einsum("tv,vh->th", x, params["Wx"]) + params["b"]
    h = np.empty((T, h0.shape[0]))
    prev = h0
    for t in range(T):
        h[t] = prev = np.tanh(a_x[t] + np.einsum("i,ij->j", prev, params["Wh"]))
    before = np.concatenate([h0[None], h[:-1]])
    s = np.einsum("th,hv->tv", h, params["Wy"]) + params["by"]
    m = s.max(axis=-1)
    lse = m + np.log(np.einsum("tv->t", np.exp(s - m[:, None])))
    loss = np.sum(lse - s[np.arange(T), targets])
    ds = np.exp(s - lse[:, None]) - one_hot(targets, V)
    dh = np.einsum("tv,hv->th", ds, params["Wy"])
    da = np.empty_like(h)
    carry = np.zeros_like(h0)
    for t in range(T)[::-1]:
        da[t] = (dh[t] + carry) * (1.0 - np.square(h[t]))
        carry = np.einsum("j,ij->i", da[t], params["Wh"])
    grads = dict(
        Wx=np.einsum("tv,th->vh", x, da),
        Wh=np.einsum("ti,tj->ij", before, da),
        b=np.einsum("th->h", da),
        Wy=np.einsum("th,tv->hv", h, ds),
        by=np.einsum("tv->v", ds),
    )
    return loss, grads, h[-1]


def sample(params, h, first, n, rng, temperature):
    indices = np.empty(n, dtype=np.int64)
    k = first
    for t in range(n):
        h = np.tanh(params["Wx"][k] + np.einsum("i,ij->j", h, params["Wh"]) + params["b"])
        s = np.einsum("h,hv->v", h, params["Wy"]) + params["by"]
        p = np.exp((s - s.max()) / temperature)
        c = np.cumsum(p)
        k = int(np.searchsorted(c, rng.uniform() * c[-1], side="right"))
        indices[t] = k
    return indices


def sgd_step(params, grads, rate):
    return {k: np.subtract(params[k], np.multiply(rate, grads[k])) for k in grads}


def adagrad_step(params, grads, memory, rate):
    memory = {k: memory[k] + np.square(grads[k]) for k in grads}
    return {k: params[k] - rate * grads[k] * (memory[k] + 1e-8) ** -0.5 for k in grads}, memory


def clip_gradients(grads, max_norm):
    norm = np.linalg.norm([np.linalg.norm(g) for g in grads.values()])
    return {k: g * np.minimum(1.0, max_norm / (norm + 1e-300)) for k, g in grads.items()}


def train(indices, params, chunk, steps, rate, max_norm):
    memory = {k: 0 * v for k, v in params.items()}
    losses = np.zeros(steps)
    h, position = np.zeros_like(params["b"]), 0
    for step in range(steps):
        piece = indices[position : position + chunk + 1]
        if len(piece) < chunk + 1:
            position, h = 0, np.zeros_like(params["b"])
            piece = indices[: chunk + 1]
        losses[step], grads, h = char_rnn_loss(params, piece[:-1], piece[1:], h)
        params, memory = adagrad_step(params, clip_gradients(grads, max_norm), memory, rate)
        position += chunk
    return losses, params
