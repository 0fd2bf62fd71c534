"""A6: a character-level language model, from the text to the training loop.

INSTRUCTORS ONLY. The functions are the solution as a student would write it; every top-level function of this
module is part of it. What each exercise takes, gives and is worth is declared below them.
"""
# The shapes of all arguments stand in the declarations; annotations would say less and hide the equations:
# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np

from grader import Assignment, Probe, plain
from reference import language_model_mistakes as wrong
from reference import probes
from reference.language_model_behaviours import KNOWS_NOTHING, READS_SONNETS, SAYS_HELLO
from reference.language_model_equivalents import EQUIVALENTS
from reference.language_model_errata import ERRATA
from reference.language_model_figures import FIGURES, PICTURES
from reference.texts import SONNETS, load_text

DRAWS = 200


def build_vocab(text):
    """The vocabulary of a text: its different characters, sorted, each once."""
    return "".join(sorted(set(text)))


def encode(text, chars):
    """The numbers of a text's characters in the vocabulary."""
    number = {char: index for index, char in enumerate(chars)}
    return np.array([number[char] for char in text])


def decode(indices, chars):
    """The text that numbers stand for."""
    return "".join(chars[index] for index in indices)


def one_hot(indices, V):
    """A row for every number: zeros, and a one in the column of that number."""
    rows = np.zeros((len(indices), V))
    rows[np.arange(len(indices)), indices] = 1
    return rows


def init_params(V, H, rng):
    """The parameters before training: small random weights, biases of zero."""
    return {
        "Wx": 0.01 * rng.standard_normal((V, H)),
        "Wh": 0.01 * rng.standard_normal((H, H)),
        "b": np.zeros(H),
        "Wy": 0.01 * rng.standard_normal((H, V)),
        "by": np.zeros(V),
    }


def char_rnn_loss(params, inputs, targets, h0):
    """The loss of the network on one sequence of characters, its gradients, and the state it ends in."""
    Wx, Wh, b, Wy, by = (params[name] for name in ("Wx", "Wh", "b", "Wy", "by"))
    T, V, H = len(inputs), len(by), len(b)
    x, y = one_hot(inputs, V), one_hot(targets, V)

    h = np.zeros((T + 1, H))  # h[t] is the state before step t, so the last one is h[T]
    h[0] = h0
    for t in range(T):
        h[t + 1] = np.tanh(x[t] @ Wx + h[t] @ Wh + b)
    scores = h[1:] @ Wy + by
    shifted = scores - scores.max(axis=1, keepdims=True)  # the softmax is the same, and exp cannot overflow
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    loss = -np.sum(y * log_p)

    dscores = np.exp(log_p) - y
    dh = dscores @ Wy.T  # from the loss at each step
    da, dnext = np.zeros((T, H)), np.zeros(H)
    for t in reversed(range(T)):
        da[t] = (dh[t] + dnext) * (1 - h[t + 1] ** 2)
        dnext = Wh @ da[t]  # from all later steps
    grads = {
        "Wx": x.T @ da,
        "Wh": h[:-1].T @ da,
        "b": da.sum(axis=0),
        "Wy": h[1:].T @ dscores,
        "by": dscores.sum(axis=0),
    }
    return loss, grads, h[-1]


def sample(params, h, first, n, rng, temperature):
    """The numbers of the characters that the network writes after a first one."""
    Wx, Wh, b, Wy, by = (params[name] for name in ("Wx", "Wh", "b", "Wy", "by"))
    indices, index = [], first
    for _ in range(n):
        h = np.tanh(Wx[index] + h @ Wh + b)
        scores = (h @ Wy + by) / temperature
        p = np.exp(scores - scores.max())
        index = rng.choice(len(p), p=p / p.sum())
        indices.append(index)
    return np.array(indices)


def sgd_step(params, grads, rate):
    """The parameters after one step of gradient descent."""
    return {name: params[name] - rate * grads[name] for name in params}


