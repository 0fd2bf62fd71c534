"""As somebody writes it who comes from PyTorch."""
import numpy as np

EPS = 1e-12


def rnn_state_jacobian(h: np.ndarray, Wh: np.ndarray, k: int, t: int) -> np.ndarray:
    assert 0 <= k <= t < h.shape[1]
    batch, _, hidden = h.shape
    jacobian = np.broadcast_to(np.eye(hidden), (batch, hidden, hidden)).copy()
    for step in range(k, t):
        local = np.matmul(np.stack([np.diag(row) for row in 1 - h[:, step + 1] ** 2]), Wh.transpose())
        jacobian = np.matmul(local, jacobian)
    return jacobian


def rnn_gradient_norms(h: np.ndarray, Wh: np.ndarray, dh_last: np.ndarray) -> np.ndarray:
    grad, norms = dh_last, {}
    for step in reversed(range(h.shape[1])):
        norms[step] = np.linalg.norm(grad.reshape(-1))
        grad = np.matmul(grad * (1 - h[:, step] ** 2), Wh.transpose())
    return np.fromiter((norms[step] for step in range(h.shape[1])), dtype=np.float64)


def lstm_cell_jacobian(f: np.ndarray, k: int, t: int) -> np.ndarray:
    out = np.ones_like(f[:, 0])
    for gate in np.moveaxis(f, 1, 0)[k + 1:t + 1]:
        out = out * gate
    return out


def spectral_radius(W: np.ndarray) -> float:
    return np.abs(np.linalg.eigvals(W)).max().item()


def clip_by_norm(grads: list, max_norm: float) -> tuple:
    total_norm = np.linalg.norm(np.stack([np.linalg.norm(g) for g in grads]), 2)
    clip_coef = max_norm / (total_norm + EPS)
    clip_coef_clamped = np.minimum(clip_coef, 1.0)
    return [g * clip_coef_clamped for g in grads], total_norm


def clip_by_value(grads: list, low: float, high: float) -> list:
    return [np.clip(g, a_min=low, a_max=high) for g in grads]


def truncated_bptt(x, dh, h0, Wx, Wh, b, chunk: int):
    outputs, inputs, state = [], [], h0
    for step in range(x.shape[1]):
        inputs.append(state)
        state = np.tanh(x[:, step] @ Wx + state @ Wh + b)
        outputs.append(state)

    grad = {"x": np.zeros_like(x), "h0": np.zeros_like(h0), "Wx": 0.0, "Wh": 0.0, "b": 0.0}
    for first in range(0, x.shape[1], chunk):
        steps = range(x.shape[1])[first:first + chunk]
        upstream = np.zeros_like(h0)  # the state at the border is detached
        for step in reversed(steps):
            da = (dh[:, step] + upstream) * (1 - outputs[step] ** 2)
            grad["x"][:, step] = da @ Wx.T
            grad["Wx"] += x[:, step].T @ da
            grad["Wh"] += inputs[step].T @ da
            grad["b"] += da.sum(0)
            upstream = da @ Wh.T
        if first == 0:
            grad["h0"] += upstream
    return np.stack(outputs, 1), grad
