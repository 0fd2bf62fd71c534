"""Words and labels as one-hot vectors, every product an einsum, every text in one batch of tensors."""
import numpy as np


def hot(indices, size):
    return 1.0 * (np.asarray(indices)[..., None] == np.arange(size))


def log_softmax(s):
    m = np.max(s, axis=-1, keepdims=True)
    return s - m - np.log(np.einsum("...v->...", np.exp(s - m)))[..., np.newaxis]


def cross_entropy(s, Y, weights):
    """Y one-hot, weights one number for each place, already divided by N"""
    L = log_softmax(s)
    return -np.sum(np.einsum("...v,...v->...", L, Y) * weights), np.einsum("...,...v->...v", weights, np.exp(L) - Y)


def rnn(X, h0, Wx, Wh, b):
    XW = np.einsum("ntd,dh->nth", X, Wx) + b
    H = [h0]
    for t in range(X.shape[1]):
        H.append(np.tanh(XW[:, t] + np.einsum("ng,gh->nh", H[-1], Wh)))
    return np.array(H)


def rnn_back(dH, H, X, Wx, Wh):
    """H has T + 1 states, time first; so has dH, which is the gradient by each state through its own scores"""
    dH = dH.copy()
    dA = np.zeros_like(H[1:])
    for t in range(len(dA) - 1, -1, -1):
        dA[t] = dH[t + 1] * (1 - H[t + 1] ** 2)
        dH[t] += np.einsum("nh,gh->ng", dA[t], Wh)
    dX = np.einsum("tnh,dh->ntd", dA, Wx)
    dWx = np.einsum("ntd,tnh->dh", X, dA)
    dWh = np.einsum("tng,tnh->gh", H[:-1], dA)
    return dX, dH[0], dWx, dWh, np.einsum("tnh->h", dA)


def one_to_one_loss(params, batch):
    x, N = batch["x"], len(batch["x"])
    h = np.tanh(np.einsum("nd,dh->nh", x, params["Wx"]) + params["b"])
    s = np.einsum("nh,hm->nm", h, params["Wy"]) + params["by"]
    loss, ds = cross_entropy(s, hot(batch["y"], s.shape[1]), np.full(N, 1 / N))
    da = np.einsum("nm,hm,nh->nh", ds, params["Wy"], 1 - h ** 2)
    return loss, {
        "Wx": np.einsum("nd,nh->dh", x, da),
        "b": np.einsum("nh->h", da),
        "Wy": np.einsum("nh,nm->hm", h, ds),
        "by": np.einsum("nm->m", ds),
    }


def many_to_one_loss(params, batch):
    N, T = batch["words"].shape
    words = hot(batch["words"], len(params["We"]))
    X = np.einsum("ntv,vd->ntd", words, params["We"])
    H = rnn(X, np.zeros((N, len(params["Wh"]))), params["Wx"], params["Wh"], params["b"])
    at = hot(batch["lengths"], T + 1)
    last = np.einsum("tnh,nt->nh", H, at)
    s = last @ params["Wy"] + params["by"]
    loss, ds = cross_entropy(s, hot(batch["y"], s.shape[1]), np.full(N, 1 / N))
    dH = np.einsum("nm,hm,nt->tnh", ds, params["Wy"], at)
    dX, _, dWx, dWh, db = rnn_back(dH, H, X, params["Wx"], params["Wh"])
    return loss, {
        "We": np.einsum("ntv,ntd->vd", words, dX),
        "Wx": dWx,
        "Wh": dWh,
        "b": db,
        "Wy": np.einsum("nh,nm->hm", last, ds),
        "by": ds.sum(0),
    }


def scored(H, Y, mask, params):
    """loss and gradients where every state but the one before the first step has scores"""
    s = np.einsum("tnh,hm->ntm", H[1:], params["Wy"]) + params["by"]
    loss, ds = cross_entropy(s, Y, mask / len(mask))
    dH = np.zeros(H.shape)
    dH[1:] = np.einsum("ntm,hm->tnh", ds, params["Wy"])
    return loss, dH, np.einsum("tnh,ntm->hm", H[1:], ds), np.einsum("ntm->m", ds)


def many_to_many_synced_loss(params, batch):
    X = batch["x"]
    H = rnn(X, np.zeros((len(X), len(params["Wh"]))), params["Wx"], params["Wh"], params["b"])
    loss, dH, dWy, dby = scored(H, hot(batch["y"], len(params["by"])), batch["mask"], params)
    _, _, dWx, dWh, db = rnn_back(dH, H, X, params["Wx"], params["Wh"])
    return loss, {"Wx": dWx, "Wh": dWh, "b": db, "Wy": dWy, "by": dby}


def one_to_many_loss(params, batch):
    text = hot(batch["captions"], len(params["We"]))
    X = np.einsum("ntv,vd->ntd", text[:, :-1], params["We"])
    h0 = np.einsum("nd,dh->nh", batch["features"], params["Wp"]) + params["bp"]
    H = rnn(X, h0, params["Wx"], params["Wh"], params["b"])
    loss, dH, dWy, dby = scored(H, text[:, 1:], batch["mask"], params)
    dX, dh0, dWx, dWh, db = rnn_back(dH, H, X, params["Wx"], params["Wh"])
    return loss, {
        "by": dby,
        "Wy": dWy,
        "b": db,
        "Wh": dWh,
        "Wx": dWx,
        "We": np.einsum("ntv,ntd->vd", text[:, :-1], dX),
        "bp": np.einsum("nh->h", dh0),
        "Wp": np.einsum("nd,nh->dh", batch["features"], dh0),
    }


