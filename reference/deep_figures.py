"""What A5 shows: stacks and networks of two directions, who of them sees what, and what a dropout leaves as it was."""
# The functions are cells of the notebook; annotations would only be in the way there:
# mypy: allow-untyped-defs, allow-untyped-calls

import itertools

import numpy as np

from grader import Figure, Picture
from reference.drawing import INPUT, MEMORY, OUTPUT, STATE, Drawing


def who_sees_what(
    figure,
    stacked_rnn_forward,
    stacked_rnn_backward,
    bidirectional_rnn_forward,
    bidirectional_rnn_backward,
    deep_bidirectional_forward,
    deep_bidirectional_backward,
):
    rng = np.random.default_rng(0)
    N, T, D, H, L = 4, 16, 3, 12, 3
    x = rng.standard_normal((N, T, D))

    def layer(inputs):
        return (
            rng.standard_normal((inputs, H)) / np.sqrt(inputs),
            0.8 * rng.standard_normal((H, H)) / np.sqrt(H),
            np.zeros(H),
        )

    one, two = np.zeros((N, H)), np.zeros((L, N, H))
    stack = [layer(D), layer(H), layer(H)]
    both = [(*layer(inputs), *layer(inputs)) for inputs in (D, 2 * H, 2 * H)]
    networks = (
        ("three layers", stacked_rnn_backward, stacked_rnn_forward(x, two, stack)),
        ("two directions", bidirectional_rnn_backward, bidirectional_rnn_forward(x, one, one, *both[0])),
        ("three of two directions", deep_bidirectional_backward, deep_bidirectional_forward(x, two, two, both)),
    )
    for axes, (title, backward, (h, cache)) in zip(figure.subplots(1, 3, sharey=True), networks):
        seen = np.zeros((T, T))
        for t, row in enumerate(seen):
            dh = np.zeros_like(h)
            dh[:, t] = 1
            row[:] = np.linalg.norm(backward(dh, cache)[0], axis=(0, 2))
        with np.errstate(divide="ignore"):
            axes.imshow(np.log10(seen), cmap="Blues", vmin=-3, vmax=1.5)
        axes.set(title=title, xlabel="input $x_k$")
        axes.grid(visible=False)
    figure.axes[0].set_ylabel("output $h_t$")


def what_dropout_leaves(figure, dropout_mask, dropout_forward):
    rng = np.random.default_rng(0)
    x, keeps = np.ones((1, 100)), np.linspace(0.1, 1, 10)
    training = np.array(
        [[dropout_forward(x, keep, dropout_mask(x, keep, rng), True)[0].mean() for keep in keeps] for _ in range(300)]
    )
    testing = [dropout_forward(x, keep, dropout_mask(x, keep, rng), False)[0].mean() for keep in keeps]
    axes = figure.add_subplot()
    axes.fill_between(keeps, *np.percentile(training, [5, 95], axis=0), alpha=0.25, label="in training, 9 of 10 masks")
    axes.plot(keeps, training.mean(axis=0), label="in training, on average")
    axes.plot(keeps, testing, "k:", label="at test time")
    axes.set(xlabel="keep", ylabel="mean of the output", title="A hundred activations of 1", ylim=(0, 2))
    axes.legend()


_CENTRES = (150, 320, 490, 690)
_STEPS = ("1", "2", "3", "T")


def _states(d, centres, y, half, colour, *, backwards=False):
    """The arrows along a row of cells, from the left or from the right, with dots before the last column."""
    for number, (x, after) in enumerate(itertools.pairwise(centres)):
        pieces = [(x + half, after - half)]
        if number == 2:
            middle = (x + after) / 2
            d.words(middle, y + 4, "• • •", colour=colour, size=11)
            pieces = [(x + half, middle - 24), (middle + 24, after - half)]
        for start, end in pieces:
            start, end = (end, start + 2) if backwards else (start, end - 2)
            d.arrow((start, y), (end, y), colour=colour, width=2.2)


