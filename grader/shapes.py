"""Named shapes: one notation is documentation, generator, check and message.

A tensor is written `"w: D 4H, weight"`: a name, its axes, and optionally the kind of values it holds.
An axis is a letter, a number, a multiple or a sum of those (`H`, `3`, `4H`, `H+D`); no axes make a scalar
(`"loss:"`). In a list of layers, `D|H` is D in the first and H in all later ones. Kinds:

    signal              real values well away from zero, of both signs (the default)
    weight              real values scaled by the fan-in
    bias                small real values, none of them zero
    below V             integers in [0, V), with repeats
    0 to t              integers from one end to the other, both included; an end is a number, an axis letter or the
                        name of another input without such ends; `S to S` is the length of another's axis
    number 0.5 to 2     real values between two ends, of which no derivative is asked
    bool                a mask with holes
    flag                one truth value
    text                characters of a small alphabet, with repeats; the axis is the length
    text of V           characters of which V are different; every one of them, if the text is long enough
    one of oak|elm     one of some words
    generator           a random number generator with a seed of its own

A function gets an input without axes as a Python number. Inside the grader every one of these is an array: a text its
code points, a word its place in the list, a generator its seed.

Source of the notation: jaxtyping's, extended by the kind.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from grader.errors import DeclarationError

Dims = Mapping[str, int]  # what every axis letter is bound to, for example {"N": 3, "T": 5}

REAL_KINDS = ("signal", "weight", "bias")
PLAIN_KINDS = ("bool", "flag", "text", "generator")
_END = r"-?\d+|[A-Za-z]\w*"
_NUMBER = r"-?\d+(?:\.\d+)?(?:e-?\d+)?"
_BELOW = re.compile(r"below (?P<letter>[A-Z])")
_RANGE = re.compile(rf"(?P<low>{_END}) to (?P<high>{_END})")
_REALS = re.compile(rf"number (?P<low>{_NUMBER}) to (?P<high>{_NUMBER})")
_TEXT_OF = re.compile(r"text of (?P<letter>[A-Z])")
_WORDS = re.compile(r"one of (?P<words>\w+(?:\|\w+)*)")
_TENSOR = re.compile(r"(?P<name>[A-Za-z_]\w*)\s*:\s*(?P<axes>[^,]*)(?:,\s*(?P<kind>.+))?")
_TERM = re.compile(r"(?P<factor>\d*)(?P<letter>[A-Z]?)")


@dataclass(frozen=True, slots=True)
class Axis:
    """The length of one axis: a sum of (factor, letter) terms; the letter is empty for a plain number.

    `first` are the terms in the first layer of a list, where they are others.
    """

    terms: tuple[tuple[int, str], ...]
    first: tuple[tuple[int, str], ...] = ()

    @classmethod
    def parse(cls, text: str) -> "Axis":
        """The axis written as `H`, `3`, `4H`, `H+D` or `D|H`; anything else is a `DeclarationError`."""
        first, bar, rest = text.partition("|")
        if bar:
            return cls(cls.parse(rest).terms, cls.parse(first).terms)
        terms = []
        for part in text.split("+"):
            match = _TERM.fullmatch(part)
            if not part or match is None:
                raise DeclarationError(f"axis {text!r}: wanted a letter, a number, 4H or H+D")
            terms.append((int(match["factor"] or 1), match["letter"]))
        return cls(tuple(terms))

    def __str__(self) -> str:
        return "|".join(map(_sum_text, filter(None, (self.first, self.terms))))

    @property
    def letters(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(letter for _, letter in (*self.first, *self.terms) if letter))

    def in_layer(self, number: int) -> "Axis":
        """The axis in one layer of a list, counted from 0."""
        return Axis(self.first) if self.first and number == 0 else Axis(self.terms)

    def length(self, dims: Dims) -> int:
        return sum(factor * (dims[letter] if letter else 1) for factor, letter in self.terms)


def _sum_text(terms: tuple[tuple[int, str], ...]) -> str:
    return "+".join(letter if factor == 1 and letter else f"{factor}{letter}" for factor, letter in terms)


@dataclass(frozen=True, slots=True)
class Tensor:
    """A named array of the contract: its axes and the kind of values it holds."""

    name: str
    axes: tuple[Axis, ...]
    kind: str = "signal"

    def __post_init__(self) -> None:
        parametric = (_BELOW, _RANGE, _REALS, _TEXT_OF, _WORDS)
        if self.kind not in (*REAL_KINDS, *PLAIN_KINDS) and not any(kind.fullmatch(self.kind) for kind in parametric):
            raise DeclarationError(
                f"tensor {self.name}: unknown kind {self.kind!r}; wanted one of"
                f" {', '.join((*REAL_KINDS, *PLAIN_KINDS))}, 'below V' for integers in [0, V), '1 to T' for integers"
                " with both ends, 'number 0.5 to 2' for real ones, or 'one of oak|elm' for words"
            )
        if self.is_text and len(self.axes) != 1:
            raise DeclarationError(f"tensor {self.name}: a text has one axis, its length; got {self.axes_text!r}")
        if self.axes and (self.kind in ("flag", "generator") or self.words):
            raise DeclarationError(f"tensor {self.name}: of the kind {self.kind!r} there is one, without axes")

    @classmethod
    def parse(cls, text: str) -> "Tensor":
        """The tensor written as `"x: N D"`, `"b: H, bias"`, `"words: N T, below V"` or `"loss:"`."""
        match = _TENSOR.fullmatch(text.strip())
        if match is None:
            raise DeclarationError(f"tensor {text!r}: wanted 'name: axes' or 'name: axes, kind'")
        axes = tuple(Axis.parse(axis) for axis in match["axes"].split())
        return cls(match["name"], axes, match["kind"] or "signal")

    def __str__(self) -> str:
        kind = "" if self.kind == "signal" else f", {self.kind}"
        return f"{self.name}: {self.axes_text}".rstrip() + kind

    @property
    def axes_text(self) -> str:
        return " ".join(map(str, self.axes))

    @property
    def shape_text(self) -> str:
        """The shape as a tuple of letters, as a docstring writes it: `(N, 4H)`, `()` for a scalar."""
        inner = ", ".join(map(str, self.axes))
        return f"({inner},)" if len(self.axes) == 1 else f"({inner})"

    @property
    def is_real(self) -> bool:
        """Whether a derivative with respect to this tensor makes sense."""
        return self.kind in REAL_KINDS

    @property
    def below(self) -> str:
        """The letter that bounds an integer tensor, or an empty string."""
        match = _BELOW.fullmatch(self.kind)
        return match["letter"] if match else ""

    @property
    def is_text(self) -> bool:
        return self.kind == "text" or bool(self.characters)

    @property
    def characters(self) -> str:
        """The letter that counts the different characters of a text, or an empty string."""
        match = _TEXT_OF.fullmatch(self.kind)
        return match["letter"] if match else ""

    @property
    def ends(self) -> tuple[str, str] | None:
        """The two ends of an integer range as written; None for any other kind."""
        match = _RANGE.fullmatch(self.kind)
        return (match["low"], match["high"]) if match else None

    @property
    def reals(self) -> tuple[float, float] | None:
        """The two ends of a range of real numbers; None for any other kind."""
        match = _REALS.fullmatch(self.kind)
        return (float(match["low"]), float(match["high"])) if match else None

    @property
    def words(self) -> tuple[str, ...]:
        """The words of which it is one; empty for any other kind."""
        match = _WORDS.fullmatch(self.kind)
        return tuple(match["words"].split("|")) if match else ()

    @property
    def letters(self) -> tuple[str, ...]:
        """The letters of the axes and of what bounds the values, in the order in which they are written."""
        letters = [letter for axis in self.axes for letter in axis.letters]
        bounds = [self.below, self.characters, *(end for end in self.ends or () if len(end) == 1 and end.isupper())]
        return tuple(dict.fromkeys([*letters, *filter(None, bounds)]))

    def leaves(self, dims: Dims) -> tuple["Tensor", ...]:
        """Itself: what it shares with a `Group`, which has many."""
        return (self,)

    def renamed(self, name: str, layer: int = 0) -> "Tensor":
        """The same under another name, as it is in one layer of a list."""
        return replace(self, name=name, axes=tuple(axis.in_layer(layer) for axis in self.axes))

    def shape(self, dims: Dims) -> tuple[int, ...]:
        return tuple(axis.length(dims) for axis in self.axes)


def parse_dims(text: str) -> dict[str, int]:
    """The bindings written as `"N=3 T=5"` (commas allowed); every length is at least 1."""
    dims = {}
    for part in text.replace(",", " ").split():
        match = re.fullmatch(r"([A-Z])=(\d+)", part)
        if match is None or int(match[2]) < 1:
            raise DeclarationError(f"dimensions {text!r}: wanted letters with lengths of at least 1, like 'N=3 T=5'")
        dims[match[1]] = int(match[2])
    return dims


def format_dims(dims: Dims) -> str:
    """The bindings as every message writes them: `N=3, T=5`."""
    return ", ".join(f"{letter}={length}" for letter, length in dims.items())


def code_points(text: str) -> np.ndarray:
    """A text as the grader holds it: an array of its characters' numbers."""
    return np.array([ord(character) for character in text], dtype=np.int64)


def text_of(points: np.ndarray) -> str:
    """The text whose code points these are; what is no character is replaced."""
    return "".join(chr(int(point)) if 0 <= point < 0x110000 else "\ufffd" for point in points.ravel())
