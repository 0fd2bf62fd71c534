"""The mutants of A5 that are right, each with the reason. INSTRUCTORS ONLY.

`grader validate --mutants` fails for a survivor that does not stand here, and for an entry that is no survivor.
"""

from grader import Equivalent
from reference.shared_equivalents import walk_backward, walk_forward

EQUIVALENTS: tuple[Equivalent, ...] = (
    *walk_forward("rnn_forward"),
    *walk_backward("rnn_backward"),
    *walk_forward("recurrent_dropout_rnn_forward"),
    *walk_backward("recurrent_dropout_rnn_backward"),
)
