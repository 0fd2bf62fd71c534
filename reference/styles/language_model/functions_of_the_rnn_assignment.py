"""Built on the functions of the first assignment, with a batch of one."""
import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x @ Wx + prev_h @ Wh + b)
    return next_h, (x, prev_h, Wx, Wh, next_h)


def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - next_h ** 2)
    return da @ Wx.T, da @ Wh.T, x.T @ da, prev_h.T @ da, da.sum(axis=0)


def rnn_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    h = np.zeros((N, T, h0.shape[1]))
    cache = []
    for t in range(T):
        h0, c = rnn_step_forward(x[:, t, :], h0, Wx, Wh, b)
        h[:, t, :] = h0
        cache.append(c)
    return h, cache


def rnn_backward(dh, cache):
    N, T, H = dh.shape
    D = cache[0][0].shape[1]
    dx = np.zeros((N, T, D))
    dprev_h, dWx, dWh, db = np.zeros((N, H)), np.zeros((D, H)), np.zeros((H, H)), np.zeros(H)
    for t in reversed(range(T)):
        dx[:, t, :], dprev_h, dWxt, dWht, dbt = rnn_step_backward(dh[:, t, :] + dprev_h, cache[t])
        dWx += dWxt
        dWh += dWht
        db += dbt
    return dx, dprev_h, dWx, dWh, db


def temporal_affine_forward(x, w, b):
    N, T, D = x.shape
    return x.reshape(N * T, D).dot(w).reshape(N, T, -1) + b, (x, w)


def temporal_affine_backward(dout, cache):
    x, w = cache
    N, T, D = x.shape
    flat = dout.reshape(N * T, -1)
    return flat.dot(w.T).reshape(N, T, D), x.reshape(N * T, D).T.dot(flat), flat.sum(axis=0)


def temporal_softmax_loss(x, y, mask):
    N, T, V = x.shape
    flat, y, mask = x.reshape(N * T, V), y.reshape(N * T), mask.reshape(N * T)
    shifted = flat - np.max(flat, axis=1, keepdims=True)
    logp = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    loss = -np.sum(mask * logp[np.arange(N * T), y]) / N
    d = np.exp(logp)
    d[np.arange(N * T), y] -= 1
    d = d / N * mask[:, None]
    return loss, d.reshape(N, T, V)


def build_vocab(text):
    return ''.join(sorted({c for c in text}))


def encode(text, chars):
    return np.array([chars.find(c) for c in text])


def decode(indices, chars):
    return ''.join([chars[i] for i in indices])


def one_hot(indices, V):
    x = np.zeros((len(indices), V))
    np.put_along_axis(x, np.asarray(indices)[:, None], 1, axis=1)
    return x


def init_params(V, H, rng):
    scale = 0.01
    return {
        'Wx': rng.normal(size=(V, H)) * scale,
        'Wh': rng.normal(size=(H, H)) * scale,
        'b': np.zeros(H),
        'Wy': rng.normal(size=(H, V)) * scale,
        'by': np.zeros(V),
    }


def char_rnn_loss(params, inputs, targets, h0):
    x = one_hot(inputs, params['by'].size)[None]
    h, cache_h = rnn_forward(x, h0[None], params['Wx'], params['Wh'], params['b'])
    scores, cache_s = temporal_affine_forward(h, params['Wy'], params['by'])
    loss, dscores = temporal_softmax_loss(scores, targets[None], np.ones((1, len(targets)), dtype=bool))
    dh, dWy, dby = temporal_affine_backward(dscores, cache_s)
    _, _, dWx, dWh, db = rnn_backward(dh, cache_h)
    return loss, {'Wx': dWx, 'Wh': dWh, 'b': db, 'Wy': dWy, 'by': dby}, h[0, -1]


def sample(params, h, first, n, rng, temperature):
    h = h[None]
    indices = []
    x = one_hot([first], params['by'].size)
    for _ in range(n):
        h, _ = rnn_step_forward(x, h, params['Wx'], params['Wh'], params['b'])
        scores = (h @ params['Wy'] + params['by'])[0] / temperature
        scores -= np.max(scores)
        p = np.exp(scores) / np.sum(np.exp(scores))
        i = rng.choice(np.arange(p.size), p=p)
        x = one_hot([i], p.size)
        indices.append(i)
    return np.array(indices)


def sgd_step(params, grads, rate):
    return {k: params[k] - rate * grads[k] for k in params}


def adagrad_step(params, grads, memory, rate):
    new_params, new_memory = {}, {}
    for k in params:
        new_memory[k] = memory[k] + grads[k] ** 2
        new_params[k] = params[k] - rate * grads[k] / np.sqrt(new_memory[k] + 1e-8)
    return new_params, new_memory


def clip_gradients(grads, max_norm):
    norm = np.sqrt(sum([np.sum(g * g) for g in grads.values()]))
    if norm <= max_norm:
        return dict(grads)
    return {k: g * max_norm / norm for k, g in grads.items()}


def train(indices, params, chunk, steps, rate, max_norm):
    H = params['b'].size
    memory = {k: np.zeros(params[k].shape) for k in params}
    losses = []
    begin = 0
    state = np.zeros(H)
    for i in range(steps):
        if begin + chunk > len(indices) - 1:
            begin = 0
            state = np.zeros(H)
        end = begin + chunk
        loss, grads, state = char_rnn_loss(params, indices[begin:end], indices[begin + 1:end + 1], state)
        grads = clip_gradients(grads, max_norm)
        params, memory = adagrad_step(params, grads, memory, rate)
        losses += [loss]
        begin = end
    return np.array(losses), params
