"""A4: how gradients flow through time: Jacobians, eigenvalues, clipping and truncation.

INSTRUCTORS ONLY. The functions are the solution as a student would write it; every top-level function of this
module is part of it. What each exercise takes, gives and is worth is declared below them.
"""
# The shapes of all arguments stand in the declarations; annotations would say less and hide the equations:
# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np

from grader import Assignment, Probe, plain
from reference import SHAPES
from reference import gradient_flow_mistakes as wrong
from reference import gradient_flow_probes as probes
from reference.gradient_flow_equivalents import EQUIVALENTS
from reference.gradient_flow_errata import ERRATA
from reference.gradient_flow_figures import FIGURES, PICTURES


def rnn_state_jacobian(h, Wh, k, t):
    """How the state at t answers to the state at k: one matrix for each sequence."""
    N, _, H = h.shape
    J = np.tile(np.eye(H), (N, 1, 1))
    for j in range(k + 1, t + 1):
        slope = 1 - h[:, j] ** 2
        J = slope[:, :, None] * Wh.T @ J  # row a of the step is entry a of h_j, column b entry b of the state before
    return J


def rnn_gradient_norms(h, Wh, dh_last):
    """How long the gradient of the last step's loss is, at every state that it comes back to."""
    T = h.shape[1]
    norms = np.zeros(T)
    dh = dh_last
    for k in reversed(range(T)):
        norms[k] = np.sqrt(np.sum(dh**2))
        dh = (dh * (1 - h[:, k] ** 2)) @ Wh.T
    return norms


def lstm_cell_jacobian(f, k, t):
    """How the cell at t answers to the cell at k along the cell's own path, entry by entry."""
    return np.prod(f[:, k + 1 : t + 1], axis=1)


def spectral_radius(W):
    """The largest magnitude of an eigenvalue."""
    return np.max(np.abs(np.linalg.eigvals(W)))


def clip_by_norm(grads, max_norm):
    """The gradients, shortened together if they are too long, and the length that they had."""
    norm = np.sqrt(sum(np.sum(g**2) for g in grads))
    scale = max_norm / norm if norm > max_norm else 1
    return [g * scale for g in grads], norm


def clip_by_value(grads, low, high):
    """The gradients with every entry brought between two bounds."""
    return [np.clip(g, low, high) for g in grads]


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


def truncated_bptt(x, dh, h0, Wx, Wh, b, chunk):
    """The hidden states of the whole sequence, and gradients that never cross the border of a chunk."""
    h, dx = np.zeros_like(dh), np.zeros_like(x)
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    prev_h = h0
    for start in range(0, x.shape[1], chunk):
        steps = slice(start, start + chunk)  # the last one may reach beyond the end, and is cut there
        h[:, steps], cache = rnn_forward(x[:, steps], prev_h, Wx, Wh, b)
        dx[:, steps], dprev_h, dWx_c, dWh_c, db_c = rnn_backward(dh[:, steps], cache)
        if start == 0:
            dh0 = dprev_h  # at every other border the gradient ends
        dWx += dWx_c
        dWh += dWh_c
        db += db_c
        prev_h = h[:, steps][:, -1]
    return h, {"x": dx, "h0": dh0, "Wx": dWx, "Wh": dWh, "b": db}


STATE_JACOBIAN = plain(
    rnn_state_jacobian,
    takes=("h: N T H", "Wh: H H, weight", "k:, 0 to t", "t:, below T"),
    gives=("J: N H H",),
    points=20,
    task=r"""
A small change of an early state $h_k$ moves a later state $h_t$. By how much, is said by a matrix:

$$J_{ab} = \frac{\partial h_{t,a}}{\partial h_{k,b}},\qquad
\frac{\partial h_t}{\partial h_k} = \frac{\partial h_t}{\partial h_{t-1}}\,
\frac{\partial h_{t-1}}{\partial h_{t-2}}\cdots\frac{\partial h_{k+1}}{\partial h_k}
= \prod_{j=k+1}^{t} \frac{\partial h_j}{\partial h_{j-1}}$$

You are given the states of a vanilla RNN, `h[:, j]` being the one after the step $j$, counted from 0, and its recurrent
weights; the inputs and the bias are not needed, for all that they do is in the states. Each factor is the Jacobian of
one step, $h_j = \tanh(x_j W_x + h_{j-1} W_h + b)$ with everything but $h_{j-1}$ held fixed. Matrices do not commute:
think about which factor stands on which side, and about where a row vector's weight matrix ends up when the answer is
wanted with the *output* as the first index. At $k = t$ there are no factors, and a product of none is the identity.
""",
    probes=probes.STRETCHES,
    mistakes=wrong.STATE_JACOBIAN,
)

