"""Everything is a layer with forward and backward; a model is a list of them."""
import numpy as np


class Layer:
    def __init__(self, params, *names):
        self.params = params
        self.names = names
        self.grads = {name: np.zeros(params[name].shape) for name in names}

    def p(self, number):
        return self.params[self.names[number]]

    def add(self, number, value):
        self.grads[self.names[number]] += value


class Embedding(Layer):
    def forward(self, words):
        self.words = words
        return self.p(0)[words]

    def backward(self, dout):
        np.add.at(self.grads[self.names[0]], self.words, dout)


class Affine(Layer):
    def forward(self, x):
        self.x = x
        return np.matmul(x, self.p(0)) + self.p(1)

    def backward(self, dout):
        axes = tuple(range(dout.ndim - 1))
        self.add(0, np.tensordot(self.x, dout, axes=(axes, axes)))
        self.add(1, dout.sum(axis=axes))
        return np.matmul(dout, self.p(0).T)


class Tanh:
    grads = {}

    def forward(self, x):
        self.y = np.tanh(x)
        return self.y

    def backward(self, dout):
        return dout * (1 - np.square(self.y))


class Recurrent(Layer):
    def forward(self, x, h=None):
        N, T = x.shape[:2]
        H = self.p(1).shape[0]
        self.x = x
        self.h = np.zeros((T + 1, N, H))
        if h is not None:
            self.h[0] = h
        for t in range(T):
            self.h[t + 1] = np.tanh(x[:, t] @ self.p(0) + self.h[t] @ self.p(1) + self.p(2))
        return self.h[1:].swapaxes(0, 1)

    def backward(self, dh):
        dx = np.empty_like(self.x)
        carry = np.zeros_like(self.h[0])
        for t in range(self.x.shape[1])[::-1]:
            da = (carry + dh[:, t]) * (1 - self.h[t + 1] ** 2)
            self.add(0, self.x[:, t].T @ da)
            self.add(1, self.h[t].T @ da)
            self.add(2, da.sum(0))
            dx[:, t] = da @ self.p(0).T
            carry = da @ self.p(1).T
        return dx, carry


class LSTM(Layer):
    def forward(self, x):
        H = self.p(1).shape[0]
        self.x, self.steps = x, []
        h, c = np.zeros((2, len(x), H))
        for t in range(x.shape[1]):
            before = h, c
            a = x[:, t] @ self.p(0) + h @ self.p(1) + self.p(2)
            gates = 0.5 * (1 + np.tanh(a[:, :3 * H] / 2))
            g = np.tanh(a[:, 3 * H:])
            i, f, o = gates[:, :H], gates[:, H:2 * H], gates[:, 2 * H:]
            c = f * c + i * g
            h = o * np.tanh(c)
            self.steps.append((before, i, f, o, g, c))
        return h

    def backward(self, dh):
        dc = np.zeros_like(dh)
        for t, ((h, c), i, f, o, g, new_c) in reversed(list(enumerate(self.steps))):
            tc = np.tanh(new_c)
            dc = dc + dh * o * (1 - tc * tc)
            da = np.hstack([dc * g * i * (1 - i), dc * c * f * (1 - f), dh * tc * o * (1 - o), dc * i * (1 - g * g)])
            self.add(0, self.x[:, t].T @ da)
            self.add(1, h.T @ da)
            self.add(2, da.sum(0))
            dh = da @ self.p(1).T
            dc = dc * f


class CrossEntropy:
    grads = {}

    def forward(self, scores, y, mask=None):
        z = scores - scores.max(-1, keepdims=True)
        z = z - np.log(np.exp(z).sum(-1, keepdims=True))
        self.z, self.y = z, y
        self.scale = (np.ones(y.shape) if mask is None else mask.astype(float)) / len(y)
        return float(-(np.take_along_axis(z, y[..., None], -1)[..., 0] * self.scale).sum())

    def backward(self):
        d = np.exp(self.z)
        np.put_along_axis(d, self.y[..., None], np.take_along_axis(d, self.y[..., None], -1) - 1, -1)
        return d * self.scale[..., None]


def collected(*layers):
    grads = {}
    for layer in layers:
        grads.update(layer.grads)
    return grads


def one_to_one_loss(params, batch):
    hidden, tanh, out, entropy = Affine(params, "Wx", "b"), Tanh(), Affine(params, "Wy", "by"), CrossEntropy()
    loss = entropy.forward(out.forward(tanh.forward(hidden.forward(batch["x"]))), batch["y"])
    hidden.backward(tanh.backward(out.backward(entropy.backward())))
    return loss, collected(hidden, out)


