import numpy as np
from functools import reduce

rnn_state_jacobian = lambda h, Wh, k, t: np.array([reduce(np.matmul, [np.diag(1-s*s)@Wh.T for s in h[n, k+1:t+1][::-1]], np.eye(len(Wh))) for n in range(len(h))])

def rnn_gradient_norms(h, Wh, dh_last): return np.array([np.linalg.norm(np.einsum('na,nab->nb', dh_last, rnn_state_jacobian(h, Wh, k, h.shape[1]-1))) for k in range(h.shape[1])])

def lstm_cell_jacobian(f, k, t): return np.exp(np.log(f[:, k+1:t+1]).sum(1))

def spectral_radius(W): return np.abs(np.roots(np.poly(W))).max() if len(W) > 1 else abs(W[0, 0])

def clip_by_norm(grads, max_norm): return (lambda n: ([g/max(1, n/max_norm) for g in grads], n))(np.sqrt(sum((g*g).sum() for g in grads)))

def clip_by_value(grads, low, high): return [np.where(g<low, low, np.where(g>high, high, g)) for g in grads]

def chunk_of(x, dh, h0, Wx, Wh, b):
    h = reduce(lambda s, xt: s+[np.tanh(xt@Wx+s[-1]@Wh+b)], x.swapaxes(0, 1), [h0])
    da = reduce(lambda s, t: [(dh[:, t]+(s[0]@Wh.T if s else 0))*(1-h[t+1]**2)]+s, range(x.shape[1])[::-1], [])
    return np.stack(h[1:], 1), np.stack(da, 1)@Wx.T, da[0]@Wh.T, sum(x[:, t].T@a for t, a in enumerate(da)), sum(s.T@a for s, a in zip(h, da)), sum(a.sum(0) for a in da)

def truncated_bptt(x, dh, h0, Wx, Wh, b, chunk):
    parts = reduce(lambda done, s: done+[chunk_of(x[:, s:s+chunk], dh[:, s:s+chunk], done[-1][0][:, -1] if done else h0, Wx, Wh, b)], range(0, x.shape[1], chunk), [])
    return np.concatenate([p[0] for p in parts], 1), dict(x=np.concatenate([p[1] for p in parts], 1), h0=parts[0][2], Wx=sum(p[3] for p in parts), Wh=sum(p[4] for p in parts), b=sum(p[5] for p in parts))
