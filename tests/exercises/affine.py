"""Affine layers, a lookup table and two scalars: an assignment that has nothing to do with the course's.

It stands here to prove that `grader/` is generic, so it uses every kind of declaration once: forward, backward
and plain, integer and bool inputs, a multiple and a sum of axes, slopes, a probe, a prerequisite and mistakes.
"""

import numpy as np

from grader import Assignment, Mistake, Probe, backward, forward, plain


def affine_forward(x, w, b):
    """The outputs of an affine layer: every row of x times w, plus b."""
    out = x @ w + b
    return out, (x, w)


def affine_backward(dout, cache):
    """The gradients of an affine layer with respect to its input, weights and bias."""
    x, w = cache
    dx = dout @ w.T
    dw = x.T @ dout
    db = dout.sum(axis=0)
    return dx, dw, db


def lookup_forward(index, table):
    """The rows of a table that an array of indices names."""
    out = table[index]
    return out, (index, table.shape)


def lookup_backward(dout, cache):
    """The gradient of a lookup with respect to its table."""
    index, shape = cache
    dtable = np.zeros(shape)
    np.add.at(dtable, index, dout)
    return dtable


def two_affine_forward(x, w, b):
    """The outputs of the same square affine layer, applied twice."""
    middle, first = affine_forward(x, w, b)
    out, second = affine_forward(middle, w, b)
    return out, (first, second)


def two_affine_backward(dout, cache):
    """The gradients of the layer that was applied twice."""
    first, second = cache
    dmiddle, dw_second, db_second = affine_backward(dout, second)
    dx, dw_first, db_first = affine_backward(dmiddle, first)
    return dx, dw_first + dw_second, db_first + db_second


def split_halves(wide, tail):
    """The sum of the two halves of every wide row, with a tail put behind it."""
    columns = wide.shape[1] // 2
    halves = wide[:, :columns] + wide[:, columns:]
    return np.concatenate([halves, tail], axis=1)


def scale_loss(x, scale, keep):
    """Half the mean squared length of the kept, scaled rows, and its gradients."""
    scaled = (x * scale) * keep[:, None]
    rows = x.shape[0]
    loss = 0.5 * np.sum(scaled**2) / rows
    dx = scaled * scale / rows
    dscale = np.sum(scaled * x, axis=0) / rows
    return loss, dx, dscale


def log_sum_exp(x):
    """The logarithm of the summed exponentials of every row, safe for huge values."""
    peak = x.max(axis=1)
    total = np.exp(x - peak[:, None]).sum(axis=1)
    return peak + np.log(total)


AFFINE_FORWARD = forward(
    affine_forward,
    takes=("x: N D", "w: D M, weight", "b: M, bias"),
    gives=("out: N M",),
    points=2,
    task="Compute the layer for all rows at once.",
    mistakes=(
        Mistake("no bias", (("x @ w + b", "x @ w"),), "Does every input of the layer have a say in its output?"),
        Mistake("bias twice", (("x @ w + b", "x @ w + 2 * b"),), "How often is the bias added?"),
        Mistake("first row only", (("x @ w + b", "x[:1] @ w + b + 0 * x @ w"),), "Does every row see its own input?"),
    ),
)

AFFINE_BACKWARD = backward(
    affine_backward,
    of=AFFINE_FORWARD,
    points=3,
    task="Every gradient has the shape of the tensor that it belongs to.",
    mistakes=(
        Mistake("bias averaged", (("dout.sum(axis=0)", "dout.mean(axis=0)"),), "Is the loss a sum or a mean of rows?"),
        Mistake(
            "weights divided by the batch",
            (("x.T @ dout", "x.T @ dout / x.shape[0]"),),
            "Where would a division by the number of rows come from?",
        ),
        Mistake("sign of dx", (("dx = dout @ w.T", "dx = -dout @ w.T"),), "Which way does the output go when x grows?"),
    ),
)

LOOKUP_FORWARD = forward(
    lookup_forward,
    takes=("index: N T, below V", "table: V D"),
    gives=("out: N T D",),
    points=1,
    task="No loop over the indices is needed.",
    mistakes=(
        Mistake("shifted by one", (("table[index]", "table[index - 1]"),), "Where does counting start?"),
        Mistake("reversed", (("table[index]", "table[::-1][index]"),), "Which end of the table comes first?"),
    ),
)

