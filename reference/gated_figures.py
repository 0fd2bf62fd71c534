"""What A3 shows: the inside of the GRU, and what its update gate does to gradients and to a text."""
# The functions are cells of the notebook; annotations would only be in the way there:
# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np

from grader import Figure, Picture
from reference.drawing import INPUT, OUTPUT, STATE, Drawing, Row, unrolled


def gradient_through_the_update_gate(figure, gru_forward, gru_backward):
    rng = np.random.default_rng(0)
    N, T, D, H = 16, 40, 4, 64
    x, h0 = 0.1 * rng.standard_normal((N, T, D)), 0.01 * rng.standard_normal((N, H))
    Wx, last = 0.05 * rng.standard_normal((D, 3 * H)), rng.standard_normal((N, H))
    random = rng.standard_normal((H, H))
    random /= np.max(np.abs(np.linalg.eigvals(random)))  # now its spectral radius is 1
    plots = figure.subplots(1, 2, sharey=True)
    for axes, bias in zip(plots, (0.0, 3.0)):
        b = np.repeat([0.0, bias, 0.0], H)
        for radius in (0.5, 0.8, 1.0, 1.2, 1.5):
            h, cache = gru_forward(x, h0, Wx, radius * np.tile(random, 3), b)
            dh = np.zeros_like(h)
            dh[:, -1] = last  # the loss looks at the last state alone
            dx = gru_backward(dh, cache)[0]
            axes.semilogy(range(1, T + 1), np.linalg.norm(dx, axis=(0, 2)), label=f"radius {radius}")
        axes.set(title=f"GRU, $b_z = {bias:g}$", xlabel="step $k$")
    plots[0].set_ylabel(r"$\|\partial E_T / \partial x_k\|$")
    plots[1].legend()


def a_state_reads_a_text(figure, gru_step_forward, gru_step_backward, gru_forward, gru_backward):
    rng = np.random.default_rng(0)
    letters, N, T, H = "abc()", 32, 24, 6

    def some_text(length):
        text, inside = "", False
        for chance in rng.random(length):
            bracket = chance < 0.15
            text += ")("[not inside] if bracket else "abc"[int(chance * 1000) % 3]
            inside ^= bracket
        return text

    def one_hot(text):
        return np.eye(len(letters))[[letters.index(letter) for letter in text]]

    def is_inside(text):
        return np.cumsum([(letter == "(") - (letter == ")") for letter in text]) > 0

    shapes = (len(letters), 3 * H), (H, 3 * H), (3 * H,), (H,), (1,)
    params = Wx, Wh, b, w, bias = [0.4 * rng.standard_normal(shape) for shape in shapes]
    squares = [np.full(shape, 1e-8) for shape in shapes]
    text = some_text(48)

    def read(x):
        h, states, kept = np.zeros((H, H)), [], []
        for t in range(len(x)):
            # The same step H times over, and for each unit a gradient of one: what of it comes back to that unit?
            h, cache = gru_step_forward(np.repeat(x[t : t + 1], H, axis=0), h, Wx, Wh, b)
            states.append(h[0])
            kept.append(np.diag(gru_step_backward(np.eye(H), cache)[1]))
        return np.array(states).T, np.array(kept).T

    def draw():
        figure.clear()
        states, kept = read(one_hot(text))
        for axes, rows, title, colours in (
            (figure.add_subplot(211), states, "state $h$, one row for each unit", "RdBu"),
            (
                figure.add_subplot(212),
                kept,
                r"$\partial h_t / \partial h_{t-1}$ of each unit: blue keeps itself",
                "PuOr",
            ),
        ):
            picture = axes.imshow(rows, aspect="auto", cmap=colours, vmin=-1, vmax=1)
            axes.set(title=title, yticks=[], xticks=range(len(text)), xticklabels=text)
            axes.grid(visible=False)
            figure.colorbar(picture, ax=axes, pad=0.01)

    for step in range(201):
        texts = [some_text(T) for _ in range(N)]
        x, y = np.array([one_hot(each) for each in texts]), np.array([is_inside(each) for each in texts])
        h, cache = gru_forward(x, np.zeros((N, H)), Wx, Wh, b)
        p = 1 / (1 + np.exp(-(h @ w + bias)))  # the probability of being inside brackets, at every step
        if step in (0, 20, 50, 100, 200):
            draw()
            yield f"step {step}: right about {np.mean((p > 0.5) == y):.0%} of the letters"
        ds = (p - y) / N
        _, _, dWx, dWh, db = gru_backward(ds[:, :, None] * w, cache)
        gradients = dWx, dWh, db, np.tensordot(ds, h, 2), ds.sum(keepdims=True)[0]
        for value, gradient, square in zip(params, gradients, squares):
            square += gradient**2
            value -= 0.2 * gradient / np.sqrt(square)


