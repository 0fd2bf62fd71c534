"""Inputs that ordinary cases never reach, for the probes of the exercises. INSTRUCTORS ONLY."""

import numpy as np

Arrays = dict[str, np.ndarray]
LARGE = 999  # with the scores as they are otherwise at most 1000, as the task promises
KINDS_OF_LAYERS = 5  # that there are to count the parameters of
FINE = 1 / 1024  # what single precision still holds beside 1000: the probe is about overflow, not about float32


def extreme_scores(rng: np.random.Generator, inputs: Arrays) -> Arrays:
    """The inputs with large offsets on half of the steps, and with scores far apart inside the others.

    An offset shows who takes the exponential as it is; scores far apart show who subtracts the smallest or the mean.
    The target keeps a neighbour at its height: else its probability is 1, and there is nothing to get wrong.
    """
    y = inputs["y"]
    x = np.rint(inputs["x"] / FINE) * FINE
    classes = np.arange(x.shape[2])
    target = y[:, :, None]
    near = (classes == target) | (classes == (target + 1) % x.shape[2])
    # From end to end, so that both are there as soon as there are two steps.
    offsets = np.rint(np.linspace(-LARGE, LARGE, y.size)).reshape(*y.shape, 1)
    takes_offset = (np.arange(y.size) % 2 == (y.size - 1) % 2).reshape(*y.shape, 1)
    return inputs | {"x": x + np.where(takes_offset, offsets, np.where(near, LARGE, -LARGE))}


def published_sizes(rng: np.random.Generator, inputs: Arrays) -> Arrays:
    """The layers of L2: an embedding of 10,000 words in 32 features, and above it recurrent layers of 32 units.

    A kind is its place among the words of the declaration, where the embedding is the first and the RNN the second.
    """
    changed = {}
    for name in inputs:
        is_first, member = name.startswith("layers[0]"), name[-3:]
        embedding, recurrent = {"[0]": (0, 1), "[1]": (10_000, 32), "[2]": (32, 32)}[member]
        changed[name] = np.asarray(embedding if is_first else recurrent)
    return changed


def one_of_each_kind(rng: np.random.Generator, inputs: Arrays) -> Arrays:
    """The layers of the sizes that they have, of one kind after the other."""
    kinds = [name for name in inputs if name.endswith("[0]")]
    return inputs | {name: np.asarray(number % KINDS_OF_LAYERS) for number, name in enumerate(kinds)}
