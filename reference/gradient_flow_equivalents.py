"""The mutants of A4 that are right, each with the reason. INSTRUCTORS ONLY.

`grader validate --mutants` fails for a survivor that does not stand here, and for an entry that is no survivor.
"""

from reference.shared_equivalents import walk_backward, walk_forward

EQUIVALENTS = (
    *walk_forward("rnn_forward"),
    *walk_backward("rnn_backward"),
)
