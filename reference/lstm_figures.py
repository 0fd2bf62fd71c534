"""What A2 shows: the unrolled network, the inside of its cell, and what the cell does to gradients and to a text."""
# The functions are cells of the notebook; annotations would only be in the way there:
# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np

from grader import Figure, Picture
from reference.drawing import INPUT, MEMORY, OUTPUT, STATE, Drawing, Row, unrolled


def gradient_along_the_cell(
    figure, lstm_step_forward, lstm_step_backward, additive_cell_step_forward, additive_cell_step_backward
):
    rng = np.random.default_rng(0)
    N, T, D, H = 16, 40, 4, 64
    random = rng.standard_normal((H, H))
    random /= np.max(np.abs(np.linalg.eigvals(random)))  # now its spectral radius is 1

    def gradients(step, step_backward, h, c, x, weights):
        """The gradients by h and c before the first x, then by those after it, and so on."""
        if len(x) == 0:
            return [(last, np.zeros((N, H)))]  # the loss looks at the last h alone
        next_h, next_c, cache = step(x[0], h, c, *weights)
        later = gradients(step, step_backward, next_h, next_c, x[1:], weights)
        return [step_backward(*later[0], cache)[1:3], *later]

    x, last = 0.1 * rng.standard_normal((T, N, D)), rng.standard_normal((N, H))
    h0, c0 = 0.01 * rng.standard_normal((N, H)), np.zeros((N, H))
    plots = figure.subplots(1, 3, sharey=True)
    cells = (
        ("additive cell", additive_cell_step_forward, additive_cell_step_backward, np.zeros(H)),
        ("LSTM, $b_f = 0$", lstm_step_forward, lstm_step_backward, np.zeros(4 * H)),
        ("LSTM, $b_f = 3$", lstm_step_forward, lstm_step_backward, np.repeat([0, 3.0, 0, 0], H)),
    )
    for axes, (title, step, step_backward, b) in zip(plots, cells):
        Wx = 0.05 * rng.standard_normal((D, len(b)))
        for radius in (0.5, 0.8, 1.0, 1.2, 1.5):
            Wh = radius * np.tile(random, len(b) // H)
            found = gradients(step, step_backward, h0, c0, x, (Wx, Wh, b))
            axes.semilogy([np.linalg.norm(pair) for pair in found], label=f"radius {radius}")
        axes.set(title=title, xlabel="step $k$")
    plots[0].set_ylabel(r"$\|\partial E_T / \partial (h_k, c_k)\|$")
    plots[1].legend()


def a_cell_reads_a_text(figure, sigmoid, lstm_step_forward, lstm_step_backward, lstm_forward, lstm_backward):
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

    shapes = (len(letters), 4 * H), (H, 4 * H), (4 * H,), (H,), (1,)
    params = Wx, Wh, b, w, bias = [0.4 * rng.standard_normal(shape) for shape in shapes]
    squares = [np.full(shape, 1e-8) for shape in shapes]
    text = some_text(48)

    def read(x):
        h, c, cells, forgets = np.zeros((1, H)), np.zeros((1, H)), [], []
        for t in range(len(x)):
            h, c, cache = lstm_step_forward(x[t : t + 1], h, c, Wx, Wh, b)
            cells.append(c[0])
            # What comes back along c when a one goes in is the forget gate.
            forgets.append(lstm_step_backward(np.zeros((1, H)), np.ones((1, H)), cache)[2][0])
        return np.array(cells).T, np.array(forgets).T

    def draw():
        figure.clear()
        cells, forgets = read(one_hot(text))
        for axes, rows, title, colours, low in (
            (figure.add_subplot(211), cells, "cell state $c$, one row for each unit", "RdBu", -2),
            (figure.add_subplot(212), forgets, "forget gate: blue keeps, white forgets", "Blues", 0),
        ):
            picture = axes.imshow(rows, aspect="auto", cmap=colours, vmin=low, vmax=abs(low) or 1)
            axes.set(title=title, yticks=[], xticks=range(len(text)), xticklabels=text)
            axes.grid(visible=False)
            figure.colorbar(picture, ax=axes, pad=0.01)

    for step in range(201):
        texts = [some_text(T) for _ in range(N)]
        x, y = np.array([one_hot(each) for each in texts]), np.array([is_inside(each) for each in texts])
        h, cache = lstm_forward(x, np.zeros((N, H)), Wx, Wh, b)
        p = sigmoid(h @ w + bias)  # the probability of being inside brackets, at every step
        if step in (0, 20, 50, 100, 200):
            draw()
            yield f"step {step}: right about {np.mean((p > 0.5) == y):.0%} of the letters"
        ds = (p - y) / N
        _, _, dWx, dWh, db = lstm_backward(ds[:, :, None] * w, cache)
        gradients = dWx, dWh, db, np.tensordot(ds, h, 2), ds.sum(keepdims=True)[0]
        for value, gradient, square in zip(params, gradients, squares):
            square += gradient**2
            value -= 0.2 * gradient / np.sqrt(square)


def _inside_of_the_cell():
    """Gates and cell state of one step, as in the lectures: the state above, the gates below, one product each."""
    d = Drawing(860, 400)
    d.ground(430, 200, 640, 310)
    top, low = 90, 320
    d.arrow((40, top), (210, top), colour=MEMORY, width=2.4)
    d.arrow((238, top), (396, top), colour=MEMORY, width=2.4)
    d.arrow((424, top), (806, top), colour=MEMORY, width=2.4)
    d.letters(34, top + 6, "c_{t-1}", colour=MEMORY, anchor="end")
    d.letters(814, top + 6, "c_t", colour=MEMORY, anchor="start")
    d.arrow((40, low), (570, low), colour=STATE, width=2.2, head=False)
    d.letters(34, low + 6, "h_{t-1}", colour=STATE, anchor="end")
    d.arrow((140, 372), (140, low), (160, low), colour=INPUT, width=2.2, head=False)
    d.letters(140, 392, "x_t", colour=INPUT)
    for x, word in ((224, "σ"), (330, "σ"), (490, "tanh"), (570, "σ")):
        d.arrow((x, low), (x, 277))
        d.box(x, 256, word, colour=OUTPUT, width=58, height=38)
    d.arrow((224, 237), (224, top + 16))
    d.letters(240, 180, "f", anchor="start")
    d.arrow((330, 237), (330, 170), (394, 170))
    d.letters(322, 160, "i", anchor="end")
    d.arrow((490, 237), (490, 170), (426, 170))
    d.letters(498, 160, "g", anchor="start")
    d.arrow((410, 156), (410, top + 16))
    d.arrow((640, top), (640, 128), colour=MEMORY)
    d.box(640, 148, "tanh", colour=MEMORY, width=58, height=36)
    d.arrow((640, 166), (640, 202), colour=MEMORY)
    d.arrow((570, 237), (570, 218), (624, 218))
    d.letters(582, 208, "o")
    d.arrow((640, 232), (640, low), (806, low), colour=STATE, width=2.2)
    d.letters(814, low + 6, "h_t", colour=STATE, anchor="start")
    for x, y, sign in ((224, top, "⊙"), (410, top, "+"), (410, 170, "⊙"), (640, 218, "⊙")):
        d.circle(x, y, sign)
    return d.svg()


PICTURES = (
    Picture(
        name="unrolled",
        svg=unrolled(Row("LSTM", "h", "lstm_step"), memory=True),
        alt="The LSTM unrolled in time: beside the hidden state h a cell state c goes from step to step; the gradient"
        " comes back along both.",
    ),
    Picture(
        name="cell",
        svg=_inside_of_the_cell(),
        alt="Inside one step: the old cell state is multiplied by the forget gate f, the product of input gate i and"
        " candidate g is added; the new state goes through a tanh and is multiplied by the output gate o to give h.",
        exercise="lstm_step_forward",
    ),
)

FIGURES = (
    Figure(
        a_cell_reads_a_text,
        title="What does the cell remember?",
        text=r"""
Your own LSTM learns to say after every letter of a text whether it stands inside brackets. The letters do not tell:
somebody has to remember the bracket. In the picture, look for a unit whose cell state changes its colour at `(` and
back at `)`, and for what its forget gate does in between. (How can the gate be seen from outside, when your cache is
yours alone? Send a gradient of one into $c_t$ and see what comes out at $c_{t-1}$.) The cell trains for some seconds
and redraws while it does.
""",
    ),
    Figure(
        gradient_along_the_cell,
        title="Does the gradient come back?",
        text=r"""
The same experiment as with the vanilla RNN: the loss looks at the last state alone, and your own step carries its
gradient back through forty steps, with recurrent matrices of several spectral radii. Compare the three cells. Which of
them *cannot* lose the gradient, and what can it not do instead? What does the bias of the forget gate change, and why
do people start training with a large one?
""",
    ),
)
