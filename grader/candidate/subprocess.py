"""A candidate in a process of its own: isolated mode, its own empty folder, closed descriptors, limits.

Theory of operation. One process serves one submission. It gets the source in a frame, then programs; it answers
with outcomes. CPU time decides whether a program took too long, because wall time also measures the neighbours;
wall time is only the backstop for a process that sleeps. When the process ends before its time, the calls that
have no outcome are given the reason, and the next program starts a fresh process with the same submission.
"""

import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from grader import wire
from grader.candidate.program import Answer, Ended, Loaded, Outcome, Program, clean, decode_loaded, decode_outcomes
from grader.candidate.stage import stage
from grader.errors import BorderError
from grader.report import Verdict

ISOLATION = (
    "none"  # a process of its own with limits, but no wall around the file system: the hardened tiers are to come
)
START_SECONDS = 20.0  # CPU time for python and numpy to start: a hundred times the usual
WALL_FACTOR = 3.0  # wall time allowed for each second of CPU time, on a machine that is busy
POLL_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Limits:
    """What one submission may use: CPU seconds for a program, memory and file size in bytes, descriptors."""

    cpu_seconds: float = 5.0
    memory: int = 2 << 30
    file_size: int = 1 << 20
    descriptors: int = 32

    def to_json(self) -> dict[str, int]:
        """The limits as the process sets them on itself; its CPU limit only catches an orphan."""
        return {
            "RLIMIT_AS": self.memory,
            "RLIMIT_CPU": int(self.cpu_seconds * 20) + 10,
            "RLIMIT_FSIZE": self.file_size,
            "RLIMIT_NOFILE": self.descriptors,
            "RLIMIT_CORE": 0,
            "RLIMIT_NPROC": 0,
        }


class _Gone(Exception):
    """The process gives no more answers; holds the outcome that says why."""

    def __init__(self, verdict: Verdict, message: str) -> None:
        super().__init__(message)
        self.ended = Ended(verdict, message)