def adagrad_step(params, grads, memory, rate):
    """The parameters and the memory after one step of Adagrad."""
    memory = {name: memory[name] + grads[name] ** 2 for name in params}
    params = {name: params[name] - rate * grads[name] / np.sqrt(memory[name] + 1e-8) for name in params}
    return params, memory


def clip_gradients(grads, max_norm):
    """The gradients, shortened together where they are longer than a bound."""
    norm = np.sqrt(sum(np.sum(grad**2) for grad in grads.values()))
    scale = max_norm / max(norm, max_norm)
    return {name: scale * grad for name, grad in grads.items()}


def train(indices, params, chunk, steps, rate, max_norm):
    """The loss of every step of training on a text, and the parameters at the end."""
    memory = {name: np.zeros_like(value) for name, value in params.items()}
    losses, start, h = [], 0, np.zeros(len(params["b"]))
    for _ in range(steps):
        if start + chunk >= len(indices):  # too little is left: read the text anew
            start, h = 0, np.zeros(len(params["b"]))
        inputs, targets = indices[start : start + chunk], indices[start + 1 : start + chunk + 1]
        loss, grads, h = char_rnn_loss(params, inputs, targets, h)
        params, memory = adagrad_step(params, clip_gradients(grads, max_norm), memory, rate)
        losses.append(loss)
        start += chunk
    return np.array(losses), params


_PARAMS = "params: {Wx: V H, weight; Wh: H H, weight; b: H, bias; Wy: H V, weight; by: V, bias}"
_LIKE_PARAMS = "{0}: {{Wx: V H; Wh: H H; b: H; Wy: H V; by: V}}"
_GRADS, _NEW_PARAMS = _LIKE_PARAMS.format("grads"), _LIKE_PARAMS.format("params")
_KINDS = "Wx: V H, {0}; Wh: H H, {0}; b: H, {0}; Wy: H V, {0}; by: V, {0}"

VOCAB = plain(
    build_vocab,
    takes=("text: T+V, text of V",),
    gives=("chars: V, text",),
    points=3,
    task=r"""
The network knows numbers, not characters, so someone has to say which number is which character. `chars` does: it is
a string, and the character at its place $k$ has the number $k$. White space, line ends and punctuation are characters
like any other, and a capital is another character than its small letter. Sort them in the order that Python gives
them, so that the same text gives the same numbers on every day and on every computer.
""",
    mistakes=wrong.VOCAB,
)

ENCODE = plain(
    encode,
    takes=("text: T, text of V", "chars: V, text of V"),
    gives=("indices: T, below V",),
    points=4,
    task=r"""
Look every character up in `chars`; its number is its place there, counted from 0. `chars` holds every character of
the text once. Do not count on it being sorted, and do not make a vocabulary of your own: a network that was trained
with one numbering reads gibberish in another. Return an array of integers.
""",
    mistakes=wrong.ENCODE,
)

DECODE = plain(
    decode,
    takes=("indices: T, below V", "chars: V, text of V"),
    gives=("text: T, text",),
    points=3,
    task="The way back. What `encode` has made of a text, this turns into that text again: one string.",
    mistakes=wrong.DECODE,
)

ONE_HOT = plain(
    one_hot,
    takes=("indices: T, below V", "V:, V to V"),
    gives=("x: T V",),
    points=4,
    task=r"""
Numbers have an order and a size, characters have neither: that `e` follows `d` in the alphabet says nothing about
their use. So each character gets a direction of its own: row $t$ of `x` is 1 at the place of character $t$, and 0 at
all others.
""",
    mistakes=wrong.ONE_HOT,
)

INIT = plain(
    init_params,
    takes=("V:, V to V", "H:, H to H", "rng:, generator"),
    gives=(_NEW_PARAMS,),
    points=6,
    draws=DRAWS,
    task=r"""
A dict with five arrays: `Wx` $(V, H)$ from the characters to the state, `Wh` $(H, H)$ from state to state, its bias
`b` $(H,)$, `Wy` $(H, V)$ from the state to the scores, and their bias `by` $(V,)$. Draw every weight from the normal
distribution with mean 0 and standard deviation 0.01, with the generator `rng` that you are given and no other, so that
a run can be repeated. The biases begin at zero.

How often you ask the generator, and in which order, is up to you: what is judged is the distribution.
""",
    mistakes=wrong.INIT,
)