LOOKUP_BACKWARD = backward(
    lookup_backward,
    of=LOOKUP_FORWARD,
    points=2,
    task="One row can be looked up more than once.",
    mistakes=(
        Mistake(
            "repeats counted once",
            (("np.add.at(dtable, index, dout)", "dtable[index] += dout"),),
            "What happens to a row that is looked up twice?",
        ),
        Mistake(
            "divided by the batch",
            (("np.add.at(dtable, index, dout)", "np.add.at(dtable, index, dout / len(index))"),),
            "Where would a division by the number of rows come from?",
        ),
    ),
)

TWO_AFFINE_FORWARD = forward(
    two_affine_forward,
    takes=("x: N D", "w: D D, weight", "b: D, bias"),
    gives=("out: N D",),
    points=2,
    requires=("affine_forward",),
    task="The second time, the layer's input is its own output.",
    mistakes=(
        Mistake(
            "input fed twice",
            (("affine_forward(middle, w, b)", "affine_forward(x, w, b)"),),
            "What does the second application read?",
        ),
        Mistake("only once", (("return out, (first, second)", "return middle, (first, second)"),), "How many layers?"),
    ),
)

TWO_AFFINE_BACKWARD = backward(
    two_affine_backward,
    of=TWO_AFFINE_FORWARD,
    points=3,
    requires=("affine_backward",),
    task="The two applications share their weights.",
    mistakes=(
        Mistake("first weights lost", (("dw_first + dw_second", "dw_second"),), "How many paths lead to the weights?"),
        Mistake(
            "middle skipped",
            (("affine_backward(dmiddle, first)", "affine_backward(dout, first)"),),
            "Which gradient arrives at the first application?",
        ),
    ),
)

SPLIT_HALVES = plain(
    split_halves,
    takes=("wide: N 2H", "tail: N D"),
    gives=("joined: N H+D",),
    points=1,
    task="The halves are columns, not rows.",
    mistakes=(
        Mistake("tail first", (("[halves, tail]", "[tail, halves]"),), "In which order are the parts joined?"),
        Mistake("halves subtracted", (("[:, :columns] +", "[:, :columns] -"),), "Is a half added or taken away?"),
    ),
)

SCALE_LOSS = plain(
    scale_loss,
    takes=("x: N D", "scale: D, weight", "keep: N, bool"),
    gives=("loss:", "dx: N D", "dscale: D"),
    slopes={"dx": ("loss", "x"), "dscale": ("loss", "scale")},
    points=3,
    task="Rows that are not kept add nothing to the loss, but they count in the mean.",
    mistakes=(
        Mistake("mask ignored", (("(x * scale) * keep[:, None]", "x * scale"),), "Which rows should count?"),
        Mistake("mean over kept rows", (("x.shape[0]", "keep.sum()"),), "What is the sum divided by?"),
        Mistake("half forgotten", (("0.5 * np.sum", "np.sum"),), "Is the loss the one that the gradient belongs to?"),
        Mistake("inner derivative", (("scaled * scale / rows", "scaled / rows"),), "Which factors depend on x?"),
    ),
)


def _huge(rng: np.random.Generator, inputs: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The inputs with every row moved by 800 up or down, where a plain exponential overflows or vanishes."""
    offset = rng.choice([-800.0, 800.0], size=(inputs["x"].shape[0], 1))
    return {**inputs, "x": inputs["x"] + offset}


LOG_SUM_EXP = plain(
    log_sum_exp,
    takes=("x: N D",),
    gives=("y: N",),
    points=2,
    task="Values of ±800 must not overflow.",
    probes=(Probe("values of ±800", _huge, "What is the exponential of 800 in floating point?"),),
    mistakes=(
        Mistake(
            "no shift",
            (("np.exp(x - peak[:, None])", "np.exp(x)"), ("peak + np.log", "np.log")),
            "What is the exponential of 800 in floating point?",
        ),
        Mistake("shift not undone", (("peak + np.log", "np.log"),), "Is what was taken out put back?"),
    ),
)

ASSIGNMENT = Assignment(
    name="affine",
    title="Affine layers",
    intro="A warm-up: layers whose gradients fit on one line, a table of rows, and a loss with a mask.",
    exercises=(
        AFFINE_FORWARD,
        AFFINE_BACKWARD,
        LOOKUP_FORWARD,
        LOOKUP_BACKWARD,
        TWO_AFFINE_FORWARD,
        TWO_AFFINE_BACKWARD,
        SPLIT_HALVES,
        SCALE_LOSS,
        LOG_SUM_EXP,
    ),
    shapes=(
        "N=3 T=5 D=2 M=4 H=3 V=5",
        "N=1 T=1 D=1 M=1 H=1 V=1",
        "N=2 T=4 D=3 M=2 H=2 V=3",
        "N=4 T=2 D=3 M=5 H=1 V=6",
    ),
)
