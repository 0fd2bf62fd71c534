"""Whether an array is right: shape, type, finiteness, then values; accepted only what is proved.

The error of a tensor is its largest deviation over its largest wanted magnitude. On benign inputs correct code
stays below 1.3e-15 in double and 3.6e-6 in single precision; the mildest of 319 planted mistakes was 5e-4 off.
Where the reference gives whole numbers, they are right or wrong.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.shapes import Dims, Tensor, format_dims, text_of

RIGHT = 1e-9
SINGLE = 2e-5  # right to single precision: five times the worst correct code, a 25th of the mildest mistake
NOT_WRITTEN = "{} is None: not written yet?"
MAX_SHOWN = 60  # characters of a text
NOISE = 1e-15  # a tensor with no entry above is the rounding of one that is zero: benign values are near one
ZERO = 1e-12  # for a tensor that is wanted to be zero everywhere, where no relative error exists


@dataclass(frozen=True, slots=True)
class NotAnArray:
    """An output that is no array of numbers: the name of its type."""

    type: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """`right` is the verdict on one tensor; `why` says what is wrong, `note` what is odd about a right one.

    `got` has the wanted shape wherever values could be compared, and `worst` is the index of the largest error.
    `missing` is an output that is None, as in work that is half done.
    """

    tensor: str
    right: bool
    why: str = ""
    note: str = ""
    error: float = 0.0
    worst: tuple[int, ...] = ()
    got: np.ndarray | None = None
    wrong: tuple[int, ...] = ()
    missing: bool = False


def compare(tensor: Tensor, dims: Dims, got: Any, want: np.ndarray) -> Comparison:
    """How the student's `got` stands to the reference's `want`."""
    name = tensor.name
    if isinstance(got, (dict, tuple)):
        got = NotAnArray("dict" if isinstance(got, dict) else "list")
    if isinstance(got, NotAnArray):
        if got.type == "NoneType":
            return Comparison(name, False, NOT_WRITTEN.format(name), missing=True)
        return Comparison(name, False, f"{name} is {_article(got.type)}, wanted {_wanted(tensor)}", error=np.inf)
    if tensor.is_text:
        return _compare_texts(name, got, want)
    note = ""
    if got.shape != want.shape:
        if not _is_padded(got.shape, want.shape):
            return Comparison(name, False, _shape_message(tensor, dims, got, want), error=np.inf, got=got)
        note = f"{name} has shape {got.shape}, asked for is {want.shape}: an axis of length 1 too many"
        got = got.reshape(want.shape)
    if got.dtype.kind not in "fiub":
        return Comparison(name, False, f"{name} is an array of {got.dtype}, wanted real numbers", got=got)
    finite = np.isfinite(got)
    if not finite.all():
        index = tuple(int(i) for i in np.argwhere(~finite)[0])
        why = f"{name}{_at(index)} is {got[index]}, wanted {want[index] + 0.0:.6g}"
        wrong = tuple(int(i) for i in np.flatnonzero(~finite))
        return Comparison(name, False, why, error=np.inf, worst=index, got=got, wrong=wrong)
    return _compare_values(name, got, want, note)


def _wanted(tensor: Tensor) -> str:
    if tensor.is_text:
        return "a str"
    return f"an array of shape {tensor.shape_text}" if tensor.axes else "a number"


def _compare_texts(name: str, got: np.ndarray, want: np.ndarray) -> Comparison:
    if np.array_equal(got, want):
        return Comparison(name, True, got=got)
    texts = [repr(text_of(points)) for points in (got, want)]
    shown = [text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…" for text in texts]
    return Comparison(name, False, f"{name} is {shown[0]}, wanted {shown[1]}", error=np.inf)


def fits(array: np.ndarray, tensor: Tensor, dims: Dims) -> bool:
    """Whether an array has the shape that is declared; a text that comes out may be of any length."""
    return tensor.is_text or array.shape == tensor.shape(dims)


def _compare_values(name: str, got: np.ndarray, want: np.ndarray, note: str) -> Comparison:
    deviation = np.abs(got.astype(np.float64) - want)
    scale = float(np.max(np.abs(want)))
    is_zero = scale <= NOISE
    error = float(np.max(deviation)) / (ZERO / RIGHT if is_zero else scale)
    right, single = (0.0, 0.0) if _counts(want) else (RIGHT, SINGLE)
    if error <= right:
        return Comparison(name, True, note=note, error=error, got=got)
    if error <= single and not is_zero:
        precision = f"{name} is right to single precision only: is something float32 inside?"
        return Comparison(name, True, note="; ".join(filter(None, (note, precision))), error=error, got=got)
    worst = tuple(int(i) for i in np.unravel_index(int(np.argmax(deviation)), want.shape))
    wrong = tuple(int(i) for i in np.flatnonzero(deviation > single * scale))
    relative = "wanted zero everywhere" if is_zero else f"relative error {error:.2g}"
    why = f"{name}{_at(worst)} is {_shown(got[worst])}, wanted {_shown(want[worst])} ({relative})"
    return Comparison(name, False, why, note, error, worst, got, wrong)


def _counts(want: np.ndarray) -> bool:
    """Whether whole numbers are wanted: then a count of a million that is one too large is wrong, not imprecise."""
    return want.dtype.kind in "iu"


def _shown(value: Any) -> str:
    """A number with as many digits as help: all of a whole one, six of any other."""
    return str(value) if np.asarray(value).dtype.kind in "iu" else f"{value + 0.0:.6g}"


def same(got: np.ndarray, want: np.ndarray) -> bool:
    """Whether two arrays are the same values in the same shape, by the rule for right values."""
    if got.shape != want.shape or got.dtype.kind not in "fiub":
        return False
    with np.errstate(invalid="ignore", over="ignore"):
        if not np.array_equal(np.isfinite(got), np.isfinite(want)):
            return False
        finite = np.isfinite(want)
        scale = max((float(np.max(np.abs(want[finite]))) if finite.any() else 0.0), ZERO)
        right = 0.0 if _counts(want) else RIGHT
        return bool(np.all(np.abs(got[finite].astype(np.float64) - want[finite]) <= right * scale))


def _is_padded(got: tuple[int, ...], want: tuple[int, ...]) -> bool:
    """A vector or scalar with axes of length 1 in front: the classic (1, H) bias."""
    extra = len(got) - len(want)
    return len(want) <= 1 and extra > 0 and got == (1,) * extra + want


def _shape_message(tensor: Tensor, dims: Dims, got: np.ndarray, want: np.ndarray) -> str:
    letters = {letter: dims[letter] for letter in dims if letter in tensor.letters}
    bound = f" with {format_dims(letters)}" if letters else ""
    return f"{tensor.name} has shape {got.shape}, wanted {tensor.shape_text} = {want.shape}{bound}"


def _at(index: tuple[int, ...]) -> str:
    return f"[{', '.join(map(str, index))}]" if index else ""


def _article(kind: str) -> str:
    return f"{'an' if kind[:1] in 'aeiou' else 'a'} {kind}"
