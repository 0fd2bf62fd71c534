"""A1: the vanilla RNN, from one step to the loss of a language model.

INSTRUCTORS ONLY. The functions are the solution as a student would write it; every top-level function of this
module is part of it. What each exercise takes, gives and is worth is declared below them.
"""
# The shapes of all arguments stand in the declarations; annotations would say less and hide the equations:
# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np

from grader import Assignment, Probe, backward, forward, plain
from reference import SHAPES
from reference import rnn_mistakes as wrong
from reference.probes import extreme_scores
from reference.rnn_equivalents import EQUIVALENTS
from reference.rnn_errata import ERRATA
from reference.rnn_figures import FIGURES, PICTURES


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    """One step of the network: the next hidden state."""
    next_h = np.tanh(x @ Wx + prev_h @ Wh + b)
    return next_h, (x, prev_h, Wx, Wh, next_h)


def rnn_step_backward(dnext_h, cache):
    """One step backwards: the gradients of everything that went into it."""
    x, prev_h, Wx, Wh, next_h = cache
    da = dnext_h * (1 - next_h**2)  # a is what the tanh was taken of
    dx = da @ Wx.T
    dprev_h = da @ Wh.T
    dWx = x.T @ da
    dWh = prev_h.T @ da
    db = da.sum(axis=0)
    return dx, dprev_h, dWx, dWh, db


def rnn_forward(x, h0, Wx, Wh, b):
    """The whole sequence: the hidden state after every step."""
    N, T, _ = x.shape
    h, caches = np.zeros((N, T, h0.shape[1])), []
    prev_h = h0
    for t in range(T):
        prev_h, cache = rnn_step_forward(x[:, t], prev_h, Wx, Wh, b)
        h[:, t] = prev_h
        caches.append(cache)
    return h, (x, Wx, Wh, b, caches)


def rnn_backward(dh, cache):
    """Backpropagation through time: the gradients of the whole sequence's inputs."""
    x, Wx, Wh, b, caches = cache
    T = dh.shape[1]
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    dprev_h = np.zeros_like(dh[:, 0])
    for t in reversed(range(T)):
        dnext_h = dh[:, t] + dprev_h  # from the loss at this step, and from all later steps
        dx_t, dprev_h, dWx_t, dWh_t, db_t = rnn_step_backward(dnext_h, caches[t])
        dx[:, t] = dx_t
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    dh0 = dprev_h
    return dx, dh0, dWx, dWh, db


def word_embedding_forward(x, W):
    """The vector of every word."""
    out = W[x]
    return out, (x, W)


def word_embedding_backward(dout, cache):
    """The gradient of the table of word vectors."""
    x, W = cache
    dW = np.zeros_like(W)
    np.add.at(dW, x, dout)  # dW[x] += dout would count a repeated word once
    return dW


def temporal_affine_forward(x, w, b):
    """The same affine map applied at every step of every sequence."""
    out = x @ w + b
    return out, (x, w)


def temporal_affine_backward(dout, cache):
    """The gradients of the affine map's input, weights and bias."""
    x, w = cache
    dx = dout @ w.T
    dw = np.einsum("ntd,ntm->dm", x, dout)
    db = dout.sum(axis=(0, 1))
    return dx, dw, db


def temporal_softmax_loss(x, y, mask):
    """The cross-entropy of the scores against the targets over the unmasked steps, and its gradient by the scores."""
    N, T, _ = x.shape
    n, t = np.ogrid[:N, :T]
    shifted = x - x.max(axis=2, keepdims=True)  # the softmax is the same, and exp cannot overflow
    log_p = shifted - np.log(np.exp(shifted).sum(axis=2, keepdims=True))
    loss = -np.sum(mask * log_p[n, t, y]) / N
    dx = np.exp(log_p)
    dx[n, t, y] -= 1
    dx *= mask[:, :, None] / N
    return loss, dx