GRADIENT_NORMS = plain(
    rnn_gradient_norms,
    takes=("h: N T H", "Wh: H H, weight", "dh_last: N H"),
    gives=("norms: T",),
    points=16,
    task=r"""
Now follow a gradient instead of a change. Only the last step has a loss, $E_T$, and `dh_last` is its gradient by the
last state, `h[:, -1]`. It travels back through the steps as in backpropagation through time; at each state write down
how long it is by then:

$$\text{norms}_k = \left\lVert \frac{\partial E_T}{\partial h_k} \right\rVert
= \sqrt{\sum_{n,a} \left(\frac{\partial E_T}{\partial h_{n,k,a}}\right)^2}$$

for all states of the sequence, $k = 0, \ldots, T - 1$, the last one included. The whole batch counts as one long
vector. You never need a Jacobian for it: a vector times a matrix, again and again, is much less work than a product
of matrices. Plot the result for a long sequence and you see the gradient vanish.
""",
    mistakes=wrong.GRADIENT_NORMS,
)

CELL_JACOBIAN = plain(
    lstm_cell_jacobian,
    takes=("f: N T H, number 0.2 to 0.98", "k:, 0 to t", "t:, below T"),
    gives=("J: N H",),
    points=10,
    task=r"""
The same question for the LSTM's cell, $c_t = f_t \odot c_{t-1} + i_t \odot g_t$, along the direct path: the gates are
taken as they are, and what they owe to earlier states is left aside. No weight matrix lies on this path, so the
Jacobian is diagonal; give its diagonal, for every sequence, as a vector of $H$ numbers. You are given the forget gates
of all steps, `f[:, j]` being those with which step $j$ treats the cell that it finds. As before, nothing happens at
$k = t$.
""",
    probes=probes.STRETCHES,
    mistakes=wrong.CELL_JACOBIAN,
)

SPECTRAL_RADIUS = plain(
    spectral_radius,
    takes=("W: H H, weight",),
    gives=("radius:",),
    points=8,
    task=r"""
Multiply by the same matrix again and again: in the long run the length grows or shrinks by one factor at each
product, and this factor is the spectral radius

$$\rho(W) = \max_i |\lambda_i|$$

with $\lambda_i$ the eigenvalues of $W$. You may use `numpy.linalg`. A recurrent weight matrix is not symmetric, so its
eigenvalues may be complex, and the one that decides may be negative.
""",
    probes=(
        Probe(
            "a matrix that turns",
            probes.turning_matrix,
            "What is the magnitude of a complex number, and can a real starting vector ever show it?",
        ),
    ),
    mistakes=wrong.SPECTRAL_RADIUS,
)

_GRADS = "[dWx: D H; dWh: H H; db: H]"

CLIP_BY_NORM = plain(
    clip_by_norm,
    takes=(f"grads: {_GRADS}", "max_norm:, number 0.5 to 6"),
    gives=(f"clipped: {_GRADS}", "norm:"),
    points=18,
    keeps=True,
    task=r"""
One step along an exploded gradient throws away what was learned in a thousand good ones. So shorten it, and keep its
direction:

$$g \leftarrow g \cdot \min\left(1, \frac{\lambda}{\lVert g \rVert}\right)$$

Here $g$ are *all* the parameters' gradients together: `grads` is a list of arrays of different shapes, and they are
one long vector that happens to be stored in pieces. $\lVert g \rVert$ is the length of that vector, and $\lambda$ is
`max_norm`. Return a list of the shortened arrays, and the length that the gradients had *before*: everybody who trains
a recurrent network plots it. If all gradients are zero, they stay zero, and the length is 0. The arrays that you are
given belong to the caller: leave them as they are, and return new ones. The constant that PyTorch adds to the
denominator is not needed here, and we do without it.
""",
    probes=probes.CLIPPING,
    mistakes=wrong.CLIP_BY_NORM,
)

