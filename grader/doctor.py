"""What this machine gives a grader: versions, isolation, BLAS threads."""

import importlib.metadata
import os
import platform
import sys
import time
from collections.abc import Iterator

from grader.candidate import bubblewrap
from grader.candidate.isolation import NONE, TIERS, complaint, open_candidate, resolve
from grader.candidate.limits import BEST, Limits
from grader.errors import GraderError
from grader.grading import versions

OPTIONAL = ("hypothesis", "pytest", "rich", "jinja2", "matplotlib", "sqlalchemy", "nbformat", "psycopg", "distributed")


def findings() -> Iterator[tuple[str, str]]:
    """Pairs of a topic and what was found, by trying where that is possible."""
    for name, version in versions().items():
        yield name, version
    yield "system", f"{platform.system()} {platform.release()}, {platform.machine()}, {os.cpu_count()} cores"
    yield "executable", sys.executable
    for name in OPTIONAL:
        yield name, _version(name)
    yield "border", _try_border()
    best = resolve(BEST)
    yield (
        "isolation",
        best if best != NONE else "none: UNSAFE for a class; a submission can read and write what you can",
    )
    for tier in TIERS:
        if tier != NONE:
            yield f"  {tier}", complaint(tier) or "works; its walls were tried"
    yield "bubblewrap", bubblewrap.installed() or "not installed"
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
        with open_candidate("probe.py", b"def probe():\n    return 1\n", Limits(isolation=resolve(BEST))) as candidate:
            loaded = "probe" in candidate.loaded.functions
    except GraderError as error:
        return f"BROKEN: {error}"
    if not loaded:
        return f"BROKEN: a file of two lines was not read: {candidate.loaded}"
    return f"works; a process starts and reads a file in {time.monotonic() - started:.2f} s"
