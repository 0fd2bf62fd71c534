import numpy as np


def sigmoid(x):
  """
  A numerically stable version of the logistic sigmoid function.
  """
  return np.where(x >= 0, 1 / (1 + np.exp(-np.clip(x, 0, None))),
                  np.exp(np.clip(x, None, 0)) / (1 + np.exp(np.clip(x, None, 0))))


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
  N, H = prev_h.shape
  a = np.dot(x, Wx) + np.dot(prev_h, Wh) + b
  ai = a[:, 0:H]
  af = a[:, H:2*H]
  ao = a[:, 2*H:3*H]
  ag = a[:, 3*H:4*H]
  i, f, o, g = sigmoid(ai), sigmoid(af), sigmoid(ao), np.tanh(ag)
  next_c = f * prev_c + i * g
  next_h = o * np.tanh(next_c)
  cache = (x, prev_h, prev_c, Wx, Wh, b, ai, af, ao, ag, i, f, o, g, next_c)
  return next_h, next_c, cache


def lstm_step_backward(dnext_h, dnext_c, cache):
  (x, prev_h, prev_c, Wx, Wh, b, ai, af, ao, ag, i, f, o, g, next_c) = cache
  N, H = dnext_h.shape
  tanh_c = np.tanh(next_c)
  dc = dnext_c + dnext_h * o * (1 - tanh_c**2)
  da = np.zeros((N, 4*H))
  da[:, 0:H] = dc * g * sigmoid(ai) * sigmoid(-ai)
  da[:, H:2*H] = dc * prev_c * sigmoid(af) * sigmoid(-af)
  da[:, 2*H:3*H] = dnext_h * tanh_c * sigmoid(ao) * sigmoid(-ao)
  da[:, 3*H:4*H] = dc * i * (1 - np.tanh(ag)**2)
  return (np.dot(da, Wx.T), np.dot(da, Wh.T), dc * f,
          np.dot(x.T, da), np.dot(prev_h.T, da), np.sum(da, axis=0))


def lstm_forward(x, h0, Wx, Wh, b):
  N, T, D = x.shape
  H = h0.shape[1]
  h = np.zeros((N, T, H))
  state = (h0, np.zeros((N, H)))
  cache = ()
  for t in range(T):
    *state, step_cache = lstm_step_forward(x[:, t, :], *state, Wx, Wh, b)
    h[:, t, :] = state[0]
    cache += (step_cache,)
  return h, cache


def lstm_backward(dh, cache):
  N, T, H = dh.shape
  (x, _, _, Wx, Wh, b) = cache[0][:6]
  dx = np.zeros((N, T, x.shape[1]))
  dWx, dWh, db = np.zeros(Wx.shape), np.zeros(Wh.shape), np.zeros(b.shape)
  dstate = (np.zeros((N, H)), np.zeros((N, H)))
  for t in reversed(range(T)):
    step = lstm_step_backward(dh[:, t, :] + dstate[0], dstate[1], cache[t])
    dx[:, t, :] = step[0]
    dstate = step[1:3]
    dWx += step[3]
    dWh += step[4]
    db += step[5]
  return (dx, dstate[0], dWx, dWh, db)


def lstm_weights_from_gates(Wi, Wf, Wo, Wg, bi, bf, bo, bg):
  H, _ = Wi.shape
  gates = (Wi, Wf, Wo, Wg)
  Wx = np.hstack(tuple(W[:, H:].T for W in gates))
  Wh = np.hstack(tuple(W[:, :H].T for W in gates))
  return (Wx, Wh, np.hstack((bi, bf, bo, bg)))


def additive_cell_step_forward(x, prev_h, prev_c, Wx, Wh, b):
  a = np.dot(x, Wx) + np.dot(prev_h, Wh) + b
  next_c = prev_c + np.tanh(a)
  next_h = np.tanh(next_c)
  return next_h, next_c, (x, prev_h, prev_c, Wx, Wh, b, a, next_c, next_h)


def additive_cell_step_backward(dnext_h, dnext_c, cache):
  (x, prev_h, prev_c, Wx, Wh, b, a, next_c, next_h) = cache
  dc = dnext_c + dnext_h * (1 - next_h**2)
  da = dc * (1 - np.tanh(a)**2)
  return (np.dot(da, Wx.T), np.dot(da, Wh.T), dc, np.dot(x.T, da), np.dot(prev_h.T, da), np.sum(da, axis=0))