LOSS = plain(
    char_rnn_loss,
    takes=(_PARAMS, "inputs: T, below V", "targets: T, below V", "h0: H"),
    gives=("loss:", _GRADS, "h_last: H"),
    points=28,
    slopes={"grads": ("loss", "params")},
    requires=("one_hot",),
    task=r"""
The whole network in one function, for one sequence: there is no batch, and a state has the shape $(H,)$. With $x_t$
the one-hot row of character `inputs[t]` and $y_t$ that of `targets[t]`:

$$h_t = \tanh(x_t W_x + h_{t-1} W_h + b),\qquad p_t = \text{softmax}(h_t W_y + b_y),\qquad
E = -\sum_{t} \log p_{t,\,\text{targets}[t]}$$

The loss is the *sum* over the steps, not their mean. The targets come ready: `targets[t]` is the character that should
follow `inputs[t]`, and the shift is the training loop's business. Scores may be as large as $\pm 1000$.

Return the loss, the gradients in a dict with the keys of `params`, and the state after the last character, from
which the next piece of the text will go on. You have written all parts before: the softmax with its loss, the map to
the scores, the walk back through time. No gradient leads out through `h0`: that is where BPTT is truncated.
""",
    probes=(
        Probe(
            "scores of ±1000",
            probes.one_great_score,
            "What happens to the exponential of a very large score, and which shift of a step's scores is harmless?",
        ),
    ),
    mistakes=wrong.CHAR_RNN_LOSS,
)

SAMPLE = plain(
    sample,
    takes=(_NEW_PARAMS, "h: H", "first:, below V", "n:, S to S", "rng:, generator", "temperature:, number 0.1 to 1"),
    gives=("indices: S, below V",),
    points=14,
    draws=DRAWS,
    task=r"""
Let the network write. It reads the character with the number `first` in the state `h`, and its scores $s$ say how
likely each character is to come next:

$$p_k = \frac{e^{s_k / \tau}}{\sum_j e^{s_j / \tau}}$$

$\tau$ is the temperature. Draw one character from $p$, by `rng` and no other generator; that is the first of `indices`,
and it is also what the network reads next, in the state that it has reached. Go on until `n` are drawn, and return
their numbers as an array of $n$ integers; `first` is not among them.

At $\tau = 1$ the network writes as it has learned to. Think of what a temperature near zero does to the largest score,
and a very high one to all of them; then see to it that neither brings an overflow. Judged is how often each character
comes at each place, over many generators, not which one comes with which.
""",
    probes=(
        Probe(
            "a state that decides",
            probes.decisive_state,
            "From which state does the network take the first step, and from which ones the others?",
        ),
        Probe(
            "temperature near zero",
            probes.nearly_frozen,
            "How large do the divided scores get, and which character is left when one has nearly all probability?",
        ),
    ),
    mistakes=wrong.SAMPLE,
)

SGD = plain(
    sgd_step,
    takes=(_PARAMS, _GRADS, "rate:, number 0.01 to 0.5"),
    gives=(_NEW_PARAMS,),
    points=4,
    keeps=True,
    task=r"""
One step downhill, for every parameter: $W \leftarrow W - \alpha\, \partial E/\partial W$, with `rate` as $\alpha$.

Return a new dict with new arrays. The ones that you are given must stay as they are: whoever called may still want
to know where the step began. An in-place `-=` changes them.
""",
    mistakes=wrong.SGD,
)

