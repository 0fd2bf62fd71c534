"""A3: the GRU, and the three mutants that a search for better cells came up with.

INSTRUCTORS ONLY. The functions are the solution as a student would write it; every top-level function of this
module is part of it. What each exercise takes, gives and is worth is declared below them.
"""
# The shapes of all arguments stand in the declarations; annotations would say less and hide the equations:
# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np

from grader import Assignment, backward, forward
from reference import SHAPES
from reference import gated_mistakes as wrong
from reference.gated_equivalents import EQUIVALENTS
from reference.gated_errata import ERRATA
from reference.gated_figures import FIGURES, PICTURES


def sigmoid(x):
    """The logistic function of every entry."""
    return 0.5 * (1 + np.tanh(0.5 * x))  # the same curve as tanh, half as steep: nothing can overflow


def gru_step_forward(x, prev_h, Wx, Wh, b):
    """One step of the network: the next hidden state."""
    Wxr, Wxz, Wxh = np.split(Wx, 3, axis=1)
    Whr, Whz, Whh = np.split(Wh, 3, axis=1)
    br, bz, bh = np.split(b, 3)
    r = sigmoid(x @ Wxr + prev_h @ Whr + br)
    z = sigmoid(x @ Wxz + prev_h @ Whz + bz)
    h_tilde = np.tanh(x @ Wxh + (r * prev_h) @ Whh + bh)
    next_h = z * prev_h + (1 - z) * h_tilde
    return next_h, (x, prev_h, Wx, Wh, r, z, h_tilde)


def gru_step_backward(dnext_h, cache):
    """One step backwards: the gradients of everything that went into it."""
    x, prev_h, Wx, Wh, r, z, h_tilde = cache
    Whr, Whz, Whh = np.split(Wh, 3, axis=1)
    dz = dnext_h * (prev_h - h_tilde)
    dh_tilde = dnext_h * (1 - z)
    dah = dh_tilde * (1 - h_tilde**2)
    drh = dah @ Whh.T  # rh is the state behind the reset gate
    dr = drh * prev_h
    dar = dr * r * (1 - r)
    daz = dz * z * (1 - z)
    da = np.hstack([dar, daz, dah])
    dx = da @ Wx.T
    dprev_h = dnext_h * z + drh * r + dar @ Whr.T + daz @ Whz.T
    dWx = x.T @ da
    dWh = np.hstack([prev_h.T @ dar, prev_h.T @ daz, (r * prev_h).T @ dah])
    db = da.sum(axis=0)
    return dx, dprev_h, dWx, dWh, db


def gru_forward(x, h0, Wx, Wh, b):
    """The whole sequence: the hidden state after every step."""
    N, T, _ = x.shape
    h, caches = np.zeros((N, T, h0.shape[1])), []
    prev_h = h0
    for t in range(T):
        prev_h, cache = gru_step_forward(x[:, t], prev_h, Wx, Wh, b)
        h[:, t] = prev_h
        caches.append(cache)
    return h, (x, Wx, Wh, b, caches)


def gru_backward(dh, cache):
    """Backpropagation through time: the gradients of the whole sequence's inputs."""
    x, Wx, Wh, b, caches = cache
    T = dh.shape[1]
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    dprev_h = np.zeros_like(dh[:, 0])
    for t in reversed(range(T)):
        dnext_h = dh[:, t] + dprev_h  # from the loss at this step, and from all later steps
        dx_t, dprev_h, dWx_t, dWh_t, db_t = gru_step_backward(dnext_h, caches[t])
        dx[:, t] = dx_t
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    dh0 = dprev_h
    return dx, dh0, dWx, dWh, db


def mut1_step_forward(x, prev_h, Wxz, Wxr, Whr, Whh, bz, br, bh):
    """One step of MUT1: the next hidden state."""
    z = sigmoid(x @ Wxz + bz)
    r = sigmoid(x @ Wxr + prev_h @ Whr + br)
    tanh_x = np.tanh(x)
    h_tilde = np.tanh((r * prev_h) @ Whh + tanh_x + bh)
    next_h = h_tilde * z + prev_h * (1 - z)
    return next_h, (x, prev_h, Wxz, Wxr, Whr, Whh, z, r, tanh_x, h_tilde)


def mut1_step_backward(dnext_h, cache):
    """One step of MUT1 backwards: the gradients of everything that went into it."""
    x, prev_h, Wxz, Wxr, Whr, Whh, z, r, tanh_x, h_tilde = cache
    dah = dnext_h * z * (1 - h_tilde**2)
    daz = dnext_h * (h_tilde - prev_h) * z * (1 - z)
    drh = dah @ Whh.T
    dar = drh * prev_h * r * (1 - r)
    dx = daz @ Wxz.T + dar @ Wxr.T + dah * (1 - tanh_x**2)
    dprev_h = dnext_h * (1 - z) + drh * r + dar @ Whr.T
    dWxz = x.T @ daz
    dWxr = x.T @ dar
    dWhr = prev_h.T @ dar
    dWhh = (r * prev_h).T @ dah
    dbz, dbr, dbh = daz.sum(axis=0), dar.sum(axis=0), dah.sum(axis=0)
    return dx, dprev_h, dWxz, dWxr, dWhr, dWhh, dbz, dbr, dbh


