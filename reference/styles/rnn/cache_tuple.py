import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
  """
  One timestep. Two-space indentation as in the old handouts.
  """
  next_h = np.tanh(x.dot(Wx) + prev_h.dot(Wh) + b)
  cache = (x, prev_h, Wx, Wh, b, next_h)
  return next_h, cache


def rnn_step_backward(dnext_h, cache):
  (x, prev_h, Wx, Wh, b, next_h) = cache
  dtanh = dnext_h * (1.0 - np.square(next_h))
  dx = dtanh.dot(Wx.T)
  dWx = x.T.dot(dtanh)
  dprev_h = dtanh.dot(Wh.T)
  dWh = prev_h.T.dot(dtanh)
  db = np.sum(dtanh, axis=0)
  return dx, dprev_h, dWx, dWh, db


def rnn_forward(x, h0, Wx, Wh, b):
  N, T, D = x.shape
  _, H = h0.shape
  h = np.zeros((N, T, H))
  cache = ()
  h_t = h0
  for t in range(T):
    h_t, step = rnn_step_forward(x[:, t, :], h_t, Wx, Wh, b)
    h[:, t, :] = h_t
    cache = cache + (step,)     # a tuple of tuples
  return h, cache


def rnn_backward(dh, cache):
  N, T, H = dh.shape
  x0 = cache[0][0]
  D = x0.shape[1]
  dx, dh_t = np.zeros((N, T, D)), np.zeros((N, H))
  dWx, dWh, db = np.zeros((D, H)), np.zeros((H, H)), np.zeros((H,))
  for t in range(T - 1, -1, -1):
    dx[:, t, :], dh_t, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t, :] + dh_t, cache[t])
    dWx, dWh, db = dWx + dWx_t, dWh + dWh_t, db + db_t
  return (dx, dh_t, dWx, dWh, db)


def word_embedding_forward(x, W):
  return W[x, :], (x, W)


def word_embedding_backward(dout, cache):
  (x, W) = cache
  dW = np.zeros_like(W)
  np.add.at(dW, x, dout)
  return dW


def temporal_affine_forward(x, w, b):
  N, T, D = x.shape
  M = b.shape[0]
  out = x.reshape(N * T, D).dot(w).reshape(N, T, M) + b
  return out, (x, w, b, out)


def temporal_affine_backward(dout, cache):
  (x, w, b, out) = cache
  N, T, D = x.shape
  M = b.shape[0]
  flat = dout.reshape(N * T, M)
  dx = flat.dot(w.T).reshape(N, T, D)
  dw = x.reshape(N * T, D).T.dot(flat)
  db = flat.sum(axis=0)
  return (dx, dw, db)


def temporal_softmax_loss(x, y, mask):
  N, T, V = x.shape
  p = np.exp(x - np.max(x, axis=-1, keepdims=True))
  z = np.sum(p, axis=-1, keepdims=True)
  p /= z
  n, t = np.indices((N, T))
  shifted = x - np.max(x, axis=-1, keepdims=True)
  nll = np.log(z[:, :, 0]) - shifted[n, t, y]
  loss = np.sum(nll[mask]) / N
  dx = p.copy()
  dx[n, t, y] -= 1
  dx[~mask] = 0
  dx /= N
  return loss, dx
