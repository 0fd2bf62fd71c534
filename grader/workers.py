"""How a worker process of ours begins, what it is given, and that it ends with its parent, however that ends."""

import multiprocessing
import os
import signal
import sys
import tempfile
import threading
from contextlib import suppress
from io import FileIO, RawIOBase
from typing import Any, cast

if sys.platform != "win32":
    from multiprocessing.reduction import DupFd


def begin() -> None:
    """The first thing that a worker does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent is told, and decides
    threading.Thread(target=_die_with_parent, daemon=True).start()


def _die_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


class Parcel:
    """Bytes for workers that are about to start: `Parcel(data)` here is `data` there.

    What goes to a new process by the usual way goes through a pipe that its parent fills, holding the reading end as
    well; a worker that is killed before it has read what does not fit into the pipe leaves its parent writing for
    ever. So it gets a file without a name instead, which nobody has to read; the usual way where there can be none.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._file: RawIOBase | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        if sys.platform != "win32":
            with suppress(OSError):  # no room, or a limit on the size of files
                self._file = self._file or _without_a_name(self._data)
                return _opened, (DupFd(self._file.fileno()), len(self._data))
        return bytes, (self._data,)


def _without_a_name(data: bytes) -> RawIOBase:
    """A file in memory where there is such a thing: what is in it need not get onto a disk."""
    if hasattr(os, "memfd_create"):
        file: RawIOBase = FileIO(os.memfd_create("parcel"), "w+b")
    else:
        file = cast(RawIOBase, tempfile.TemporaryFile(buffering=0))  # noqa: SIM115  # open as long as workers start
    left = memoryview(data)
    while left:
        left = left[file.write(left) or 0 :]
    return file


def _opened(passed: Any, size: int) -> bytes:
    descriptor = passed.detach()
    try:
        data = bytearray()
        while len(data) < size:  # by place: the other workers share its position
            data += os.pread(descriptor, size - len(data), len(data))
        return bytes(data)
    finally:
        os.close(descriptor)
