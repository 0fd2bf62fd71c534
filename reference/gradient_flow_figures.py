"""What A4 shows: the chain that gradients come back along, and what the student's own measures say of it."""
# The functions are cells of the notebook; annotations would only be in the way there:
# mypy: allow-untyped-defs, allow-untyped-calls

import itertools

import numpy as np

from grader import Figure, Picture
from reference.drawing import GRADIENT, MEMORY, OUTPUT, STATE, Drawing


def jacobians_and_eigenvalues(figure, rnn_state_jacobian, lstm_cell_jacobian, spectral_radius):
    rng = np.random.default_rng(0)
    N, T, H = 4, 41, 48
    h = 0.1 * rng.standard_normal((N, T, H))  # states of a network whose tanh is nearly straight
    random = rng.standard_normal((H, H))
    states, cells = figure.subplots(1, 2, sharey=True)
    for radius in (0.5, 0.8, 1.0, 1.2, 1.5):
        Wh = radius * random / spectral_radius(random)
        sizes = [np.linalg.norm(rnn_state_jacobian(h, Wh, 0, t)[0], 2) for t in range(T)]
        (line,) = states.semilogy(sizes, label=f"radius {radius}")
        states.semilogy(radius ** np.arange(T), ":", color=line.get_color(), linewidth=1)
    for gate in (0.5, 0.9, 0.99, 1.0):
        f = np.full((N, T, H), gate)
        cells.semilogy([lstm_cell_jacobian(f, 0, t)[0, 0] for t in range(T)], label=f"$f = {gate}$")
    states.set(title=r"$\|\partial h_t / \partial h_0\|$; dotted: radius$^t$", xlabel="step $t$")
    cells.set(title=r"$\partial c_t / \partial c_0$ along the cell", xlabel="step $t$")
    states.legend()
    cells.legend()


def two_ways_to_clip(figure, clip_by_norm, clip_by_value):
    angles = np.linspace(0, 2 * np.pi, 49)
    gradients = np.column_stack([2.0 * np.cos(angles), 1.4 * np.sin(angles)])
    by_norm = np.array([clip_by_norm([gradient], 1.0)[0][0] for gradient in gradients])
    by_value = np.array([clip_by_value([gradient], -1.0, 1.0)[0] for gradient in gradients])
    plots = figure.subplots(1, 2, sharex=True, sharey=True)
    for axes, clipped, title in zip(plots, (by_norm, by_value), ("by norm", "by value")):
        axes.plot(*gradients.T, color="0.75")
        axes.plot(*clipped.T)
        for before, after in zip(gradients[::4], clipped[::4]):
            axes.plot([0, before[0]], [0, before[1]], color="0.85", linewidth=1, zorder=0)
            axes.plot([before[0], after[0]], [before[1], after[1]], color="C3", linewidth=1)
        axes.set(title=f"{title}: grey before, blue after", aspect="equal")


def what_truncation_costs(figure, truncated_bptt, spectral_radius):
    rng = np.random.default_rng(0)
    N, T, D, H = 8, 32, 4, 32
    x, h0 = 0.1 * rng.standard_normal((N, T, D)), np.zeros((N, H))
    Wx, b, random = 0.3 * rng.standard_normal((D, H)), np.zeros(H), rng.standard_normal((H, H))
    dh = rng.standard_normal((N, T, H))
    chunks = [1, 2, 4, 8, 16, 32]
    axes = figure.add_subplot()
    for radius in (0.3, 0.6, 0.9, 1.1):
        Wh = radius * random / spectral_radius(random)
        found = [truncated_bptt(x, dh, h0, Wx, Wh, b, chunk)[1]["Wh"] for chunk in chunks]
        lost = [np.linalg.norm(dWh - found[-1]) / np.linalg.norm(found[-1]) for dWh in found]
        axes.plot(chunks, lost, "o-", label=f"radius {radius}")
    axes.set(xlabel="steps in a chunk", ylabel="relative error of dWh", title=f"Truncation of {T} steps")
    axes.set_xscale("log", base=2)
    axes.legend()


def _chain():
    """Two rows: the states with a Jacobian at each step, and the LSTM's cells with a gate."""
    d = Drawing(900, 330)
    centres = (120, 290, 540, 710)
    rows = (
        (80, "h", STATE, ("J_{k+1}", "", "J_t"), "∂h_t / ∂h_k  =  J_t J_{t-1} ⋯ J_{k+1}"),
        (220, "c", MEMORY, ("f_{k+1}", "", "f_t"), "along the cell:  f_t ⊙ f_{t-1} ⊙ ⋯ ⊙ f_{k+1}"),
    )
    for y, letter, colour, factors, product in rows:
        for x, index in zip(centres, ("k", "{k+1}", "{t-1}", "t"), strict=True):
            d.box(x, y, f"{letter}_{index}", colour=colour, width=76, height=46)
        for number, (x, after) in enumerate(itertools.pairwise(centres)):
            if number == 1:
                d.words((x + after) / 2, y + 2, "• • •", colour=colour, size=11)
                d.arrow((x + 40, y - 5), ((x + after) / 2 - 24, y - 5), colour=colour, width=2.2)
                d.arrow(((x + after) / 2 + 24, y - 5), (after - 40, y - 5), colour=colour, width=2.2)
                d.arrow((after - 38, y + 7), ((x + after) / 2 + 26, y + 7), colour=GRADIENT, dashed=True, width=1.4)
                d.arrow(((x + after) / 2 - 24, y + 7), (x + 40, y + 7), colour=GRADIENT, dashed=True, width=1.4)
            else:
                d.arrow((x + 40, y - 5), (after - 40, y - 5), colour=colour, width=2.2)
                d.arrow((after - 38, y + 7), (x + 40, y + 7), colour=GRADIENT, dashed=True, width=1.4)
            d.letters((x + after) / 2, y + 30, factors[number], colour=GRADIENT, size=17)
        d.arrow((centres[-1] + 40, y - 5), (796, y - 5))
        d.arrow((796, y + 7), (centres[-1] + 40, y + 7), colour=GRADIENT, dashed=True, width=1.4)
        d.letters(804, y + 6, "E_t", colour=OUTPUT, anchor="start")
        d.letters(415, y + 66, product, size=18)
    return d.svg()


PICTURES = (
    Picture(
        name="chain",
        svg=_chain(),
        alt="From state to state the gradient is multiplied by one Jacobian for every step, along the cell of an LSTM"
        " by one forget gate for every step.",
    ),
)

FIGURES = (
    Figure(
        jacobians_and_eigenvalues,
        title="How fast does the product grow?",
        text=r"""
Left, the size of your own Jacobian over more and more steps, for recurrent matrices of several spectral radii, and
dotted the power of the radius. Right, the same along the cell of an LSTM, for several gates. The solid curves leave the
dotted ones at first: why, and what do they agree on in the long run?
""",
    ),
    Figure(
        two_ways_to_clip,
        title="What becomes of the direction?",
        text=r"""
Gradients of two parameters, on an ellipse, and where your own two functions put them. Which of the two keeps the
direction in which the loss falls fastest?
""",
    ),
    Figure(
        what_truncation_costs,
        title="What does truncation cost?",
        text=r"""
Your own `truncated_bptt` with chunks of several lengths, held against the gradient of the whole sequence. For which
networks is a short chunk nearly as good, and why for those?
""",
    ),
)
