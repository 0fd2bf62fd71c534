"""A table for other programs: grades.csv for a spreadsheet. For everything else there is results.jsonl."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence

from grader.render.cleaning import clean_line
from grader.render.overview import exercise_names
from grader.report import Report

_FORMULA_STARTS = ("=", "+", "-", "@")


def grades_csv(reports: Sequence[Report]) -> str:
    """One row a submission, one column an exercise; an empty cell is no grade."""
    names = exercise_names(reports)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["submission", "score", "max_score", *names])
    for report in _sorted(reports):
        points = {result.exercise: result.points for result in report.exercises}
        cells = [report.score, report.max_score, *(points.get(name) for name in names)]
        writer.writerow([_spreadsheet_id(report.submission), *map(_number, cells)])
    return text.getvalue()


def _sorted(reports: Iterable[Report]) -> list[Report]:
    return sorted(reports, key=lambda report: report.submission)


def _spreadsheet_id(submission: str) -> str:
    """The id, with an apostrophe before what a spreadsheet would run as a formula (full-width signs too)."""
    text = clean_line(submission)
    start = unicodedata.normalize("NFKC", text.lstrip()[:1])
    return f"'{text}" if start in _FORMULA_STARTS else text


def _number(points: float | None) -> str:
    return "" if points is None else f"{points:.10g}"
