"""A5: networks of networks: stacked, in both directions, and with dropout; and how many parameters they have.

INSTRUCTORS ONLY. The functions are the solution as a student would write it; every top-level function of this
module is part of it. What each exercise takes, gives and is worth is declared below them.
"""
# The shapes of all arguments stand in the declarations; annotations would say less and hide the equations:
# mypy: allow-untyped-defs, allow-untyped-calls, disable-error-code=var-annotated

import numpy as np

from grader import Assignment, Probe, backward, forward, plain
from reference import deep_mistakes as wrong
from reference.deep_equivalents import EQUIVALENTS
from reference.deep_errata import ERRATA
from reference.deep_figures import FIGURES, PICTURES
from reference.probes import one_of_each_kind, published_sizes


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


def stacked_rnn_forward(x, h0, layers):
    """A stack of networks: the hidden states of the top layer after every step."""
    h, caches = x, []
    for layer, (Wx, Wh, b) in enumerate(layers):
        h, cache = rnn_forward(h, h0[layer], Wx, Wh, b)
        caches.append(cache)
    return h, caches


def stacked_rnn_backward(dh, cache):
    """The stack backwards: the gradients of the input, of all initial states and of all layers' parameters."""
    dh0, dlayers = [], []
    for layer_cache in reversed(cache):
        dh, dh0_layer, dWx, dWh, db = rnn_backward(dh, layer_cache)  # the input of a layer is the output below it
        dh0.insert(0, dh0_layer)
        dlayers.insert(0, (dWx, dWh, db))
    dx = dh
    return dx, np.stack(dh0), dlayers


def bidirectional_rnn_forward(x, h0_f, h0_b, Wx_f, Wh_f, b_f, Wx_b, Wh_b, b_b):
    """Two networks, one in each direction: both hidden states at every step, side by side."""
    h_f, cache_f = rnn_forward(x, h0_f, Wx_f, Wh_f, b_f)
    h_b, cache_b = rnn_forward(x[:, ::-1], h0_b, Wx_b, Wh_b, b_b)
    h = np.concatenate([h_f, h_b[:, ::-1]], axis=2)
    return h, (cache_f, cache_b)


def bidirectional_rnn_backward(dh, cache):
    """Both directions backwards: the gradients of the input and of each network's state and parameters."""
    cache_f, cache_b = cache
    dh_f, dh_b = np.split(dh, 2, axis=2)
    dx_f, dh0_f, dWx_f, dWh_f, db_f = rnn_backward(dh_f, cache_f)
    dx_b, dh0_b, dWx_b, dWh_b, db_b = rnn_backward(dh_b[:, ::-1], cache_b)
    dx = dx_f + dx_b[:, ::-1]
    return dx, dh0_f, dh0_b, dWx_f, dWh_f, db_f, dWx_b, dWh_b, db_b


def deep_bidirectional_forward(x, h0_f, h0_b, layers):
    """A stack of bidirectional layers: both hidden states of the top layer at every step, side by side."""
    h, caches = x, []
    for layer, parameters in enumerate(layers):
        h, cache = bidirectional_rnn_forward(h, h0_f[layer], h0_b[layer], *parameters)
        caches.append(cache)
    return h, caches


def deep_bidirectional_backward(dh, cache):
    """The bidirectional stack backwards: the gradients of everything that went into it."""
    dh0_f, dh0_b, dlayers = [], [], []
    for layer_cache in reversed(cache):
        dh, dh0_f_layer, dh0_b_layer, *dparameters = bidirectional_rnn_backward(dh, layer_cache)
        dh0_f.insert(0, dh0_f_layer)
        dh0_b.insert(0, dh0_b_layer)
        dlayers.insert(0, tuple(dparameters))
    dx = dh
    return dx, np.stack(dh0_f), np.stack(dh0_b), dlayers


def dropout_mask(x, keep, rng):
    """A random mask for the activations: which of them are kept."""
    return rng.random(x.shape) < keep


def dropout_forward(x, keep, mask, train):
    """The activations with some of them dropped in training, and all of them at test time."""
    out = x * mask / keep if train else x
    return out, (keep, mask, train)


def dropout_backward(dout, cache):
    """The gradient of the activations before the dropout."""
    keep, mask, train = cache
    dx = dout * mask / keep if train else dout
    return dx


def recurrent_dropout_rnn_forward(x, h0, Wx, Wh, b, keep, mask, train):
    """The network with dropout on its recurrent connections: the hidden state after every step."""
    N, T, _ = x.shape
    h, caches = np.zeros((N, T, h0.shape[1])), []
    prev_h = h0
    for t in range(T):
        seen_h, dropout_cache = dropout_forward(prev_h, keep, mask, train)
        prev_h, step_cache = rnn_step_forward(x[:, t], seen_h, Wx, Wh, b)
        h[:, t] = prev_h
        caches.append((dropout_cache, step_cache))
    return h, (x, Wx, Wh, b, caches)