STEP_FORWARD = forward(
    rnn_step_forward,
    takes=("x: N D", "prev_h: N H", "Wx: D H, weight", "Wh: H H, weight", "b: H, bias"),
    gives=("next_h: N H",),
    points=8,
    task=r"""
The new state mixes the current input with the previous state, adds a bias and squashes the sum:

$$h_t = \tanh\left(x_t W_x + h_{t-1} W_h + b\right)$$

Here $x_t$ is `x`, $h_{t-1}$ is `prev_h` and $h_t$ is `next_h`; each row is one sequence of the batch. The previous
state enters as it is: it has been through its own tanh already. Put into `cache` whatever you will want to have
at hand on the way back. Its layout is yours alone, nobody else reads it.
""",
    mistakes=wrong.STEP_FORWARD,
)

STEP_BACKWARD = backward(
    rnn_step_backward,
    of=STEP_FORWARD,
    points=16,
    task=r"""
`dnext_h` says how the loss changes with each entry of `next_h`; carry it back to all five inputs. Give the sum
inside the tanh a name and find its gradient first: the rest are products with what stood beside each input.
Two checks catch most slips. Every gradient has the shape of the thing it belongs to. And a parameter that all
sequences of the batch share collects a contribution from each of them, as a sum and not as an average.
""",
    mistakes=wrong.STEP_BACKWARD,
)

FORWARD = forward(
    rnn_forward,
    takes=("x: N T D", "h0: N H", "Wx: D H, weight", "Wh: H H, weight", "b: H, bias"),
    gives=("h: N T H",),
    points=10,
    scans=STEP_FORWARD,
    task=r"""
Unroll the network: start from `h0` and take one step after the other, each from the state that the one before it
left behind, with the *same* parameters throughout. `h[:, t]` is the state *after* the input `x[:, t]` was read.
Use your `rnn_step_forward`. Axis 0 is the batch and axis 1 is time; a `reshape` does not exchange them.
""",
    mistakes=wrong.FORWARD,
)

BACKWARD = backward(
    rnn_backward,
    of=FORWARD,
    points=18,
    requires=("rnn_step_backward",),
    task=r"""
Backpropagation through time. A state $h_t$ has two ways to reach the loss: the outputs of its own step, whose
gradient is `dh[:, t]`, and the next state, whose gradient comes out of the step you have just undone. So walk the
sequence from its end to its beginning and let each step receive both. The parameters were used at every step, so
their gradients are sums over the steps:

$$\frac{\partial E}{\partial W} = \sum_t \frac{\partial E}{\partial h_t}\,\frac{\partial^+ h_t}{\partial W}$$

($\partial^+$ holds the earlier states fixed, and $\partial E / \partial h_t$ is the whole gradient, both ways
together.) What is left over when the walk ends belongs to `h0`.
""",
    mistakes=wrong.BACKWARD,
)

EMBEDDING_FORWARD = forward(
    word_embedding_forward,
    takes=("x: N T, below V", "W: V D, weight"),
    gives=("out: N T D",),
    points=5,
    task=r"""
Words come as numbers from 0 to $V-1$. Row $v$ of `W` is the vector of word $v$; put the right row in every place.
This is the product of a one-hot vector with `W`, without ever making the one-hot vector.
""",
    mistakes=wrong.EMBEDDING_FORWARD,
)

EMBEDDING_BACKWARD = backward(
    word_embedding_backward,
    of=EMBEDDING_FORWARD,
    points=9,
    task=r"""
Each place in the text sends its gradient to the row it was read from. Words repeat: a row that was read three times
receives three contributions, and a row that was never read receives none. Take care: NumPy's indexed `+=` does not
do what it seems to when an index occurs twice. Word numbers have no gradient, so there is no `dx`.
""",
    mistakes=wrong.EMBEDDING_BACKWARD,
)

AFFINE_FORWARD = forward(
    temporal_affine_forward,
    takes=("x: N T D", "w: D M, weight", "b: M, bias"),
    gives=("out: N T M",),
    points=6,
    task=r"""
From features to scores, at every step alike:

$$\text{out}_{n,t} = x_{n,t}\, w + b$$

There is no recurrence here. If you flatten batch and time into one axis, put them back in the same order.
""",
    mistakes=wrong.AFFINE_FORWARD,
)

