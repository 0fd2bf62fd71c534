import numpy as np


def sigmoid(x):
  """
  A numerically stable version of the logistic sigmoid function.
  """
  pos_mask = (x >= 0)
  neg_mask = (x < 0)
  z = np.zeros_like(x)
  z[pos_mask] = np.exp(-x[pos_mask])
  z[neg_mask] = np.exp(x[neg_mask])
  top = np.ones_like(x)
  top[neg_mask] = z[neg_mask]
  return top / (1 + z)


def gru_step_forward(x, prev_h, Wx, Wh, b):
  N, H = prev_h.shape
  ar = np.dot(x, Wx[:, 0:H]) + np.dot(prev_h, Wh[:, 0:H]) + b[0:H]
  az = np.dot(x, Wx[:, H:2*H]) + np.dot(prev_h, Wh[:, H:2*H]) + b[H:2*H]
  r, z = sigmoid(ar), sigmoid(az)
  an = np.dot(x, Wx[:, 2*H:3*H]) + np.dot(r * prev_h, Wh[:, 2*H:3*H]) + b[2*H:3*H]
  next_h = z * prev_h + (1 - z) * np.tanh(an)
  cache = (x, prev_h, Wx, Wh, b, ar, az, an, r, z)
  return next_h, cache


def gru_step_backward(dnext_h, cache):
  (x, prev_h, Wx, Wh, b, ar, az, an, r, z) = cache
  N, H = dnext_h.shape
  n = np.tanh(an)
  da = np.zeros((N, 3*H))
  da[:, 2*H:3*H] = dnext_h * (1 - z) * (1 - np.tanh(an)**2)
  drh = np.dot(da[:, 2*H:3*H], Wh[:, 2*H:3*H].T)
  da[:, 0:H] = drh * prev_h * sigmoid(ar) * sigmoid(-ar)
  da[:, H:2*H] = dnext_h * (prev_h - n) * sigmoid(az) * sigmoid(-az)
  dprev_h = dnext_h * z + drh * r + np.dot(da[:, 0:2*H], Wh[:, 0:2*H].T)
  dWh = np.zeros((H, 3*H))
  dWh[:, 0:2*H] = np.dot(prev_h.T, da[:, 0:2*H])
  dWh[:, 2*H:3*H] = np.dot((r * prev_h).T, da[:, 2*H:3*H])
  return (np.dot(da, Wx.T), dprev_h, np.dot(x.T, da), dWh, np.sum(da, axis=0))


def gru_forward(x, h0, Wx, Wh, b):
  N, T, D = x.shape
  H = h0.shape[1]
  h = np.zeros((N, T, H))
  state = h0
  cache = ()
  for t in range(T):
    state, step_cache = gru_step_forward(x[:, t, :], state, Wx, Wh, b)
    h[:, t, :] = state
    cache += (step_cache,)
  return h, cache


def gru_backward(dh, cache):
  N, T, H = dh.shape
  (x, _, Wx, Wh, b) = cache[0][:5]
  dx = np.zeros((N, T, x.shape[1]))
  dWx, dWh, db = np.zeros(Wx.shape), np.zeros(Wh.shape), np.zeros(b.shape)
  dstate = np.zeros((N, H))
  for t in reversed(range(T)):
    step = gru_step_backward(dh[:, t, :] + dstate, cache[t])
    dx[:, t, :] = step[0]
    dstate = step[1]
    dWx += step[2]
    dWh += step[3]
    db += step[4]
  return (dx, dstate, dWx, dWh, db)


def mut1_step_forward(x, prev_h, Wxz, Wxr, Whr, Whh, bz, br, bh):
  az = np.dot(x, Wxz) + bz
  ar = np.dot(x, Wxr) + np.dot(prev_h, Whr) + br
  an = np.dot(sigmoid(ar) * prev_h, Whh) + np.tanh(x) + bh
  next_h = np.tanh(an) * sigmoid(az) + prev_h * sigmoid(-az)
  return next_h, (x, prev_h, Wxz, Wxr, Whr, Whh, az, ar, an)


