"""What A6 shows: the network that reads characters, the one that writes them, and the student's own at its training."""
# The functions are cells of the notebook; annotations would only be in the way there:
# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np

from grader import Figure, Picture
from reference.drawing import INPUT, OUTPUT, QUIET, STATE, Drawing, Row, unrolled
from reference.texts import load_text


def while_it_trains(figure, build_vocab, encode, decode, init_params, train, sample):
    text = load_text("sonnets.txt")
    chars, written = build_vocab(text), []
    for steps in (100, 1000, 5000):  # each time from the beginning, and for longer
        params = init_params(len(chars), 64, np.random.default_rng(0))
        losses, params = train(encode(text, chars), params, 25, steps, 0.1, 5.0)
        smooth = np.convolve(losses / 25, np.ones(50) / 50, "valid")
        figure.clear()
        axes = figure.add_subplot()
        axes.plot(np.arange(len(smooth)) + 50, smooth, label="your network")
        axes.axhline(np.log(len(chars)), color="0.5", linestyle=":", label=r"knows nothing: $\ln V$")
        axes.set(xlabel="step", ylabel="loss of a character", title="Training on sonnets")
        axes.legend()
        for temperature in (0.7,) if steps < 5000 else (0.7, 0.3, 1.2):
            rng = np.random.default_rng(1)
            letters = sample(params, np.zeros(64), chars.index("S"), 160, rng, temperature)
            written.append(f"--- {steps} steps, temperature {temperature}\nS{decode(letters, chars)}")
        yield "\n\n".join(written)


def _hello():
    """The network writes: what it has said comes back to it as its next input."""
    d = Drawing(950, 370)
    centres = (140, 320, 500, 680)
    d.letters(30, 191, "h_0", colour=STATE, anchor="end")
    d.arrow((38, 185), (96, 185), colour=STATE, width=2.2)
    for number, (x, said, heard) in enumerate(zip(centres, "ello", "hell", strict=True)):
        d.box(x, 185, "tanh", width=84, height=52)
        d.box(x, 95, "softmax", colour=OUTPUT, width=104, height=38)
        d.box(x, 275, "one-hot", colour=INPUT, width=104, height=38)
        for low, high in ((256, 211), (159, 114)):
            d.arrow((x, low), (x, high + 2))
        d.arrow((x, 322), (x, 296))
        d.words(x, 342, f"“{heard}”", colour=INPUT, size=18)
        d.arrow((x, 76), (x, 54))
        d.words(x, 44, f"“{said}”", colour=OUTPUT, size=18)
        if number < 3:
            d.arrow((x + 42, 185), (centres[number + 1] - 44, 185), colour=STATE, width=2.2)
            d.letters(x + 66, 176, f"h_{number + 1}", colour=STATE)
            d.arrow((x + 18, 38), (x + 90, 38), (x + 90, 336), (x + 160, 336), colour=QUIET, dashed=True, width=1.6)
    d.arrow((772, 185), (812, 185), colour=QUIET, dashed=True, width=1.6)
    d.words(820, 190, "drawn, then read", anchor="start")
    return d.svg()


PICTURES = (
    Picture(
        name="unrolled",
        svg=unrolled(
            Row("tanh", "h"),
            above=(Row("affine", "s"), Row("loss", "E", "char_rnn_loss")),
            gradient_of_inputs=False,
        ),
        alt="The language model unrolled in time: one-hot characters go in, states become scores, and each step has a"
        " loss; gradients go back along every arrow but to the characters.",
    ),
    Picture(
        name="sampling",
        svg=_hello(),
        alt="The network writes hello: each character that was drawn is the next input.",
        exercise="sample",
    ),
)

FIGURES = (
    Figure(
        while_it_trains,
        title="What does it learn first?",
        text=r"""
Your own network reads sonnets, for a hundred steps, for a thousand and for five thousand, and writes a little each
time. It takes some seconds, and the figure is drawn anew after each. What does it know after a hundred steps, what only
after five thousand, and what does the temperature change?
""",
    ),
)
