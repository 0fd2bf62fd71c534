"""`make curve` or `python -m tests.curve [N]`: what more workers bring, and what 100,000 submissions would take.

Grades N submissions of the first assignment (300), right and wrong ones, by 1, 2, 4 and 8 workers: of the local pool,
and of a Dask cluster on loopback. More workers than cores show where the cores end. Then it measures the rest of what
a large class costs, prints it, and does the arithmetic from these figures and nothing else. With
GRADER_TEST_POSTGRESQL=URL that database is measured too; its gradebook's tables are dropped.
"""

import itertools
import json
import os
import pickle
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from unittest.mock import patch

from grader import cluster
from grader.batch import grade_class
from grader.candidate.isolation import resolve
from grader.candidate.limits import BEST, Limits
from grader.cluster import Brief, grade_on_cluster
from grader.collect import Submission
from grader.compile import compile_plan
from grader.demo import demo_class
from grader.entry import Entry
from grader.gradebook import Gradebook
from grader.grading import judge_of
from grader.plan import Plan
from grader.project import Project
from grader.render.html import student_page
from grader.render.pages import write_class
from grader.report import Report
from tests.dask_cluster import Cluster
from tests.processes import cpu_seconds_of

WORKERS = (1, 2, 4, 8)
CLASS = 100_000
WRITES = 1000
TOGETHER = 10  # reports that land while the last ones are being written, where many workers are at it
TASKS = 2000
CORES = (2, 16, 64, 256)
NETWORK = 125e6  # bytes a second: 1 Gbit/s, assumed and not measured
POSTGRESQL = os.environ.get("GRADER_TEST_POSTGRESQL", "")


@dataclass(frozen=True, slots=True)
class Batch:
    """What is graded, and how."""

    submissions: list[Submission]
    plan: Plan
    public: Plan
    solution: str
    limits: Limits


@dataclass(slots=True)
class Rate:
    """How fast reports land, from the first one on: before that, workers start."""

    began: float = field(default_factory=time.perf_counter)
    reports: list[Report] = field(default_factory=list)
    first: float = 0.0
    last: float = 0.0

    def keep(self, report: Report) -> None:
        self.last = time.perf_counter()
        self.first = self.first or self.last
        self.reports.append(report)

    @property
    def per_second(self) -> float:
        return (len(self.reports) - 1) / (self.last - self.first)


@dataclass(slots=True)
class Inputs:
    """The figures of the estimate, in seconds and bytes for one submission unless said otherwise."""

    grading: float = 0.0  # of one core
    starting: float = 0.0  # of a worker, once: until its first report
    judge: float = 0.0  # of a worker, once: to read the plans
    plan: int = 0  # bytes, to each worker once
    task: int = 0  # bytes of a submission and a report
    client: float = 0.0  # of the command's process, on a cluster
    scheduler: float = 0.0  # of the scheduler's process
    sqlite: float = 0.0
    together: float = 0.0
    postgresql: float = 0.0
    page: float = 0.0  # of one core
    page_bytes: int = 0
    tables: float = 0.0  # of the command's process
    kept_bytes: int = 0


