"""A2: the LSTM, and the additive cell that it grew out of.

INSTRUCTORS ONLY. The functions are the solution as a student would write it; every top-level function of this
module is part of it. What each exercise takes, gives and is worth is declared below them.
"""
# The shapes of all arguments stand in the declarations; annotations would say less and hide the equations:
# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np

from grader import Assignment, Probe, backward, forward, plain
from reference import SHAPES
from reference import lstm_mistakes as wrong
from reference.lstm_equivalents import EQUIVALENTS
from reference.lstm_errata import ERRATA
from reference.lstm_figures import FIGURES, PICTURES


def sigmoid(x):
    """The logistic function of every entry."""
    e = np.exp(-np.abs(x))  # at most 1, whatever the sign of x
    return np.where(x >= 0, 1, e) / (1 + e)


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    """One step of the network: the next hidden state and the next cell state."""
    a = x @ Wx + prev_h @ Wh + b
    ai, af, ao, ag = np.split(a, 4, axis=1)
    i, f, o, g = sigmoid(ai), sigmoid(af), sigmoid(ao), np.tanh(ag)
    next_c = f * prev_c + i * g
    tanh_c = np.tanh(next_c)
    next_h = o * tanh_c
    return next_h, next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, tanh_c)


def lstm_step_backward(dnext_h, dnext_c, cache):
    """One step backwards: the gradients of everything that went into it."""
    x, prev_h, prev_c, Wx, Wh, i, f, o, g, tanh_c = cache
    do = dnext_h * tanh_c
    dc = dnext_c + dnext_h * o * (1 - tanh_c**2)  # next_c is an output, and next_h is made of it
    df = dc * prev_c
    dprev_c = dc * f
    di = dc * g
    dg = dc * i
    dai = di * i * (1 - i)
    daf = df * f * (1 - f)
    dao = do * o * (1 - o)
    dag = dg * (1 - g**2)
    da = np.hstack([dai, daf, dao, dag])
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = da.sum(axis=0)
    return dx, dprev_h, dprev_c, dWx, dWh, db


def lstm_forward(x, h0, Wx, Wh, b):
    """The whole sequence: the hidden state after every step."""
    N, T, _ = x.shape
    h, caches = np.zeros((N, T, h0.shape[1])), []
    prev_h = h0
    prev_c = np.zeros_like(h0)
    for t in range(T):
        prev_h, prev_c, cache = lstm_step_forward(x[:, t], prev_h, prev_c, Wx, Wh, b)
        h[:, t] = prev_h
        caches.append(cache)
    return h, (x, Wx, Wh, b, caches)


def lstm_backward(dh, cache):
    """Backpropagation through time: the gradients of the whole sequence's inputs."""
    x, Wx, Wh, b, caches = cache
    T = dh.shape[1]
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    dprev_h = np.zeros_like(dh[:, 0])
    dprev_c = np.zeros_like(dprev_h)
    for t in reversed(range(T)):
        dnext_h = dh[:, t] + dprev_h  # from the loss at this step, and from all later steps
        dx_t, dprev_h, dprev_c, dWx_t, dWh_t, db_t = lstm_step_backward(dnext_h, dprev_c, caches[t])
        dx[:, t] = dx_t
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    dh0 = dprev_h
    return dx, dh0, dWx, dWh, db


def lstm_weights_from_gates(Wi, Wf, Wo, Wg, bi, bf, bo, bg):
    """The stacked parameters of the step, from one matrix and one bias per gate."""
    H = len(bi)
    W = np.vstack([Wi, Wf, Wo, Wg]).T  # acts on the row [h, x] from the right
    Wh, Wx = W[:H], W[H:]
    b = np.concatenate([bi, bf, bo, bg])
    return Wx, Wh, b


def additive_cell_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    """One step of the gateless cell: the next hidden state and the next cell state."""
    g = np.tanh(x @ Wx + prev_h @ Wh + b)
    next_c = prev_c + g
    next_h = np.tanh(next_c)
    return next_h, next_c, (x, prev_h, Wx, Wh, g, next_h)


def additive_cell_step_backward(dnext_h, dnext_c, cache):
    """One step of the gateless cell backwards: the gradients of everything that went into it."""
    x, prev_h, Wx, Wh, g, next_h = cache
    dc = dnext_c + dnext_h * (1 - next_h**2)
    dprev_c = dc
    da = dc * (1 - g**2)
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = da.sum(axis=0)
    return dx, dprev_h, dprev_c, dWx, dWh, db