ADAGRAD = plain(
    adagrad_step,
    takes=(_PARAMS, _GRADS, f"memory: {{{_KINDS.format('number 0 to 2')}}}", "rate:, number 0.01 to 0.5"),
    gives=(_NEW_PARAMS, _LIKE_PARAMS.format("memory")),
    points=9,
    keeps=True,
    task=r"""
A rare character has a gradient in one step out of a hundred, a common one nearly always. Adagrad gives each single
entry a step size of its own. Its `memory` $m$ sums up the squares of all the gradients $g$ so far, that of this step
included, and the step is divided by its root:

$$m \leftarrow m + g^2,\qquad W \leftarrow W - \alpha\, \frac{g}{\sqrt{m + 10^{-8}}}$$

All of it is entry by entry. The tiny number stands *inside* the root: an entry that never had a gradient must stay
where it is. Return new parameters and the new memory, as two dicts, and leave the dicts that you are given, and the
arrays in them, as they are.
""",
    probes=(
        Probe(
            "the first step of all",
            probes.first_step,
            "What is divided by what where there has never been a gradient, or only a tiny one?",
        ),
    ),
    mistakes=wrong.ADAGRAD,
)

CLIP = plain(
    clip_gradients,
    takes=(_GRADS, "max_norm:, number 0.5 to 5"),
    gives=(_LIKE_PARAMS.format("clipped"),),
    points=8,
    keeps=True,
    task=r"""
Now and then a recurrent network meets a cliff: its gradient is a thousand times longer than usual, and one step along
it undoes the work of an hour. So take all the gradients together as one long vector, and if its length, its Euclidean
norm, is more than `max_norm`, shorten the whole of it to that length. Its direction stays; and a gradient that is
short enough stays as it is, the one of length zero too. Return a new dict and leave the given one alone.
""",
    probes=(
        Probe(
            "gradients that explode",
            probes.exploded,
            "What is left of a gradient that is many times too long: its length, its direction, or both?",
        ),
        Probe(
            "gradients of zero",
            probes.no_gradient,
            "What do you divide by when all gradients are zero, and need such gradients be shortened?",
        ),
    ),
    mistakes=wrong.CLIP,
)

TRAIN = plain(
    train,
    takes=(
        "indices: T+1, below V",
        _PARAMS,
        "chunk:, 1 to T",
        "steps:, S to S",
        "rate:, number 0.02 to 0.2",
        "max_norm:, number 0.5 to 3",
    ),
    gives=("losses: S, number 0 to 1e9", _NEW_PARAMS),
    points=17,
    keeps=True,
    requires=("char_rnn_loss", "adagrad_step", "clip_gradients"),
    task=r"""
Truncated BPTT over a text that is too long to be unrolled. Read it in pieces of `chunk` characters, one piece a step:

1. The first step starts at the first character, in a state of zeros, with an Adagrad memory of zeros.
2. A piece that starts at character $s$ has `chunk` inputs, and as many targets: the characters that follow them,
   each one place further on.
3. Take the loss and the gradients of the piece; shorten the gradients to `max_norm`; take one step of Adagrad.
4. The next piece starts where the inputs of this one ended, and in the *state* in which this one ended: what is cut
   between two pieces is the gradient, not the memory of the network.
5. Where what is left of the text does not suffice for a whole piece with all its targets, start again at the first
   character, in a state of zeros. Adagrad's memory is kept.

Do this `steps` times. Return the loss of every step, as `char_rnn_loss` gave it, and the parameters after the last
one. The parameters that you are given stay as they are. There is no chance in this: the same text and the same
parameters give the same losses, and the checks compare a few steps of yours with ours, number by number.

Then they let you train in earnest, with your own functions from `build_vocab` on: on one word, which the network must
be able to spell afterwards, and on a page of sonnets.
""",
    probes=(
        Probe(
            "pieces that end with the text",
            probes.whole_pieces,
            "Is the last piece of the text read too, when its last target is the last character of all?",
        ),
    ),
    mistakes=wrong.TRAIN,
    behaviours=(KNOWS_NOTHING, SAYS_HELLO, READS_SONNETS),
)

