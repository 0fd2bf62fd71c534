"""What a network of A6 must do when a student's functions work together. INSTRUCTORS ONLY.

Only the first behaviour begins with the student's own weights: whoever draws them wrongly can still show that the
rest learns. The bounds leave room for weights of any seed. How much was measured, over 1,000 seeds of the reference
and 20 of each style; the figures stand beside the bounds, and `tests/reference/test_language_model.py` measures again.
"""

import math
from typing import Any

import numpy as np

from grader import Behaviour, Bound
from reference.texts import SONNETS

Inputs = dict[str, Any]
SEEDS = 2**32
H = 16

BEGINNING = "abcdefgh"
FIRST_LENGTH = 64
FIRST_WANTED = FIRST_LENGTH * math.log(len(BEGINNING))  # T ln V
FIRST_SLACK = 0.01  # of it; measured: 0.0001 at most. Weights thirty times as large are off by 0.005 to 0.25.

WORD = "hello"
SPELT = 0.1  # a word, where knowing nothing costs 5.5; measured: 0.02 at most, median 0.012, and always spelt right

SLICE = 1500
CHUNK = 16
STEPS = 300
# Of ln V; measured: 0.631 on average and 0.669 at most in training, 0.609 and 0.629 when the whole page is read
# after it. To know no more than the frequencies gives 0.83.
LEARNED = 0.72
FEWEST_CHARACTERS = 40  # of any slice (they have 40 to 51): the smallest ln V, and so the strictest bound


def an_unknown_text(rng: np.random.Generator) -> Inputs:
    """Random characters, all of the vocabulary, and one step of training on them."""
    text = rng.choice(list(BEGINNING), FIRST_LENGTH + 1)
    text[rng.choice(FIRST_LENGTH, len(BEGINNING), replace=False)] = list(BEGINNING)
    sizes = {"V": len(BEGINNING), "H": H, "rng": int(rng.integers(SEEDS))}
    return _training("".join(text), chunk=FIRST_LENGTH, steps=1) | sizes


def one_word(rng: np.random.Generator) -> Inputs:
    """A word, and what it takes to let the network spell it."""
    chars = "".join(sorted(set(WORD)))
    writing = {
        "h": np.zeros(H),
        "first": chars.index(WORD[0]),
        "n": len(WORD) - 1,
        "temperature": 1e-3,
        "chance": int(rng.integers(SEEDS)),
    }
    return _training(WORD, chunk=len(WORD) - 1, steps=100) | _small_weights(WORD, rng) | writing


def a_page_of_sonnets(rng: np.random.Generator) -> Inputs:
    """Some 35 lines of the sonnets, beginning anywhere."""
    sonnets = SONNETS.read_text(encoding="utf-8")
    start = int(rng.integers(len(sonnets) - SLICE))
    text = sonnets[start : start + SLICE]
    numbers = np.searchsorted(sorted(set(text)), list(text))
    reading = {"page": numbers[:-1], "next": numbers[1:], "h": np.zeros(H)}
    return _training(text, chunk=CHUNK, steps=STEPS) | _small_weights(text, rng) | reading


def _training(text: str, *, chunk: int, steps: int) -> Inputs:
    return {"text": text, "chunk": chunk, "steps": steps, "rate": 0.1, "max_norm": 5.0}


def _small_weights(text: str, rng: np.random.Generator) -> Inputs:
    """Parameters for the characters of a text, drawn as students are asked to draw them."""
    V = len(set(text))
    shapes = {"Wx": (V, H), "Wh": (H, H), "Wy": (H, V)}
    weights = {name: rng.normal(0, 0.01, shape) for name, shape in shapes.items()}
    return {"params": weights | {"b": np.zeros(H), "by": np.zeros(V)}}


_READING = ("chars = build_vocab(text)", "indices = encode(text, chars)")
_TRAINING = "losses, trained = train(indices, params, chunk, steps, rate, max_norm)"

KNOWS_NOTHING = Behaviour(
    name="knows nothing at first",
    inputs=an_unknown_text,
    steps=(*_READING, "params = init_params(V, H, rng)", _TRAINING),
    bounds=(Bound("losses", at_least=(1 - FIRST_SLACK) * FIRST_WANTED, at_most=(1 + FIRST_SLACK) * FIRST_WANTED),),
    hint="How likely should every character be to a network that has learned nothing, and what does that cost a step?",
)

SAYS_HELLO = Behaviour(
    name="spells hello",
    inputs=one_word,
    steps=(
        *_READING,
        _TRAINING,
        "written = sample(trained, h, first, n, chance, temperature)",
        "word = decode(written, chars)",
    ),
    bounds=(Bound("losses", "mean of last 10", at_most=SPELT), Bound("word", equals=WORD[1:])),
    hint="Does the loss fall at every step? If it does, do sampling and training agree on what a step is?",
    curve="losses",
)

READS_SONNETS = Behaviour(
    name="reads sonnets",
    inputs=a_page_of_sonnets,
    steps=(*_READING, _TRAINING, "measure: read, grads, h_last = char_rnn_loss(trained, page, next, h)"),
    bounds=(
        Bound("losses", "mean of last 50", at_most=LEARNED * CHUNK * math.log(FEWEST_CHARACTERS)),
        # Whatever the training says of itself: the reference reads the whole page with what came of it.
        Bound("read", at_most=LEARNED * (SLICE - 1) * math.log(FEWEST_CHARACTERS)),
    ),
    hint="Does the loss fall at first and then stay where it is, or grow? What does each piece hand on to the next?",
    curve="losses",
)