def mut2_step_forward(x, prev_h, Wxz, Whz, Whr, Wxh, Whh, bz, br, bh):
    """One step of MUT2: the next hidden state."""
    z = sigmoid(x @ Wxz + prev_h @ Whz + bz)
    r = sigmoid(x + prev_h @ Whr + br)
    h_tilde = np.tanh((r * prev_h) @ Whh + x @ Wxh + bh)
    next_h = h_tilde * z + prev_h * (1 - z)
    return next_h, (x, prev_h, Wxz, Whz, Whr, Wxh, Whh, z, r, h_tilde)


def mut2_step_backward(dnext_h, cache):
    """One step of MUT2 backwards: the gradients of everything that went into it."""
    x, prev_h, Wxz, Whz, Whr, Wxh, Whh, z, r, h_tilde = cache
    dah = dnext_h * z * (1 - h_tilde**2)
    daz = dnext_h * (h_tilde - prev_h) * z * (1 - z)
    drh = dah @ Whh.T
    dar = drh * prev_h * r * (1 - r)
    dx = daz @ Wxz.T + dar + dah @ Wxh.T
    dprev_h = dnext_h * (1 - z) + drh * r + dar @ Whr.T + daz @ Whz.T
    dWxz = x.T @ daz
    dWhz = prev_h.T @ daz
    dWhr = prev_h.T @ dar
    dWxh = x.T @ dah
    dWhh = (r * prev_h).T @ dah
    dbz, dbr, dbh = daz.sum(axis=0), dar.sum(axis=0), dah.sum(axis=0)
    return dx, dprev_h, dWxz, dWhz, dWhr, dWxh, dWhh, dbz, dbr, dbh


def mut3_step_forward(x, prev_h, Wxz, Whz, Wxr, Whr, Wxh, Whh, bz, br, bh):
    """One step of MUT3: the next hidden state."""
    tanh_h = np.tanh(prev_h)
    z = sigmoid(x @ Wxz + tanh_h @ Whz + bz)
    r = sigmoid(x @ Wxr + prev_h @ Whr + br)
    h_tilde = np.tanh((r * prev_h) @ Whh + x @ Wxh + bh)
    next_h = h_tilde * z + prev_h * (1 - z)
    return next_h, (x, prev_h, Wxz, Whz, Wxr, Whr, Wxh, Whh, tanh_h, z, r, h_tilde)


def mut3_step_backward(dnext_h, cache):
    """One step of MUT3 backwards: the gradients of everything that went into it."""
    x, prev_h, Wxz, Whz, Wxr, Whr, Wxh, Whh, tanh_h, z, r, h_tilde = cache
    dah = dnext_h * z * (1 - h_tilde**2)
    daz = dnext_h * (h_tilde - prev_h) * z * (1 - z)
    drh = dah @ Whh.T
    dar = drh * prev_h * r * (1 - r)
    dtanh_h = daz @ Whz.T
    dx = daz @ Wxz.T + dar @ Wxr.T + dah @ Wxh.T
    dprev_h = dnext_h * (1 - z) + drh * r + dar @ Whr.T + dtanh_h * (1 - tanh_h**2)
    dWxz = x.T @ daz
    dWhz = tanh_h.T @ daz
    dWxr = x.T @ dar
    dWhr = prev_h.T @ dar
    dWxh = x.T @ dah
    dWhh = (r * prev_h).T @ dah
    dbz, dbr, dbh = daz.sum(axis=0), dar.sum(axis=0), dah.sum(axis=0)
    return dx, dprev_h, dWxz, dWhz, dWxr, dWhr, dWxh, dWhh, dbz, dbr, dbh


STEP_FORWARD = forward(
    gru_step_forward,
    takes=("x: N D", "prev_h: N H", "Wx: D 3H, weight", "Wh: H 3H, weight", "b: 3H, bias"),
    gives=("next_h: N H",),
    points=12,
    task=r"""
The $3H$ columns of `Wx`, `Wh` and `b` are three blocks of $H$ neighbours: those of the reset gate $r$, of the update
gate $z$ and of the candidate $\tilde{h}$, in this order. With the blocks named after what they make:

$$r = \sigma(x_t W_{xr} + h_{t-1} W_{hr} + b_r),\qquad z = \sigma(x_t W_{xz} + h_{t-1} W_{hz} + b_z)$$

$$\tilde{h} = \tanh\left(x_t W_{xh} + (r \odot h_{t-1}) W_{hh} + b_h\right)$$

$$h_t = z \odot h_{t-1} + (1 - z) \odot \tilde{h}$$

Two things to get right. The reset gate closes *before* the product: it decides which entries of the old state the
candidate may look at. And $z$ *keeps*: at $z = 1$ the state passes through the step untouched. You need your
`sigmoid` of the LSTM assignment; copy it into this file.
""",
    mistakes=wrong.STEP_FORWARD,
)

