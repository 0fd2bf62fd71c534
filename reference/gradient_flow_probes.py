"""Inputs of A4 that ordinary cases never reach, or reach too seldom. INSTRUCTORS ONLY."""

import math

import numpy as np

from grader import Probe

Arrays = dict[str, np.ndarray]

TURN = 2.0  # radians: far from half a turn, and its cosine is negative
RADIUS = 0.9


def _steps(inputs: Arrays) -> int:
    return next(len(array[0]) for array in inputs.values() if array.ndim == 3)


def _between(k: int, t: int) -> Arrays:
    return {"k": np.array(k), "t": np.array(t)}


STRETCHES = (
    Probe(
        "from the first step to the last",
        lambda rng, inputs: inputs | _between(0, _steps(inputs) - 1),
        "How many factors are there between the first step and the last, and which ones are they?",
    ),
    Probe(
        "from a step to the next",
        lambda rng, inputs: inputs | _between(max(0, _steps(inputs) - 2), _steps(inputs) - 1),
        "Which single factor lies between two neighbouring steps?",
    ),
    Probe(
        "from a step to itself",
        lambda rng, inputs: inputs | _between(_steps(inputs) - 1, _steps(inputs) - 1),
        "How does a state answer to itself, and what is a product of no factors?",
    ),
)


def turning_matrix(rng: np.random.Generator, inputs: Arrays) -> Arrays:
    """Blocks that turn a plane and shrink it, in a basis that is not orthogonal: the largest eigenvalues are complex.

    An odd size leaves one eigenvalue over, which is real, negative and smaller.
    """
    H = len(inputs["W"])
    turned = np.diag(np.full(H, -0.5 * RADIUS if H > 1 else -RADIUS))
    for first in range(0, H - 1, 2):
        turned[first : first + 2, first : first + 2] = RADIUS * np.array(
            [[math.cos(TURN), math.sin(TURN)], [-math.sin(TURN), math.cos(TURN)]]
        )
    basis = np.eye(H) + np.triu(rng.uniform(0.2, 0.6, (H, H)), 1)
    return {"W": basis @ turned @ np.linalg.inv(basis)}


def _gradients(inputs: Arrays) -> list[str]:
    return [name for name in inputs if name.startswith("grads")]


def _length(inputs: Arrays) -> float:
    return math.sqrt(sum(float(np.sum(inputs[name] ** 2)) for name in _gradients(inputs)))


def _zero(rng: np.random.Generator, inputs: Arrays) -> Arrays:
    return inputs | {name: np.zeros_like(inputs[name]) for name in _gradients(inputs)}


def _short(rng: np.random.Generator, inputs: Arrays) -> Arrays:
    """A limit that only a wrong norm exceeds: the sum of squares does, the length does not."""
    return inputs | {"max_norm": np.array(1.02 * _length(inputs))}


def _long(rng: np.random.Generator, inputs: Arrays) -> Arrays:
    """A limit that only the whole length exceeds: no array by itself is as long."""
    return inputs | {"max_norm": np.array(0.98 * _length(inputs))}


def _exploded(rng: np.random.Generator, inputs: Arrays) -> Arrays:
    """Gradients as they are after an explosion; their squares still fit into a float."""
    return inputs | {name: 1e120 * inputs[name] for name in _gradients(inputs)}


CLIPPING = (
    Probe("gradients of zero", _zero, "What do you divide by when all gradients are zero?"),
    Probe("just short enough", _short, "Should gradients that are not longer than the limit change at all?"),
    Probe("just too long", _long, "Is it the length of each array that counts, or the length of all of them together?"),
    Probe("exploded gradients", _exploded, "Is the length of the result the limit, however long the gradients were?"),
)


def _one_chunk(rng: np.random.Generator, inputs: Arrays) -> Arrays:
    return inputs | {"chunk": np.array(inputs["x"].shape[1] + 2)}


def _single_steps(rng: np.random.Generator, inputs: Arrays) -> Arrays:
    return inputs | {"chunk": np.array(1)}


def _remainder(rng: np.random.Generator, inputs: Arrays) -> Arrays:
    """Two chunks, the second one shorter wherever there are three steps or more."""
    return inputs | {"chunk": np.array(inputs["x"].shape[1] // 2 + 1)}


CHUNKS = (
    Probe("a chunk longer than the sequence", _one_chunk, "What happens when one chunk has room for all the steps?"),
    Probe("chunks of one step", _single_steps, "What crosses the border between two chunks, and what does not?"),
    Probe("a shorter last chunk", _remainder, "Which steps are left when the chunk does not divide the sequence?"),
)
