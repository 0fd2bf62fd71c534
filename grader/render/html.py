"""Pages to look at: index.html for the instructor, one page for each student.

Self-contained: styles and the few lines of script stand in the page, and a content security policy forbids
all else, so that even a hole in the escaping could load and run nothing. Text is cleaned on the way in
(`clean_report`) and escaped on the way out (Jinja's autoescape).
"""

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from statistics import median

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from grader.render import wording
from grader.render.arrays import compare, slices
from grader.render.cleaning import clean_report
from grader.render.curve import polyline
from grader.render.filenames import feedback_name
from grader.render.overview import exercise_names, overview, slowest
from grader.render.rows import class_rows
from grader.report import Report, Verdict

FEEDBACK_FOLDER = "feedback"


def student_page(report: Report) -> str:
    """The feedback of one student; nothing of other students, and no seed."""
    return _environment().get_template("student.html").render(report=clean_report(report))


def index_page(reports: Sequence[Report]) -> str:
    """The class on one page, sorted by submission, with links into the feedback folder."""
    reports = sorted(reports, key=lambda report: report.submission)
    cleaned = [clean_report(report.without_evidence()) for report in reports]
    names = exercise_names(cleaned)
    whole = overview(cleaned)
    return (
        _environment()
        .get_template("index.html")
        .render(
            whole=whole,
            # A page is named after the id as it came: two ids may look the same once they are clean.
            rows=class_rows(cleaned, [_page(report.submission) for report in reports], names),
            histogram=_histogram(whole.scores, whole.max_score),
            slowest=slowest(cleaned),
            provenance=_provenance(cleaned),
            legend=[(verdict, wording.WORDING[verdict]) for verdict in Verdict],
        )
    )


def _page(submission: str) -> str:
    return f"{FEEDBACK_FOLDER}/{feedback_name(submission)}"


def _histogram(scores: Sequence[float], max_score: float) -> Markup:
    """The drawing is ours and holds numbers alone: safe as it is."""
    if not scores or not max_score:
        return Markup("")
    from grader.render.histogram import score_histogram  # matplotlib takes half a second: not for a student's page

    return Markup(score_histogram(scores, max_score, median(scores)))


def _provenance(reports: Iterable[Report]) -> list[tuple[str, str, int]]:
    """What the grades rest on, as (what, value, number of reports): all equal unless versions were mixed."""
    values: dict[str, Counter[str]] = {}
    for report in reports:
        for what, value in [("isolation", report.isolation), ("plan", report.plan), *sorted(report.versions.items())]:
            values.setdefault(what, Counter())[value] += 1
    return [(what, value, count) for what, counts in values.items() for value, count in counts.items()]


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("grader.render"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    script = _source(environment, "filter.js")
    environment.globals |= {
        "polyline": polyline,
        "style": _source(environment, "style.css"),
        "script": script,
        "script_hash": "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        "wording": wording,
        "compare": compare,
        "slices": slices,
    }
    environment.filters |= {"points": wording.points_text}
    return environment


def _source(environment: Environment, name: str) -> Markup:
    """A style sheet or script of ours, as it is."""
    assert environment.loader is not None
    return Markup(environment.loader.get_source(environment, name)[0])
