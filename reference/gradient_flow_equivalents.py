"""The mutants of A4 that are right, each with the reason. INSTRUCTORS ONLY.

`grader validate --mutants` fails for a survivor that does not stand here, and for an entry that is no survivor.
"""

from grader import equivalents
from reference.shared_equivalents import square_walk_forward, walk_backward

_ROWS = "h, dx = np.zeros_like(dh), np.zeros_like(x)"
_SUMS = "dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)"
_CHUNKS = "for start in range(0, x.shape[1], chunk):"

EQUIVALENTS = (
    *equivalents(
        "every entry of the norms is written before they are returned",
        "rnn_gradient_norms",
        "norms = np.zeros(T)",
        "norms = -np.zeros(T)",
        "norms = np.ones(T)",
    ),
    *equivalents(
        "a length is the same in both directions, and so is that of every gradient that comes of it",
        "rnn_gradient_norms",
        "dh = dh_last",
        "dh = -dh_last",
    ),
    *equivalents(
        "a length is the same in both directions, however often the sign changes on the way",
        "rnn_gradient_norms",
        "dh = (dh * (1 - h[:, k] ** 2)) @ Wh.T",
        "dh = -((dh * (1 - h[:, k] ** 2)) @ Wh.T)",
        "dh = (dh * (h[:, k] ** 2 - 1)) @ Wh.T",
    ),
    *equivalents(
        "at the limit itself the factor is one, by either way",
        "clip_by_norm",
        "scale = max_norm / norm if norm > max_norm else 1",
        "scale = max_norm / norm if norm >= max_norm else 1",
    ),
    *equivalents(
        "what is larger, the bound or the entry, does not depend on which of the two is called the bound",
        "clip_by_value",
        "return [np.clip(g, low, high) for g in grads]",
        "return [np.clip(low, g, high) for g in grads]",
    ),
    *square_walk_forward("rnn_forward"),
    *walk_backward("rnn_backward"),
    *equivalents(
        "every entry of h and dx is written before they are returned",
        "truncated_bptt",
        _ROWS,
        "h, dx = -np.zeros_like(dh), np.zeros_like(x)",
        "h, dx = np.ones_like(dh), np.zeros_like(x)",
        "h, dx = np.zeros_like(dh), -np.zeros_like(x)",
        "h, dx = np.zeros_like(dh), np.ones_like(x)",
    ),
    *equivalents(
        "a chunk's inputs are read before their gradients take their place; that x is changed costs a note, not a mark",
        "truncated_bptt",
        _ROWS,
        "h, dx = np.zeros_like(dh), x",
    ),
    *equivalents(
        "adding to a zero is adding to it, whatever its sign",
        "truncated_bptt",
        _SUMS,
        "dWx, dWh, db = -np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)",
        "dWx, dWh, db = np.zeros_like(Wx), -np.zeros_like(Wh), np.zeros_like(b)",
        "dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), -np.zeros_like(b)",
    ),
    *equivalents(
        "all of these arrays have as many steps",
        "truncated_bptt",
        _CHUNKS,
        "for start in range(0, dh.shape[1], chunk):",
        "for start in range(0, h.shape[1], chunk):",
        "for start in range(0, dx.shape[1], chunk):",
    ),
    *equivalents(
        "no chunk starts before the first step",
        "truncated_bptt",
        "if start == 0:",
        "if start <= 0:",
    ),
)
