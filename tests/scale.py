"""`make scale` or `python -m tests.scale [N]`: how a gradebook of N results (20,000) behaves. Prints a Markdown table.

The reports are real ones, of the demo class of the first assignment, under as many names as are wanted.
"""

import itertools
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from grader.batch import grade_class
from grader.candidate.limits import Limits
from grader.collect import Submission
from grader.compile import compile_plan
from grader.demo import demo_class
from grader.gradebook import Gradebook
from grader.project import Project
from grader.render.filenames import feedback_name
from grader.render.html import index_page, student_page
from grader.render.pages import write_class, write_text
from grader.render.tables import grades_csv, results_jsonl
from grader.report import Report

PAGES = 200  # of students, measured singly: all of them are in the last row
Given = TypeVar("Given")


def demo_reports() -> list[Report]:
    """The reports of a demo class."""
    project = Project.find()
    assignment = next(iter(project.assignments.values()))
    sources = demo_class(assignment, project.styles_folder)
    submissions = [Submission(name, f"{assignment.name}.py", text.encode()) for name, text in sources.items()]
    plan = compile_plan(assignment, 12345, public=False)
    public = compile_plan(assignment, assignment.public_seed, public=True)
    reports: list[Report] = []
    limits = Limits(cpu_seconds=1.0)
    grade_class(submissions, plan, public, limits, os.cpu_count() or 1, reports.append, assignment.solution)
    return reports


def timed(what: str, work: Callable[[], Given]) -> Given:
    """What `work` gives; its time is printed as a row."""
    began = time.perf_counter()
    given = work()
    print(f"| {what} | {time.perf_counter() - began:.2f} |", flush=True)
    return given


def scale(count: int, folder: Path) -> None:
    print(f"| {count:,} results, one process | seconds |", "|---|---|", sep="\n", flush=True)
    kinds = itertools.cycle(timed("(a demo class, graded)", demo_reports))
    reports = [replace(report, submission=f"student-{n:06}") for n, report in zip(range(count), kinds, strict=False)]
    assignment = reports[0].assignment
    with Gradebook(folder / "gradebook.db") as book:
        timed("`record`, each committed", lambda: [book.record(report) for report in reports])
        some = reports[:: max(1, count // 1000)]
        questions = [(one.submission, one.sha256, one.plan, one.isolation) for one in some]
        timed(f"`is_current`, {len(some):,} times", lambda: [book.is_current(assignment, *one) for one in questions])
        read = timed("`reports()`", lambda: book.reports(assignment))
    assert len(read) == count
    timed("`grades.csv`", lambda: write_text(folder / "grades.csv", grades_csv(read)))
    timed("`results.jsonl`", lambda: write_text(folder / "results.jsonl", results_jsonl(read)))
    timed("`index.html`", lambda: write_text(folder / "index.html", index_page(read)))
    sample = read[:PAGES]
    timed(
        f"{len(sample)} feedback pages",
        lambda: [write_text(folder / feedback_name(report.submission), student_page(report)) for report in sample],
    )
    timed("all tables and pages, new", lambda: write_class(folder / "all", read))
    timed("all tables and pages, nothing changed", lambda: write_class(folder / "all", read))
    size = sum(path.stat().st_size for path in folder.glob("gradebook.db*"))
    print(f"\n`gradebook.db` {size / 1e6:.0f} MB, `index.html` {(folder / 'index.html').stat().st_size / 1e6:.1f} MB")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        scale(int(sys.argv[1]) if sys.argv[1:] else 20_000, Path(folder))


if __name__ == "__main__":
    main()
