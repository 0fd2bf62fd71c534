"""Functions that draw random numbers: judged by the distribution of what they give, over many seeds.

Which numbers a right function draws, and in which order, is its own affair. So each case is called with many
generators, and of every entry of an output and of the sums along each axis, the mean and the variance are compared with
those of the reference; of integers below V it is how often each one comes. The variance of a sum shows entries that
fall together. What may differ by chance is bounded by Bernstein's inequality, which holds for any distribution whose
ends the reference has met: a right function is called wrong in one of e^21, that is 10^9, comparisons.

Source: S. Boucheron, G. Lugosi, P. Massart, Concentration Inequalities (2013), theorem 2.10.
"""

import math
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import numpy as np

from grader.compare import RIGHT, Comparison, compare
from grader.shapes import Dims, Tensor

REFERENCE_DRAWS = 8  # times as many as are asked of a student
ODDS = 21.0
MEAN, VARIANCE, FOURTH, SPREAD, SIZE = range(5)


def seeds(seed: int, draws: int) -> list[int]:
    """The seeds of the generators of one case."""
    return [seed + number for number in range(draws)]


def moments(tensor: Tensor, dims: Dims, values: Sequence[np.ndarray]) -> np.ndarray:
    """Mean, variance, fourth central moment, farthest from the mean and largest of what is looked at, in this order.

    That is every entry; the sums along each axis and of everything, which tell whether entries are drawn on their own;
    and the sum of all squares. Of integers below V it is how often each of them comes, at a place or altogether.
    """
    rows = np.stack(values).astype(np.float64)[..., None]
    if tensor.below:
        rows = (rows == np.arange(dims[tensor.below])).astype(np.float64)
    parts = [rows.sum(axis=tuple(1 + axis for axis in axes)) for axes in _summed(tensor)]
    if not tensor.below:
        parts.append((rows**2).sum(axis=tuple(range(1, rows.ndim))))
    stacked = np.concatenate([part.reshape(len(rows), -1) for part in parts], axis=1)
    mean = stacked.mean(0)
    off = np.abs(stacked - mean)
    return np.stack([mean, (off**2).mean(0), (off**4).mean(0), off.max(0), np.abs(stacked).max(0)])


def _summed(tensor: Tensor) -> tuple[tuple[int, ...], ...]:
    """The axes over which sums are taken, none for the entries themselves."""
    axes = tuple(range(len(tensor.axes)))
    return ((), *((axis,) for axis in axes if len(axes) > 1), axes)


def is_sound(tensor: Tensor, dims: Dims, value: Any) -> bool:
    """Whether a value has the declared shape and is finite, or holds integers below V."""
    if not isinstance(value, np.ndarray) or value.shape != tensor.shape(dims) or value.dtype.kind not in "fiub":
        return False
    if tensor.below:
        return bool(np.isin(value, np.arange(dims[tensor.below])).all())
    return bool(np.isfinite(value).all())


def compare_draw(tensor: Tensor, dims: Dims, got: Any) -> Comparison:
    """What is wrong with one single value; right if it is sound, and only the distribution can be wrong."""
    if is_sound(tensor, dims, got):
        return Comparison(tensor.name, True)
    fits = isinstance(got, np.ndarray) and got.shape == tensor.shape(dims) and got.dtype.kind in "fiub"
    if fits and tensor.below:
        strange = got[~np.isin(got, np.arange(dims[tensor.below]))].flat[0]
        bound = f"integers in [0, {tensor.below}) with {tensor.below}={dims[tensor.below]}"
        return Comparison(tensor.name, False, f"{tensor.name} holds {strange:g}, wanted {bound}", error=np.inf)
    if fits:
        return Comparison(tensor.name, False, f"{tensor.name} is not finite", error=np.inf)
    return compare(tensor, dims, got, np.zeros(tensor.shape(dims)))


def compare_moments(tensor: Tensor, dims: Dims, got: np.ndarray, want: np.ndarray, draws: int) -> Comparison:
    """Whether moments of so many draws are those of the reference, but for chance."""
    for moment, allowed in zip((MEAN, VARIANCE), _allowed(want, draws, unseen=bool(tensor.below)), strict=True):
        deviation = np.abs(got[moment] - want[moment])
        if (deviation > allowed).any():
            worst = int(np.argmax(deviation / allowed))
            error = float(deviation[worst] / max(float(want[SIZE][worst]), RIGHT) ** (1 + moment))
            numbers = (float(got[moment][worst]), float(want[moment][worst]), float(allowed[worst]))
            what = next(islice(_looked_at(tensor, dims), worst, None))
            return Comparison(tensor.name, False, _why(what, numbers, draws, moment), error=error)
    return Comparison(tensor.name, True)


def same_moments(tensor: Tensor, dims: Dims, got: np.ndarray, want: np.ndarray, draws: int) -> bool:
    """Whether both are moments of one distribution, as far as can be told."""
    return got.shape == want.shape and compare_moments(tensor, dims, got, want, draws).right


def _allowed(want: np.ndarray, draws: int, *, unseen: bool) -> tuple[np.ndarray, np.ndarray]:
    """How far means and variances of so many draws may be off by chance.

    `unseen` allows for what even the reference never drew.
    """
    _, variance, fourth, spread, size = want
    if unseen:
        variance, fourth, spread = (
            np.maximum(*pair) for pair in ((variance, 1 / draws), (fourth, 1 / draws), (spread, 1))
        )

    def chance(variance: np.ndarray, spread: np.ndarray) -> np.ndarray:
        variance = np.maximum(variance, 0) * (1 + 1 / REFERENCE_DRAWS)
        return np.asarray(np.sqrt(2 * ODDS * variance / draws) + ODDS / 3 * spread / draws)

    size = np.maximum(size, RIGHT)
    mean = chance(variance, spread) + RIGHT * size
    # A variance is taken about the mean of its own draws, which may be off by that much.
    return mean, chance(fourth - variance**2, spread**2) + mean**2 + RIGHT * size**2


def _looked_at(tensor: Tensor, dims: Dims) -> Iterator[str]:
    """What `moments` looks at, in words and in its order."""
    values = range(dims[tensor.below]) if tensor.below else ("",)
    for axes in _summed(tensor):
        for index in np.ndindex(*(1 if axis in axes else n for axis, n in enumerate(tensor.shape(dims)))):
            place = ", ".join(":" if axis in axes else str(number) for axis, number in enumerate(index))
            where = f"{tensor.name}[{place}]" if len(axes) < len(index) else tensor.name
            for value in values:
                if tensor.below:
                    yield f"the number of {value}s in {where}" if axes else f"{where} is {value}"
                else:
                    yield f"the sum of {where}" if axes else where
    yield f"the sum of the squares of {tensor.name}"


def _why(what: str, numbers: tuple[float, ...], draws: int, moment: int) -> str:
    got, want, allowed = numbers
    if moment == VARIANCE:
        return (
            f"{what} has the variance {got:.4g} over {draws} draws, wanted {want:.4g} (chance explains {allowed:.2g})"
        )
    if re.search(r" is \d+$", what):
        chance = f"chance explains {math.ceil(100 * allowed)} %"
        return f"{what} in {got:.0%} of {draws} draws, wanted {want:.0%} ({chance})"
    return f"{what} is {got:.4g} on average over {draws} draws, wanted {want:.4g} (chance explains {allowed:.2g})"
