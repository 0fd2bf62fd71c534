"""The smallest assignment with a forward and a backward, small enough to plant breaks in it one by one."""

import numpy as np

from grader import Assignment, Mistake, backward, equivalents, forward


def scaling_forward(x, w):
    """Every row times the same weights, entry by entry."""
    out = x * w
    return out, (x, w)


def scaling_backward(dout, cache):
    """The gradients of rows and weights."""
    x, w = cache
    dx = dout * w
    dw = np.zeros_like(w)
    dw += (dout * x).sum(axis=0)
    return dx, dw


FORWARD = forward(
    scaling_forward,
    takes=("x: N D", "w: D, weight"),
    gives=("out: N D",),
    points=1,
    task="Scale.",
    mistakes=(Mistake("added", (("x * w", "x + w"),), "What does scaling do to a one?"),),
)

BACKWARD = backward(
    scaling_backward,
    of=FORWARD,
    points=2,
    task="Go back.",
    mistakes=(Mistake("averaged", (("sum(", "mean("),), "Do the rows add up?"),),
)

ASSIGNMENT = Assignment(
    name="scaling",
    title="Scaling",
    intro="Rows and weights.",
    exercises=(FORWARD, BACKWARD),
    shapes=("N=3 D=2", "N=1 D=1", "N=2 D=4"),
    equivalents=(
        *equivalents(
            "adding to a zero is adding to it, whatever its sign",
            "scaling_backward",
            "dw = np.zeros_like(w)",
            "dw = -np.zeros_like(w)",
        ),
        *equivalents(
            "nothing was added before",
            "scaling_backward",
            "dw += (dout * x).sum(axis=0)",
            "dw = (dout * x).sum(axis=0)",
        ),
    ),
)
