"""The mutants of A1 that are right, each with the reason. INSTRUCTORS ONLY.

`grader validate --mutants` fails for a survivor that does not stand here, and for an entry that is no survivor.
"""

from grader import equivalents
from reference.shared_equivalents import square_walk_forward, walk_backward

EQUIVALENTS = (
    *square_walk_forward("rnn_forward"),
    *walk_backward("rnn_backward"),
    *equivalents(
        "adding to a zero is adding to it, whatever its sign",
        "word_embedding_backward",
        "dW = np.zeros_like(W)",
        "dW = -np.zeros_like(W)",
    ),
    *equivalents(
        "a sum over two axes has no order of the axes",
        "temporal_affine_backward",
        "db = dout.sum(axis=(0, 1))",
        "db = dout.sum(axis=(1, 0))",
    ),
)
