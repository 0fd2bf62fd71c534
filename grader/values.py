"""Benign values: inputs on which right code is right to the last digits and wrong code is far off.

Zeros, ones, constants, masks of one value and tokens that never repeat hide mistakes; large values drown them in
rounding. The ranges were measured (correct code within 1.3e-15, the mildest mistake 5e-4 off).
"""

import math
import string
from collections.abc import Mapping, Sequence

import numpy as np

from grader.shapes import Dims, Tensor, code_points

Arrays = dict[str, np.ndarray]
SIGNAL = (0.25, 1.0)  # magnitudes; tanh is neither linear nor flat there
BIAS = (0.1, 0.5)
MASK_KEEPS = 0.6
ALPHABET = "aehlo tz"  # few, so that characters come again, and a space among them
# Two cases of a letter, white space and punctuation come first, for few are drawn; the others, for who wants many.
CHARACTERS = "".join(dict.fromkeys("Ta ,\ntoe'h" + string.ascii_letters))
SEEDS = 2**32


def draw_all(tensors: Sequence[Tensor], dims: Dims, rng: np.random.Generator) -> Arrays:
    """Benign values for all inputs of a function; one whose range another one bounds is drawn after it."""
    names = {tensor.name for tensor in tensors}
    bounded = [tensor for tensor in tensors if names.intersection(tensor.ends or ())]
    drawn: Arrays = {}
    for tensor in (*(tensor for tensor in tensors if tensor not in bounded), *bounded):
        drawn[tensor.name] = draw(tensor, dims, rng, drawn)
    return {tensor.name: drawn[tensor.name] for tensor in tensors}


def draw(
    tensor: Tensor, dims: Dims, rng: np.random.Generator, given: Mapping[str, np.ndarray] | None = None
) -> np.ndarray:
    """An array of the tensor's shape with benign values of its kind; `given` are the inputs before it."""
    shape = tensor.shape(dims)
    if tensor.ends is not None:
        low, high = (_end(end, dims, given or {}) for end in tensor.ends)
        return np.asarray(rng.integers(low, max(low, high) + 1, shape))
    if tensor.reals is not None:
        return np.asarray(rng.uniform(*tensor.reals, shape))
    if tensor.words:
        return np.asarray(rng.integers(len(tensor.words)))
    if tensor.kind == "flag":
        return np.asarray(rng.random() < 0.5)
    if tensor.kind == "generator":
        return np.asarray(rng.integers(SEEDS))
    if tensor.characters:
        return _with_all(code_points(CHARACTERS[: dims[tensor.characters]]), shape, rng)
    if tensor.is_text:
        return _with_a_repeat(rng.choice(code_points(ALPHABET), shape), rng)
    if tensor.kind == "weight":
        return rng.uniform(-1, 1, shape) / math.sqrt(shape[0] if shape else 1)
    if tensor.kind == "bias":
        return signed(BIAS, shape, rng)
    if tensor.kind == "bool":
        return _with_both(rng.random(shape) < MASK_KEEPS, rng)
    if tensor.below:
        return _with_a_repeat(np.asarray(rng.integers(0, dims[tensor.below], shape)), rng)
    return signed(SIGNAL, shape, rng)


def _end(end: str, dims: Dims, given: Mapping[str, np.ndarray]) -> int:
    """One end of a range of integers: a letter, an input that was drawn before, or a number."""
    if end in dims:
        return dims[end]
    return int(given[end]) if end in given else int(end)


def signed(magnitudes: tuple[float, float], shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """Values of both signs with magnitudes in the given range; one value of each sign where there is room."""
    signs = rng.choice((-1.0, 1.0), shape)
    if signs.size > 1:
        first, second = rng.choice(signs.size, 2, replace=False)
        signs.flat[first], signs.flat[second] = -1.0, 1.0
    return signs * rng.uniform(*magnitudes, shape)


def _with_both(mask: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The mask with at least one entry of each kind; a mask of one entry is true."""
    if mask.size == 1:
        return np.ones_like(mask)
    hole, kept = rng.choice(mask.size, 2, replace=False)
    mask.flat[hole], mask.flat[kept] = False, True
    return mask


def _with_all(values: np.ndarray, shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """Some of the values in any order; each of them, where there is room."""
    drawn = rng.choice(values, shape)
    places = rng.permutation(drawn.size)[: len(values)]
    drawn[places] = rng.permutation(values)[: len(places)]
    return drawn


def _with_a_repeat(integers: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The integers with at least one value that stands twice."""
    if integers.size > 1:
        first, second = rng.choice(integers.size, 2, replace=False)
        integers.flat[second] = integers.flat[first]
    return integers