def recurrent_dropout_rnn_backward(dh, cache):
    """Backpropagation through time and through the dropout: the gradients of the whole sequence's inputs."""
    x, Wx, Wh, b, caches = cache
    T = dh.shape[1]
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    dprev_h = np.zeros_like(dh[:, 0])
    for t in reversed(range(T)):
        dropout_cache, step_cache = caches[t]
        dx_t, dseen_h, dWx_t, dWh_t, db_t = rnn_step_backward(dh[:, t] + dprev_h, step_cache)
        dprev_h = dropout_backward(dseen_h, dropout_cache)
        dx[:, t] = dx_t
        dWx += dWx_t
        dWh += dWh_t
        db += db_t
    dh0 = dprev_h
    return dx, dh0, dWx, dWh, db


def count_parameters(layers):
    """How many numbers the layers learn, all of them together."""
    maps = {"rnn": 1, "gru": 3, "lstm": 4}  # into the state, or into each gate and the candidate
    total = 0
    for kind, inputs, units in layers:
        if kind == "embedding":
            total += inputs * units
        elif kind in maps:
            total += maps[kind] * (inputs + units + 1) * units
        else:
            total += (inputs + 1) * units
    return total


_LAYERS = "layers: L * (Wx: D|H H, weight; Wh: H H, weight; b: H, bias)"
_TWO_WAYS = (
    "layers: L * (Wx_f: D|2H H, weight; Wh_f: H H, weight; b_f: H, bias;"
    " Wx_b: D|2H H, weight; Wh_b: H H, weight; b_b: H, bias)"
)
_RNN = ("x: N T D", "h0: N H", "Wx: D H, weight", "Wh: H H, weight", "b: H, bias")
_KEEP = "keep:, number 0.4 to 0.9"
DRAWS = 400

STACKED_FORWARD = forward(
    stacked_rnn_forward,
    takes=("x: N T D", "h0: L N H", _LAYERS),
    gives=("h: N T H",),
    points=8,
    task=r"""
Put $L$ networks on top of each other. The lowest one reads the input; every other one reads what the layer below it
shows at the same step:

$$h^{(1)}_t = \tanh\left(x_t W_x^{(1)} + h^{(1)}_{t-1} W_h^{(1)} + b^{(1)}\right)$$

$$h^{(l)}_t = \tanh\left(h^{(l-1)}_t W_x^{(l)} + h^{(l)}_{t-1} W_h^{(l)} + b^{(l)}\right),\qquad l = 2, \dots, L$$

`layers` is a list of $L$ tuples `(Wx, Wh, b)`, the lowest layer first; the shape of `Wx` is $(D, H)$ in the first
tuple and $(H, H)$ in all others. Each layer has an initial state of its own, `h0[0]` for the lowest. Return the states
of the top layer. The graph has two directions, along time and up the layers; whoever has `rnn_forward` already needs
to think of one of them only.
""",
    mistakes=wrong.STACKED_FORWARD,
)

STACKED_BACKWARD = backward(
    stacked_rnn_backward,
    of=STACKED_FORWARD,
    points=14,
    requires=(),
    task=r"""
Only the top layer is shown to the loss, so only the top layer receives `dh`. What is the output of a layer to the
layer above it? Answer that, and you know where every other layer finds its upstream gradient, at all steps at once.
`dlayers` has the form of `layers`: a list of $L$ tuples of three gradients each, the lowest layer first, although you
come across the highest layer first. `dh0` is one array, in the shape of `h0`.
""",
    mistakes=wrong.STACKED_BACKWARD,
)

BIDIRECTIONAL_FORWARD = forward(
    bidirectional_rnn_forward,
    takes=(
        "x: N T D",
        "h0_f: N H",
        "h0_b: N H",
        "Wx_f: D H, weight",
        "Wh_f: H H, weight",
        "b_f: H, bias",
        "Wx_b: D H, weight",
        "Wh_b: H H, weight",
        "b_b: H, bias",
    ),
    gives=("h: N T 2H",),
    points=10,
    task=r"""
The name of a thing is often clear only from what follows it. Two networks read the same sequence, one from its
beginning ($f$, forwards) and one from its end ($b$, backwards); they share nothing but the input:

$$f_t = \tanh\left(x_t W_x^f + f_{t-1} W_h^f + b^f\right)$$

$$g_t = \tanh\left(x_t W_x^b + g_{t+1} W_h^b + b^b\right)$$

$f_0$ is `h0_f`, the state before the first step, and $g_{T+1}$ is `h0_b`, the state behind the last one. At every step
the two states stand side by side, the forward one first: `h[:, t]` is $[f_t, g_t]$, with $2H$ entries. Look at the
index: $g_t$ is the state that has read $x_T$ down to $x_t$. It stands at the place of the input that it read last.
""",
    mistakes=wrong.BIDIRECTIONAL_FORWARD,
)

