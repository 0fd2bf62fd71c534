"""Inputs that ordinary cases never reach, for the probes of the exercises. INSTRUCTORS ONLY."""

import numpy as np

Arrays = dict[str, np.ndarray]
LARGE = 999  # with the scores as they are otherwise at most 1000, as the task promises


def extreme_scores(rng: np.random.Generator, inputs: Arrays) -> Arrays:
    """The inputs with large offsets on half of the steps, and with scores far apart inside the others.

    An offset shows who takes the exponential as it is; scores far apart show who subtracts the smallest or the mean.
    The target keeps a neighbour at its height: else its probability is 1, and there is nothing to get wrong.
    """
    x, y = inputs["x"], inputs["y"]
    classes = np.arange(x.shape[2])
    target = y[:, :, None]
    near = (classes == target) | (classes == (target + 1) % x.shape[2])
    offsets = np.linspace(-LARGE, LARGE, y.size).reshape(*y.shape, 1)  # both ends as soon as there are two steps
    takes_offset = (np.arange(y.size) % 2 == (y.size - 1) % 2).reshape(*y.shape, 1)
    return inputs | {"x": x + np.where(takes_offset, offsets, np.where(near, LARGE, -LARGE))}
