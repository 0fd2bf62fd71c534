"""Writes all files of a graded class; each appears whole or not at all, and only where it changed.

Theory of operation. The lines of the gradebook are read once: they go into results.jsonl as they are, and what the
tables and the class page need is kept of each. A page ends with a mark, a digest of what it was made of and of the
modules that make pages; where the right mark stands at its end, evidence is neither read nor rendered. Many
pages are rendered by several processes. The caller sees to it that no other grader writes into the folder.
"""

import errno
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ALL_COMPLETED, FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from filecmp import cmp
from functools import cache
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path

from grader.entry import Entry, Line
from grader.errors import UsageError
from grader.leftovers import marked, sweep
from grader.render.filenames import feedback_name
from grader.render.html import FEEDBACK_FOLDER, index_page, student_page
from grader.render.tables import grades_csv
from grader.report import Report
from grader.workers import begin

INDEX = "index.html"
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
PARTIAL = ".grader"  # what a file is called until it is whole, with its writer's mark
CHUNK = 100  # pages for one task of a worker: a megabyte of reports, a fifth of a second
POOL_FROM = 5 * CHUNK  # pages; fewer are done before a worker has started and imported what it needs


def write_class(
    directory: Path, lines: Iterable[Line], entries: Callable[[Sequence[str]], Iterable[Entry]], jobs: int = 1
) -> list[Report]:
    """Write results.jsonl, grades.csv, feedback/*.html and index.html; the reports, as `Line.summary` gives them.

    `lines` are sorted by submission; `entries` gives the whole reports of some submissions, in any order.
    """
    feedback = directory / FEEDBACK_FOLDER
    for folder in (directory, feedback):
        sweep(folder, PARTIAL)
    reports: list[Report] = []
    stale: list[str] = []
    whole = sha256()

    def texts() -> Iterator[bytes]:
        for line in lines:
            reports.append(line.summary())
            submission = reports[-1].submission
            if not _ends_with(feedback / feedback_name(submission), _mark(line.shown)):
                stale.append(submission)
            text = f"{line.text}\n".encode()
            whole.update(text)
            yield text

    _write_pieces(directory / "results.jsonl", texts())
    write_text(directory / "grades.csv", grades_csv(reports))
    _write_pages(feedback, stale, entries, jobs)
    mark = _mark(whole.hexdigest())
    if not _ends_with(directory / INDEX, mark):  # last: its links lead to pages that are there
        write_text(directory / INDEX, index_page(reports) + mark.decode())
    return reports


def write_text(path: Path, text: str) -> bool:
    """Put the text into the file, atomically; False where it was there already."""
    data = text.encode()
    with _named(path):
        if path.is_file() and path.read_bytes() == data:
            return False
        with _replacing(path) as partial:
            partial.write_bytes(data)
    return True


def _write_pieces(path: Path, pieces: Iterable[bytes]) -> None:
    """The same for what is too large to be held at once."""
    with _named(path), _replacing(path) as partial, partial.open("wb") as file:
        file.writelines(pieces)


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """What the system says against the file becomes a sentence with its name and what to do."""
    try:
        yield
    except OSError as error:
        advice = "make room and start again" if error.errno in NO_ROOM else "wanted a folder to write to"
        raise UsageError(f"{path}: cannot be written ({error.strerror}); {advice}") from error


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """A file beside it to write into, which takes its place at the end unless both are the same; or else vanishes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{marked(PARTIAL)}tmp")
    try:
        yield partial
        if path.is_symlink() or not path.is_file() or not cmp(partial, path, shallow=False):
            os.replace(partial, path)
    finally:
        with suppress(OSError):
            partial.unlink()


def _write_pages(
    folder: Path, submissions: Sequence[str], entries: Callable[[Sequence[str]], Iterable[Entry]], jobs: int
) -> None:
    if jobs == 1 or len(submissions) < POOL_FROM:
        _write_some(folder, entries(submissions))
        return
    starts = range(0, len(submissions), CHUNK)
    with ProcessPoolExecutor(jobs, get_context("spawn"), begin) as pool:
        running: set[Future[None]] = set()
        try:
            for start in starts:
                running.add(pool.submit(_write_some, folder, list(entries(submissions[start : start + CHUNK]))))
                if len(running) > 2 * jobs:
                    running = _finished(running, FIRST_COMPLETED)
            _finished(running, ALL_COMPLETED)
        except BrokenProcessPool as error:
            raise UsageError(f"{folder}: a process that wrote pages was ended from outside; start again") from error
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _finished(running: set[Future[None]], when: str) -> set[Future[None]]:
    """Wait for tasks; gives those still under way, and raises what went wrong in the others."""
    done, running = wait(running, return_when=when)
    for future in done:
        future.result()
    return running


def _write_some(folder: Path, entries: Iterable[Entry]) -> None:
    for entry in entries:
        report = entry.report()
        write_text(folder / feedback_name(report.submission), student_page(report) + _mark(entry.line.shown).decode())


def _ends_with(path: Path, mark: bytes) -> bool:
    """Whether a file ends so: then it is whole, since the mark is written last."""
    try:
        with path.open("rb", buffering=0) as file:
            file.seek(-len(mark), os.SEEK_END)
            return file.read() == mark
    except OSError:
        return False  # there is none, or it is too short


def _mark(made_of: str) -> bytes:
    """The last line of a page, by which it is known again: of what it was made, and by which modules."""
    return f"<!-- {sha256((made_of + _look()).encode()).hexdigest()[:32]} -->\n".encode()


@cache
def _look() -> str:
    """A digest of all that decides how a page looks besides its report: these modules and their templates."""
    files = sorted(path for path in Path(__file__).parent.rglob("*") if path.suffix in (".py", ".html", ".css", ".js"))
    return sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()
