"""`make scale` or `python -m tests.scale [N]`: how a gradebook of N results (20,000) behaves. Prints a Markdown table.

The reports are real ones, of the demo class of the first assignment, under as many names as are wanted.
"""

import itertools
import os
import resource
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from grader.batch import grade_class
from grader.candidate.limits import Limits
from grader.collect import Submission
from grader.compile import compile_plan
from grader.demo import demo_class
from grader.gradebook import Gradebook
from grader.project import Project
from grader.render.html import index_page, student_page
from grader.render.pages import write_class, write_text
from grader.render.tables import grades_csv
from grader.report import Report

PAGES = 200  # of students, measured singly
JOBS = os.cpu_count() or 1
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
    grade_class(submissions, plan, public, limits, JOBS, reports.append, assignment.solution)
    return reports


def timed(what: str, work: Callable[[], Given]) -> Given:
    """What `work` gives; its time is a row, and the CPU time of all processes, which others do not change."""
    began, before = time.perf_counter(), _cpu()
    given = work()
    print(f"| {what} | {time.perf_counter() - began:.2f} | {_cpu() - before:.2f} |", flush=True)
    return given


def _cpu() -> float:
    """CPU seconds of this process and of all that it has waited for."""
    kinds = resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN
    return sum(use.ru_utime + use.ru_stime for use in map(resource.getrusage, kinds))


def scale(count: int, folder: Path) -> None:
    print(f"| {count:,} results | seconds | CPU seconds |", "|---|---|---|", sep="\n", flush=True)
    kinds = itertools.cycle(timed("(a demo class, graded)", demo_reports))
    reports = [replace(report, submission=f"student-{n:06}") for n, report in zip(range(count), kinds, strict=False)]
    assignment = reports[0].assignment
    with Gradebook(folder / "gradebook.db") as book:
        timed("`record`, each committed", lambda: [book.record(report) for report in reports])
        files = {report.submission: report.sha256 for report in reports}
        left = timed("what is left to grade", lambda: book.left(assignment, reports[0].plan, ["full", "inner"], files))
        assert not left, "a graded one would be graded again"
        timed("all reports, with their evidence", lambda: deque(book.entries(assignment, list(files)), maxlen=0))
        read = timed("all reports, for the tables", lambda: [line.summary() for line in book.lines(assignment)])
        assert len(read) == count
        timed("`grades.csv`", lambda: write_text(folder / "grades.csv", grades_csv(read)))
        timed("`index.html`", lambda: write_text(folder / "index.html", index_page(read)))
        some = [entry.report() for entry in book.entries(assignment, list(files)[:PAGES])]
        timed(f"{PAGES} feedback pages, rendered", lambda: list(map(student_page, some)))

        def write(jobs: int) -> None:
            write_class(folder / "all", book.lines(assignment), partial(book.entries, assignment), jobs)

        timed(f"all tables and pages, new, {JOBS} processes", lambda: write(JOBS))
        timed("all tables and pages, nothing changed", lambda: write(JOBS))
        book.record(replace(reports[0], notes=("regraded",)))
        timed("all tables and pages, one changed", lambda: write(JOBS))
    size = sum(path.stat().st_size for path in folder.glob("gradebook.db*"))
    pages = sum(path.stat().st_size for path in (folder / "all" / "feedback").iterdir())
    sizes = {"gradebook.db": size, "feedback": pages}
    sizes |= {name: (folder / "all" / name).stat().st_size for name in ("results.jsonl", "index.html")}
    print("\n" + ", ".join(f"`{name}` {size / 1e6:.1f} MB" for name, size in sizes.items()))
    print(f"most memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3:.0f} MB")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        scale(int(sys.argv[1]) if sys.argv[1:] else 20_000, Path(folder))


if __name__ == "__main__":
    main()
