"""The mutants of A3 that are right, each with the reason. INSTRUCTORS ONLY.

`grader validate --mutants` fails for a survivor that does not stand here, and for an entry that is no survivor.
"""

from grader import equivalents
from reference.shared_equivalents import walk_backward, walk_forward

EQUIVALENTS = (
    *equivalents(
        "of two axes the last one is number 1",
        "gru_step_forward",
        "Wxr, Wxz, Wxh = np.split(Wx, 3, axis=1)",
        "Wxr, Wxz, Wxh = np.split(Wx, 3, axis=-1)",
    ),
    *equivalents(
        "of two axes the last one is number 1",
        "gru_step_forward",
        "Whr, Whz, Whh = np.split(Wh, 3, axis=1)",
        "Whr, Whz, Whh = np.split(Wh, 3, axis=-1)",
    ),
    *equivalents(
        "of two axes the last one is number 1",
        "gru_step_backward",
        "Whr, Whz, Whh = np.split(Wh, 3, axis=1)",
        "Whr, Whz, Whh = np.split(Wh, 3, axis=-1)",
    ),
    *walk_forward("gru_forward"),
    *walk_backward("gru_backward"),
)