SIGMOID = plain(
    sigmoid,
    takes=("x: N D",),
    gives=("out: N D",),
    points=6,
    task=r"""
The gates' nonlinearity, entry by entry:

$$\sigma(x) = \frac{1}{1 + e^{-x}}$$

It must be right for every $|x| \le 1000$, without a warning: $e^{1000}$ is more than a float can hold. The function
can be written in more than one way. Choose, depending on the sign of $x$, the one in which the exponential stays small.
""",
    probes=(
        Probe(
            "entries from -1000 to 1000",
            lambda rng, inputs: {
                "x": rng.permutation(np.linspace(-1e3, 1e3, inputs["x"].size)).reshape(inputs["x"].shape)
            },
            "For which sign of the input does your exponential grow without bound?",
        ),
    ),
    mistakes=wrong.SIGMOID,
)

_STEP_TAKES = ("x: N D", "prev_h: N H", "prev_c: N H")
_STEP_GIVES = ("next_h: N H", "next_c: N H")

STEP_FORWARD = forward(
    lstm_step_forward,
    takes=(*_STEP_TAKES, "Wx: D 4H, weight", "Wh: H 4H, weight", "b: 4H, bias"),
    gives=_STEP_GIVES,
    points=12,
    task=r"""
All four gates come out of one product. Its $4H$ columns are, in this order, those of $i$, $f$, $o$ and $g$:

$$(a_i,\ a_f,\ a_o,\ a_g) = x_t W_x + h_{t-1} W_h + b$$

$$i = \sigma(a_i),\quad f = \sigma(a_f),\quad o = \sigma(a_o),\quad g = \tanh(a_g)$$

$$c_t = f \odot c_{t-1} + i \odot g,\qquad h_t = o \odot \tanh(c_t)$$

Each gate is a block of $H$ neighbouring columns. Three gates are valves between 0 and 1; $g$ is the proposal that $i$
lets in. Nothing is added to the forget gate here: that is a way to *initialise* `b`, not a part of the step.
""",
    mistakes=wrong.STEP_FORWARD,
)

STEP_BACKWARD = backward(
    lstm_step_backward,
    of=STEP_FORWARD,
    points=22,
    task=r"""
Two gradients come in, `dnext_h` and `dnext_c`. Draw the graph first. The cell state $c_t$ has two ways to the loss:
it is an output of the step, *and* the hidden state is made of it; add both before you go on. From there to $c_{t-1}$
there is an entry-by-entry product with one gate and no weight matrix: that is the uninterrupted flow of gradient
which the LSTM was invented for. Go back through each gate's own nonlinearity, put the four pieces side by side in
the order of the columns, and what remains are the products of the vanilla RNN.
""",
    mistakes=wrong.STEP_BACKWARD,
)

FORWARD = forward(
    lstm_forward,
    takes=("x: N T D", "h0: N H", "Wx: D 4H, weight", "Wh: H 4H, weight", "b: 4H, bias"),
    gives=("h: N T H",),
    points=8,
    scans=STEP_FORWARD,
    task=r"""
Unroll the LSTM. The hidden state starts from `h0` and the cell state from *zero*. Both are carried from step to step,
but only the hidden states are shown to the world: `h[:, t]` is the hidden state after the input `x[:, t]`.
""",
    mistakes=wrong.FORWARD,
)

BACKWARD = backward(
    lstm_backward,
    of=FORWARD,
    points=18,
    requires=("lstm_step_backward",),
    task=r"""
As for the vanilla RNN, with a second gradient to carry. The cell states are hidden inside the network, so the loss
gives them no gradient of their own: behind the last step theirs is zero, and after that it is whatever the step you
have just undone says. The cell state at the start was a constant; its gradient is not asked for.
""",
    mistakes=wrong.BACKWARD,
)

_GATES = ("Wi: H H+D, weight", "Wf: H H+D, weight", "Wo: H H+D, weight", "Wg: H H+D, weight")

WEIGHTS_FROM_GATES = plain(
    lstm_weights_from_gates,
    takes=(*_GATES, "bi: H, bias", "bf: H, bias", "bo: H, bias", "bg: H, bias"),
    gives=("Wx: D 4H", "Wh: H 4H", "b: 4H"),
    points=10,
    task=r"""
The lectures write each gate with a matrix of its own, which multiplies the *column* in which the state stands above
the input:

$$i_t = \sigma\left(W_i \begin{pmatrix} h_{t-1} \\ x_t \end{pmatrix} + b_i\right) \quad\text{and so on.}$$

Our step has rows instead of columns, one matrix for the input and one for the state, and all gates in one product.
Rearrange the numbers so that your `lstm_step_forward` computes exactly what the lectures' equations do. Nothing has to
be calculated. To convince yourself, evaluate one gate both ways.
""",
    mistakes=wrong.WEIGHTS_FROM_GATES,
)