BIDIRECTIONAL_BACKWARD = backward(
    bidirectional_rnn_backward,
    of=BIDIRECTIONAL_FORWARD,
    points=16,
    task=r"""
Undo what you did, the last thing first: take the halves apart, give each network its own, in the order of time in
which that network lived, and let `rnn_backward` do the rest. One input went into both networks. If you turned
something round on the way there, something must be turned round on the way back; count how often, and for what.
""",
    mistakes=wrong.BIDIRECTIONAL_BACKWARD,
)

DEEP_FORWARD = forward(
    deep_bidirectional_forward,
    takes=("x: N T D", "h0_f: L N H", "h0_b: L N H", _TWO_WAYS),
    gives=("h: N T 2H",),
    points=6,
    requires=("bidirectional_rnn_forward",),
    task=r"""
Stack the bidirectional layers. Each passes up both its states, so the input of every layer but the first has $2H$
entries: from the second layer on, `Wx_f` and `Wx_b` have the shape $(2H, H)$. `layers` is a list of $L$ tuples
`(Wx_f, Wh_f, b_f, Wx_b, Wh_b, b_b)`, the lowest layer first. From the second layer on, what has the forward network
of a layer seen of the future?
""",
    mistakes=wrong.DEEP_FORWARD,
)

DEEP_BACKWARD = backward(
    deep_bidirectional_backward,
    of=DEEP_FORWARD,
    points=10,
    requires=("bidirectional_rnn_backward",),
    task=r"""
Nothing new happens here: it is the stack again, made of other bricks. The gradients come back in the form of the
arguments, `dlayers` as a list of $L$ tuples of six, the lowest layer first.
""",
    mistakes=wrong.DEEP_BACKWARD,
)

MASK = plain(
    dropout_mask,
    takes=("x: N D", _KEEP, "rng:, generator"),
    gives=("mask: N D, bool",),
    points=5,
    draws=DRAWS,
    task=r"""
A mask for the activations `x`: an array of booleans in the shape of `x`, `True` where an entry is kept. Every entry of
every row is kept with the probability `keep`, independently of all others. All chance comes from `rng`, NumPy's
`Generator`; with the same seed you must give the same mask. Another way to draw than ours is as good: what is judged
is how often which entries are kept, and how often together.
""",
    mistakes=wrong.MASK,
)

DROPOUT_FORWARD = forward(
    dropout_forward,
    takes=("x: N H", _KEEP, "mask: N H, bool", "train:, flag"),
    gives=("out: N H",),
    points=6,
    task=r"""
In training (`train` is true) set the activations to zero that the mask does not keep. Fewer arrive then: with the
probability $k$ of being kept, an entry $x$ arrives on average as $k x$. *Inverted* dropout makes up for that at once,
in training: what is kept is scaled so that the average over all masks is $x$ again. At test time (`train` is false)
nothing is dropped, nothing needs to be made up for, and `out` is `x`, whatever the mask says. That is the point of it:
the network that you hand over at the end does not know that there ever was a dropout.
""",
    mistakes=wrong.DROPOUT_FORWARD,
)

DROPOUT_BACKWARD = backward(
    dropout_backward,
    of=DROPOUT_FORWARD,
    points=7,
    task=r"""
For a given mask the dropout is as linear as a function can be. How does the loss change with an activation that was
dropped, with one that was kept, and with one at test time? `keep`, `mask` and `train` have no gradient.
""",
    mistakes=wrong.DROPOUT_BACKWARD,
)

RECURRENT_FORWARD = forward(
    recurrent_dropout_rnn_forward,
    takes=(*_RNN, _KEEP, "mask: N H, bool", "train:, flag"),
    gives=("h: N T H",),
    points=6,
    requires=("dropout_forward",),
    task=r"""
Dropout on what a network remembers. With a fresh mask at every step a memory would have to survive $T$ throws of the
dice; so each sequence has *one* mask, and it serves at every step. With $d$ for your `dropout_forward` with this mask:

$$h_t = \tanh\left(x_t W_x + d(h_{t-1})\, W_h + b\right)$$

The dropout lies on the recurrent connection only: what is shown, `h[:, t]`, is the whole $h_t$. The initial state goes
through the dropout like any other. At test time this is the network of the first assignment.
""",
    mistakes=wrong.RECURRENT_FORWARD,
)

RECURRENT_BACKWARD = backward(
    recurrent_dropout_rnn_backward,
    of=RECURRENT_FORWARD,
    points=8,
    requires=("dropout_backward",),
    task=r"""
The walk back through time, with one thing more between two steps. A state still has two ways to reach the loss: which
of the two leads through the dropout? And what was it that the recurrent weights multiplied?
""",
    mistakes=wrong.RECURRENT_BACKWARD,
)

