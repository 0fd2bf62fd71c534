"""Functions that draw random numbers: judged by the distribution of what they give, over many seeds.

Which numbers a right function draws, and in which order, is its own affair. So each case is called with many
generators, and of every entry of an output the mean and the mean square are compared with those of the reference; of
integers below V it is how often each one comes. What may differ by chance is bounded by Bernstein's inequality, which
holds for any distribution: a right function is called wrong in one of e^21, that is 10^9, comparisons.

Source: S. Boucheron, G. Lugosi, P. Massart, Concentration Inequalities (2013), theorem 2.10.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from grader.compare import RIGHT, Comparison, compare
from grader.shapes import Dims, Tensor

REFERENCE_DRAWS = 8  # times as many as are asked of a student
ODDS = 21.0
MEAN, SQUARE, FOURTH, REACH = range(4)


def seeds(seed: int, draws: int) -> list[int]:
    """The seeds of the generators of one case."""
    return [seed + number for number in range(draws)]


def moments(tensor: Tensor, dims: Dims, values: Sequence[np.ndarray]) -> np.ndarray:
    """Mean, mean square, mean fourth power and largest magnitude of every entry of sound values, in this order.

    Shape (4, entries + 2): the last two are the sums of all entries and of their squares, of which chance hides less.
    Of integers below V an entry is how often one of them comes at one place, and V sums say how often it comes at all.
    """
    rows = np.stack(values).astype(np.float64).reshape(len(values), -1)
    if tensor.below:
        hits = (rows[..., None] == np.arange(dims[tensor.below])).astype(np.float64)
        stacked = np.concatenate([hits.reshape(len(rows), -1), hits.sum(axis=1)], axis=1)
    else:
        sums = (rows.sum(axis=1, keepdims=True), (rows**2).sum(axis=1, keepdims=True))
        stacked = np.concatenate([rows, *sums], axis=1)
    square = stacked**2
    return np.stack([stacked.mean(0), square.mean(0), (square**2).mean(0), np.abs(stacked).max(0)])


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
    for moment in (MEAN, SQUARE):
        deviation = np.abs(got[moment] - want[moment])
        allowed = _allowed(want, moment, draws, unseen=bool(tensor.below))
        if (deviation > allowed).any():
            worst = int(np.argmax(deviation / allowed))
            error = float(deviation[worst] / max(float(want[REACH][worst]), RIGHT) ** (1 + moment))
            numbers = (float(got[moment][worst]), float(want[moment][worst]), float(allowed[worst]))
            why = _why(tensor, _entry(tensor, dims, worst), numbers, draws, squared=moment == SQUARE)
            return Comparison(tensor.name, False, why, error=error)
    return Comparison(tensor.name, True)


def same_moments(tensor: Tensor, dims: Dims, got: np.ndarray, want: np.ndarray, draws: int) -> bool:
    """Whether both are moments of one distribution, as far as can be told."""
    return got.shape == want.shape and compare_moments(tensor, dims, got, want, draws).right


def _allowed(want: np.ndarray, moment: int, draws: int, *, unseen: bool) -> np.ndarray:
    """How far a mean of so many draws may be off by chance; `unseen` allows for what even the reference never drew."""
    reach = np.maximum(want[REACH], RIGHT) ** (1 + moment)
    if unseen:
        reach = np.maximum(reach, 1)
    variance = np.maximum(want[2 * moment + 1 if moment == MEAN else FOURTH] - want[moment] ** 2, 0)
    if unseen:
        variance = np.maximum(variance, 1 / draws)
    chance = np.sqrt(2 * ODDS * variance * (1 + 1 / REFERENCE_DRAWS) / draws)
    spread = np.where(variance > RIGHT * reach**2, reach, 0)
    return np.asarray(chance + ODDS / 3 * spread / draws + RIGHT * reach)


def _entry(tensor: Tensor, dims: Dims, number: int) -> tuple[str, int]:
    """The place of a moment's entry in words, empty for a sum of all, and which of the integers or sums it is."""
    shape = tensor.shape(dims)
    place, value = divmod(number, dims[tensor.below]) if tensor.below else (number, 0)
    if place >= math.prod(shape):
        return "", value if tensor.below else place - math.prod(shape)
    index = ", ".join(str(int(one)) for one in np.unravel_index(place, shape))
    return f"{tensor.name}[{index}]" if index else tensor.name, value


def _why(tensor: Tensor, entry: tuple[str, int], numbers: tuple[float, ...], draws: int, *, squared: bool) -> str:
    (where, value), (got, want, allowed) = entry, numbers
    if tensor.below and where:
        chance = f"chance explains {math.ceil(100 * allowed)} %"
        return f"{where} is {value} in {got:.0%} of {draws} draws, wanted {want:.0%} ({chance})"
    sums = (f"the sum of {tensor.name}", f"the sum of the squares of {tensor.name}")
    what = f"the number of {value}s in {tensor.name}" if tensor.below else where or sums[value]
    power = " squared" if squared else ""
    return (
        f"{what}{power} is {got:.4g} on average over {draws} draws, wanted {want:.4g} (chance explains {allowed:.2g})"
    )
