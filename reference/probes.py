"""Inputs that ordinary cases never reach, for the probes of the exercises. INSTRUCTORS ONLY."""

from collections.abc import Callable

import numpy as np

Arrays = dict[str, np.ndarray]
LARGE = 999  # with the scores as they are otherwise at most 1000, as the task promises
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


APART = 1600  # twice what the exponential bears in either direction
CERTAIN = 1000  # of this the tanh is 1 to the last digit, in single precision too


def scores_apart(x: str, table: str = "", of: str = "") -> Callable[[np.random.Generator, Arrays], Arrays]:
    """A change of the inputs by which an RNN gives some sequences huge scores, and others huge negative ones.

    The first unit says +1 to every other sequence and -1 to the rest, whatever else there is, and the output weights
    of that unit are huge. `x` is what the network reads; if it reads words, the `table` makes vectors of them. `of`
    ends the names of that network's parameters where there are two networks.
    """
    Wx, Wh, b = (f'params["{name}{of}"]' for name in ("Wx", "Wh", "b"))

    def change(rng: np.random.Generator, inputs: Arrays) -> Arrays:
        new = {name: array.copy() for name, array in inputs.items()}
        for column in (new[Wx], new.get(Wh, np.zeros((1, 1))), new[b][None]):
            column[:, 0] = 0
        new[Wx][0, 0] = CERTAIN
        new['params["Wy"]'][0] = np.linspace(0, APART, new['params["by"]'].size)
        rows = np.arange(len(new[x]))
        if table:
            words = np.arange(len(new[table]))
            new[x][:] = (rows % len(words))[:, None]
            new[table][:, 0] = _signs(words)
        else:
            new[x].T[0] = _signs(rows)
        return new

    return change


def _signs(numbers: np.ndarray) -> np.ndarray:
    return np.where(numbers % 2 == 0, 1.0, -1.0)