ADDITIVE_FORWARD = forward(
    additive_cell_step_forward,
    takes=(*_STEP_TAKES, "Wx: D H, weight", "Wh: H H, weight", "b: H, bias"),
    gives=_STEP_GIVES,
    points=8,
    task=r"""
L3 builds up to the LSTM by way of an "incomplete" one, a cell state that is only ever added to:

$$c_t = c_{t-1} + \tanh\left(x_t W_x + h_{t-1} W_h + b\right),\qquad h_t = \tanh(c_t)$$

There are no gates yet: nothing is forgotten and nothing is held back.
""",
    mistakes=wrong.ADDITIVE_FORWARD,
)

ADDITIVE_BACKWARD = backward(
    additive_cell_step_backward,
    of=ADDITIVE_FORWARD,
    points=16,
    task=r"""
Here you can see the idea of the LSTM in its purest form. Where does the gradient of $c_t$ come from, and what, if
anything, happens to it on its way to $c_{t-1}$? Compare with the vanilla step, where every way back leads
through the weight matrix.
""",
    mistakes=wrong.ADDITIVE_BACKWARD,
)

INTRO = r"""
The vanilla RNN forgets. On the way back through time its gradient is multiplied at every step by the same weight
matrix and by a derivative of tanh that is at most 1, and a product of many such factors vanishes, or now and then
explodes. The Long Short-Term Memory keeps a second state beside the first: the *cell* $c$, which changes by addition.
Gates, numbers between 0 and 1 that the network computes for itself, decide what is written into it, what is kept and
what is shown. In this assignment you build the LSTM forwards and backwards, take it apart into the gate matrices of
the textbooks, and meet the cell without gates that it grew out of.

**Lectures.** L3 (the incomplete LSTM, the LSTM, its gradient flow), L0 (the four gates and the uninterrupted flow
along $c$), L1 and L4 (the form on the concatenation $[h_{t-1}, x_t]$). L2 names the LSTM as the cure for vanishing
gradients.

**Notation** as in the first assignment: $N$ sequences, $T$ steps, $D$ features, $H$ hidden units, batch first, rows
multiplied from the left. $\sigma$ is the sigmoid and $\odot$ the product entry by entry.

| gate | name | nonlinearity | question it answers |
|---|---|---|---|
| $i$ | input | $\sigma$ | how much of the proposal is written? |
| $f$ | forget | $\sigma$ | how much of the old cell is *kept*? (1 keeps everything) |
| $o$ | output | $\sigma$ | how much of the cell is shown? |
| $g$ | proposal ("gain" in L0, $\tilde{C}$ in L1 and L4) | tanh | what would be written? |

**The order of the gates** in the $4H$ columns is a convention, and everybody has another one. Weights copied from one
program into another without reordering give no error, only nonsense.

| | order of the blocks |
|---|---|
| here, L0, CS231n | $i, f, o, g$ |
| PyTorch | $i, f, g, o$ |
| Keras | $i, f, c, o$ (its $c$ is our $g$) |
| ONNX | $i, o, f, c$ (its $c$ is our $g$) |

**Beside the slides.**

- The slides carry both states along but leave open where the cell starts. Ours starts at zero.
- "Uninterrupted" flow of gradient does not mean that nothing can vanish: along the cell the gradient is multiplied by
  the forget gate at every step. There is no weight matrix in that product, and this is the point.
- The cell without gates is called incomplete for a reason: what is only added to cannot forget.

**What is judged.** Your values and their shapes, at many sizes, a batch of one and a sequence of one among them.
A function that falls only because it calls an earlier one that is wrong is reported as blocked, not as failed: mend
the earlier one first. Work in `float64`; leave the arguments you are given unchanged.
"""

ASSIGNMENT = Assignment(
    name="lstm",
    title="The LSTM",
    intro=INTRO,
    exercises=(
        SIGMOID,
        STEP_FORWARD,
        STEP_BACKWARD,
        FORWARD,
        BACKWARD,
        WEIGHTS_FROM_GATES,
        ADDITIVE_FORWARD,
        ADDITIVE_BACKWARD,
    ),
    shapes=SHAPES,
    equivalents=EQUIVALENTS,
    errata=ERRATA,
    pictures=PICTURES,
    figures=FIGURES,
)
