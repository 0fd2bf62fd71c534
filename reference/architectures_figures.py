"""What A7 shows: the five ways to unroll one network, and how an LSTM learns to recall."""
# The functions are cells of the notebook; annotations would only be in the way there:
# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np

from grader import Figure, Picture
from reference.drawing import INPUT, OUTPUT, QUIET, STATE, Drawing


def how_far_back(figure, recall_batch, train_recall, recall_accuracy):
    rng = np.random.default_rng(0)
    T, V, H, N, batches = 5, 8, 24, 32, 300
    shapes = {"Wx": (V, 4 * H), "Wh": (H, 4 * H), "b": (4 * H,), "Wy": (H, V), "by": (V,)}
    params = {name: 0.3 * rng.standard_normal(shape) for name, shape in shapes.items()}
    numbers, fresh = rng.integers(V, size=(batches, N, T)), rng.integers(V, size=(100, T))
    axes = figure.add_subplot()
    for index in (4, 3, 2, 1, 0):
        losses, trained = train_recall(params, numbers, index, 0.02)
        accuracy = recall_accuracy(trained, recall_batch(fresh, index, V))
        axes.plot(losses, label=f"number {index} of 0 to {T - 1}: recalls {accuracy:.0%}")
    axes.axhline(np.log(V), color="0.5", linestyle=":", label=r"knows nothing: $\ln V$")
    axes.set(xlabel="batch", ylabel="loss", title="Five numbers in, one of them out")
    axes.legend()


def _five_graphs():
    """From left to right: which steps have an input, and which an output."""
    d = Drawing(1000, 300)
    graphs = (
        ("one to one", "no time at all", "1", "1"),
        ("many to one", "a class for a text", "111", "001"),
        ("many to many", "a label for each frame", "111", "111"),
        ("one to many", "a caption for an image", "100", "111"),
        ("sequence to sequence", "a translation", "11100", "00111"),
    )
    left = 40.0
    for title, example, inputs, outputs in graphs:
        centres = [left + 16 + 52 * number for number in range(len(inputs))]
        for number, (x, heard, said) in enumerate(zip(centres, inputs, outputs, strict=True)):
            d.box(x, 150, "", colour=STATE, width=32, height=42)
            if heard == "1":
                d.box(x, 226, "", colour=INPUT, width=32, height=42)
                d.arrow((x, 205), (x, 173))
            if said == "1":
                d.box(x, 74, "", colour=OUTPUT, width=32, height=42)
                d.arrow((x, 129), (x, 97))
            if number:
                d.arrow((x - 36, 150), (x - 18, 150), colour=STATE, width=2.2)
        middle = (centres[0] + centres[-1]) / 2
        d.words(middle, 34, title, colour=STATE, size=14)
        d.words(middle, 276, example, size=12, colour=QUIET)
        left = centres[-1] + 16 + (64 if len(inputs) > 1 else 56)
    return d.svg()


PICTURES = (
    Picture(
        name="five_graphs",
        svg=_five_graphs(),
        alt="Five unrolled graphs: one to one, many to one, many to many, one to many, and sequence to sequence. They"
        " differ in which steps have an input and which have an output.",
    ),
)

FIGURES = (
    Figure(
        how_far_back,
        title="How far back does it remember?",
        text=r"""
Your own LSTM learns the recall task five times, once for each place of the number that it has to say. The last number
is learned soonest: what need it not survive? And why is the very first one, which has to survive most, learned sooner
than those in the middle: how does its step differ from all others?
""",
    ),
)
