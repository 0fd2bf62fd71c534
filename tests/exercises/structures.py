"""Dictionaries, lists of layers, numbers, texts, words and flags: every form that an argument or a result can have.

It stands here, like `affine`, to prove that `grader/` is generic: nothing in it is of the course.
"""

import numpy as np

from grader import Assignment, Mistake, Probe, backward, forward, plain


def tower_forward(x, layers):
    """The outputs of a tower of affine layers, one upon the other."""
    inputs = []
    for w, b in layers:
        inputs.append(x)
        x = x @ w + b
    return x, (inputs, layers)


def tower_backward(dout, cache):
    """The gradients of the tower: of its input and of every layer."""
    inputs, layers = cache
    dlayers = []
    for x, (w, _) in zip(inputs[::-1], layers[::-1], strict=True):
        dlayers.append((x.T @ dout, dout.sum(axis=0)))
        dout = dout @ w.T
    return dout, dlayers[::-1]


def fit_loss(params, batch):
    """Half the summed squared error of a linear model, and its gradients."""
    error = batch["x"] @ params["w"] + params["b"] - batch["y"]
    loss = 0.5 * np.sum(error**2)
    return loss, {"w": batch["x"].T @ error, "b": error.sum(axis=0)}


def descend(params, grads, rate):
    """The parameters after one step of gradient descent."""
    return {name: params[name] - rate * grads[name] for name in params}


def scaled(grads, largest):
    """Gradients of any shapes, scaled so that no entry is larger than a bound."""
    peak = max(np.max(np.abs(grad)) for grad in grads)
    factor = min(1.0, largest / peak) if peak else 1.0
    return [factor * grad for grad in grads], peak


def window(x, stop, start, reverse):
    """The rows of x from start up to stop, the last one included, turned round on demand."""
    rows = x[start : stop + 1].sum(axis=0)
    return -rows if reverse else rows


def letters_of(text):
    """The different characters of a text, sorted."""
    return "".join(sorted(set(text)))


def cost(layers):
    """How many numbers the layers hold."""
    total = 0
    for kind, inputs, units in layers:
        total += inputs * units + (units if kind == "biased" else 0)
    return total


TOWER_FORWARD = forward(
    tower_forward,
    takes=("x: N D", "layers: L * (w: D|H H, weight; b: H, bias)"),
    gives=("out: N H",),
    points=2,
    mistakes=(Mistake("no bias", (("x @ w + b", "x @ w"),), "Does every layer have a bias?"),),
)

TOWER_BACKWARD = backward(
    tower_backward,
    of=TOWER_FORWARD,
    points=3,
    mistakes=(
        Mistake("layers upside down", (("dlayers[::-1]", "dlayers"),), "Which layer's gradients come first?"),
        Mistake("first layer missing", (("dlayers[::-1]", "dlayers[::-1][1:]"),), "How many layers have gradients?"),
    ),
)

FIT_LOSS = plain(
    fit_loss,
    takes=("params: {w: D M, weight; b: M, bias}", "batch: {x: N D; y: N M}"),
    gives=("loss:", "grads: {w: D M; b: M}"),
    slopes={"grads": ("loss", "params")},
    points=3,
    mistakes=(
        Mistake("factor two", (("0.5 * ", ""),), "What does the square bring down?"),
        Mistake("bias averaged", (("error.sum", "error.mean"),), "Is the loss a sum or a mean?"),
        Mistake("a key missing", ((', "b": error.sum(axis=0)', ""),), "Which parameters have gradients?"),
    ),
)

DESCEND = plain(
    descend,
    takes=("params: {w: D M; b: M}", "grads: {w: D M; b: M}", "rate:, number 0.01 to 0.5"),
    gives=("params: {w: D M; b: M}",),
    points=1,
    keeps=True,
    mistakes=(Mistake("uphill", (("- rate", "+ rate"),), "Which way is down?"),),
)

SCALED = plain(
    scaled,
    takes=("grads: [w: D M; b: M; x: N D]", "largest:, number 0.2 to 2"),
    gives=("clipped: [w: D M; b: M; x: N D]", "peak:"),
    points=2,
    probes=(
        Probe(
            "zero gradients",
            lambda rng, inputs: {name: 0 * value if "[" in name else value for name, value in inputs.items()},
            "What is divided by what when all of them are zero?",
        ),
    ),
    mistakes=(Mistake("also upwards", (("min(1.0, largest / peak)", "largest / peak"),), "Is it ever enlarged?"),),
)

WINDOW = plain(
    window,
    takes=("x: T D", "stop:, below T", "start:, 0 to stop", "reverse:, flag"),
    gives=("rows: D",),
    points=1,
    mistakes=(Mistake("last row left out", (("stop + 1", "stop"),), "Does the last row count?"),),
)

LETTERS_OF = plain(
    letters_of,
    takes=("text: T, text",),
    gives=("letters: T, text",),
    points=1,
    mistakes=(Mistake("not sorted", (("sorted(set(text))", "dict.fromkeys(text)"),), "In which order do they come?"),),
)

COST = plain(
    cost,
    takes=("layers: L * (kind:, one of biased|bare; inputs:, 1 to 9; units:, 1 to 9)",),
    gives=("total:",),
    points=1,
    mistakes=(Mistake("bias forgotten", (('units if kind == "biased" else 0', "0"),), "What else is learned?"),),
)

ASSIGNMENT = Assignment(
    name="structures",
    title="Forms of arguments",
    intro="Every form that an argument or a result can have.",
    exercises=(TOWER_FORWARD, TOWER_BACKWARD, FIT_LOSS, DESCEND, SCALED, WINDOW, LETTERS_OF, COST),
    shapes=("N=3 T=5 D=2 H=4 M=4 L=2", "N=1 T=1 D=1 H=1 M=1 L=1", "N=2 T=3 D=3 H=2 M=3 L=3", "N=4 T=6 D=3 H=3 M=2 L=1"),
)
