"""Inputs of A7 that ordinary cases never reach: scores far apart, texts that end at other steps. INSTRUCTORS ONLY."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

Arrays = dict[str, np.ndarray]
Change = Callable[[np.random.Generator, Arrays], Arrays]

APART = 1600  # twice what the exponential bears in either direction
CERTAIN = 1000  # of this the tanh is 1 to the last digit, in single precision too


def scores_apart(x: str, table: str = "", of: str = "") -> Change:
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
            rows %= len(words)
            new[x][:] = rows[:, None]
            new[table][:, 0] = _signs(words)
        else:
            new[x].T[0] = _signs(rows)
        if 'batch["y"]' in new:  # what is said is the first or the last class: sure and right would leave no gradient
            new['batch["y"]'][:] = new['params["by"]'].size // 2
        return new

    return change


def _signs(numbers: np.ndarray) -> np.ndarray:
    return np.where(numbers % 2 == 0, 1.0, -1.0)


TRIES = 100  # at the sizes of a plan one in five is enough
LIVELY = 3.0  # weights of this size make a network that says one thing after the other, and not one word for ever


def ends_apart(decode: Callable[..., Any]) -> Change:
    """A change of the inputs by which one text ends in the middle, where more could be said, and another goes on.

    What is said depends on the words that are fed, and on the state that is handed on.
    """

    def change(rng: np.random.Generator, inputs: Arrays) -> Arrays:
        start, steps, vocabulary = int(inputs["start"]), int(inputs["steps"]), int(inputs['params["by"]'].size)
        for _ in range(TRIES):
            new = _lively(rng, inputs)
            params = _dict("params", new)
            told = decode(params, new["h0"], start, vocabulary, steps)  # that word is never said
            for end in range(1, vocabulary):
                said = decode(params, new["h0"], start, end, steps)
                deaf = decode(params | {"We": 0 * params["We"] + params["We"][start]}, new["h0"], start, end, steps)
                blank = decode(params | {"Wh": 0 * params["Wh"]}, new["h0"], start, end, steps)
                ended = (said == end).any(axis=1)
                cut = ((said != told) & (told != start)).any()
                if cut and not ended.all() and (said != deaf).any() and (said != blank).any():
                    return new | {"end": np.asarray(end)}
        return new  # one text alone, or one step, cannot be told apart

    return change


def all_but_one_recalled(accuracy: Callable[..., Any]) -> Change:
    """A change of the inputs by which the network is right about every sequence but the first."""

    def change(rng: np.random.Generator, inputs: Arrays) -> Arrays:
        new = _lively(rng, inputs)
        params, x, y = _dict("params", new), new['batch["x"]'], new['batch["y"]'].copy()
        numbers = np.arange(x.shape[2])
        for n in range(len(x)):
            said = [number for number in numbers if accuracy(params, {"x": x[n : n + 1], "y": numbers[[number]]}) == 1]
            y[n] = said[0]
        y[0] = (y[0] + 1) % len(numbers)
        return new | {'batch["y"]': y}

    return change


# L4's own sizes: five of the numbers 0 to 9 and 25 units, by Adam. With these batches and this rate 100 trainings of
# 100 recalled all of 2,000 fresh sequences, and the last 20 losses were 0.004 at most on average.
LENGTH, NUMBERS, UNITS, BATCHES, BATCH, RATE = 5, 10, 25, 250, 32, 0.04
FRESH = 100


def recall_task(rng: np.random.Generator) -> dict[str, Any]:
    """What the recall task is trained from, and sequences to try it on."""

    def weights(rows: int, columns: int) -> np.ndarray:
        return rng.uniform(-1, 1, (rows, columns)) / math.sqrt(rows)

    b = np.zeros(4 * UNITS)
    b[UNITS : 2 * UNITS] = 1  # in the beginning nothing is forgotten
    return {
        "params": {
            "Wx": weights(NUMBERS, 4 * UNITS),
            "Wh": weights(UNITS, 4 * UNITS),
            "b": b,
            "Wy": weights(UNITS, NUMBERS),
            "by": np.zeros(NUMBERS),
        },
        "numbers": rng.integers(NUMBERS, size=(BATCHES, BATCH, LENGTH)),
        "index": np.asarray(rng.integers(LENGTH)),
        "rate": np.asarray(RATE),
        "fresh": rng.integers(NUMBERS, size=(FRESH, LENGTH)),
        "n_features": np.asarray(NUMBERS),
    }


def _lively(rng: np.random.Generator, inputs: Arrays) -> Arrays:
    """The inputs with all real values drawn anew, larger than benign ones are."""
    return {
        name: rng.uniform(-LIVELY, LIVELY, array.shape) if array.dtype.kind == "f" else array
        for name, array in inputs.items()
    }


def _dict(name: str, inputs: Arrays) -> Arrays:
    """The argument that is a dict, from its arrays by path."""
    head = f'{name}["'
    return {
        path.removeprefix(head).removesuffix('"]'): array for path, array in inputs.items() if path.startswith(head)
    }