def a_class(count: int) -> Batch:
    """So many submissions, each a file of its own; those that never end would measure the limit alone."""
    project = Project.find()
    assignment = next(iter(project.assignments.values()))
    sources = demo_class(assignment, project.styles_folder)
    texts = [text for name, text in sources.items() if "endless" not in name]
    # Few ones come from all over the class, which begins with the right ones.
    kinds = itertools.cycle(texts[:: max(1, len(texts) // count)])
    submissions = [
        Submission(f"student-{number:06}", f"{assignment.name}.py", f"{text}\n# {number}\n".encode())
        for number, text in zip(range(count), kinds, strict=False)
    ]
    plan = compile_plan(assignment, 12345, public=False)
    public = compile_plan(assignment, assignment.public_seed, public=True)
    return Batch(submissions, plan, public, assignment.solution, Limits(isolation=resolve(BEST)))


def pooled(batch: Batch, workers: int) -> Rate:
    rate = Rate()
    plans = batch.plan, batch.public
    grade_class(batch.submissions, *plans, batch.limits, workers, rate.keep, batch.solution)
    return rate


def clustered(batch: Batch, workers: int) -> Rate:
    with a_cluster(workers) as running:
        rate = Rate()
        plans = batch.plan, batch.public
        grade_on_cluster(batch.submissions, *plans, batch.limits, running.address, rate.keep, batch.solution)
    return rate


@contextmanager
def a_cluster(workers: int) -> Iterator[Cluster]:
    """A cluster of so many workers of one thread."""
    with tempfile.TemporaryDirectory() as folder:
        running = Cluster(Path(folder), workers, "--no-nanny")
        try:
            yield running
        finally:
            running.stop()


def curve(batch: Batch) -> Rate:
    """Print the rates by workers; gives that of one worker of the pool."""
    print(f"| workers ({os.cpu_count()} cores) | local pool, submissions/s | × one | Dask, submissions/s | × one |")
    print("|---|---|---|---|---|")
    one: tuple[Rate, Rate] | None = None
    for workers in WORKERS:
        rates = pooled(batch, workers), clustered(batch, workers)
        one = one or rates
        cells = [
            f"{rate.per_second:.1f} | {rate.per_second / first.per_second:.2f}"
            for rate, first in zip(rates, one, strict=True)
        ]
        print(f"| {workers} | {' | '.join(cells)} |", flush=True)
    assert one is not None
    return one[0]


def measured(batch: Batch, one: Rate, folder: Path) -> Inputs:
    """All that a large class costs, each part alone."""
    found = Inputs(starting=one.first - one.began)
    before = _cpu()
    pooled(batch, 1)
    found.grading = (_cpu() - before) / len(batch.submissions)
    contents = batch.plan.content, batch.public.content
    found.judge = _seconds(lambda: judge_of(*contents, batch.solution))
    found.plan = sum(map(len, contents))
    reports = [report for _, report in zip(range(WRITES), itertools.cycle(one.reports), strict=False)]
    reports = [replace(report, submission=f"student-{number:06}") for number, report in enumerate(reports)]
    found.sqlite = _recording(str(folder / "gradebook.db"), reports)
    found.together = _recording(str(folder / "together.db"), reports, TOGETHER)
    found.kept_bytes = round((folder / "gradebook.db").stat().st_size / len(reports))
    if POSTGRESQL:
        import psycopg  # an extra

        with psycopg.connect(POSTGRESQL) as connection:
            connection.execute("DROP TABLE IF EXISTS gradebook_schema, gradebook_seeds, gradebook_reports")
        found.postgresql = _recording(POSTGRESQL, reports)
    pages: list[str] = []
    found.page = _seconds(lambda: pages.extend(map(student_page, reports))) / len(reports)
    found.page_bytes = round(sum(len(page.encode()) for page in pages) / len(pages))
    found.tables = _tables(folder, reports)
    _dask_overhead(batch, reports[0], found)
    return found


def _recording(place: str, reports: Sequence[Report], at_once: int = 1) -> float:
    """Wall seconds for each report, so many of which are committed together."""

    def record(book: Gradebook) -> None:
        for start in range(0, len(reports), at_once):
            with book.together():
                for report in reports[start : start + at_once]:
                    book.record(report)

    with Gradebook(place) as book:
        return _seconds(lambda: record(book), time.perf_counter) / len(reports)


def _tables(folder: Path, reports: Sequence[Report]) -> float:
    """CPU seconds for each report in the tables and on the class page, all pages being there."""
    kept = {report.submission: Entry.of(report) for report in reports}

    def write() -> None:
        lines = [entry.line for entry in kept.values()]
        write_class(folder / "to", lines, lambda names: [kept[name] for name in names])

    write()
    return _seconds(write) / len(reports)


def _echo(submission: Submission, brief: Brief) -> Report:
    """Stands for grading on a worker: one and the same report, under the submission's name."""
    return replace(Report.from_json(json.loads(brief.solution)), submission=submission.id)


def _dask_overhead(batch: Batch, report: Report, found: Inputs) -> None:
    """What the scheduler and the command's process do for a task, whatever is in it."""
    submissions = [replace(batch.submissions[0], id=str(number)) for number in range(TASKS)]
    found.task = len(pickle.dumps(submissions[0])) + len(pickle.dumps(report))
    landed: list[Report] = []
    with a_cluster(2) as running, patch.object(cluster, "_grade_one", _echo):
        before, began = cpu_seconds_of(running.scheduler.pid), time.process_time()
        said = json.dumps(report.to_json())
        grade_on_cluster(submissions, batch.plan, batch.public, batch.limits, running.address, landed.append, said)
        found.client = (time.process_time() - began) / TASKS
        found.scheduler = (cpu_seconds_of(running.scheduler.pid) - before) / TASKS
    assert len(landed) == TASKS


def estimate(found: Inputs) -> None:
    """Print the figures, and what they come to for a class of 100,000."""
    ms = {
        "grading, one core": found.grading,
        "Dask, the command's process": found.client,
        "Dask, the scheduler": found.scheduler,
        "gradebook, SQLite, committed one by one": found.sqlite,
        f"gradebook, SQLite, {TOGETHER} together": found.together,
        "gradebook, PostgreSQL on this machine": found.postgresql,
        "a feedback page, one core": found.page,
        "tables and class page": found.tables,
    }
    print("\n| for each submission | ms |\n|---|---|")
    for what, seconds in ms.items():
        print(f"| {what} | {1e3 * seconds:.2f} |" if seconds else f"| {what} | not measured |")
    print("\n| size | KB |\n|---|---|")
    sizes = {
        "both plans, to each worker once": found.plan,
        "a task there and back": found.task,
        "a report in the gradebook": found.kept_bytes,
        "a feedback page": found.page_bytes,
    }
    for what, size in sizes.items():
        print(f"| {what} | {size / 1e3:.1f} |")
    print(f"\nA worker starts in {found.starting:.1f} s, {1e3 * found.judge:.0f} ms of them to read the plans.\n")
    serial = found.client + found.together
    pages = CLASS * (found.tables + found.page / (os.cpu_count() or 1))
    print(f"{CLASS:,} submissions, by a network of {8 * NETWORK / 1e9:g} Gbit/s:\n")
    print(
        "| cores of workers | grading, min | plans by 1 Gbit/s, s | tasks by 1 Gbit/s, s | pages, min | together, min |"
    )
    print("|---|---|---|---|---|---|")
    for cores in CORES:
        spread = CLASS * found.grading / cores
        grading = max(spread, CLASS * serial, CLASS * found.scheduler) + found.starting
        plans, tasks = found.plan * cores / NETWORK, CLASS * found.task / NETWORK
        minutes = [f"{seconds / 60:.1f}" for seconds in (grading, pages, grading + plans + pages)]
        print(f"| {cores} | {minutes[0]} | {plans:.2f} | {tasks:.0f} | {minutes[1]} | {minutes[2]} |")
    enough = {"gradebook and client": found.grading / serial, "scheduler": found.grading / found.scheduler}
    for what, cores in enough.items():
        print(f"\nMore than {cores:.0f} cores would wait for the {what}.")
    disk = CLASS * (found.kept_bytes + found.page_bytes) / 1e9
    print(f"\nOn disk {disk:.1f} GB, gradebook and pages.")


def _cpu() -> float:
    """CPU seconds of this process and of all that it has waited for."""
    kinds = resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN
    return sum(use.ru_utime + use.ru_stime for use in map(resource.getrusage, kinds))


def _seconds(work: Callable[[], object], clock: Callable[[], float] = time.process_time) -> float:
    began = clock()
    work()
    return clock() - began


def main() -> None:
    batch = a_class(int(sys.argv[1]) if sys.argv[1:] else 300)
    one = curve(batch)
    with tempfile.TemporaryDirectory() as folder:
        estimate(measured(batch, one, Path(folder)))


if __name__ == "__main__":
    main()