def mut1_step_backward(dnext_h, cache):
  (x, prev_h, Wxz, Wxr, Whr, Whh, az, ar, an) = cache
  r = sigmoid(ar)
  dan = dnext_h * sigmoid(az) * (1 - np.tanh(an)**2)
  daz = dnext_h * (np.tanh(an) - prev_h) * sigmoid(az) * sigmoid(-az)
  drh = np.dot(dan, Whh.T)
  dar = drh * prev_h * r * sigmoid(-ar)
  dx = np.dot(daz, Wxz.T) + np.dot(dar, Wxr.T) + dan * (1 - np.tanh(x)**2)
  dprev_h = dnext_h * sigmoid(-az) + drh * r + np.dot(dar, Whr.T)
  return (dx, dprev_h, np.dot(x.T, daz), np.dot(x.T, dar), np.dot(prev_h.T, dar), np.dot((r * prev_h).T, dan),
          np.sum(daz, axis=0), np.sum(dar, axis=0), np.sum(dan, axis=0))


def mut2_step_forward(x, prev_h, Wxz, Whz, Whr, Wxh, Whh, bz, br, bh):
  az = np.dot(x, Wxz) + np.dot(prev_h, Whz) + bz
  ar = x + np.dot(prev_h, Whr) + br
  an = np.dot(sigmoid(ar) * prev_h, Whh) + np.dot(x, Wxh) + bh
  next_h = np.tanh(an) * sigmoid(az) + prev_h * sigmoid(-az)
  return next_h, (x, prev_h, Wxz, Whz, Whr, Wxh, Whh, az, ar, an)


def mut2_step_backward(dnext_h, cache):
  (x, prev_h, Wxz, Whz, Whr, Wxh, Whh, az, ar, an) = cache
  r = sigmoid(ar)
  dan = dnext_h * sigmoid(az) * (1 - np.tanh(an)**2)
  daz = dnext_h * (np.tanh(an) - prev_h) * sigmoid(az) * sigmoid(-az)
  drh = np.dot(dan, Whh.T)
  dar = drh * prev_h * r * sigmoid(-ar)
  dx = np.dot(daz, Wxz.T) + dar + np.dot(dan, Wxh.T)
  dprev_h = dnext_h * sigmoid(-az) + drh * r + np.dot(dar, Whr.T) + np.dot(daz, Whz.T)
  return (dx, dprev_h, np.dot(x.T, daz), np.dot(prev_h.T, daz), np.dot(prev_h.T, dar), np.dot(x.T, dan),
          np.dot((r * prev_h).T, dan), np.sum(daz, axis=0), np.sum(dar, axis=0), np.sum(dan, axis=0))


def mut3_step_forward(x, prev_h, Wxz, Whz, Wxr, Whr, Wxh, Whh, bz, br, bh):
  az = np.dot(x, Wxz) + np.dot(np.tanh(prev_h), Whz) + bz
  ar = np.dot(x, Wxr) + np.dot(prev_h, Whr) + br
  an = np.dot(sigmoid(ar) * prev_h, Whh) + np.dot(x, Wxh) + bh
  next_h = np.tanh(an) * sigmoid(az) + prev_h * sigmoid(-az)
  return next_h, (x, prev_h, Wxz, Whz, Wxr, Whr, Wxh, Whh, az, ar, an)


def mut3_step_backward(dnext_h, cache):
  (x, prev_h, Wxz, Whz, Wxr, Whr, Wxh, Whh, az, ar, an) = cache
  r, th = sigmoid(ar), np.tanh(prev_h)
  dan = dnext_h * sigmoid(az) * (1 - np.tanh(an)**2)
  daz = dnext_h * (np.tanh(an) - prev_h) * sigmoid(az) * sigmoid(-az)
  drh = np.dot(dan, Whh.T)
  dar = drh * prev_h * r * sigmoid(-ar)
  dx = np.dot(daz, Wxz.T) + np.dot(dar, Wxr.T) + np.dot(dan, Wxh.T)
  dprev_h = dnext_h * sigmoid(-az) + drh * r + np.dot(dar, Whr.T) + np.dot(daz, Whz.T) * (1 - th**2)
  return (dx, dprev_h, np.dot(x.T, daz), np.dot(th.T, daz), np.dot(x.T, dar), np.dot(prev_h.T, dar), np.dot(x.T, dan),
          np.dot((r * prev_h).T, dan), np.sum(daz, axis=0), np.sum(dar, axis=0), np.sum(dan, axis=0))