STEP_BACKWARD = backward(
    gru_step_backward,
    of=STEP_FORWARD,
    points=20,
    task=r"""
Draw the graph and count the arrows that leave `prev_h`: it feeds both gates, it reaches the candidate through the
reset gate, and it is carried over directly. Every arrow brings a share of `dprev_h` back. The two gates and the
candidate are undone like those of the LSTM. Only one of the three recurrent blocks did not multiply `prev_h`
itself; think of what it did multiply, both when you go through it and when you find the gradient of its weights.
""",
    mistakes=wrong.STEP_BACKWARD,
)

FORWARD = forward(
    gru_forward,
    takes=("x: N T D", "h0: N H", "Wx: D 3H, weight", "Wh: H 3H, weight", "b: 3H, bias"),
    gives=("h: N T H",),
    points=6,
    scans=STEP_FORWARD,
    task=r"""
Unroll the GRU, from `h0`, with the same parameters at every step; `h[:, t]` is the state after the input `x[:, t]`.
There is one state again, as in the vanilla RNN: what the LSTM keeps in its cell, the GRU keeps in $h$ itself.
""",
    mistakes=wrong.FORWARD,
)

BACKWARD = backward(
    gru_backward,
    of=FORWARD,
    points=12,
    requires=("gru_step_backward",),
    task=r"""
The walk back through time is that of the vanilla RNN: each state owes its gradient to the loss at its own step and to
the step after it, and the parameters collect a share from every step. If you have written it once, what has to change?
""",
    mistakes=wrong.BACKWARD,
)

_MATRICES = "{0}: H H, weight"
_BIASES = ("bz: H, bias", "br: H, bias", "bh: H, bias")
_STATES = ("x: N H", "prev_h: N H")  # D = H: the input is added to what has H entries

MUT1_FORWARD = forward(
    mut1_step_forward,
    takes=(*_STATES, *map(_MATRICES.format, ("Wxz", "Wxr", "Whr", "Whh")), *_BIASES),
    gives=("next_h: N H",),
    points=6,
    task=r"""
The first of the mutants decides how much to renew from the input alone, and shows the candidate the input as it is,
squashed but not weighed:

$$z = \sigma(x_t W_{xz} + b_z),\qquad r = \sigma(x_t W_{xr} + h_{t-1} W_{hr} + b_r)$$

$$\tilde{h} = \tanh\left((r \odot h_{t-1}) W_{hh} + \tanh(x_t) + b_h\right)$$

$$h_t = z \odot \tilde{h} + (1 - z) \odot h_{t-1}$$

$\tanh(x_t)$ is added to numbers of which there are $H$, so this cell needs $D = H$: `x` has the shape $(N, H)$. And
look at the last line: here $z$ *renews*, other than in the GRU.
""",
    mistakes=wrong.MUT1_FORWARD,
)

MUT1_BACKWARD = backward(
    mut1_step_backward,
    of=MUT1_FORWARD,
    points=11,
    task=r"""
The input has three ways into this step and the previous state has three; which of them lead through a matrix? One way
of the input has a tanh of its own on it. The other parameters are products of the kind you know by now.
""",
    mistakes=wrong.MUT1_BACKWARD,
)

MUT2_FORWARD = forward(
    mut2_step_forward,
    takes=(*_STATES, *map(_MATRICES.format, ("Wxz", "Whz", "Whr", "Wxh", "Whh")), *_BIASES),
    gives=("next_h: N H",),
    points=6,
    task=r"""
The second mutant saves a matrix at another place: the input enters the reset gate as it is, with neither weights nor
a tanh.

$$z = \sigma(x_t W_{xz} + h_{t-1} W_{hz} + b_z),\qquad r = \sigma(x_t + h_{t-1} W_{hr} + b_r)$$

$$\tilde{h} = \tanh\left((r \odot h_{t-1}) W_{hh} + x_t W_{xh} + b_h\right)$$

$$h_t = z \odot \tilde{h} + (1 - z) \odot h_{t-1}$$

Again $D = H$, now because of the reset gate.
""",
    mistakes=wrong.MUT2_FORWARD,
)

