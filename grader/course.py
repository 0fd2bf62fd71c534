"""The main job: from paths to a gradebook, tables and pages, with a progress bar."""

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from grader.batch import grade_class
from grader.candidate.isolation import meant, resolve_for_strangers
from grader.candidate.limits import Limits
from grader.cluster import grade_on_cluster
from grader.collect import Submission, collect
from grader.compile import compile_plan
from grader.errors import UsageError
from grader.exercise import Assignment
from grader.gradebook import Gradebook
from grader.render.pages import INDEX, write_class
from grader.report import Report


@dataclass(frozen=True, slots=True)
class Graded:
    """The current reports of an assignment, as tables need them (`Line.summary`), and the page that shows them."""

    reports: list[Report]
    index: Path


class Course:
    """An assignment and the folder in which a class's results are kept."""

    def __init__(
        self,
        assignment: Assignment,
        folder: Path,
        gradebook: str | None,
        jobs: int | None,
        limits: Limits,
        *,
        unsafe: bool = False,
        scheduler: str | None = None,
    ) -> None:
        self.assignment = assignment
        self.folder = folder
        self.gradebook = gradebook or folder / "gradebook.db"
        self.jobs = jobs or os.cpu_count() or 1
        self.limits = limits
        self.unsafe = unsafe
        self.scheduler = scheduler

    def grade(self, paths: Sequence[Path], filename: str | None, seed: int | None, *, fresh: bool) -> Graded:
        """Grade what is new or has changed (everything if `fresh`), then write tables and pages of all."""
        limits = self._limits()
        submissions = collect(paths, filename or f"{self.assignment.name}.py")
        self._prepare_folder()
        name = self.assignment.name
        with Gradebook(self.gradebook) as book:
            plan = compile_plan(self.assignment, book.seed_for(name, seed), public=False)
            public = compile_plan(self.assignment, self.assignment.public_seed, public=True)
            files = {submission.id: submission.sha256 for submission in submissions}
            due = (
                set(files)
                if fresh
                else book.left(name, plan.digest, meant(limits.isolation, unsafe=self.unsafe), files)
            )
            left = [submission for submission in submissions if submission.id in due]
            try:
                with _progress(left, len(submissions) - len(left)) as advance:

                    def keep(report: Report) -> None:
                        book.record(report)
                        advance(report)

                    solution = self.assignment.solution
                    if left and self.scheduler:
                        sent = plan, public, limits, self.scheduler
                        grade_on_cluster(left, *sent, keep, solution, unsafe=self.unsafe, together=book.together)
                    elif left:
                        grade_class(left, plan, public, limits, min(self.jobs, len(left)), keep, solution)
            finally:
                # Also after Ctrl-C: what was graded is in the gradebook, and so it is on the pages.
                with _alone_in(self.folder):
                    reports = self._write(book)
        return Graded(reports, self.folder / INDEX)

    def _limits(self) -> Limits:
        """The limits with the tier that this machine gives; on a cluster each worker finds its own."""
        if self.scheduler:
            return self.limits
        return replace(self.limits, isolation=resolve_for_strangers(self.limits.isolation, unsafe=self.unsafe))

    def report(self, submission: str) -> Report | None:
        """The whole report of one submission, as the gradebook has it."""
        with Gradebook(self.gradebook) as book:
            return book.current(self.assignment.name, submission)

    def _write(self, book: Gradebook) -> list[Report]:
        """Write all tables and pages as the gradebook has them now."""
        name = self.assignment.name
        return write_class(self.folder, book.lines(name), partial(book.entries, name), self.jobs)

    def _prepare_folder(self) -> None:
        """Make the folder; refuse one that holds another assignment's results."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"cannot write results to {self.folder}: {error.strerror}; choose another --to") from error
        if not os.access(self.folder, os.W_OK):
            raise UsageError(f"cannot write results to {self.folder}: permission denied; choose another --to")
        results = self.folder / "results.jsonl"
        if results.is_file():
            with results.open(encoding="utf-8") as lines:
                first = lines.readline()
            other = json.loads(first)["assignment"] if first.strip() else self.assignment.name
            if other != self.assignment.name:
                raise UsageError(
                    f"{self.folder} holds the results of {other!r}: give {self.assignment.name!r} another --to"
                    " (one database can serve both: --gradebook URL)"
                )


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Keeps another grader from writing there between our reading of the reports and their pages: ours would be old."""
    if sys.platform == "win32":
        yield
        return
    import fcntl

    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)  # ends with this process, however it ends
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _progress(left: Sequence[Submission], kept: int) -> Iterator[Callable[[Report], None]]:
    """A bar with counts and the time left; on something that is no terminal, a line now and then."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    if kept:
        console.print(f"{kept} unchanged since they were graded, {len(left)} to grade", highlight=False)
    if not console.is_terminal:
        yield _plain_progress(len(left), console.print)
        return
    columns = (
        TextColumn("grading"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[latest]}", markup=False),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("grading", total=len(left), latest="")
        yield lambda report: progress.update(task, advance=1, latest=report.submission[:40])


def _plain_progress(total: int, say: Callable[[str], None]) -> Callable[[Report], None]:
    done = 0

    def advance(report: Report) -> None:
        nonlocal done
        done += 1
        if done % max(1, total // 10) == 0 or done == total:
            say(f"graded {done} of {total}")

    return advance
