"""The distribution of scores as an SVG that lives in a page: the page's fonts and colours, the same bytes each time."""

import io
import re
from collections.abc import Sequence
from typing import Any

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from grader.render.wording import plural, points_text

BINS = 20
# Colours that stand for the page's own, which change with its mode.
_INK, _BAR, _LINE = "#010101", "#020202", "#030303"
_PAGE_COLOURS = {_INK: "var(--quiet)", _BAR: "var(--bar)", _LINE: "var(--ink)"}
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",  # text stays text: the page's font, searchable, read aloud
    "svg.hashsalt": "grader",  # ids would be random otherwise
    "text.color": _INK,
    "axes.edgecolor": _INK,
    "axes.labelcolor": _INK,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "font.size": 10,
    "font.family": "sans-serif",
    "axes.unicode_minus": True,
}


def score_histogram(scores: Sequence[float], max_score: float, median: float) -> str:
    """An `<svg>` of how many students have which score, with the median marked."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()  # a matplotlibrc of this machine must not change the page
        matplotlib.rcParams.update(_STYLE)
        figure = Figure(figsize=(8, 2.3), layout="constrained", facecolor="none")
        axes = figure.add_subplot(facecolor="none")
        edges = [max_score * index / BINS for index in range(BINS + 1)]
        counts, _, _ = axes.hist(scores, bins=edges, color=_BAR, rwidth=0.92)
        axes.axvline(median, color=_LINE, linewidth=1.2, linestyle=(0, (3, 2)))
        axes.annotate(
            f"median {points_text(median)}",
            (median, 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(-5 if median > max_score / 2 else 5, -2),
            textcoords="offset points",
            ha="right" if median > max_score / 2 else "left",
            va="top",
            color=_LINE,
        )
        axes.set_xlim(0, max_score)
        axes.set_ylim(0, float(np.max(counts)) * 1.15)
        axes.set_xlabel("points")
        axes.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=True))
        axes.set_ylabel("students")
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.tick_params(axis="y", length=0)
        return _for_page(_svg(figure), f"Scores of {plural(len(scores), 'student')}; median {points_text(median)}")


def _svg(figure: Figure) -> str:
    text = io.StringIO()
    figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    return text.getvalue()


def _for_page(svg: str, label: str) -> str:
    """The `<svg>` element alone, in the page's colours and fonts, with a label for those who hear the page."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>", "", svg, flags=re.DOTALL)  # its style is for `*`
    svg = re.sub(r' width="[^"]*" height="[^"]*"', "", svg, count=1)  # as wide as the column
    svg = re.sub(r"font-family: [^;\"]*;", "", svg)
    for placeholder, colour in _PAGE_COLOURS.items():
        svg = svg.replace(placeholder, colour)
    return svg.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)
