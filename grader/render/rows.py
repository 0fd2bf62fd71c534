"""The rows of the class page, a student each: nearly all of its bytes, so they are put together here, not by Jinja.

Everything foreign is escaped where it goes in. What all cells of an exercise with the same result share is made once.
"""

from collections.abc import Iterator, Sequence
from urllib.parse import quote

from markupsafe import Markup, escape

from grader.render import wording
from grader.report import ExerciseResult, Report

_HEAD = Markup(
    '<tr data-find="{}"><th scope="row" class="name"><a href="{}" title="{}">{}</a></th><td class="number">{}</td>'
)
_NOTHING = Markup("<td></td>")


def class_rows(reports: Sequence[Report], pages: Sequence[str], names: Sequence[str]) -> Iterator[Markup]:
    """A row for each cleaned report: a link to its page, the points, a cell for each of the named exercises."""
    cells: dict[tuple[object, ...], tuple[Markup, Markup]] = {}
    for report, page in zip(reports, pages, strict=True):
        link = escape(quote(page))
        results = {result.exercise: result for result in report.exercises}
        row = [_head(report, link)]
        for number, name in enumerate(names, 1):
            result = results.get(name)
            if result is None:
                row.append(_NOTHING)
                continue
            key = (number, result.verdict, result.points, result.max_points)
            if key not in cells:
                cells[key] = _cell(number, result)
            before, after = cells[key]
            row += (before, link, after)
        yield Markup("".join([*row, "</tr>\n"]))


def _head(report: Report, link: Markup) -> Markup:
    name = report.submission
    labels = {result.verdict.label for result in report.exercises}
    searchable = " ".join([name, *sorted(labels)]).lower()  # what the filter box looks into
    return _HEAD.format(searchable, link, name, name, wording.points_text(report.score))


def _cell(number: int, result: ExerciseResult) -> tuple[Markup, Markup]:
    """What stands before and after the page's name in a cell."""
    points = f"{wording.points_text(result.points)} of {wording.points_text(result.max_points)}"
    before = Markup('<td class="{}"><a href="').format(wording.family(result))
    after = Markup('#exercise-{}" title="{}: {}, {}">{}</a></td>').format(
        number, result.exercise, result.verdict.label, points, wording.WORDING[result.verdict].mark
    )
    return before, after