def many_to_one_loss(params, batch):
    table, net = Embedding(params, "We"), Recurrent(params, "Wx", "Wh", "b")
    out, entropy = Affine(params, "Wy", "by"), CrossEntropy()
    h = net.forward(table.forward(batch["words"]))
    place = (batch["lengths"] - 1)[:, None, None]
    loss = entropy.forward(out.forward(np.take_along_axis(h, place, 1)[:, 0]), batch["y"])
    dh = np.zeros(h.shape)
    np.put_along_axis(dh, place, out.backward(entropy.backward())[:, None], 1)
    table.backward(net.backward(dh)[0])
    return loss, collected(table, net, out)


def many_to_many_synced_loss(params, batch):
    net, out, entropy = Recurrent(params, "Wx", "Wh", "b"), Affine(params, "Wy", "by"), CrossEntropy()
    loss = entropy.forward(out.forward(net.forward(batch["x"])), batch["y"], batch["mask"])
    net.backward(out.backward(entropy.backward()))
    return loss, collected(net, out)


def one_to_many_loss(params, batch):
    project, table = Affine(params, "Wp", "bp"), Embedding(params, "We")
    net, out, entropy = Recurrent(params, "Wx", "Wh", "b"), Affine(params, "Wy", "by"), CrossEntropy()
    text = batch["captions"]
    h = net.forward(table.forward(text[:, :-1]), project.forward(batch["features"]))
    loss = entropy.forward(out.forward(h), text[:, 1:], batch["mask"])
    dx, dh0 = net.backward(out.backward(entropy.backward()))
    table.backward(dx)
    project.backward(dh0)
    return loss, collected(project, table, net, out)


def seq2seq_loss(params, batch):
    source, encoder = Embedding(params, "We_enc"), Recurrent(params, "Wx_enc", "Wh_enc", "b_enc")
    target, decoder = Embedding(params, "We_dec"), Recurrent(params, "Wx_dec", "Wh_dec", "b_dec")
    out, entropy = Affine(params, "Wy", "by"), CrossEntropy()
    read = encoder.forward(source.forward(batch["source"]))
    h = decoder.forward(target.forward(batch["target"][:, :-1]), read[:, -1])
    loss = entropy.forward(out.forward(h), batch["target"][:, 1:], batch["mask"])
    dx, dthought = decoder.backward(out.backward(entropy.backward()))
    target.backward(dx)
    dread = np.concatenate([np.zeros_like(read[:, 1:]), dthought[:, None]], axis=1)
    source.backward(encoder.backward(dread)[0])
    return loss, collected(source, encoder, target, decoder, out)


def greedy_decode(params, h0, start, end, steps):
    table, net, out = Embedding(params, "We"), Recurrent(params, "Wx", "Wh", "b"), Affine(params, "Wy", "by")
    words = np.empty((len(h0), steps + 1), dtype=np.int64)
    words[:, 0] = start
    h = h0
    for t in range(steps):
        h = net.forward(table.forward(words[:, t:t + 1]), h)[:, -1]
        words[:, t + 1] = np.argmax(out.forward(h), axis=-1)
    words = words[:, 1:]
    for row in words:
        (ends,) = np.nonzero(row == end)
        if len(ends):
            row[ends[0]:] = end
    return words


def recall_batch(numbers, index, n_features):
    return dict(x=np.identity(n_features)[numbers], y=np.take(numbers, index, axis=1))


def recall_loss(params, batch):
    net, out, entropy = LSTM(params, "Wx", "Wh", "b"), Affine(params, "Wy", "by"), CrossEntropy()
    loss = entropy.forward(out.forward(net.forward(batch["x"])), batch["y"])
    net.backward(out.backward(entropy.backward()))
    return loss, collected(net, out)


class Adam:
    def __init__(self, rate, m, v, t):
        self.rate, self.m, self.v, self.t = rate, m, v, t

    def step(self, params, grads):
        self.t += 1
        for name in params:
            self.m[name] = self.m[name] * 0.9 + grads[name] * 0.1
            self.v[name] = self.v[name] * 0.999 + grads[name] ** 2 * 0.001
            m_hat = self.m[name] / (1 - 0.9 ** self.t)
            v_hat = self.v[name] / (1 - 0.999 ** self.t)
            params[name] = params[name] - self.rate * m_hat / (np.sqrt(v_hat) + 1e-8)


def adam_step(params, grads, m, v, t, rate):
    params = dict(params)
    adam = Adam(rate, dict(m), dict(v), t - 1)
    adam.step(params, grads)
    return params, adam.m, adam.v


def train_recall(params, numbers, index, rate):
    params = params.copy()
    adam = Adam(rate, {k: np.zeros(w.shape) for k, w in params.items()}, {k: np.zeros(w.shape) for k, w in params.items()}, 0)
    losses = []
    for batch in numbers:
        loss, grads = recall_loss(params, recall_batch(batch, index, len(params["by"])))
        losses += [loss]
        adam.step(params, grads)
    return np.asarray(losses), params


def recall_accuracy(params, batch):
    scores = Affine(params, "Wy", "by").forward(LSTM(params, "Wx", "Wh", "b").forward(batch["x"]))
    return np.average(np.argmax(scores, axis=1) == batch["y"])
