"""How far off each entry of a wrong array is, as a map: rows, columns and blocks are seen at a glance.

A cell is grey where the entry is right, and the redder the further it is off. The map is an SVG with the colours in
it, for a notebook shows no style sheet of ours; greys are half transparent, so that it lives on white and on black.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

import numpy as np

from grader.compare import Comparison
from grader.examine import Examination, Finding
from grader.exercise import Contract
from grader.plan import ORDINARY
from grader.shapes import format_dims

MAX_ENTRIES = 400
MAX_MAPS = 4
_CELL, _GAP, _LEFT, _TOP, _LABEL = 18, 16, 22, 34, 66  # pixels
_INK = 'fill="currentColor" font-family="sans-serif" font-size="11"'
_RIGHT, _BROKEN = "rgba(128,128,128,0.16)", "#7a2fa0"


@dataclass(frozen=True, slots=True)
class HeatMap:
    """One tensor of one case: the case's shape, what is wrong in words, and the map."""

    where: str
    title: str
    svg: str


def heat_maps(examination: Examination) -> tuple[HeatMap, ...]:
    """Maps of the tensors that are wrong in one ordinary case: the one whose shape tells most axes apart.

    Those of which a part is right come first, for their pattern says most.
    """
    candidates = [
        (finding, comparisons)
        for finding in examination.failing
        if finding.case.group == ORDINARY and (comparisons := _comparable(finding))
    ]
    if not candidates:
        return ()
    finding, comparisons = max(candidates, key=lambda pair: (len(pair[1]), *_telling(pair[0])))
    ranked = sorted(comparisons, key=lambda each: (_is_all_wrong(each), -each.error))
    return tuple(_heat_map(examination.contract, finding, comparison) for comparison in ranked[:MAX_MAPS])


def _is_all_wrong(comparison: Comparison) -> bool:
    return comparison.got is not None and len(comparison.wrong) == comparison.got.size


def _telling(finding: Finding) -> tuple[int, int, int]:
    """How well a case shows a pattern: by its number of different lengths, then by its size."""
    return len(set(finding.case.dims.values())), finding.case.size, -finding.case.index


def _comparable(finding: Finding) -> list[Comparison]:
    """The wrong tensors whose values could be compared, of more than one entry and not too many."""
    return [
        comparison
        for comparison in finding.wrong
        if comparison.got is not None
        and comparison.wrong
        and 1 < comparison.got.size <= MAX_ENTRIES
        and comparison.tensor in finding.case.want
        and comparison.got.shape == finding.case.want[comparison.tensor].shape
    ]


def _heat_map(contract: Contract, finding: Finding, comparison: Comparison) -> HeatMap:
    leaves = [leaf for tensor in contract.gives for leaf in tensor.leaves(finding.case.dims)]
    axes = next((leaf.axes for leaf in leaves if leaf.name == comparison.tensor), ())
    want = finding.case.want[comparison.tensor]
    assert comparison.got is not None
    with np.errstate(all="ignore"):
        error = np.abs(comparison.got.astype(np.float64) - want)
    place = ", ".join(map(str, comparison.worst))
    far = "not finite" if not np.isfinite(error[comparison.worst]) else f"{error[comparison.worst]:.3g} off"
    title = f"{comparison.tensor}: {len(comparison.wrong)} of {want.size} wrong, the worst {far} at [{place}]"
    wrong = np.zeros(want.size, dtype=bool)
    wrong[list(comparison.wrong)] = True
    blocks = axes[-1].terms[0][0] if axes and len(axes[-1].terms) == 1 and axes[-1].letters else 1
    drawing = _Drawing(comparison.tensor, comparison.got, want, error, wrong.reshape(want.shape), blocks)
    return HeatMap(format_dims(finding.case.dims), title, drawing.svg([str(axis) for axis in axes]))


@dataclass(frozen=True, slots=True)
class _Drawing:
    """The arrays of a map, alike in shape; `blocks` counts those along the last axis: four if it is 4H."""

    name: str
    got: np.ndarray
    want: np.ndarray
    error: np.ndarray
    wrong: np.ndarray
    blocks: int = 1

    def svg(self, axes: list[str]) -> str:
        """The map as an SVG: one grid for each matrix in the array, side by side."""
        leading = self.want.shape[:-2]
        rows = self.want.shape[-2] if self.want.ndim > 1 else 1
        columns = self.want.shape[-1]
        step = max(columns * _CELL, _LABEL if leading else 0) + _LEFT + _GAP
        grids = list(np.ndindex(*leading))
        width, height = max(len(grids) * step - _GAP, 120) + 4, _TOP + rows * _CELL + 4
        parts = [self._grid(index, _LEFT + number * step, rows, columns, axes) for number, index in enumerate(grids)]
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
            f' role="img" aria-label="errors of {escape(self.name)}">{"".join(parts)}</svg>'
        )

    def _grid(self, leading: tuple[int, ...], left: int, rows: int, columns: int, axes: list[str]) -> str:
        label = f"{axes[-1]} →" if axes else ""
        if leading:
            label = f"[{', '.join(map(str, leading))}, :, :]  {label}"
        parts = [f'<text x="{left}" y="12" {_INK} opacity="0.75">{escape(label)}</text>']
        if len(axes) > 1:
            parts.append(f'<text x="{left - 16}" y="{_TOP - 6}" {_INK} opacity="0.75">{escape(axes[-2])}↓</text>')
        parts += self._numbers(left, rows, columns)
        for row in range(rows):
            for column in range(columns):
                index = (*leading, row, column) if self.want.ndim > 1 else (column,)
                parts.append(self._cell(index, left + column * _CELL, _TOP + row * _CELL))
        for block in range(1, self.blocks):
            x = left + columns // self.blocks * block * _CELL - 0.5
            parts.append(f'<path d="M{x:g} {_TOP - 2}v{rows * _CELL + 3}" stroke="currentColor" stroke-width="1.5"/>')
        return "".join(parts)

    def _numbers(self, left: int, rows: int, columns: int) -> Iterator[str]:
        """The indices along both axes, where there is room for them."""
        small = f'{_INK} opacity="0.55" text-anchor="middle"'
        for column in range(columns):
            yield f'<text x="{left + (column + 0.5) * _CELL:g}" y="{_TOP - 6}" {small}>{column}</text>'
        if rows > 1:
            for row in range(rows):
                yield f'<text x="{left - 9}" y="{_TOP + (row + 0.5) * _CELL + 4:g}" {small}>{row}</text>'

    def _cell(self, index: tuple[int, ...], x: int, y: int) -> str:
        told = f"{self.name}[{', '.join(map(str, index))}]: got {self.got[index]:.6g}, wanted {self.want[index]:.6g}"
        return (
            f'<rect x="{x}" y="{y}" width="{_CELL - 1}" height="{_CELL - 1}" rx="2" fill="{self._colour(index)}">'
            f"<title>{escape(told)}</title></rect>"
        )

    def _colour(self, index: tuple[int, ...]) -> str:
        """Grey, or a red that says how large the error is beside the largest; the root shows the small ones too."""
        if not self.wrong[index]:
            return _RIGHT
        if not np.isfinite(self.error[index]):
            return _BROKEN
        share = float(self.error[index] / np.max(self.error[np.isfinite(self.error)], initial=1e-300))
        return f"rgba(208,58,20,{0.22 + 0.78 * share**0.5:.2f})"