def seq2seq_loss(params, batch):
    source = hot(batch["source"], len(params["We_enc"]))
    text = hot(batch["target"], len(params["We_dec"]))
    Xs = np.einsum("nsu,ud->nsd", source, params["We_enc"])
    Xt = np.einsum("ntv,vd->ntd", text[:, :-1], params["We_dec"])
    Hs = rnn(Xs, np.zeros((len(Xs), len(params["Wh_enc"]))), params["Wx_enc"], params["Wh_enc"], params["b_enc"])
    Ht = rnn(Xt, Hs[-1], params["Wx_dec"], params["Wh_dec"], params["b_dec"])
    loss, dHt, dWy, dby = scored(Ht, text[:, 1:], batch["mask"], params)
    grads = {"Wy": dWy, "by": dby}
    dXt, dthought, grads["Wx_dec"], grads["Wh_dec"], grads["b_dec"] = rnn_back(
        dHt, Ht, Xt, params["Wx_dec"], params["Wh_dec"]
    )
    dHs = np.zeros(Hs.shape)
    dHs[-1] = dthought
    dXs, _, grads["Wx_enc"], grads["Wh_enc"], grads["b_enc"] = rnn_back(dHs, Hs, Xs, params["Wx_enc"], params["Wh_enc"])
    grads["We_enc"] = np.einsum("nsu,nsd->ud", source, dXs)
    grads["We_dec"] = np.einsum("ntv,ntd->vd", text[:, :-1], dXt)
    return loss, grads


def greedy_decode(params, h0, start, end, steps):
    V = len(params["by"])
    word = hot(np.full(len(h0), start), V)
    alive = np.ones(len(h0), dtype=int)
    columns = []
    for _ in range(steps):
        a = np.einsum("nv,vd,dh->nh", word, params["We"], params["Wx"]) + np.einsum("ng,gh->nh", h0, params["Wh"])
        h0 = np.tanh(a + params["b"])
        best = np.argmax(np.einsum("nh,hv->nv", h0, params["Wy"]) + params["by"], axis=1)
        columns.append(alive * best + (1 - alive) * end)
        alive = alive * (best != end)
        word = hot(best, V)
    return np.array(columns).T


def recall_batch(numbers, index, n_features):
    return {"x": hot(numbers, n_features), "y": numbers[..., index]}


def lstm(X, Wx, Wh, b):
    H = len(Wh)
    W = b.reshape(4, H)[:, None] + np.einsum("ntd,dkh->tknh", X, Wx.reshape(-1, 4, H))
    h, c, seen = np.zeros((len(X), H)), np.zeros((len(X), H)), []
    for a in W:
        a = a + np.einsum("ng,gkh->knh", h, Wh.reshape(H, 4, H))
        i, f, o = 1 / (1 + np.exp(-a[:3]))
        g = np.tanh(a[3])
        seen.append([h, c, i, f, o, g])
        c = f * c + i * g
        h = o * np.tanh(c)
        seen[-1].append(np.tanh(c))
    return h, seen


def recall_loss(params, batch):
    X, N, H = batch["x"], len(batch["x"]), len(params["Wh"])
    h, seen = lstm(X, params["Wx"], params["Wh"], params["b"])
    s = np.einsum("nh,hv->nv", h, params["Wy"]) + params["by"]
    loss, ds = cross_entropy(s, hot(batch["y"], s.shape[1]), np.full(N, 1 / N))
    grads = {key: np.zeros_like(value) for key, value in params.items()}
    grads["Wy"] += np.einsum("nh,nv->hv", h, ds)
    grads["by"] += np.einsum("nv->v", ds)
    dh, dc = np.einsum("nv,hv->nh", ds, params["Wy"]), 0
    for t in reversed(range(X.shape[1])):
        h, c, i, f, o, g, tc = seen[t]
        dc = dc + dh * o * (1 - tc ** 2)
        da = np.array([dc * g * i * (1 - i), dc * c * f * (1 - f), dh * tc * o * (1 - o), dc * i * (1 - g ** 2)])
        grads["Wx"] += np.einsum("nd,knh->dkh", X[:, t], da).reshape(-1, 4 * H)
        grads["Wh"] += np.einsum("ng,knh->gkh", h, da).reshape(-1, 4 * H)
        grads["b"] += np.einsum("knh->kh", da).ravel()
        dh, dc = np.einsum("knh,gkh->ng", da, params["Wh"].reshape(H, 4, H)), dc * f
    return loss, grads


def adam_step(params, grads, m, v, t, rate):
    m = {key: np.average([m[key], grads[key]], axis=0, weights=[0.9, 0.1]) for key in params}
    v = {key: np.average([v[key], grads[key] ** 2], axis=0, weights=[0.999, 0.001]) for key in params}
    size = {key: np.sqrt(v[key] / (1 - 0.999 ** t)) + 1e-8 for key in params}
    return {key: params[key] - rate * m[key] / (1 - 0.9 ** t) / size[key] for key in params}, m, v


def train_recall(params, numbers, index, rate):
    def step(state, sequences):
        params, m, v, t, losses = state
        loss, grads = recall_loss(params, recall_batch(sequences, index, len(params["by"])))
        return (*adam_step(params, grads, m, v, t, rate), t + 1, [*losses, loss])

    zeros = {key: np.zeros_like(value) for key, value in params.items()}
    state = (params, zeros, zeros, 1, [])
    for sequences in numbers:
        state = step(state, sequences)
    return np.array(state[4]), state[0]


def recall_accuracy(params, batch):
    h, _ = lstm(batch["x"], params["Wx"], params["Wh"], params["b"])
    s = np.einsum("nh,hv->nv", h, params["Wy"]) + params["by"]
    return np.einsum("n->", 1.0 * (s.argmax(1) == batch["y"])) / len(s)
