"""A curve as a small picture: points of a polyline for a page, blocks of text for a terminal."""

from collections.abc import Sequence
from dataclasses import dataclass

from grader.report import Curve

BLOCKS = "▁▂▃▄▅▆▇█"
WIDTH, HEIGHT = 600, 120


@dataclass(frozen=True, slots=True)
class Polyline:
    """A curve in a box of WIDTH × HEIGHT, its first and last value and its range."""

    points: str
    first: str
    last: str
    low: str
    high: str


def polyline(curve: Curve) -> Polyline | None:
    """The curve as SVG points; None if there is nothing to be drawn."""
    if not curve.values:
        return None
    low, high = min(curve.values), max(curve.values)
    across = WIDTH / max(1, len(curve.values) - 1)
    up = HEIGHT / ((high - low) or 1)
    points = " ".join(f"{i * across:.1f},{HEIGHT - (value - low) * up:.1f}" for i, value in enumerate(curve.values))
    return Polyline(points, *(f"{value:.3g}" for value in (curve.values[0], curve.values[-1], low, high)))


def sparkline(values: Sequence[float], width: int = 40) -> str:
    """The curve as one line of blocks, at most so wide."""
    step = max(1, -(-len(values) // width))
    parts = [values[start : start + step] for start in range(0, len(values), step)]
    means = [sum(part) / len(part) for part in parts]
    low, span = min(means, default=0.0), (max(means, default=0.0) - min(means, default=0.0)) or 1.0
    return "".join(BLOCKS[round((value - low) / span * (len(BLOCKS) - 1))] for value in means)
