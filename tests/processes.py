"""What /proc tells of processes: whose children they are, what they hold."""

import os
from collections.abc import Iterator
from pathlib import Path

PAGE = os.sysconf("SC_PAGE_SIZE")


def workers_of(pid: int) -> list[int]:
    """The workers that a grader has started, itself or by a process that forks them: Pythons of ours."""
    started = [child for child in children(pid) if b"spawn_main" in said(child, "cmdline")]
    forkers = [child for child in children(pid) if b"forkserver" in said(child, "cmdline")]
    forked = [child for forker in forkers for child in children(forker) if b"forkserver" in said(child, "cmdline")]
    return [*started, *forked]


def children(pid: int) -> list[int]:
    """Its children; a process is the child of the thread that started it."""
    threads = [path.name for path in Path(f"/proc/{pid}/task").glob("*")]
    return [int(child) for thread in threads for child in said(pid, f"task/{thread}/children").split()]


def descendants(pid: int) -> Iterator[int]:
    for child in children(pid):
        yield child
        yield from descendants(child)


def said(pid: int, name: str) -> bytes:
    """What /proc says of a process; nothing of one that has gone."""
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:
        return b""


def megabytes(pid: int) -> float:
    fields = said(pid, "statm").split()
    return int(fields[1]) * PAGE / 1e6 if fields else 0.0


def descriptors(pid: int) -> int:
    try:
        return len(os.listdir(f"/proc/{pid}/fd"))
    except OSError:
        return 0


def cpu_seconds_of(pid: int) -> float:
    """CPU seconds that a process has used so far."""
    fields = said(pid, "stat").rpartition(b")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") if fields else 0.0