AFFINE_BACKWARD = backward(
    temporal_affine_backward,
    of=AFFINE_FORWARD,
    points=10,
    task=r"""
`w` and `b` were used $N \cdot T$ times, once for each step of each sequence, and their gradients add up over
all of these. `dx` has no such sum: each input went into one output vector only.
""",
    mistakes=wrong.AFFINE_BACKWARD,
)

SOFTMAX_LOSS = plain(
    temporal_softmax_loss,
    takes=("x: N T V", "y: N T, below V", "mask: N T, bool"),
    gives=("loss:", "dx: N T V"),
    points=18,
    slopes={"dx": ("loss", "x")},
    task=r"""
The scores `x` become probabilities over the vocabulary, $p = \text{softmax}(x)$, at each step by itself. The loss
counts how surprised the network was by the targets `y`:

$$E = -\frac{1}{N} \sum_{n,t} \text{mask}_{n,t}\, \log p_{n,t,\,y_{n,t}}$$

Sequences of a batch differ in length; `mask` is `False` where there is only padding, and such a step must count
neither in the loss nor in the gradient. Mind the denominator: the *sum* over the steps is divided by the number of
sequences, not by the number of steps. Return the gradient by the scores too. Scores may be as large as $\pm 1000$:
look for a number you can subtract from all scores of a step without changing its probabilities.
""",
    probes=(
        Probe(
            "scores of up to ±1000",
            extreme_scores,
            "What happens to the exponential of a very large score, and which shift of a step's scores is harmless?",
        ),
    ),
    mistakes=wrong.SOFTMAX_LOSS,
)

INTRO = r"""
A feed-forward network sees its input once and forgets it. A recurrent network reads a sequence one step at a time
and keeps a *state*: what it has made of everything read so far. The same parameters serve at every step, so a
sequence of any length needs no more of them. In this assignment you build the simplest such network, the vanilla
(or Elman) RNN, with nothing but NumPy, and everything needed to train it as a language model: word vectors at the
entrance, a map from states to scores at the exit, and the loss.

You write every pass twice. The *forward* pass computes; the *backward* pass takes the gradient of the loss by the
outputs and returns the gradient by each input. It is the chain rule, one function at a time, and nobody needs more
than that to train a network.

**Lectures.** L0 and L1 (the network, its unrolled graph, backpropagation through time), L3 (computational graphs,
language models), L4 (the minimal `step`, and why a gradient has an explicit and an implicit part).

**Notation.** $N$ sequences in a batch, $T$ time steps, $D$ input features, $H$ hidden units, $V$ words in the
vocabulary, $M$ outputs. The batch comes first: `x` has the shape $(N, T, D)$. Vectors are *rows* and are multiplied
from the left: `x @ Wx`. The lectures write columns, $W h$; theirs are the transposes of ours. A gradient carries the
name of its variable: `dWx` is $\partial E / \partial W_x$ and has the shape of `Wx`.

| here | L0 | L1 | L4 |
|---|---|---|---|
| `Wx` | $W_{xh}$ | $U$ | $U$ |
| `Wh` | $W_{hh}$ | $W$ | $W$ |
| `h`, `prev_h` | $h_t$, $h_{t-1}$ | $h^{(t)}$, $h^{(t-1)}$ | $s_t$, $s_{t-1}$ |

**Clipping is not here.** L3 and L4 clip large gradients. That happens between the backward pass and the update, never
inside the backward pass: your functions return the gradient as it is.

**What is judged.** Your values and their shapes, at many sizes, a batch of one and a sequence of one among them.
A function that falls only because it calls an earlier one that is wrong is reported as blocked, not as failed: mend
the earlier one first. Work in `float64`; leave the arguments you are given unchanged.
"""

ASSIGNMENT = Assignment(
    name="rnn",
    title="The vanilla RNN",
    intro=INTRO,
    exercises=(
        STEP_FORWARD,
        STEP_BACKWARD,
        FORWARD,
        BACKWARD,
        EMBEDDING_FORWARD,
        EMBEDDING_BACKWARD,
        AFFINE_FORWARD,
        AFFINE_BACKWARD,
        SOFTMAX_LOSS,
    ),
    shapes=SHAPES,
    equivalents=EQUIVALENTS,
    errata=ERRATA,
    pictures=PICTURES,
    figures=FIGURES,
)
