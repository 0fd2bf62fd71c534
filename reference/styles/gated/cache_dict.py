import numpy as np

# Every cache is a dictionary, every gradient stands under the name of its array.


def sigmoid(x):
    out = np.empty(x.shape)
    out[x >= 0] = 1.0 / (1.0 + np.exp(-x[x >= 0]))
    out[x < 0] = np.exp(x[x < 0])
    out[x < 0] /= 1.0 + out[x < 0]
    return out


def gru_step_forward(x, prev_h, Wx, Wh, b):
    H = prev_h.shape[1]
    c = dict(x=x, h=prev_h, Wx=Wx, Wh=Wh)
    from_x = x @ Wx + b
    gates = sigmoid(from_x[:, :2 * H] + prev_h @ Wh[:, :2 * H])
    c['r'], c['z'] = gates[:, :H], gates[:, H:]
    c['rh'] = c['r'] * prev_h
    c['n'] = np.tanh(from_x[:, 2 * H:] + c['rh'] @ Wh[:, 2 * H:])
    return c['z'] * prev_h + (1 - c['z']) * c['n'], c


def gru_step_backward(dnext_h, cache):
    c, H = cache, dnext_h.shape[1]
    d = {}
    d['n'] = dnext_h * (1 - c['z']) * (1 - c['n'] ** 2)
    d['rh'] = d['n'] @ c['Wh'][:, 2 * H:].T
    d['r'] = d['rh'] * c['h'] * c['r'] * (1 - c['r'])
    d['z'] = dnext_h * (c['h'] - c['n']) * c['z'] * (1 - c['z'])
    gates = np.concatenate([d['r'], d['z']], axis=1)
    da = np.concatenate([gates, d['n']], axis=1)
    d['h'] = dnext_h * c['z'] + d['rh'] * c['r'] + gates @ c['Wh'][:, :2 * H].T
    d['Wh'] = np.concatenate([c['h'].T @ gates, c['rh'].T @ d['n']], axis=1)
    return da @ c['Wx'].T, d['h'], c['x'].T @ da, d['Wh'], da.sum(axis=0)


def gru_forward(x, h0, Wx, Wh, b):
    h, cache = {-1: h0}, {}
    for t in range(x.shape[1]):
        h[t], cache[t] = gru_step_forward(x[:, t], h[t - 1], Wx, Wh, b)
    return np.stack([h[t] for t in range(x.shape[1])], axis=1), cache


def gru_backward(dh, cache):
    total, dx = {}, {}
    dh_next = np.zeros_like(dh[:, 0])
    for t in sorted(cache, reverse=True):
        dx[t], dh_next, dWx, dWh, db = gru_step_backward(dh[:, t] + dh_next, cache[t])
        for name, share in [('Wx', dWx), ('Wh', dWh), ('b', db)]:
            total[name] = total.get(name, 0) + share
    return np.stack([dx[t] for t in sorted(dx)], axis=1), dh_next, total['Wx'], total['Wh'], total['b']


def finish(c):
    c['g'] = np.tanh(c['ag'])
    return c['g'] * c['z'] + c['h'] * (1 - c['z']), c


def common(dnext_h, c):
    """What is the same in all three mutants."""
    d = {}
    d['g'] = dnext_h * c['z'] * (1 - c['g'] ** 2)
    d['z'] = dnext_h * (c['g'] - c['h']) * c['z'] * (1 - c['z'])
    d['rh'] = d['g'] @ c['Whh'].T
    d['r'] = d['rh'] * c['h'] * c['r'] * (1 - c['r'])
    d['h'] = dnext_h * (1 - c['z']) + d['rh'] * c['r'] + d['r'] @ c['Whr'].T
    d['Whr'] = c['h'].T @ d['r']
    d['Whh'] = (c['r'] * c['h']).T @ d['g']
    d['Wxz'], d['Wxr'], d['Wxh'] = c['x'].T @ d['z'], c['x'].T @ d['r'], c['x'].T @ d['g']
    d['b'] = d['z'].sum(axis=0), d['r'].sum(axis=0), d['g'].sum(axis=0)
    return d


def mut1_step_forward(x, prev_h, Wxz, Wxr, Whr, Whh, bz, br, bh):
    c = dict(x=x, h=prev_h, Wxz=Wxz, Wxr=Wxr, Whr=Whr, Whh=Whh)
    c['z'] = sigmoid(x @ Wxz + bz)
    c['r'] = sigmoid(x @ Wxr + prev_h @ Whr + br)
    c['ag'] = (c['r'] * prev_h) @ Whh + np.tanh(x) + bh
    return finish(c)


def mut1_step_backward(dnext_h, cache):
    d = common(dnext_h, cache)
    dx = d['z'] @ cache['Wxz'].T + d['r'] @ cache['Wxr'].T + d['g'] * (1 - np.tanh(cache['x']) ** 2)
    return (dx, d['h'], d['Wxz'], d['Wxr'], d['Whr'], d['Whh'], *d['b'])


def mut2_step_forward(x, prev_h, Wxz, Whz, Whr, Wxh, Whh, bz, br, bh):
    c = dict(x=x, h=prev_h, Wxz=Wxz, Whz=Whz, Whr=Whr, Wxh=Wxh, Whh=Whh)
    c['z'] = sigmoid(x @ Wxz + prev_h @ Whz + bz)
    c['r'] = sigmoid(x + prev_h @ Whr + br)
    c['ag'] = (c['r'] * prev_h) @ Whh + x @ Wxh + bh
    return finish(c)


def mut2_step_backward(dnext_h, cache):
    d = common(dnext_h, cache)
    dx = d['z'] @ cache['Wxz'].T + d['r'] + d['g'] @ cache['Wxh'].T
    dprev_h = d['h'] + d['z'] @ cache['Whz'].T
    return (dx, dprev_h, d['Wxz'], cache['h'].T @ d['z'], d['Whr'], d['Wxh'], d['Whh'], *d['b'])


def mut3_step_forward(x, prev_h, Wxz, Whz, Wxr, Whr, Wxh, Whh, bz, br, bh):
    c = dict(x=x, h=prev_h, Wxz=Wxz, Whz=Whz, Wxr=Wxr, Whr=Whr, Wxh=Wxh, Whh=Whh)
    c['th'] = np.tanh(prev_h)
    c['z'] = sigmoid(x @ Wxz + c['th'] @ Whz + bz)
    c['r'] = sigmoid(x @ Wxr + prev_h @ Whr + br)
    c['ag'] = (c['r'] * prev_h) @ Whh + x @ Wxh + bh
    return finish(c)


def mut3_step_backward(dnext_h, cache):
    d = common(dnext_h, cache)
    dx = d['z'] @ cache['Wxz'].T + d['r'] @ cache['Wxr'].T + d['g'] @ cache['Wxh'].T
    dprev_h = d['h'] + d['z'] @ cache['Whz'].T * (1 - cache['th'] ** 2)
    dWhz = cache['th'].T @ d['z']
    return (dx, dprev_h, d['Wxz'], dWhz, d['Wxr'], d['Whr'], d['Wxh'], d['Whh'], *d['b'])
