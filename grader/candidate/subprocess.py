"""A process with limits and an empty folder of its own, and no wall around the file system: the tier `none`.

For one's own code, and for systems that have nothing better. Isolated mode, closed descriptors, no environment.
"""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from grader.candidate.channel import Channel
from grader.candidate.clock import cpu_seconds, queued_seconds
from grader.candidate.limits import Limits
from grader.candidate.program import Program
from grader.candidate.remote import Remote
from grader.candidate.stage import stage
from grader.errors import BorderError
from grader.leftovers import marked, sweep

__all__ = ["ENVIRONMENT", "Cold", "Limits", "Subprocess", "command"]

WORK = "grader-work"

# All that a student's process finds in its environment, in every tier.
ENVIRONMENT = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
}


def command(executable: str, folder: Path, config: object) -> list[str]:
    """How a student's process is started: isolated, without site-packages, on the stage's runner."""
    return [
        executable,
        # Isolated, but for -E: the environment is ours, and its PYTHONHASHSEED must count.
        *("-P", "-s", "-S", "-B"),
        str(folder / "grader" / "student" / "__main__.py"),
        str(folder),
        json.dumps(config),
    ]


@cache
def _sweep() -> None:
    """Remove the folders that killed processes of ours have left; once."""
    sweep(Path(tempfile.gettempdir()), WORK)


class Subprocess(Remote):
    """Runs one submission in a cold process without walls; use it in a `with` statement."""

    def __init__(self, filename: str, data: bytes, limits: Limits | None = None) -> None:
        super().__init__(filename, data, limits or Limits(), Cold)


class Cold:
    """One process, started for one submission."""

    def __init__(self, limits: Limits) -> None:
        _sweep()
        self._folder = Path(tempfile.mkdtemp(prefix=marked(WORK)))
        self._last_cpu = 0.0
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                self._process = subprocess.Popen(
                    command(sys.executable, stage(), {"limits": limits.to_json()}),
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    cwd=self._folder,
                    env=ENVIRONMENT,
                    close_fds=True,
                    start_new_session=True,
                )
            except OSError as error:
                ours.close()
                shutil.rmtree(self._folder, ignore_errors=True)
                raise BorderError(f"cannot start {sys.executable} for a submission: {error}") from error
        self.channel = Channel(ours)

    def request(self, program: Program) -> bytes:
        return program.frame

    def cpu(self) -> float:
        if self._process.returncode is None:  # its clock ends when it is waited for
            self._last_cpu = max(self._last_cpu, cpu_seconds(self._process.pid))
        return self._last_cpu

    def queued(self) -> float:
        return queued_seconds(self._process.pid) if self._process.returncode is None else 0.0

    def status(self, seconds: float) -> int | None:
        self.cpu()
        try:
            return self._process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            return None

    def end(self, *, well: bool) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self.channel.close()
        self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)