MUT2_BACKWARD = backward(
    mut2_step_backward,
    of=MUT2_FORWARD,
    points=11,
    task=r"""
Three ways for the input, four for the previous state. What becomes of a gradient that goes back along an arrow on
which nothing was done?
""",
    mistakes=wrong.MUT2_BACKWARD,
)

MUT3_FORWARD = forward(
    mut3_step_forward,
    takes=(
        "x: N D",
        "prev_h: N H",
        "Wxz: D H, weight",
        "Whz: H H, weight",
        "Wxr: D H, weight",
        "Whr: H H, weight",
        "Wxh: D H, weight",
        "Whh: H H, weight",
        *_BIASES,
    ),
    gives=("next_h: N H",),
    points=6,
    task=r"""
The third mutant is nearest to the GRU. All its matrices are there, so $D$ and $H$ are free; only the update gate sees
the previous state through a tanh:

$$z = \sigma(x_t W_{xz} + \tanh(h_{t-1}) W_{hz} + b_z),\qquad r = \sigma(x_t W_{xr} + h_{t-1} W_{hr} + b_r)$$

$$\tilde{h} = \tanh\left((r \odot h_{t-1}) W_{hh} + x_t W_{xh} + b_h\right)$$

$$h_t = z \odot \tilde{h} + (1 - z) \odot h_{t-1}$$
""",
    mistakes=wrong.MUT3_FORWARD,
)

MUT3_BACKWARD = backward(
    mut3_step_backward,
    of=MUT3_FORWARD,
    points=10,
    task=r"""
One of the four ways of the previous state leads through a tanh before it meets its matrix. What does that change for
the gradient of the state, and what for the gradient of that matrix?
""",
    mistakes=wrong.MUT3_BACKWARD,
)

INTRO = r"""
The LSTM works; which of its parts does it need? The Gated Recurrent Unit does with two gates and with no cell: its
only state is a weighted mean of the old state and of a new candidate, and the weights are the network's own. In 2015
Jozefowicz and others let a program search through ten thousand cells for better ones. The three that it liked best,
MUT1 to MUT3, are all relatives of the GRU. In this assignment you build the four of them, forwards and backwards, and
train your eye for small differences: a cell that is almost the right one runs without an error and learns something
else.

**Lectures.** L3 (the GRU and MUT1 to MUT3), L4 (the GRU, on the concatenation $[h_{t-1}, x_t]$).

**Notation** as before: $N$ sequences, $T$ steps, $D$ features, $H$ hidden units, batch first, rows multiplied from the
left; $\sigma$ is the sigmoid, $\odot$ the product entry by entry. The slides multiply columns from the left, so their
matrices are the transposes of ours. They also count the time of the mutants differently: their $h_t$ is the state
*before* the step, our `prev_h`, and their $h_{t+1}$ is our `next_h`.

| name | what it is | question it answers |
|---|---|---|
| $r$ | reset gate | which entries of the old state may the candidate see? |
| $z$ | update gate | GRU: how much of the old state is *kept*? MUT1 to MUT3: how much is *renewed*? |
| $\tilde{h}$ | candidate | what would the new state be? |

**Signatures.** The GRU has its weights stacked, in the order $r, z, \tilde{h}$. The mutants lack now this block and
now that, so each of their matrices and biases is an argument of its own, named after where it comes from and where it
leads: `Wxz` leads from $x$ to $z$. MUT1 and MUT2 add the input itself to vectors of length $H$ and so need $D = H$.

**The order of the blocks** is a convention once more, and so is the place of the reset.

| | order of the blocks | reset |
|---|---|---|
| here | $r, z, \tilde{h}$ | before the product |
| PyTorch | $r, z, n$ (its $n$ is our $\tilde{h}$) | after the product |
| Keras | $z, r, h$ (its $h$ is our $\tilde{h}$) | after the product, unless `reset_after=False` |
| ONNX | $z, r, h$ (its $h$ is our $\tilde{h}$) | as `linear_before_reset` says |

**What is judged.** Your values and their shapes, at many sizes, a batch of one and a sequence of one among them.
A function that falls only because it calls an earlier one that is wrong is reported as blocked, not as failed: mend
the earlier one first. Work in `float64`; leave the arguments you are given unchanged.
"""

ASSIGNMENT = Assignment(
    name="gated",
    title="The GRU and the mutants",
    intro=INTRO,
    exercises=(
        STEP_FORWARD,
        STEP_BACKWARD,
        FORWARD,
        BACKWARD,
        MUT1_FORWARD,
        MUT1_BACKWARD,
        MUT2_FORWARD,
        MUT2_BACKWARD,
        MUT3_FORWARD,
        MUT3_BACKWARD,
    ),
    shapes=SHAPES,
    equivalents=EQUIVALENTS,
    errata=ERRATA,
    pictures=PICTURES,
    figures=FIGURES,
)
