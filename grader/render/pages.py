"""Writes all files of a graded class; each appears whole or not at all, and only where it changed."""

import errno
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from grader.errors import UsageError
from grader.render.filenames import feedback_name
from grader.render.html import FEEDBACK_FOLDER, index_page, student_page
from grader.render.tables import grades_csv, results_jsonl
from grader.report import Report

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def write_class(directory: Path, reports: Sequence[Report]) -> Path:
    """Write grades.csv, results.jsonl, feedback/*.html and index.html; the path of index.html."""
    write_text(directory / "grades.csv", grades_csv(reports))
    write_text(directory / "results.jsonl", results_jsonl(reports))
    for report in reports:
        write_text(directory / FEEDBACK_FOLDER / feedback_name(report.submission), student_page(report))
    index = directory / "index.html"
    write_text(index, index_page(reports))  # last: its links lead to pages that are there
    return index


def write_text(path: Path, text: str) -> bool:
    """Put the text into the file, atomically; False where it was there already."""
    data = text.encode()
    temporary = path.with_name(f".{os.getpid()}.tmp")
    try:
        if path.is_file() and path.read_bytes() == data:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(data)
        os.replace(temporary, path)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink()
        advice = "make room and start again" if error.errno in NO_ROOM else "wanted a folder to write to"
        raise UsageError(f"{path}: cannot be written ({error.strerror}); {advice}") from error
    return True