def which_way_the_gate_turns(
    figure,
    gru_step_forward,
    gru_step_backward,
    mut1_step_forward,
    mut1_step_backward,
    mut2_step_forward,
    mut2_step_backward,
    mut3_step_forward,
    mut3_step_backward,
):
    rng = np.random.default_rng(0)
    N, T, H = 16, 40, 32
    x, h0, last = 0.1 * rng.standard_normal((T, N, H)), np.zeros((N, H)), rng.standard_normal((N, H))

    def gradients(step, step_backward, h, x, weights):
        """The gradients by h before the first x, then by the one after it, and so on."""
        if len(x) == 0:
            return [last]  # the loss looks at the last state alone
        next_h, cache = step(x[0], h, *weights)
        later = gradients(step, step_backward, next_h, x[1:], weights)
        return [step_backward(later[0], cache)[1], *later]

    plots = figure.subplots(1, 2, sharey=True)
    for axes, bias in zip(plots, (3.0, -3.0)):
        Wxr, Wxz, Wxh, Whr, Whh, Whz = 0.1 * rng.standard_normal((6, H, H))
        b, bz = np.zeros(H), np.full(H, bias)
        gru = np.hstack([Wxr, Wxz, Wxh]), np.hstack([Whr, Whz, Whh]), np.concatenate([b, bz, b])
        cells = (
            ("GRU", gru_step_forward, gru_step_backward, gru),
            ("MUT1", mut1_step_forward, mut1_step_backward, (Wxz, Wxr, Whr, Whh, bz, b, b)),
            ("MUT2", mut2_step_forward, mut2_step_backward, (Wxz, Whz, Whr, Wxh, Whh, bz, b, b)),
            ("MUT3", mut3_step_forward, mut3_step_backward, (Wxz, Whz, Wxr, Whr, Wxh, Whh, bz, b, b)),
        )
        for (label, step, step_backward, weights), line in zip(cells, ("-", "-", "--", ":")):
            found = gradients(step, step_backward, h0, x, weights)
            axes.semilogy([np.linalg.norm(each) for each in found], line, label=label)
        axes.set(title=f"$b_z = {bias:g}$", xlabel="step $k$")
    plots[0].set_ylabel(r"$\|\partial E_T / \partial h_k\|$")
    plots[1].legend()


def _inside_of_the_cell():
    """One step: the state on top, the reset gate before the candidate, the update gate between old and new."""
    d = Drawing(860, 420)
    d.ground(430, 205, 640, 330)
    top, state, inputs = 84, 312, 340
    d.letters(34, top + 6, "h_{t-1}", colour=STATE, anchor="end")
    d.arrow((40, top), (366, top), colour=STATE, width=2.4)
    d.arrow((394, top), (626, top), colour=STATE, width=2.4)
    d.arrow((654, top), (806, top), colour=STATE, width=2.4)
    d.letters(814, top + 6, "h_t", colour=STATE, anchor="start")
    d.arrow((140, top), (140, state), (390, state), colour=STATE, width=2, head=False)
    d.arrow((170, 390), (170, inputs), (520, inputs), colour=INPUT, width=2, head=False)
    d.letters(170, 412, "x_t", colour=INPUT)
    for x in (230, 380):
        d.arrow((x - 10, state), (x - 10, 276), colour=STATE)
        d.arrow((x + 10, inputs), (x + 10, 276), colour=INPUT)
        d.box(x, 255, "σ", colour=OUTPUT, width=58, height=38)
    d.arrow((230, top), (230, 142), colour=STATE)
    d.arrow((230, 236), (230, 172))
    d.letters(242, 208, "r", anchor="start")
    d.arrow((244, 157), (487, 157), colour=STATE)
    d.arrow((520, inputs), (520, 178), colour=INPUT)
    d.box(520, 157, "tanh", colour=STATE, width=62, height=38)
    d.arrow((551, 157), (624, 157))
    d.letters(582, 147, "h̃")
    d.arrow((640, 143), (640, top + 16))
    d.arrow((380, 236), (380, top + 16))
    d.letters(368, 208, "z", anchor="end")
    d.arrow((380, 214), (560, 214), head=True)
    d.box(588, 214, "1 − z", colour=OUTPUT, width=56, height=30)
    d.arrow((616, 214), (640, 214), (640, 173))
    for x, y, sign in ((380, top, "⊙"), (640, top, "+"), (230, 157, "⊙"), (640, 157, "⊙")):
        d.circle(x, y, sign)
    return d.svg()


PICTURES = (
    Picture(
        name="unrolled",
        svg=unrolled(Row("GRU", "h", "gru_step")),
        alt="The GRU unrolled in time: its only state h goes from step to step, and the gradient comes back along it.",
    ),
    Picture(
        name="cell",
        svg=_inside_of_the_cell(),
        alt="Inside one step: the reset gate r is multiplied with the old state before the candidate is made; the"
        " update gate z weighs the old state, 1 - z the candidate, and their sum is the new state.",
        exercise="gru_step_forward",
    ),
)

FIGURES = (
    Figure(
        gradient_through_the_update_gate,
        title="Does the gradient come back?",
        text=r"""
The same experiment as with the RNN and the LSTM: the loss looks at the last state alone, and your own step carries its
gradient back through forty steps, with recurrent matrices of several spectral radii. Which of the two pictures is that
of an untrained GRU, and which gate of the LSTM had a bias with the same effect?
""",
    ),
    Figure(
        a_state_reads_a_text,
        title="What does the state remember?",
        text=r"""
Your own GRU learns to say after every letter of a text whether it stands inside brackets. The letters do not tell:
somebody has to remember the bracket. Look for a unit that changes its colour at `(` and back at `)`, and for how much
of itself it hands on in between and at the brackets. The cell trains for some seconds and redraws while it does.
""",
    ),
    Figure(
        which_way_the_gate_turns,
        title="Which way does the gate turn?",
        text=r"""
All four of your cells, with the same weights and with a large bias of the update gate, once positive and once negative.
Before you run the cell: for which sign does the gradient of the GRU come back, and for which those of the mutants?
""",
    ),
)
