"""Evidence as small tables: nested lists become labelled slices of formatted cells, the wrong ones marked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from grader.report import Evidence

DIGITS = 6  # enough to see a wrong value, few enough to compare by eye


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    wrong: bool = False


@dataclass(frozen=True, slots=True)
class Slice:
    """A matrix cut from an array; the label says where (`[0, :, :]`), and is empty for a whole one."""

    label: str
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The same slice of what came and of what was wanted; one of them is None where only the other has it."""

    got: Slice | None
    want: Slice | None


def compare(evidence: Evidence) -> list[Comparison]:
    """What came beside what was wanted, slice by slice; the marks stand on both sides."""
    got, want = slices(evidence.got, evidence.wrong), slices(evidence.want, evidence.wrong)
    return [
        Comparison(got[index] if index < len(got) else None, want[index] if index < len(want) else None)
        for index in range(max(len(got), len(want)))
    ]


def slices(array: Any, wrong: Sequence[int] = ()) -> list[Slice]:
    """The array as matrices; `wrong` are flat indices in C order. A scalar is one cell, a vector one row."""
    return list(_slices(array, "", frozenset(wrong), count()))


def number_text(value: Any) -> str:
    """A value at six significant digits; whatever is not a number as it is written, cut where it is long."""
    if isinstance(value, float):
        return f"{value:.{DIGITS}g}"
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= 40 else text[:39] + "…"


def _slices(array: Any, label: str, wrong: frozenset[int], counter: Iterator[int]) -> Iterator[Slice]:
    depth = _depth(array)
    if depth > 2:
        for index, part in enumerate(array):
            yield from _slices(part, f"{label}{index}, ", wrong, counter)
        return
    rows = array if depth == 2 else [array] if depth == 1 else [[array]]
    cells = tuple(tuple(Cell(number_text(item), next(counter) in wrong) for item in _row(row)) for row in rows)
    yield Slice(f"[{label}{', '.join(':' * depth)}]" if label else "", cells)


def _depth(array: Any) -> int:
    return 1 + max(map(_depth, array), default=0) if isinstance(array, (list, tuple)) else 0


def _row(row: Any) -> Sequence[Any]:
    """The row of a ragged array may be a bare number."""
    return row if isinstance(row, (list, tuple)) else [row]
