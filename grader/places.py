"""Where an array is wrong, said of every case at once: along which axes, from which place on, in which blocks."""

from collections.abc import Callable, Sequence

import numpy as np

from grader.compare import SINGLE
from grader.shapes import Tensor
from grader.traits import FEWEST, Sample

# Statements, the narrowest first, and when they hold of the flags along an axis that is longer than two.
PATTERNS: tuple[tuple[str, Callable[[np.ndarray], bool]], ...] = (
    ("wrong only at the first place along {axis}", lambda flags: bool(flags[0] and not flags[1:].any())),
    ("wrong only at the last place along {axis}", lambda flags: bool(flags[-1] and not flags[:-1].any())),
    (
        "right at the first place along {axis}, wrong from the second on",
        lambda flags: bool(not flags[0] and flags[1:].all()),
    ),
    ("right only at the last place along {axis}", lambda flags: bool(not flags[-1] and flags[:-1].all())),
)


def and_(names: Sequence[str]) -> str:
    """The names as prose: `dx, dw and db`."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def places_of(tensor: Tensor, samples: Sequence[Sample]) -> str:
    """The narrowest statement that holds on every sample which is wrong; empty if there is none."""
    wrong = [(sample, mask) for sample in samples if (mask := _wrong(sample)) is not None and mask.any()]
    if len(wrong) < FEWEST or any(_wrong(sample) is None for sample in samples):
        return ""
    said = []
    for place, axis in enumerate(tensor.axes):
        along = [_flags(mask, place) for _, mask in wrong]
        count, letter = axis.terms[0] if len(axis.terms) == 1 else (1, "")
        if count > 1 and letter:
            said.append(_blocks(along, count, str(axis)))
        elif letter:
            said.append(_pattern(along, str(axis)))
    return "; ".join(filter(None, said))


def _flags(mask: np.ndarray, place: int) -> np.ndarray:
    """For each place along one axis whether anything is wrong there."""
    return np.asarray(np.moveaxis(mask, place, 0).reshape(mask.shape[place], -1).any(axis=1))


def _wrong(sample: Sample) -> np.ndarray | None:
    """Which entries are wrong; None if that can't be said."""
    if sample.got.shape != sample.want.shape or not np.isfinite(sample.got).all():
        return None
    return np.asarray(np.abs(sample.got - sample.want) > SINGLE * np.max(np.abs(sample.want), initial=0.0))


def _pattern(along: Sequence[np.ndarray], axis: str) -> str:
    telling = [flags for flags in along if len(flags) > 2]  # with two places, "not the first" is "the last"
    if len(telling) < FEWEST:
        return ""
    return next((text.format(axis=axis) for text, holds in PATTERNS if all(map(holds, telling))), "")


def _blocks(along: Sequence[np.ndarray], count: int, axis: str) -> str:
    """Which blocks of an axis like 4H hold wrong entries, if they are the same ones in every case."""
    wrong = {tuple(bool(part.any()) for part in np.split(flags, count)) for flags in along}
    if len(wrong) != 1:
        return ""
    (flags,) = wrong
    numbers = [str(number) for number, is_wrong in enumerate(flags, 1) if is_wrong]
    if len(numbers) in (0, count):
        return ""
    plural = "s" if len(numbers) > 1 else ""
    return f"wrong only in block{plural} {and_(numbers)} of the {count} along {axis}"
