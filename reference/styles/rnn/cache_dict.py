import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    """ h_t = tanh(x_t Wx + h_{t-1} Wh + b) """
    cache = dict(x=x, prev_h=prev_h, Wx=Wx, Wh=Wh)
    cache['a'] = x @ Wx + prev_h @ Wh + b
    cache['next_h'] = np.tanh(cache['a'])
    return cache['next_h'], cache


def rnn_step_backward(dnext_h, cache):
    """ d tanh(a) / da = 1 - tanh(a)^2 """
    grads = {}
    grads['a'] = dnext_h * (1 - cache['next_h'] ** 2)
    grads['x'] = grads['a'] @ cache['Wx'].T
    grads['prev_h'] = grads['a'] @ cache['Wh'].T
    grads['Wx'] = cache['x'].T @ grads['a']
    grads['Wh'] = cache['prev_h'].T @ grads['a']
    grads['b'] = grads['a'].sum(axis=0)
    return grads['x'], grads['prev_h'], grads['Wx'], grads['Wh'], grads['b']


def rnn_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    h = {-1: h0}        # min-char-rnn style: h[-1] is the start
    cache = {'T': T, 'steps': {}}
    for t in range(T):
        h[t], cache['steps'][t] = rnn_step_forward(x[:, t], h[t - 1], Wx, Wh, b)
    out = np.stack([h[t] for t in range(T)], axis=1)
    cache['shapes'] = {'x': x.shape, 'Wx': Wx.shape, 'Wh': Wh.shape, 'b': b.shape}
    return out, cache


def rnn_backward(dh, cache):
    grads = {name: np.zeros(shape) for name, shape in cache['shapes'].items()}
    grads['h'] = np.zeros_like(dh[:, -1])
    for t in reversed(range(cache['T'])):
        dx, grads['h'], dWx, dWh, db = rnn_step_backward(dh[:, t] + grads['h'], cache['steps'][t])
        grads['x'][:, t] = dx
        for name, value in {'Wx': dWx, 'Wh': dWh, 'b': db}.items():
            grads[name] += value
    return grads['x'], grads['h'], grads['Wx'], grads['Wh'], grads['b']


def word_embedding_forward(x, W):
    return W[x], {'words': x, 'V': W.shape[0], 'D': W.shape[1]}


def word_embedding_backward(dout, cache):
    # collect per word first, then write the table
    per_word = {}
    for index, word in np.ndenumerate(cache['words']):
        per_word[int(word)] = per_word.get(int(word), 0) + dout[index]
    dW = np.zeros((cache['V'], cache['D']))
    for word, gradient in per_word.items():
        dW[word] = gradient
    return dW


def temporal_affine_forward(x, w, b):
    return x @ w + b, {'x': x, 'w': w}


def temporal_affine_backward(dout, cache):
    x, w = cache['x'], cache['w']
    grads = {
        'x': dout @ w.T,
        'w': (x.transpose(0, 2, 1) @ dout).sum(axis=0),
        'b': dout.sum(axis=(0, 1)),
    }
    return grads['x'], grads['w'], grads['b']


def temporal_softmax_loss(x, y, mask):
    N = x.shape[0]
    s = {}
    s['shifted'] = x - x.max(axis=2, keepdims=True)
    s['Z'] = np.exp(s['shifted']).sum(axis=2, keepdims=True)
    s['logp'] = s['shifted'] - np.log(s['Z'])
    picked = np.take_along_axis(s['logp'], y[:, :, None], axis=2)[:, :, 0]
    loss = -(picked * mask).sum() / N
    dx = np.exp(s['logp'])
    np.put_along_axis(dx, y[:, :, None], np.exp(picked)[:, :, None] - 1, axis=2)
    dx *= mask[:, :, None]
    return loss, dx / N
