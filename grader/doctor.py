"""What this machine gives a grader: versions, isolation, BLAS threads."""

import importlib.metadata
import os
import platform
import shutil
import sys
import time
from collections.abc import Iterator

from grader.candidate.subprocess import ISOLATION, Subprocess
from grader.errors import GraderError
from grader.grading import versions

OPTIONAL = ("hypothesis", "pytest", "rich", "jinja2", "matplotlib", "sqlalchemy", "nbformat", "psycopg")


def findings() -> Iterator[tuple[str, str]]:
    """Pairs of a topic and what was found, by trying where that is possible."""
    for name, version in versions().items():
        yield name, version
    yield "system", f"{platform.system()} {platform.release()}, {platform.machine()}, {os.cpu_count()} cores"
    yield "executable", sys.executable
    for name in OPTIONAL:
        yield name, _version(name)
    yield "border", _try_border()
    yield (
        "isolation",
        f"{ISOLATION}: a process of its own with limits on CPU time, memory and files; the file system is open to it",
    )
    yield "bubblewrap", shutil.which("bwrap") or "not installed (not used yet)"
    threads = os.environ.get("OPENBLAS_NUM_THREADS", "not set here")
    yield "BLAS threads", f"1 in every student's process and worker; OPENBLAS_NUM_THREADS is {threads}"


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


def _try_border() -> str:
    started = time.monotonic()
    try:
        with Subprocess("probe.py", b"def probe():\n    return 1\n") as candidate:
            loaded = "probe" in candidate.loaded.functions
    except GraderError as error:
        return f"BROKEN: {error}"
    if not loaded:
        return f"BROKEN: a file of two lines was not read: {candidate.loaded}"
    return f"works; a process starts and reads a file in {time.monotonic() - started:.2f} s"
