"""The mutants of A5 that are right, each with the reason. INSTRUCTORS ONLY.

`grader validate --mutants` fails for a survivor that does not stand here, and for an entry that is no survivor.
"""

from grader import Equivalent, equivalents
from reference.shared_equivalents import walk_backward, walk_forward

_ROWS = "h, caches = np.zeros((N, T, h0.shape[1])), []"


def _units(function: str, *arrays: str) -> tuple[Equivalent, ...]:
    """H read from other arrays."""
    return equivalents(
        "H is the length of any axis of states, whichever array it is read from",
        function,
        _ROWS,
        *(f"h, caches = np.zeros((N, T, {array}.shape[1])), []" for array in arrays),
    )


def _empty(function: str, before: str, *afters: str) -> tuple[Equivalent, ...]:
    """Empty lists under each other's names."""
    return equivalents("one empty list is like the other", function, before, *afters)


EQUIVALENTS = (
    *walk_forward("rnn_forward"),
    *_units("rnn_forward", "Wx", "Wh"),
    *walk_backward("rnn_backward", input_is_read_once=False),
    *_empty("stacked_rnn_backward", "dh0, dlayers = [], []", "dlayers, dh0 = [], []"),
    *_empty(
        "deep_bidirectional_backward",
        "dh0_f, dh0_b, dlayers = [], [], []",
        "dh0_b, dh0_f, dlayers = [], [], []",
        "dh0_f, dlayers, dh0_b = [], [], []",
    ),
    *equivalents(
        "the gradients of a layer may come as a list, which is told apart from a tuple by nobody",
        "deep_bidirectional_backward",
        "dlayers.insert(0, tuple(dparameters))",
        "dlayers.insert(0, dparameters)",
    ),
    *equivalents(
        "a real number that is drawn at random is never just the one that it is compared with",
        "dropout_mask",
        "return rng.random(x.shape) < keep",
        "return rng.random(x.shape) <= keep",
    ),
    *walk_forward("recurrent_dropout_rnn_forward"),
    *_units("recurrent_dropout_rnn_forward", "Wx", "Wh", "mask"),
    *walk_backward("recurrent_dropout_rnn_backward"),
    *equivalents("zero is zero, whatever its sign", "count_parameters", "total = 0", "total = -0"),
)
