import numpy as np


def build_vocab(text):
    chars = list(set(text))
    chars.sort()
    return ''.join(chars)


def encode(text, chars):
    char_to_ix = {ch: i for i, ch in enumerate(chars)}
    return np.array([char_to_ix[ch] for ch in text], dtype=np.int64)


def decode(indices, chars):
    ix_to_char = {i: ch for i, ch in enumerate(chars)}
    return ''.join(ix_to_char[int(ix)] for ix in indices)


def one_hot(indices, V):
    out = np.zeros((len(indices), V))
    for t in range(len(indices)):
        out[t][indices[t]] = 1
    return out


def init_params(V, H, rng):
    Wxh = rng.standard_normal((H, V)) * 0.01
    Whh = rng.standard_normal((H, H)) * 0.01
    Why = rng.standard_normal((V, H)) * 0.01
    return dict(Wx=Wxh.T, Wh=Whh.T, b=np.zeros((H,)), Wy=Why.T, by=np.zeros((V,)))


def char_rnn_loss(params, inputs, targets, h0):
    Wxh, Whh, Why = params['Wx'].T, params['Wh'].T, params['Wy'].T
    bh, by = params['b'].reshape(-1, 1), params['by'].reshape(-1, 1)
    vocab_size = len(by)
    xs, hs, ys, ps = {}, {}, {}, {}
    hs[-1] = np.copy(h0).reshape(-1, 1)
    loss = 0
    # forward pass
    for t in range(len(inputs)):
        xs[t] = np.zeros((vocab_size, 1))
        xs[t][inputs[t]] = 1
        hs[t] = np.tanh(np.dot(Wxh, xs[t]) + np.dot(Whh, hs[t-1]) + bh)
        ys[t] = np.dot(Why, hs[t]) + by
        m = np.max(ys[t])
        logz = m + np.log(np.sum(np.exp(ys[t] - m)))
        ps[t] = np.exp(ys[t] - logz)
        loss += logz - ys[t][targets[t], 0]
    # backward pass
    dWxh, dWhh, dWhy = np.zeros_like(Wxh), np.zeros_like(Whh), np.zeros_like(Why)
    dbh, dby = np.zeros_like(bh), np.zeros_like(by)
    dhnext = np.zeros_like(hs[0])
    for t in reversed(range(len(inputs))):
        dy = np.copy(ps[t])
        dy[targets[t]] -= 1
        dWhy += np.dot(dy, hs[t].T)
        dby += dy
        dh = np.dot(Why.T, dy) + dhnext
        dhraw = (1 - hs[t] * hs[t]) * dh
        dbh += dhraw
        dWxh += np.dot(dhraw, xs[t].T)
        dWhh += np.dot(dhraw, hs[t-1].T)
        dhnext = np.dot(Whh.T, dhraw)
    grads = {'Wx': dWxh.T, 'Wh': dWhh.T, 'b': dbh.ravel(), 'Wy': dWhy.T, 'by': dby.ravel()}
    return loss, grads, hs[len(inputs)-1].ravel()


def sample(params, h, first, n, rng, temperature):
    Wxh, Whh, Why = params['Wx'].T, params['Wh'].T, params['Wy'].T
    bh, by = params['b'].reshape(-1, 1), params['by'].reshape(-1, 1)
    vocab_size = len(by)
    h = h.reshape(-1, 1)
    x = np.zeros((vocab_size, 1))
    x[first] = 1
    ixes = []
    for t in range(n):
        h = np.tanh(np.dot(Wxh, x) + np.dot(Whh, h) + bh)
        y = (np.dot(Why, h) + by) / temperature
        y -= y.max()
        p = np.exp(y) / np.sum(np.exp(y))
        ix = rng.choice(range(vocab_size), p=p.ravel())
        x = np.zeros((vocab_size, 1))
        x[ix] = 1
        ixes.append(ix)
    return np.array(ixes)


def sgd_step(params, grads, rate):
    new = {}
    for k, v in params.items():
        new[k] = v - rate * grads[k]
    return new


def adagrad_step(params, grads, memory, rate):
    new_params, new_memory = {}, {}
    for k in params:
        mem = memory[k].copy()
        mem += grads[k] * grads[k]
        p = params[k].copy()
        p += -rate * grads[k] / np.sqrt(mem + 1e-8)
        new_params[k], new_memory[k] = p, mem
    return new_params, new_memory


def clip_gradients(grads, max_norm):
    total = 0.0
    for k in grads:
        total += np.sum(grads[k] ** 2)
    norm = np.sqrt(total)
    if norm > max_norm:
        return {k: grads[k] * (max_norm / norm) for k in grads}
    return {k: grads[k].copy() for k in grads}


def train(indices, params, chunk, steps, rate, max_norm):
    n, p = 0, 0
    mem = {k: np.zeros_like(v) for k, v in params.items()}
    losses = []
    hprev = np.zeros(params['b'].shape)
    while n < steps:
        if p + chunk + 1 > len(indices):
            hprev = np.zeros(params['b'].shape)
            p = 0
        loss, grads, hprev = char_rnn_loss(params, indices[p:p+chunk], indices[p+1:p+chunk+1], hprev)
        params, mem = adagrad_step(params, clip_gradients(grads, max_norm), mem, rate)
        losses.append(loss)
        p += chunk
        n += 1
    return np.array(losses), params