def _stack():
    """Three layers, each with a state of its own; the upper ones read the states below them."""
    d = Drawing(840, 400)
    for x, step in zip(_CENTRES, _STEPS, strict=True):
        d.letters(x, 386, f"x_{step}", colour=INPUT)
        for level, y in enumerate((300, 200, 100), start=1):
            d.box(x, y, "tanh", width=80, height=46)
            d.arrow((x, y + (68 if level == 1 else 77)), (x, y + 25))
            if level > 1:
                d.letters(x + 10, y + 56, f"h_{step}", anchor="start", size=15)
        d.arrow((x, 77), (x, 50))
        d.letters(x, 40, f"h_{step}", colour=OUTPUT)
    for level, y in enumerate((300, 200, 100)):
        d.letters(46, y + 6, "h_0", colour=STATE, anchor="end")
        d.arrow((54, y), (108, y), colour=STATE, width=2.2)
        d.arrow((732, y), (776, y), colour=STATE, width=2.2)
        d.words(784, y + 5, f"layer {level}", anchor="start", size=12)
        _states(d, _CENTRES, y, 42, STATE)
    return d.svg()


def _two_ways():
    """One network from each end; both read the same input, and their states stand side by side."""
    d = Drawing(880, 400)
    for x, step in zip(_CENTRES, _STEPS, strict=True):
        d.letters(x, 386, f"x_{step}", colour=INPUT)
        d.arrow((x, 366), (x, 352), (x - 32, 352), (x - 32, 306))
        d.arrow((x, 366), (x, 352), (x + 32, 352), (x + 32, 206))
        d.box(x - 32, 283, "tanh", width=56, height=42)
        d.box(x + 32, 183, "tanh", colour=MEMORY, width=56, height=42)
        d.arrow((x - 32, 262), (x - 32, 113))
        d.arrow((x + 32, 162), (x + 32, 113))
        d.box(x, 92, "side by side", colour=OUTPUT, width=124, height=38)
        d.arrow((x, 73), (x, 50))
        d.letters(x, 40, f"h_{step}", colour=OUTPUT)
    _states(d, [x - 32 for x in _CENTRES], 283, 29, STATE)
    _states(d, [x + 32 for x in _CENTRES], 183, 29, MEMORY, backwards=True)
    d.letters(38, 289, "f_0", colour=STATE, anchor="end")
    d.arrow((46, 283), (87, 283), colour=STATE, width=2.2)
    d.arrow((806, 183), (753, 183), colour=MEMORY, width=2.2)
    d.letters(814, 189, "g_{T+1}", colour=MEMORY, anchor="start")
    return d.svg()


PICTURES = (
    Picture(
        name="stacked",
        svg=_stack(),
        alt="Three layers unrolled in time: each has a state of its own that goes from step to step, and the upper ones"
        " read the states of the layer below.",
        exercise="stacked_rnn_forward",
    ),
    Picture(
        name="bidirectional",
        svg=_two_ways(),
        alt="Two networks unrolled in time over the same inputs, one from the left and one from the right; at each step"
        " their states stand side by side.",
        exercise="bidirectional_rnn_forward",
    ),
)

FIGURES = (
    Figure(
        who_sees_what,
        title="Who sees what?",
        text=r"""
How much does the output at step $t$ answer to the input at step $k$? Your own backward passes know: a gradient of one
goes in at $t$, and what arrives at every $k$ is a row of the picture (dark is much, white nothing). Which half is white
in the first picture, and why is none in the others?
""",
    ),
    Figure(
        what_dropout_leaves,
        title="What does dropout leave as it was?",
        text=r"""
A hundred activations, all of them 1, go through your own dropout, with hundreds of masks. Why does the average not
depend on `keep`, where in your code is that brought about, and what would the curve be if test time had to make up for
it instead?
""",
    ),
)
