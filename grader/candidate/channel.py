"""The judge's end of a channel to one student's process: frames there and back, within a budget of time.

The other end may read nothing, write nothing, or write for ever: neither side of a call can make the judge wait
longer than the budget.
"""

import select
import socket
import time
from typing import Any, Protocol

import numpy as np

from grader import wire
from grader.candidate.program import Ended, clean
from grader.report import Verdict

WALL_FACTOR = 3.0  # seconds asleep allowed for each second of CPU time
POLL_SECONDS = 0.02
PIECE = 1 << 16


class Gone(Exception):
    """The process gives no more answers; holds the outcome that says why."""

    def __init__(self, verdict: Verdict, message: str) -> None:
        super().__init__(message)
        self.ended = Ended(verdict, message)


class Closed(Exception):
    """The other end of the channel is closed: the process has most likely ended."""


class Clocks(Protocol):
    """A process whose clocks are read from outside: the seconds it ran, and those it has waited for a busy machine."""

    def cpu(self) -> float: ...

    def queued(self) -> float: ...


class Budget:
    """CPU and wall time for one answer of a process, counted from now. A machine that is busy costs nobody any time."""

    def __init__(self, cpu_seconds: float, clocks: Clocks) -> None:
        self._allowed = cpu_seconds
        self._clocks = clocks
        self._cpu_before = clocks.cpu()
        self._wall_before = time.monotonic()

    def check(self) -> None:
        """Raise `Gone` when the time is up."""
        if self._clocks.cpu() - self._cpu_before > self._allowed:
            raise Gone(Verdict.TIMED_OUT, f"no answer within {self._allowed:g} s of CPU time")
        wall = self._allowed * WALL_FACTOR
        passed = time.monotonic() - self._wall_before
        if passed > wall and passed - self._clocks.queued() > wall:
            raise Gone(Verdict.TIMED_OUT, f"no answer within {wall:g} s, most of them asleep")


class Channel:
    """A stream socket that carries frames; raises `Gone` or `Closed`, whatever the other end does."""

    def __init__(self, connection: socket.socket) -> None:
        connection.setblocking(False)
        self._connection = connection
        self._received = bytearray()
        self._readable = select.poll()
        self._readable.register(connection, select.POLLIN)
        self._writable = select.poll()
        self._writable.register(connection, select.POLLOUT)

    def send(self, frame: bytes, budget: Budget) -> None:
        left = memoryview(frame)
        while left:
            budget.check()
            if not self._writable.poll(POLL_SECONDS * 1000):
                continue
            try:
                left = left[self._connection.send(left) :]
            except BlockingIOError:
                continue
            except OSError as error:
                raise Closed from error

    def receive(self, budget: Budget) -> tuple[dict[str, Any], list[np.ndarray]]:
        """The next frame."""
        try:
            return wire.unpack(*self.receive_unparsed(budget))
        except wire.MalformedFrame as error:
            raise malformed(error) from error

    def receive_unparsed(self, budget: Budget) -> tuple[bytes, bytes]:
        """The next frame's head and body as they come."""

        def read_exactly(count: int) -> bytes:
            while len(self._received) < count:
                self._receive_some(budget)
            piece = bytes(self._received[:count])
            del self._received[:count]
            return piece

        try:
            return wire.read_unparsed(read_exactly)
        except wire.MalformedFrame as error:
            raise malformed(error) from error

    def _receive_some(self, budget: Budget) -> None:
        budget.check()
        if not self._readable.poll(POLL_SECONDS * 1000):
            return
        try:
            piece = self._connection.recv(PIECE)
        except BlockingIOError:
            return
        except OSError as error:
            raise Closed from error
        if not piece:
            raise Closed
        self._received += piece

    def close(self) -> None:
        self._connection.close()


def malformed(error: Exception) -> Gone:
    """The verdict on an answer that cannot be read."""
    return Gone(Verdict.MALFORMED, f"the answer of the process could not be read: {clean(error)}")