COUNT = plain(
    count_parameters,
    takes=("layers: L * (kind:, one of embedding|rnn|lstm|gru|dense; inputs:, 1 to 20000; units:, 1 to 300)",),
    gives=("total:",),
    points=4,
    task=r"""
How many numbers does a network learn? Each layer is a tuple `(kind, inputs, units)`: what it is, how many features (of
an embedding: how many words) go in, and how many units it has. Count the entries of its arrays, as these assignments
have them: `embedding` is one table of word vectors, `dense` an affine map from the inputs to the units, `rnn`, `lstm`
and `gru` are the cells of the first three assignments. Return the sum over all layers, a whole number. How long the
sequences are is of no importance, and neither is whether a layer shows all its states or only the last.

Check yourself by the sizes that Keras prints in L2: `("embedding", 10000, 32)` has 320,000 parameters,
`("rnn", 32, 32)` has 2,080, and the embedding with four such layers on top 328,320. One number differs: for
`("gru", 32, 32)` we count 6,240, and Keras prints 6,336; the remarks on the slides say why.
""",
    probes=(
        Probe(
            "one layer of each kind",
            one_of_each_kind,
            "Which arrays does each kind of layer have, and what are their shapes?",
        ),
        Probe(
            "the sizes that Keras prints",
            published_sizes,
            "What do the published sizes of each kind of layer consist of, if you take them apart?",
        ),
    ),
    mistakes=wrong.COUNT,
)

INTRO = r"""
One recurrent layer is a beginning. Networks that are used have several on top of each other, read a sequence in both
directions, and are trained with some of their parts switched off. None of that needs new mathematics: you have
`rnn_forward` and `rnn_backward`, and this assignment is about putting such pieces together so that the pieces fit, and
about taking the result apart again in the right order, which is all that backpropagation is. Copy your
`rnn_step_forward`, `rnn_step_backward`, `rnn_forward` and `rnn_backward` of the first assignment into this file.

**Lectures.** L2 (deep, bidirectional and deep bidirectional networks, the sizes of layers in Keras, recurrent
dropout), L3 (dropout in training and at test time, multilayer networks).

**Notation** as before: $N$ sequences, $T$ steps, $D$ features, $H$ hidden units, batch first; $L$ layers, the lowest
first. A trailing `_f` belongs to the network that reads forwards, `_b` to the one that reads backwards.

**Form.** Some arguments are lists of tuples of arrays here, one tuple for each layer. Their gradients come back in the
same form: a list of tuples, with as many members in the same order. What you are given is not to be changed, neither
the arrays nor the lists.

**How exact is a dropout?** For one linear neuron, as on the slide of L3, the average over all masks is what the network
gives at test time. Behind a $\tanh$ it is an approximation, as the next slide says: over the two masks of a single
input 1 with weight 1 and `keep` 0.5 the average is $(\tanh 2 + \tanh 0) / 2 = 0.48$, and the network at test time gives
$\tanh 1 = 0.76$. It works well all the same.

**What is judged.** Your values, their shapes and the form they come in, at many sizes, one layer, a batch of one and a
sequence of one among them. The mask alone is random: of it, what is judged is its distribution.
A function that falls only because it calls an earlier one that is wrong is reported as blocked, not as failed: mend
the earlier one first. Work in `float64`; leave the arguments you are given unchanged.
"""

# The first shape tells all axes apart, and its five layers are the embedding and the four layers of L2's slide.
SHAPES = (
    "N=3 T=6 D=2 H=4 L=5",
    "N=1 T=1 D=1 H=1 L=1",
    "N=1 T=3 D=4 H=2 L=2",
    "N=2 T=1 D=4 H=3 L=2",
    "N=2 T=7 D=3 H=3 L=3",
    "N=4 T=2 D=3 H=4 L=1",
    "N=2 T=4 D=5 H=3 L=2",
)

ASSIGNMENT = Assignment(
    name="deep",
    title="Deep, bidirectional, with dropout",
    intro=INTRO,
    exercises=(
        STACKED_FORWARD,
        STACKED_BACKWARD,
        BIDIRECTIONAL_FORWARD,
        BIDIRECTIONAL_BACKWARD,
        DEEP_FORWARD,
        DEEP_BACKWARD,
        MASK,
        DROPOUT_FORWARD,
        DROPOUT_BACKWARD,
        RECURRENT_FORWARD,
        RECURRENT_BACKWARD,
        COUNT,
    ),
    shapes=SHAPES,
    equivalents=EQUIVALENTS,
    pictures=PICTURES,
    figures=FIGURES,
    errata=ERRATA,
)
