"""What a wrong array has to do with the wanted one: a transform that holds on every case, or nothing.

Each recogniser answers for one output over all samples, with a fact and a question that leads to its cause. A fact is
never a guess: it is checked to the last digits on shapes that differ from each other in every axis.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np

from grader.compare import RIGHT, same
from grader.exercise import Arrays
from grader.shapes import Dims, Tensor

FEWEST = 3  # samples; on fewer, a letter's length may equal a factor by chance


@dataclass(frozen=True, slots=True)
class Sample:
    """One output of one case: what came, all that was wanted there, and what went in."""

    got: np.ndarray
    want: np.ndarray
    wanted: Arrays
    inputs: Arrays
    dims: Dims


@dataclass(frozen=True, slots=True)
class Trait:
    """A short name, a fact that reads on from "dw:", and the question that it raises."""

    name: str
    fact: str
    hint: str


Samples = Sequence[Sample]


def trait_of(tensor: Tensor, samples: Samples) -> Trait | None:
    """The first trait that holds on every sample of a wrong output; None if none does."""
    if len(samples) < FEWEST or all(same(sample.got, sample.want) for sample in samples):
        return None
    return next((trait for recognise in RECOGNISERS if (trait := recognise(tensor, samples)) is not None), None)


def _everywhere(samples: Samples, transform: Callable[[Sample], np.ndarray | None]) -> bool:
    """Whether the transform gives what came, on every sample."""
    return all((made := transform(sample)) is not None and same(sample.got, made) for sample in samples)


def _zero(tensor: Tensor, samples: Samples) -> Trait | None:
    if not _everywhere(samples, lambda sample: np.zeros(sample.want.shape)):
        return None
    return Trait("left at zero", "zero everywhere", "Is it ever written to, after it was made?")


def _other_output(tensor: Tensor, samples: Samples) -> Trait | None:
    for name in samples[0].wanted:
        if name != tensor.name and _everywhere(samples, lambda sample, name=name: sample.wanted.get(name)):  # type: ignore[misc]
            return Trait(
                f"returned in the place of {name}", f"what was wanted for {name}", "In which order are they returned?"
            )
    return None


def _input(tensor: Tensor, samples: Samples) -> Trait | None:
    for name in samples[0].inputs:
        if _everywhere(samples, lambda sample, name=name: sample.inputs.get(name)):  # type: ignore[misc]
            return Trait(
                f"{name} unchanged", f"the input {name}, unchanged", f"What should happen to {name} on its way here?"
            )
    return None


def _transposed(tensor: Tensor, samples: Samples) -> Trait | None:
    for first in range(len(tensor.axes)):
        for second in range(first + 1, len(tensor.axes)):
            if _everywhere(samples, lambda sample, pair=(first, second): np.swapaxes(sample.want, *pair)):  # type: ignore[misc]
                axes = "" if len(tensor.axes) == 2 else f" (axes {first} and {second})"
                return Trait(
                    "transposed",
                    f"the wanted values, transposed{axes}",
                    "Which axis of the result belongs to which axis of what it is made of?",
                )
    return None


def _sign(tensor: Tensor, samples: Samples) -> Trait | None:
    if _everywhere(samples, lambda sample: -sample.want):
        return Trait("sign flipped", "the wanted values with the other sign", "Where does a minus come in, or go lost?")
    if _everywhere(samples, lambda sample: np.abs(sample.want)):
        return Trait(
            "signs lost", "right but for the signs: none is negative", "May shares of opposite sign cancel each other?"
        )
    return None


def _factor(tensor: Tensor, samples: Samples) -> Trait | None:
    """A number by which every entry is off: the same in every case, or a product of axis lengths."""
    factors = [_ratio(sample) for sample in samples]
    if None in factors:
        return None
    ratios = np.array(factors, dtype=np.float64)
    if np.all(np.abs(ratios - ratios[0]) <= RIGHT * abs(ratios[0])):
        return Trait(
            f"times {ratios[0]:.6g}",
            f"{ratios[0]:.6g} times what was wanted",
            "Is something counted more than once, or a constant factor kept or lost on the way?",
        )
    for letters, lengths in _lengths(samples):
        if np.all(np.abs(ratios * lengths - 1) <= RIGHT):
            return Trait(
                f"divided by {letters}",
                f"what was wanted, divided by {letters}",
                "Is it a sum or an average that counts?",
            )
        if np.all(np.abs(ratios / lengths - 1) <= RIGHT):
            return Trait(
                f"multiplied by {letters}",
                f"{letters} times what was wanted",
                "Is it a sum or an average that counts, and is anything added up more than once?",
            )
    return None


def _ratio(sample: Sample) -> float | None:
    if sample.got.shape != sample.want.shape or not sample.want.size:
        return None
    largest = np.unravel_index(int(np.argmax(np.abs(sample.want))), sample.want.shape)
    if not sample.want[largest]:
        return None
    ratio = float(sample.got[largest] / sample.want[largest])
    return ratio if ratio and np.isfinite(ratio) and same(sample.got, ratio * sample.want) else None


def _lengths(samples: Samples) -> Iterator[tuple[str, np.ndarray]]:
    """Every axis letter, then every product of two, with its length in each sample."""
    letters = sorted(samples[0].dims)
    columns = {letter: np.array([sample.dims[letter] for sample in samples], dtype=np.float64) for letter in letters}
    yield from columns.items()
    for first, second in combinations_with_replacement(letters, 2):
        yield f"{first}·{second}", columns[first] * columns[second]


def _not_summed(tensor: Tensor, samples: Samples) -> Trait | None:
    if any(sample.got.ndim != len(tensor.axes) + 1 for sample in samples):
        return None
    for axis in range(len(tensor.axes) + 1):
        if _everywhere_summed(samples, axis):
            return Trait(
                "not summed", f"right once it is summed over its axis {axis}", "Is something still to be added up?"
            )
    return None


def _everywhere_summed(samples: Samples, axis: int) -> bool:
    return all(same(sample.got.sum(axis=axis), sample.want) for sample in samples)


def _along_an_axis(tensor: Tensor, samples: Samples) -> Trait | None:
    """Runs backwards, or stands one place late or early, along some axis."""
    long = [sample for sample in samples if sample.got.shape == sample.want.shape]
    if len(long) < len(samples):
        return None
    for place, axis in enumerate(tensor.axes):
        if _everywhere(samples, lambda sample, place=place: np.flip(sample.want, place)):  # type: ignore[misc]
            return Trait(
                f"reversed along {axis}", f"the wanted values, backwards along {axis}", "At which end does it begin?"
            )
        enough = [sample for sample in samples if sample.want.shape[place] > 2]
        if len(enough) < FEWEST:
            continue
        for word, ours, theirs in (
            ("late", slice(1, None), slice(None, -1)),
            ("early", slice(None, -1), slice(1, None)),
        ):
            if all(
                same(np.moveaxis(sample.got, place, 0)[ours], np.moveaxis(sample.want, place, 0)[theirs])
                for sample in samples
            ):
                return Trait(
                    f"one place {word} along {axis}",
                    f"the wanted values, one place {word} along {axis}",
                    "Does every value stand at the place that it belongs to?",
                )
    return None


def _blocks(tensor: Tensor, samples: Samples) -> Trait | None:
    """The blocks of an axis like 4H in another order; every case must show the same one."""
    for place, axis in enumerate(tensor.axes):
        count = axis.terms[0][0] if len(axis.terms) == 1 and axis.terms[0][1] else 1
        orders = {_order(sample, place, count) for sample in samples} if count > 1 else {None}
        order = orders.pop()
        if order is None or orders:
            continue
        stand = ", ".join(str(block + 1) for block in order)
        return Trait(
            "blocks in another order",
            f"the wanted values with the {count} blocks of the axis {axis} in the order {stand}",
            f"In which order do the {count} blocks of the axis {axis} stand?",
        )
    return None


def _order(sample: Sample, place: int, count: int) -> tuple[int, ...] | None:
    """Which wanted block came at each place; None unless each came once."""
    if sample.got.shape != sample.want.shape:
        return None
    got, want = (np.split(array, count, axis=place) for array in (sample.got, sample.want))
    found = [next((number for number, block in enumerate(want) if same(part, block)), -1) for part in got]
    return tuple(found) if sorted(found) == list(range(count)) else None


RECOGNISERS: tuple[Callable[[Tensor, Samples], Trait | None], ...] = (
    _zero,
    _other_output,
    _input,
    _transposed,
    _sign,
    _factor,
    _not_summed,
    _along_an_axis,
    _blocks,
)
