"""Every forward returns its value and the function that goes back."""
import numpy as np


def affine(x, w, b):
    def back(d):
        flat_x, flat_d = x.reshape(-1, x.shape[-1]), d.reshape(-1, d.shape[-1])
        return d @ w.T, flat_x.T @ flat_d, flat_d.sum(axis=0)

    return x @ w + b, back


def lookup(words, table):
    def back(d):
        share = np.zeros_like(table)
        for word in range(len(table)):
            share[word] = d[words == word].sum(axis=0)
        return share

    return table[words], back


def squash(a):
    y = np.tanh(a)
    return y, lambda d: d * (1 - y * y)


def recur(x, h, Wx, Wh, b):
    backs, states = [], []
    for t in range(x.shape[1]):
        a, back_a = affine(np.hstack([x[:, t], h]), np.vstack([Wx, Wh]), b)
        h, back_h = squash(a)
        backs.append((back_a, back_h))
        states.append(h)
    D = len(Wx)

    def back(dh):
        dx = np.zeros_like(x)
        dW, db, carry = 0, 0, 0
        for t in reversed(range(len(backs))):
            back_a, back_h = backs[t]
            both, dW_t, db_t = back_a(back_h(dh[:, t] + carry))
            dx[:, t], carry = both[:, :D], both[:, D:]
            dW, db = dW + dW_t, db + db_t
        return dx, carry, dW[:D], dW[D:], db

    return np.stack(states, axis=1), back


def entropy(scores, y, counts):
    N = len(y)
    top = scores.max(axis=-1, keepdims=True)
    total = np.exp(scores - top).sum(axis=-1, keepdims=True)
    hot = np.eye(scores.shape[-1])[y]
    losses = (np.log(total) + top - (scores * hot).sum(axis=-1, keepdims=True))[..., 0]

    def back():
        return (np.exp(scores - top) / total - hot) * counts[..., None] / N

    return (losses * counts).sum() / N, back


def one_to_one_loss(params, batch):
    a, back_a = affine(batch["x"], params["Wx"], params["b"])
    h, back_h = squash(a)
    s, back_s = affine(h, params["Wy"], params["by"])
    loss, back_e = entropy(s, batch["y"], np.ones(len(s)))
    dh, dWy, dby = back_s(back_e())
    _, dWx, db = back_a(back_h(dh))
    return loss, dict(Wx=dWx, b=db, Wy=dWy, by=dby)


def many_to_one_loss(params, batch):
    N, T = batch["words"].shape
    is_last = np.arange(1, T + 1) == batch["lengths"][:, None]
    x, back_x = lookup(batch["words"], params["We"])
    h, back_h = recur(x, np.zeros((N, len(params["Wh"]))), params["Wx"], params["Wh"], params["b"])
    s, back_s = affine(h[is_last], params["Wy"], params["by"])
    loss, back_e = entropy(s, batch["y"], np.ones(N))
    dlast, dWy, dby = back_s(back_e())
    dx, _, dWx, dWh, db = back_h(is_last[:, :, None] * dlast[:, None])
    return loss, dict(We=back_x(dx), Wx=dWx, Wh=dWh, b=db, Wy=dWy, by=dby)


def many_to_many_synced_loss(params, batch):
    x = batch["x"]
    h, back_h = recur(x, np.zeros((len(x), len(params["Wh"]))), params["Wx"], params["Wh"], params["b"])
    s, back_s = affine(h, params["Wy"], params["by"])
    loss, back_e = entropy(s, batch["y"], batch["mask"])
    dh, dWy, dby = back_s(back_e())
    _, _, dWx, dWh, db = back_h(dh)
    return loss, dict(Wx=dWx, Wh=dWh, b=db, Wy=dWy, by=dby)


def speak(h0, text, counts, We, Wx, Wh, b, Wy, by):
    x, back_x = lookup(text[:, :-1], We)
    h, back_h = recur(x, h0, Wx, Wh, b)
    s, back_s = affine(h, Wy, by)
    loss, back_e = entropy(s, text[:, 1:], counts)

    def back():
        dh, dWy, dby = back_s(back_e())
        dx, dh0, dWx, dWh, db = back_h(dh)
        return dh0, back_x(dx), dWx, dWh, db, dWy, dby

    return loss, back


def one_to_many_loss(params, batch):
    h0, back_p = affine(batch["features"], params["Wp"], params["bp"])
    names = ["We", "Wx", "Wh", "b", "Wy", "by"]
    loss, back = speak(h0, batch["captions"], batch["mask"], *[params[name] for name in names])
    dh0, *rest = back()
    _, dWp, dbp = back_p(dh0)
    return loss, {"Wp": dWp, "bp": dbp, **dict(zip(names, rest))}


