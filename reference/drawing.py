"""Pictures of networks, unrolled in time, as SVG: boxes for cells, arrows for what they hand on.

Made by code and not by hand, so that all assignments look alike. A drawing lies on its own light ground: it is shown on
pages that are light or dark. Letters are set as in the equations: `h_t`, `x_{t-1}` become italics with an index.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

INK, QUIET, PAPER = "#22262b", "#6b7178", "#fbfaf6"
STATE, MEMORY, INPUT, OUTPUT, GRADIENT = "#2f5f9e", "#b07c12", "#4f7d4a", "#7a4f96", "#c6402a"
_FILLS = {
    STATE: "#e3ecf7",
    MEMORY: "#f8edd2",
    INPUT: "#e5f0e2",
    OUTPUT: "#efe6f5",
    GRADIENT: "#fae3de",
    INK: "#ffffff",
    QUIET: "#f1efe8",
}
_SERIF = "'STIX Two Text','Cambria Math','Latin Modern Roman','Liberation Serif','Times New Roman',serif"
_SANS = "'Helvetica Neue','Segoe UI','Liberation Sans',Arial,sans-serif"
_INDEX = re.compile(r"(\S)_(?:\{([^}]*)\}|(\w))")


class Drawing:
    """A canvas of so many pixels: boxes, circles, arrows and letters are put on it, `svg()` gives the text."""

    def __init__(self, width: float, height: float) -> None:
        self._width, self._height = width, height
        self._parts: list[str] = []
        self._heads: dict[str, None] = {}

    def ground(self, x: float, y: float, width: float, height: float) -> None:
        """A white field around the point, for what lies inside of a cell."""
        self._parts.append(
            f'<rect x="{x - width / 2:g}" y="{y - height / 2:g}" width="{width:g}" height="{height:g}" rx="14"'
            f' fill="#ffffff" stroke="{STATE}" stroke-width="1.6"/>'
        )

    def box(self, x: float, y: float, text: str, *, colour: str = STATE, width: float = 84, height: float = 56) -> None:
        """A rounded box around the point, with letters in it."""
        self._parts.append(
            f'<rect x="{x - width / 2:g}" y="{y - height / 2:g}" width="{width:g}" height="{height:g}" rx="9"'
            f' fill="{_FILLS[colour]}" stroke="{colour}" stroke-width="1.6"/>'
        )
        self.letters(x, y + 6, text, colour=INK)

    def circle(self, x: float, y: float, text: str, *, colour: str = INK, radius: float = 14) -> None:
        """An operation: a sum, a product."""
        self._parts.append(
            f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="{_FILLS[colour]}" stroke="{colour}"'
            ' stroke-width="1.4"/>'
        )
        self.letters(x, y + 5.5, text, colour=INK, size=17)

    def arrow(
        self,
        *points: tuple[float, float],
        colour: str = INK,
        width: float = 1.8,
        dashed: bool = False,
        head: bool = True,
    ) -> None:
        """A line through the points, with a head at the last; corners are rounded."""
        marker = ""
        if head:
            self._heads[colour] = None
            marker = f' marker-end="url(#head{_name(colour)})"'
        dash = ' stroke-dasharray="5 4"' if dashed else ""
        self._parts.append(
            f'<path d="{_path(points)}" fill="none" stroke="{colour}" stroke-width="{width:g}"{dash}{marker}/>'
        )

    def letters(
        self, x: float, y: float, text: str, *, colour: str = INK, size: float = 18, anchor: str = "middle"
    ) -> None:
        """Letters as equations set them; a word of two letters and more stands upright."""
        self._parts.append(
            f'<text x="{x:g}" y="{y:g}" fill="{colour}" font-family="{_SERIF}" font-size="{size:g}"'
            f' text-anchor="{anchor}">{"".join(_typeset(text, size))}</text>'
        )

    def words(
        self, x: float, y: float, text: str, *, colour: str = QUIET, size: float = 13, anchor: str = "middle"
    ) -> None:
        """A remark."""
        self._parts.append(
            f'<text x="{x:g}" y="{y:g}" fill="{colour}" font-family="{_SANS}" font-size="{size:g}"'
            f' text-anchor="{anchor}">{escape(text)}</text>'
        )

    def svg(self) -> str:
        """The picture as a file holds it."""
        size = f'width="{self._width:g}" height="{self._height:g}" viewBox="0 0 {self._width:g} {self._height:g}"'
        heads = "".join(_head(colour) for colour in self._heads)
        ground = f'<rect width="100%" height="100%" rx="12" fill="{PAPER}"/>'
        inside = "\n".join([f"<defs>{heads}</defs>", ground, *self._parts])
        return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>\n{inside}\n</svg>\n'


def _name(colour: str) -> str:
    return colour.lstrip("#")


def _head(colour: str) -> str:
    return (
        f'<marker id="head{_name(colour)}" viewBox="0 0 10 10" refX="8.5" refY="5" markerWidth="9" markerHeight="9"'
        ' markerUnits="userSpaceOnUse" orient="auto-start-reverse">'
        f'<path d="M0 0.8 L9 5 L0 9.2 z" fill="{colour}"/></marker>'
    )


def _path(points: Sequence[tuple[float, float]], radius: float = 9) -> str:
    """Through all points, each corner rounded by a quarter of a circle."""
    parts = [f"M{points[0][0]:g} {points[0][1]:g}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        for end, command in ((before, "L"), (after, "Q")):
            length = max(abs(end[0] - corner[0]), abs(end[1] - corner[1]))
            share = min(radius, length / 2) / length
            x, y = corner[0] + (end[0] - corner[0]) * share, corner[1] + (end[1] - corner[1]) * share
            parts.append(f"L{x:g} {y:g}" if command == "L" else f"Q{corner[0]:g} {corner[1]:g} {x:g} {y:g}")
    parts.append(f"L{points[-1][0]:g} {points[-1][1]:g}")
    return " ".join(parts)


def _typeset(text: str, size: float) -> Iterator[str]:
    """Single letters in italics, indices small and low, all else upright."""
    place = 0
    for match in _INDEX.finditer(text):
        yield from _plain(text[place : match.start()])
        yield from _plain(match[1])
        index = "".join(_plain(match[2] or match[3]))
        drop = f"{size * 0.22:g}"
        # A baseline that was lowered has to be raised again by what follows: an empty tspan does it.
        yield f'<tspan dy="{drop}" font-size="{size * 0.68:g}">{index}</tspan><tspan dy="-{drop}">&#8203;</tspan>'
        place = match.end()
    yield from _plain(text[place:])


def _plain(text: str) -> Iterator[str]:
    for part in re.split(r"([A-Za-z]+)", text):
        if len(part) == 1 and part.isalpha():
            yield f'<tspan font-style="italic">{part}</tspan>'
        else:
            yield escape(part)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of boxes that every step has: the word in each box, the letter on the arrow that leaves it, a remark.

    The remark stands at the left, for the name of the functions that make the row.
    """

    box: str
    leaves: str
    remark: str = ""


