"""Named shapes: one notation is documentation, generator, check and message.

A tensor is written `"w: D 4H, weight"`: a name, its axes, and optionally the kind of values it holds.
An axis is a letter, a number, a multiple or a sum of those (`H`, `3`, `4H`, `H+D`); no axes make a scalar
(`"loss:"`). Kinds:

    signal      real values well away from zero, of both signs (the default)
    weight      real values scaled by the fan-in
    bias        small real values, none of them zero
    below V     integers in [0, V), with repeats
    bool        a mask with holes

Source of the notation: jaxtyping's, extended by the kind.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from grader.errors import DeclarationError

Dims = Mapping[str, int]  # what every axis letter is bound to, for example {"N": 3, "T": 5}

REAL_KINDS = ("signal", "weight", "bias")
_TENSOR = re.compile(r"(?P<name>[A-Za-z_]\w*)\s*:\s*(?P<axes>[^,]*)(?:,\s*(?P<kind>.+))?")
_TERM = re.compile(r"(?P<factor>\d*)(?P<letter>[A-Z]?)")


@dataclass(frozen=True, slots=True)
class Axis:
    """The length of one axis: a sum of (factor, letter) terms; the letter is empty for a plain number."""

    terms: tuple[tuple[int, str], ...]

    @classmethod
    def parse(cls, text: str) -> "Axis":
        """The axis written as `H`, `3`, `4H` or `H+D`; anything else is a `DeclarationError`."""
        terms = []
        for part in text.split("+"):
            match = _TERM.fullmatch(part)
            if not part or match is None:
                raise DeclarationError(f"axis {text!r}: wanted a letter, a number, 4H or H+D")
            terms.append((int(match["factor"] or 1), match["letter"]))
        return cls(tuple(terms))

    def __str__(self) -> str:
        return "+".join(letter if factor == 1 and letter else f"{factor}{letter}" for factor, letter in self.terms)

    @property
    def letters(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(letter for _, letter in self.terms if letter))

    def length(self, dims: Dims) -> int:
        return sum(factor * (dims[letter] if letter else 1) for factor, letter in self.terms)


@dataclass(frozen=True, slots=True)
class Tensor:
    """A named array of the contract: its axes and the kind of values it holds."""

    name: str
    axes: tuple[Axis, ...]
    kind: str = "signal"

    def __post_init__(self) -> None:
        if self.kind not in (*REAL_KINDS, "bool") and not re.fullmatch(r"below [A-Z]", self.kind):
            raise DeclarationError(
                f"tensor {self.name}: unknown kind {self.kind!r};"
                f" wanted one of {', '.join(REAL_KINDS)}, bool, or 'below V' for integers in [0, V)"
            )

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
        return self.kind.removeprefix("below ") if self.kind.startswith("below ") else ""

    @property
    def letters(self) -> tuple[str, ...]:
        """The letters of the axes and the bound, in the order in which they are written."""
        letters = [letter for axis in self.axes for letter in axis.letters]
        return tuple(dict.fromkeys([*letters, self.below] if self.below else letters))

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