class Subprocess:
    """Runs one submission behind the border; use it in a `with` statement."""

    def __init__(self, filename: str, data: bytes, limits: Limits | None = None) -> None:
        self._filename = filename
        self._data = data
        self._limits = limits or Limits()
        self._process: subprocess.Popen[bytes] | None = None
        self._folder = Path(tempfile.mkdtemp(prefix="grader-work-"))
        self._spent = 0.0
        self.loaded = Loaded()
        try:
            self._start()
        except _Gone as gone:
            self.loaded = Loaded(unreadable=f"reading the file ended the process: {gone.ended.message}")
            self._stop()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> "Subprocess":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process and everything it started; remove its folder."""
        self._stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def cpu_seconds(self) -> float:
        """CPU seconds used so far, the starts of python and numpy included."""
        return self._spent + self._cpu()

    def call(self, program: Program) -> Answer:
        """One outcome for each call; never raises for anything the submission does."""
        found: list[Outcome] = []
        try:
            if self._process is None:
                self._start()
            return self._answer(program, found)
        except _Gone as gone:
            self._stop()
            missing = len(program.calls) - len(found)
            return Answer((*found, *[gone.ended] * missing))

    def _answer(self, program: Program, found: list[Outcome]) -> Answer:
        budget = _Budget(self._limits.cpu_seconds, self._cpu)
        self._send(program.frame, budget)
        while True:
            reply, arrays = self._receive(budget)
            try:
                found += decode_outcomes(reply["outcomes"], arrays)
                if len(found) > len(program.calls) or (reply["done"] and len(found) < len(program.calls)):
                    raise wire.MalformedFrame(f"{len(found)} outcomes for {len(program.calls)} calls")
                if reply["done"]:
                    texts = tuple(clean(text) for text in reply["warnings"][:10])
                    return Answer(tuple(found), int(reply["printed"]), texts)
            except Exception as error:  # foreign data
                found.clear()
                raise _malformed(error) from error

    def _start(self) -> None:
        folder = stage()
        command = [
            sys.executable,
            # Isolated, but for -E: the environment is ours, and its PYTHONHASHSEED must count.
            *("-P", "-s", "-S", "-B"),
            str(folder / "grader" / "student" / "__main__.py"),
            str(folder),
            json.dumps(self._limits.to_json()),
        ]
        environment = {
            "OPENBLAS_NUM_THREADS": "1",
            "OMP_NUM_THREADS": "1",
            "MKL_NUM_THREADS": "1",
            "PYTHONHASHSEED": "0",
        }
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=self._folder,
                env=environment,
                close_fds=True,
                start_new_session=True,
            )
        except OSError as error:
            raise BorderError(f"cannot start {sys.executable} for a submission: {error}") from error
        try:
            self._receive(_Budget(START_SECONDS, self._cpu))
        except _Gone as gone:
            raise BorderError(
                f"python and numpy did not start for a submission: {gone.ended.message};"
                f" try `{sys.executable} -c 'import numpy'`, or a higher memory limit"
            ) from gone
        budget = _Budget(self._limits.cpu_seconds, self._cpu)
        self._send(wire.pack({"filename": self._filename}, [np.frombuffer(self._data, np.uint8)]), budget)
        reply, _ = self._receive(budget)
        try:
            self.loaded = decode_loaded(reply["loaded"])
        except (wire.MalformedFrame, KeyError) as error:
            raise _malformed(error) from error

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        self._spent += _cpu_of(process)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                assert pipe is not None
                pipe.close()
        process.wait()

    def _cpu(self) -> float:
        return _cpu_of(self._process) if self._process is not None else 0.0

    def _send(self, frame: bytes, budget: "_Budget") -> None:
        """Write without waiting: a process that has stopped reading must not stop us too."""
        assert self._process is not None
        assert self._process.stdin is not None
        descriptor = self._process.stdin.fileno()
        view = memoryview(frame)
        try:
            os.set_blocking(descriptor, False)
            while view:
                budget.check()
                if select.select([], [descriptor], [], POLL_SECONDS)[1]:
                    view = view[os.write(descriptor, view) :]
        except OSError as error:
            raise self._gone() from error

    def _receive(self, budget: "_Budget") -> tuple[dict[str, Any], list[np.ndarray]]:
        assert self._process is not None
        assert self._process.stdout is not None
        descriptor = self._process.stdout.fileno()

        def read_exactly(count: int) -> bytes:
            received = bytearray()
            while len(received) < count:
                budget.check()
                if not select.select([descriptor], [], [], POLL_SECONDS)[0]:
                    continue
                piece = os.read(descriptor, min(count - len(received), 1 << 20))
                if not piece:
                    raise self._gone()
                received += piece
            return bytes(received)

        try:
            return wire.read(read_exactly)
        except wire.MalformedFrame as error:
            raise _malformed(error) from error

    def _gone(self) -> _Gone:
        """Why the process ended, from its exit status."""
        assert self._process is not None
        self._spent += self._cpu()  # its clock ends when it is waited for
        try:
            status = self._process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            return _Gone(Verdict.KILLED, "the process closed its output")
        if status < 0:
            name = signal.Signals(-status).name if -status in signal.valid_signals() else f"signal {-status}"
            return _Gone(Verdict.KILLED, f"the process was ended by {name}{_usual_cause(name)}")
        return _Gone(Verdict.KILLED, f"the process ended itself with exit status {status}")


class _Budget:
    """CPU and wall time for one answer, counted from now."""

    def __init__(self, cpu_seconds: float, cpu: Callable[[], float]) -> None:
        self._allowed = cpu_seconds
        self._cpu = cpu
        self._cpu_before = cpu()
        self._wall_before = time.monotonic()

    def check(self) -> None:
        """Raise `_Gone` when the time is up."""
        if self._cpu() - self._cpu_before > self._allowed:
            raise _Gone(Verdict.TIMED_OUT, f"no answer within {self._allowed:g} s of CPU time")
        wall = self._allowed * WALL_FACTOR
        if time.monotonic() - self._wall_before > wall:
            raise _Gone(Verdict.TIMED_OUT, f"no answer within {wall:g} s, most of them asleep")


def _cpu_of(process: "subprocess.Popen[bytes]") -> float:
    """CPU seconds of a running process, read from outside: its own word is not asked."""
    if sys.platform != "linux" or process.returncode is not None:
        return 0.0  # elsewhere wall time is all there is
    try:
        # The kernel's clock of another process: its number is made of the inverted pid and the kind 2, CPU time.
        return time.clock_gettime((~process.pid << 3) | 2)
    except OSError:
        return 0.0


def _usual_cause(name: str) -> str:
    causes = {"SIGSEGV": " (a crash in compiled code, often endless recursion)", "SIGKILL": " (often out of memory)"}
    return causes.get(name, "")


def _malformed(error: Exception) -> _Gone:
    return _Gone(Verdict.MALFORMED, f"the answer of the process could not be read: {clean(error)}")