def unrolled(
    cell: Row,
    *,
    inputs: str = "x",
    memory: bool = False,
    below: Sequence[Row] = (),
    above: Sequence[Row] = (),
    gradients: bool = True,
    gradient_of_inputs: bool = True,
) -> str:
    """A network over its first steps and its last: states go right, inputs come from below, outputs leave above.

    Rows are given from the bottom to the top. `memory` adds a second state c beside h. With `gradients` the way back is
    drawn beside each arrow, but not to inputs that have none, such as the numbers of words.
    """
    picture = _Unrolled(len(below), len(above), memory, gradients)
    rows = [*below, cell, *above]
    picture.stack(inputs, rows, gradient_of_inputs)
    picture.states()
    if gradients:
        picture.legend()
    return picture.drawing.svg()


class _Unrolled:
    """The parts of an unrolled graph. Places are pixels; rows are counted from the bottom."""

    steps = ("1", "2", "3", "T")
    row, end, box = 92.0, 58.0, 112.0
    centres = (226.0, 408.0, 590.0, 806.0)

    def __init__(self, below: int, above: int, memory: bool, gradients: bool) -> None:
        self.memory, self.gradients, self.cell = memory, gradients, below
        self.half = 38.0 if memory else 28.0
        self.middle = 18 + self.end + (self.row if above else 0) * above + (20 if above else self.half)
        self.bottom = self.middle + self.row * below + (20 if below else self.half) + self.end
        self.drawing = Drawing(950, self.bottom + (46 if gradients else 14))

    def stack(self, inputs: str, rows: Sequence[Row], gradient_of_inputs: bool) -> None:
        """Every step: its input, then box upon box, then what leaves the last one."""
        for step, x in zip(self.steps, self.centres, strict=True):
            low, name, colour = self.bottom - 20, inputs, INPUT
            self.drawing.letters(x, self.bottom - 2, f"{inputs}_{step}", colour=INPUT)
            for number, row in enumerate(rows):
                y, half = self._place(number)
                self._link(x, low, y + half, gradient=number > 0 or gradient_of_inputs)
                if number > 0:
                    self.drawing.letters(x + 16, (low + y + half) / 2 + 6, f"{name}_{step}", anchor="start")
                colour = INPUT if number < self.cell else OUTPUT if number > self.cell else STATE
                width = 84 if number == self.cell else self.box
                self.drawing.box(x, y, row.box, colour=colour, width=width, height=2 * half)
                low, name = y - half, row.leaves
            self._link(x, low, low - 34)
            self.drawing.letters(x, low - 42, f"{name}_{step}", colour=OUTPUT if len(rows) > self.cell + 1 else STATE)
        for number, row in enumerate(rows):
            y, half = self._place(number)
            lift = -half + 4 if number == self.cell else 5
            self.drawing.words(16, y + lift, row.remark, anchor="start", size=12.5)

    def _place(self, number: int) -> tuple[float, float]:
        """The middle of a row, and half the height of its boxes."""
        y = self.middle + self.row * (self.cell - number)
        return y, self.half if number == self.cell else 20.0

    def _link(self, x: float, low: float, high: float, *, gradient: bool = True) -> None:
        aside = 5 if self.gradients and gradient else 0
        self.drawing.arrow((x + aside, low), (x + aside, high + 2))
        if aside:
            self.drawing.arrow((x - aside, high), (x - aside, low - 2), colour=GRADIENT, dashed=True, width=1.4)

    def states(self) -> None:
        """The arrows from cell to cell, with dots before the last."""
        self._state("h", self.middle + (16 if self.memory else 0), STATE)
        if self.memory:
            self._state("c", self.middle - 18, MEMORY)

    def _state(self, name: str, y: float, colour: str) -> None:
        lift = 25 if self.memory and name == "h" else -11
        first, last = self.centres[0], self.centres[-1]
        self.drawing.letters(first - 102, y + 6, f"{name}_0", colour=colour, anchor="end")
        self._arrow(first - 94, first - 43, y, colour)
        for step, x, after in zip(self.steps, self.centres, self.centres[1:], strict=False):
            if after == last:
                centre = (x + after) / 2
                self.drawing.words(centre, y + 4, "• • •", colour=colour, size=11)
                self._arrow(x + 43, centre - 22, y, colour)
                self._arrow(centre + 22, after - 43, y, colour)
            else:
                self.drawing.letters((x + after) / 2, y + lift, f"{name}_{step}", colour=colour)
                self._arrow(x + 43, after - 43, y, colour)
        self._arrow(last + 43, last + 92, y, colour, back=False)  # after the last step nothing comes back
        self.drawing.letters(last + 98, y + 6, f"{name}_T", colour=colour, anchor="start")

    def _arrow(self, start: float, end: float, y: float, colour: str, *, back: bool = True) -> None:
        aside = 4 if self.gradients else 0
        self.drawing.arrow((start, y - aside), (end - 1, y - aside), colour=colour, width=2.2)
        if aside and back:
            self.drawing.arrow((end, y + aside), (start + 2, y + aside), colour=GRADIENT, dashed=True, width=1.4)

    def legend(self) -> None:
        y = self.bottom + 28
        self.drawing.arrow((184, y - 4), (226, y - 4))
        self.drawing.words(234, y, "forward", anchor="start")
        self.drawing.arrow((348, y - 4), (306, y - 4), colour=GRADIENT, dashed=True)
        self.drawing.words(356, y, "the gradient, on its way back", anchor="start")