CLIP_BY_VALUE = plain(
    clip_by_value,
    takes=(f"grads: {_GRADS}", "low:, number -0.8 to -0.3", "high:, number 0.3 to 0.8"),
    gives=(f"clipped: {_GRADS}",),
    points=8,
    keeps=True,
    task=r"""
The other way to clip: every entry by itself is brought into the range from `low` to `high`. An entry in the range
stays, one outside is moved to the bound that it has crossed. That changes the direction of the gradient too; when
would you mind? Here as well, leave the caller's arrays as they are and return a list of new ones.
""",
    mistakes=wrong.CLIP_BY_VALUE,
)

TRUNCATED = plain(
    truncated_bptt,
    takes=(
        "x: N T D",
        "dh: N T H",
        "h0: N H",
        "Wx: D H, weight",
        "Wh: H H, weight",
        "b: H, bias",
        "chunk:, 1 to T",
    ),
    gives=("h: N T H", "grads: {x: N T D; h0: N H; Wx: D H; Wh: H H; b: H}"),
    points=20,
    task=r"""
A book is one very long sequence. Nobody unrolls it whole: it is cut into chunks of `chunk` steps, and only the *state*
crosses the border between two chunks, forwards. The gradient does not. Inside each chunk it is backpropagation through
time as you know it.

Run the vanilla RNN over the whole sequence, from `h0`, chunk after chunk, each one from the state that the one before
it left behind. `dh[:, t]` is the gradient of the loss by `h[:, t]` from the output of step $t$ alone. Return all states
and a dictionary of gradients, with the keys `"x"`, `"h0"`, `"Wx"`, `"Wh"` and `"b"`, each the gradient of what it is
named after. The parameters are held fixed over the whole sequence, so that theirs is the sum over all chunks. Only the
first chunk knows `h0`.

The last chunk is shorter if `chunk` does not divide $T$. If `chunk` is $T$ or more, nothing is truncated. You need your
`rnn_forward` and `rnn_backward` of the first assignment; copy them into this file, with the steps that they call.
""",
    probes=probes.CHUNKS,
    mistakes=wrong.TRUNCATED,
)

INTRO = r"""
Why is the vanilla RNN so hard to train, and what does the LSTM do about it? Here you measure instead of believing. The
state at one step is a function of the state at any step before it; its Jacobian is a product with one factor for every
step in between, and what such a product does when it gets long is what the lectures call vanishing and exploding. You
compute that product, the lengths of the gradients that come back through it, the number that decides in the long run,
and the much simpler product along the cell of an LSTM. Then you build the two remedies that every training program of
a recurrent network contains: clipping, for gradients that are too long, and truncation, for sequences that are.

**Lectures.** L0 and L1 (the product of Jacobians inside backpropagation through time; vanishing, exploding, capping),
L3 (gradient flow and the largest eigenvalue, clipping by the norm, truncated backpropagation, the flow along the
LSTM's cell), L4 (products of many factors, clipping to a range, truncation).

**Notation** as before: $N$ sequences, $T$ steps, $D$ features, $H$ hidden units, batch first, rows multiplied from the
left. Steps are counted from 0: `h[:, t]` is the state after the input `x[:, t]`. A Jacobian has the output as its first
index, whatever the form of the network: `J[n, a, b]` says how entry $a$ of the later state of sequence $n$ answers to
entry $b$ of the earlier one.

**What is judged.** Your values and their shapes, at many sizes, a batch of one and a sequence of one among them. The
clipping functions are also held to leaving their arguments alone. Work in `float64`.
"""

# What is drawn between two steps is short as often as not; with these, no plan is without long ways.
LONG_SHAPES = ("N=2 T=9 D=3 H=2", "N=3 T=8 D=2 H=3", "N=2 T=11 D=2 H=3")

ASSIGNMENT = Assignment(
    name="gradient_flow",
    title="How gradients flow",
    intro=INTRO,
    exercises=(
        STATE_JACOBIAN,
        GRADIENT_NORMS,
        CELL_JACOBIAN,
        SPECTRAL_RADIUS,
        CLIP_BY_NORM,
        CLIP_BY_VALUE,
        TRUNCATED,
    ),
    shapes=(*SHAPES, *LONG_SHAPES),
    equivalents=EQUIVALENTS,
    errata=ERRATA,
    pictures=PICTURES,
    figures=FIGURES,
)