def seq2seq_loss(params, batch):
    x, back_x = lookup(batch["source"], params["We_enc"])
    zero = np.zeros((len(x), len(params["Wh_enc"])))
    read, back_r = recur(x, zero, params["Wx_enc"], params["Wh_enc"], params["b_enc"])
    names = ["We_dec", "Wx_dec", "Wh_dec", "b_dec", "Wy", "by"]
    loss, back = speak(read[:, -1], batch["target"], batch["mask"], *[params[name] for name in names])
    dthought, *rest = back()
    dread = np.zeros_like(read)
    dread[:, read.shape[1] - 1] = dthought
    dx, _, dWx, dWh, db = back_r(dread)
    return loss, {"We_enc": back_x(dx), "Wx_enc": dWx, "Wh_enc": dWh, "b_enc": db, **dict(zip(names, rest))}


def greedy_decode(params, h0, start, end, steps):
    N = len(h0)
    said = np.empty((N, 0), int)
    word, h = np.repeat(start, N), h0
    while said.shape[1] < steps:
        x, _ = lookup(word[:, None], params["We"])
        states, _ = recur(x, h, params["Wx"], params["Wh"], params["b"])
        h = states[:, 0]
        word = affine(h, params["Wy"], params["by"])[0].argmax(axis=1)
        over = (said == end).any(axis=1)
        said = np.column_stack([said, np.where(over, end, word)])
    return said


def recall_batch(numbers, index, n_features):
    x = np.zeros(numbers.shape + (n_features,))
    np.put_along_axis(x, numbers[..., None], 1, axis=2)
    return {"x": x, "y": numbers.T[index]}


def remember(x, Wx, Wh, b):
    H = len(Wh)
    h, c, backs = np.zeros((len(x), H)), np.zeros((len(x), H)), []
    for t in range(x.shape[1]):
        a, back_a = affine(np.hstack([x[:, t], h]), np.vstack([Wx, Wh]), b)
        i, f, o = (np.exp(-np.logaddexp(0, -a[:, k * H : k * H + H])) for k in range(3))
        g, back_g = squash(a[:, 3 * H :])
        prev_c = c
        c = f * prev_c + i * g
        shown, back_c = squash(c)
        h = o * shown
        backs.append((back_a, back_g, back_c, i, f, o, g, prev_c, shown))

    def back(dh):
        dc, dW, db = 0, 0, 0
        for back_a, back_g, back_c, i, f, o, g, prev_c, shown in backs[::-1]:
            dc = dc + back_c(dh * o)
            da = [dc * g * i * (1 - i), dc * prev_c * f * (1 - f), dh * shown * o * (1 - o), back_g(dc * i)]
            dboth, dW_t, db_t = back_a(np.concatenate(da, axis=1))
            dW, db = dW + dW_t, db + db_t
            dh, dc = dboth[:, len(Wx) :], dc * f
        return dW[: len(Wx)], dW[len(Wx) :], db

    return h, back


def recall_loss(params, batch):
    h, back_h = remember(batch["x"], params["Wx"], params["Wh"], params["b"])
    s, back_s = affine(h, params["Wy"], params["by"])
    loss, back_e = entropy(s, batch["y"], np.ones(len(s)))
    dh, dWy, dby = back_s(back_e())
    dWx, dWh, db = back_h(dh)
    return loss, dict(Wx=dWx, Wh=dWh, b=db, Wy=dWy, by=dby)


def adam_step(params, grads, m, v, t, rate):
    def one(w, g, m, v):
        m = m + 0.1 * (g - m)
        v = v + 0.001 * (g * g - v)
        return w - rate * (m / (1 - 0.9**t)) / ((v / (1 - 0.999**t)) ** 0.5 + 1e-8), m, v

    triples = {name: one(params[name], grads[name], m[name], v[name]) for name in params}
    return tuple({name: triple[k] for name, triple in triples.items()} for k in range(3))


def train_recall(params, numbers, index, rate):
    state = params, {k: p * 0 for k, p in params.items()}, {k: p * 0 for k, p in params.items()}
    losses = []
    for t in range(1, len(numbers) + 1):
        loss, grads = recall_loss(state[0], recall_batch(numbers[t - 1], index, params["by"].shape[0]))
        state = adam_step(state[0], grads, state[1], state[2], t, rate)
        losses.append(loss)
    return np.array(losses), state[0]


def recall_accuracy(params, batch):
    h, _ = remember(batch["x"], params["Wx"], params["Wh"], params["b"])
    s, _ = affine(h, params["Wy"], params["by"])
    return sum(s.argmax(axis=1) == batch["y"]) / len(s)
