import numpy as np

# I take the big matrices apart and give every gate its own product, as the lecture writes it.


def sigmoid(x):
    pos = (x >= 0)
    neg = (x < 0)
    z = np.zeros_like(x)
    z[pos] = np.exp(-x[pos])
    z[neg] = np.exp(x[neg])
    top = np.ones_like(x)
    top[neg] = z[neg]
    return top / (1 + z)


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    H = prev_h.shape[1]
    Wxi, Wxf, Wxo, Wxg = Wx[:, :H], Wx[:, H:2*H], Wx[:, 2*H:3*H], Wx[:, 3*H:]
    Whi, Whf, Who, Whg = Wh[:, :H], Wh[:, H:2*H], Wh[:, 2*H:3*H], Wh[:, 3*H:]
    b_i, b_f, b_o, b_g = b[:H], b[H:2*H], b[2*H:3*H], b[3*H:]

    i = sigmoid(x.dot(Wxi) + prev_h.dot(Whi) + b_i)
    f = sigmoid(x.dot(Wxf) + prev_h.dot(Whf) + b_f)
    o = sigmoid(x.dot(Wxo) + prev_h.dot(Who) + b_o)
    g = np.tanh(x.dot(Wxg) + prev_h.dot(Whg) + b_g)

    next_c = f * prev_c + i * g
    next_h = o * np.tanh(next_c)
    cache = (x, prev_h, prev_c, Wxi, Wxf, Wxo, Wxg, Whi, Whf, Who, Whg, i, f, o, g, next_c)
    return next_h, next_c, cache


def lstm_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, prev_c, Wxi, Wxf, Wxo, Wxg, Whi, Whf, Who, Whg, i, f, o, g, next_c = cache

    # h = o * tanh(c)
    do = dnext_h * np.tanh(next_c)
    dc = dnext_c + dnext_h * o * (1 - np.tanh(next_c) ** 2)
    # c = f * prev_c + i * g
    df = dc * prev_c
    dprev_c = dc * f
    di = dc * g
    dg = dc * i

    # through the nonlinearities
    dai = di * i * (1 - i)
    daf = df * f * (1 - f)
    dao = do * o * (1 - o)
    dag = dg * (1 - g ** 2)

    dx = dai.dot(Wxi.T) + daf.dot(Wxf.T) + dao.dot(Wxo.T) + dag.dot(Wxg.T)
    dprev_h = dai.dot(Whi.T) + daf.dot(Whf.T) + dao.dot(Who.T) + dag.dot(Whg.T)

    dWxi, dWxf, dWxo, dWxg = x.T.dot(dai), x.T.dot(daf), x.T.dot(dao), x.T.dot(dag)
    dWhi, dWhf, dWho, dWhg = prev_h.T.dot(dai), prev_h.T.dot(daf), prev_h.T.dot(dao), prev_h.T.dot(dag)
    dbi, dbf, dbo, dbg = dai.sum(0), daf.sum(0), dao.sum(0), dag.sum(0)

    dWx = np.concatenate((dWxi, dWxf, dWxo, dWxg), axis=1)
    dWh = np.concatenate((dWhi, dWhf, dWho, dWhg), axis=1)
    db = np.concatenate((dbi, dbf, dbo, dbg))
    return dx, dprev_h, dprev_c, dWx, dWh, db


def lstm_forward(x, h0, Wx, Wh, b):
    N, T, D = x.shape
    H = h0.shape[1]
    h = np.zeros((N, T, H))
    c = np.zeros((N, T, H))
    cache = []
    for t in range(T):
        prev_h = h0 if t == 0 else h[:, t-1]
        prev_c = np.zeros((N, H)) if t == 0 else c[:, t-1]
        h[:, t], c[:, t], step = lstm_step_forward(x[:, t], prev_h, prev_c, Wx, Wh, b)
        cache.append(step)
    return h, cache


def lstm_backward(dh, cache):
    N, T, H = dh.shape
    D = cache[0][0].shape[1]
    dx = np.zeros((N, T, D))
    dWx = np.zeros((D, 4*H))
    dWh = np.zeros((H, 4*H))
    db = np.zeros(4*H)
    dprev_h = np.zeros((N, H))
    dprev_c = np.zeros((N, H))
    for t in range(T-1, -1, -1):
        dx_t, dprev_h, dprev_c, dWx_t, dWh_t, db_t = lstm_step_backward(dh[:, t] + dprev_h, dprev_c, cache[t])
        dx[:, t] = dx_t
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    return dx, dprev_h, dWx, dWh, db


def lstm_weights_from_gates(Wi, Wf, Wo, Wg, bi, bf, bo, bg):
    H = bi.shape[0]
    Whi, Wxi = Wi[:, :H].T, Wi[:, H:].T
    Whf, Wxf = Wf[:, :H].T, Wf[:, H:].T
    Who, Wxo = Wo[:, :H].T, Wo[:, H:].T
    Whg, Wxg = Wg[:, :H].T, Wg[:, H:].T
    Wx = np.concatenate((Wxi, Wxf, Wxo, Wxg), axis=1)
    Wh = np.concatenate((Whi, Whf, Who, Whg), axis=1)
    return Wx, Wh, np.concatenate((bi, bf, bo, bg))


def additive_cell_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    # only one "gate" here
    g = np.tanh(x.dot(Wx) + prev_h.dot(Wh) + b)
    next_c = prev_c + g
    next_h = np.tanh(next_c)
    return next_h, next_c, (x, prev_h, Wx, Wh, g, next_c)


def additive_cell_step_backward(dnext_h, dnext_c, cache):
    x, prev_h, Wx, Wh, g, next_c = cache
    dc = dnext_c + dnext_h * (1 - np.tanh(next_c) ** 2)
    dprev_c = dc
    dg = dc
    dag = dg * (1 - g ** 2)
    dx = dag.dot(Wx.T)
    dprev_h = dag.dot(Wh.T)
    dWx = x.T.dot(dag)
    dWh = prev_h.T.dot(dag)
    db = dag.sum(0)
    return dx, dprev_h, dprev_c, dWx, dWh, db
