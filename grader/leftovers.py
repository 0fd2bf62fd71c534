"""Names for what a process makes for itself, by which a later one knows that its maker is dead.

A process that is killed cleans up nothing. What it made bears its mark: pid, the moment at which the kernel started
it, and where these two mean anything (this machine since it was started, this namespace of pids). Whoever comes later
removes what belongs to its own user and to a maker that is surely dead. A mark from elsewhere, or none, is left alone:
a container or another machine may share the folder.
"""

import os
import re
import shutil
import zlib
from contextlib import suppress
from functools import cache
from pathlib import Path

_MARK = re.compile(r"\.(?P<pid>\d+)-(?P<start>\d+)-(?P<where>[0-9a-f]{8})\.")


def marked(name: str) -> str:
    """The name with this process's mark, where the system can tell of others what it tells of us: `NAME.MARK.`"""
    return f"{name}.{_mark(os.getpid())}."


@cache
def _mark(pid: int) -> str:
    """Our own mark; looked up once, but again in a fork, which has another pid."""
    start, where = _start(pid), _where()
    return f"{pid}-{start}-{where}" if start and where else str(pid)


def sweep(folder: Path, name: str) -> list[Path]:
    """Remove the files and folders there which a process of ours, now dead, has named by `marked(name)`."""
    if not hasattr(os, "geteuid"):
        return []
    removed = []
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(f"{name}.") and _is_orphaned(entry.name[len(name) :]) and _is_mine(entry):
                _remove(entry)
                removed.append(Path(entry.path))
    return removed


def _is_mine(entry: "os.DirEntry[str]") -> bool:
    with suppress(OSError):
        return entry.stat(follow_symlinks=False).st_uid == os.geteuid()
    return False


def _is_orphaned(rest: str) -> bool:
    mark = _MARK.match(rest)
    if mark is None or mark["where"] != _where():
        return False
    return _start(int(mark["pid"])) not in (0, int(mark["start"]))  # another process may have the pid by now


def _remove(entry: "os.DirEntry[str]") -> None:
    if entry.is_dir(follow_symlinks=False):
        shutil.rmtree(entry.path, ignore_errors=True)
    else:
        with suppress(OSError):
            os.unlink(entry.path)


def _start(pid: int) -> int | None:
    """When the kernel started a process, in its own ticks; None for one that has ended, 0 where that is not told."""
    try:
        status = Path(f"/proc/{pid}/stat").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return None
    except OSError:
        return 0
    state, *fields = status[status.rindex(b")") + 2 :].split()  # a name may hold anything, also ")"
    return None if state in (b"Z", b"X") else int(fields[18])


@cache
def _where() -> str:
    """Within which pids and ticks mean the same: this kernel since its start, and this namespace of pids."""
    try:
        boot, pids = Path("/proc/sys/kernel/random/boot_id").read_bytes(), os.readlink("/proc/self/ns/pid")
    except OSError:
        return ""  # matches no mark
    return f"{zlib.crc32(boot + pids.encode()):08x}"