INTRO = r"""
A language model says what comes next. Ours reads a text one character at a time and gives, after each, a probability
to every character that may follow. To train it nobody has to label anything: the text is its own answer, shifted by
one place. To let it write, draw a character from its probabilities, let it read that, and draw again.

This assignment is where the pieces become a thing that runs. You turn text into numbers, write the loss of the whole
network with its gradients as *one* function, the update rules, the clipping, the sampling, and the loop that trains on
a text of any length. In the end it has to learn: to spell *hello*, and to be less surprised by Shakespeare.

**Lectures.** L0 and L3 (the character model of "hello", truncated BPTT, the sonnets, clipping), L1 (one-hot rows, the
loss over the steps, the update), L4 (training as a sum over the steps, truncation).

**Notation.** One sequence of $T$ characters from a vocabulary of $V$, and $H$ hidden units; no batch. Rows are
multiplied from the left, so `x @ Wx` is simply row `inputs[t]` of `Wx`. The five parameters travel in one dict, and
the gradients in another with the same keys:

| key | shape | L0, L3 | L1 | L4 |
|---|---|---|---|---|
| `Wx` | $(V, H)$ | $W_{xh}$ | $U$ | $U$ |
| `Wh` | $(H, H)$ | $W_{hh}$ | $W$ | $W$ |
| `b` | $(H,)$ | | $b$ | |
| `Wy` | $(H, V)$ | $W_{hy}$ | $V$ | $V$ |
| `by` | $(V,)$ | | $c$ | |

**Where to begin, and what is cut.** L1 and L4 add up the losses of the steps, and so do we. A network that knows
nothing gives each of $V$ characters the probability $1/V$, so its loss on $T$ characters is near $T \ln V$: the four
steps of *hello* cost $4 \ln 4 \approx 5.55$. Start there: a first loss that is far off is a bug, whatever comes later.
And in truncated BPTT the state is carried on from piece to piece, and the gradient is not. Reset the state as well, and
the network forgets in the middle of a line.

**See it run.** `load_text` is given, and `sonnets.txt` holds 26 of the sonnets; any other text will do. When your
functions are written, this prints what a few seconds of training make of them. Try several temperatures.

```python
rng = np.random.default_rng(0)
text = load_text("sonnets.txt")
chars = build_vocab(text)
params = init_params(len(chars), 64, rng)
losses, params = train(encode(text, chars), params, 25, 10_000, 0.1, 5.0)
print(losses[:100].mean() / 25, losses[-100:].mean() / 25)
letters = sample(params, np.zeros(64), chars.index("S"), 400, rng, 0.7)
print("S" + decode(letters, chars))
```

**What is judged.** Your values, types and shapes, at many sizes, one character and one hidden unit among them; for
what is drawn at random, its distribution; and for the training, that it learns. A function that falls only because it
calls an earlier one that is wrong is reported as blocked, not as failed: mend the earlier one first. Work in
`float64`; where a task says that arguments stay as they are, a change of them costs the points.
"""

ASSIGNMENT = Assignment(
    name="language_model",
    title="A language model",
    intro=INTRO,
    exercises=(VOCAB, ENCODE, DECODE, ONE_HOT, INIT, LOSS, SAMPLE, SGD, ADAGRAD, CLIP, TRAIN),
    # Letters: T characters, V in the vocabulary, H hidden units, S characters that are drawn or steps of training.
    # Every axis has its own length in the first shape; a text of 7 characters is begun anew for most pieces.
    shapes=(
        "T=6 V=4 H=3 S=5",
        "T=1 V=2 H=1 S=1",
        "T=1 V=5 H=2 S=3",
        "T=3 V=3 H=3 S=2",
        "T=7 V=3 H=4 S=1",
        "T=5 V=6 H=4 S=7",
    ),
    equivalents=EQUIVALENTS,
    errata=ERRATA,
    given=(load_text,),
    files={SONNETS: "26 of Shakespeare's sonnets, a text to learn from"},
    pictures=PICTURES,
    figures=FIGURES,
)
