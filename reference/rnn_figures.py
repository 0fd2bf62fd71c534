"""What A1 shows: the unrolled network, and the gradient on its way back through it."""
# The functions are cells of the notebook; annotations would only be in the way there:
# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np

from grader import Figure, Picture
from reference.drawing import Row, unrolled


def gradient_on_its_way_back(figure, rnn_forward, rnn_backward):
    rng = np.random.default_rng(0)
    N, T, D, H = 16, 40, 4, 64
    x, h0 = 0.1 * rng.standard_normal((N, T, D)), 0.01 * rng.standard_normal((N, H))
    Wx, b, last = 0.05 * rng.standard_normal((D, H)), np.zeros(H), rng.standard_normal((N, H))
    random = rng.standard_normal((H, H))
    random /= np.max(np.abs(np.linalg.eigvals(random)))  # now its spectral radius is 1
    axes = figure.add_subplot()
    for radius in (0.5, 0.8, 1.0, 1.2, 1.5):
        h, cache = rnn_forward(x, h0, Wx, radius * random, b)
        dh = np.zeros_like(h)
        dh[:, -1] = last  # the loss looks at the last state alone
        dx = rnn_backward(dh, cache)[0]
        axes.semilogy(range(1, T + 1), np.linalg.norm(dx, axis=(0, 2)), label=f"spectral radius {radius}")
    axes.set(xlabel="step $k$", ylabel=r"$\|\partial E_T / \partial x_k\|$", title="The gradient on its way back")
    axes.legend()


PICTURES = (
    Picture(
        name="unrolled",
        svg=unrolled(
            Row("tanh", "h", "rnn_step"),
            inputs="w",
            below=(Row("embedding", "x", "word_embedding"),),
            above=(Row("affine", "s", "temporal_affine"), Row("loss", "E", "temporal_softmax_loss")),
            gradient_of_inputs=False,
        ),
        alt="The network unrolled in time: words become vectors, vectors and states go through a tanh cell, states"
        " become scores and scores a loss; gradients go back along every arrow but to the words.",
    ),
)

FIGURES = (
    Figure(
        gradient_on_its_way_back,
        title="Does the gradient come back?",
        text=r"""
The loss looks at the last state alone, and your own `rnn_backward` carries its gradient back to every input. On the way
to step $k$ it is multiplied $T - k$ times by the same $W_h$, and by slopes of the tanh, which are never above 1. The
curves differ in the spectral radius of $W_h$, the size of its largest eigenvalue. Before you run the cell: for which of
them can an input of forty steps ago still teach the network something, and which make its parameters jump?
""",
    ),
)
