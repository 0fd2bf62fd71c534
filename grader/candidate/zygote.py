"""Warm processes: a zygote that has numpy loaded forks a confined child for each submission.

Each process of ours keeps its zygotes; one zygote has one child at a time. The control channel to a zygote is not
the channel to its child: the judge hands the child its own, and gets a pidfd, by which alone it ends the child and
reads its clock. A zygote is replaced on schedule, and after anything out of the ordinary.

The programs of a plan, calls with their inputs and nothing of what is wanted, are taught to a zygote once: its
children are born with them, and are asked for them by number.
"""

import atexit
import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, Any

from grader import wire
from grader.candidate import bubblewrap
from grader.candidate.channel import Channel
from grader.candidate.clock import cpu_seconds, queued_seconds
from grader.candidate.limits import Limits
from grader.candidate.program import Program
from grader.candidate.readable import executable, readable
from grader.candidate.stage import stage
from grader.candidate.subprocess import ENVIRONMENT, command
from grader.errors import BorderError

FULL, INNER = "full", "inner"
FORKS = 1000  # then a zygote is replaced, so that nothing can pile up in one
PATIENCE = 60.0  # seconds for a zygote to start or to answer; on a machine that is busy
END_SECONDS = 2.0
_SIZE = 4096


class Forked:
    """A child of a zygote: the process of one submission."""

    def __init__(self, limits: Limits, programs: Sequence[Program] = ()) -> None:
        self._cold = limits.cold
        self._zygote, child = _forked(limits, () if limits.cold else programs)
        self._pidfd, self._inner_pid, self.channel = child.pidfd, child.pid, Channel(child.connection)
        self._pid = _pid_of(self._pidfd)
        self._last_cpu = 0.0
        self._status: int | None = None

    def request(self, program: Program) -> bytes:
        return self._zygote.known.get(program.frame, program.frame)

    def cpu(self) -> float:
        if self._status is None:  # its clock ends when it is waited for
            self._last_cpu = max(self._last_cpu, cpu_seconds(self._pid))
        return self._last_cpu

    def queued(self) -> float:
        return queued_seconds(self._pid) if self._status is None else 0.0

    def status(self, seconds: float) -> int | None:
        if self._status is None and _has_ended(self._pidfd, seconds):
            self.cpu()
            self._status = self._zygote.reap(self._inner_pid)
        return self._status

    def end(self, *, well: bool) -> None:
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
        self.channel.close()
        try:
            well = self.status(PATIENCE) is not None and well
        except BorderError:
            well = False  # the zygote is gone, and its children with it
        os.close(self._pidfd)
        if well and not self._cold and self._zygote.forks < FORKS:
            _idle.setdefault((os.getpid(), self._zygote.tier), []).append(self._zygote)
        else:
            self._zygote.close()


class Zygote:
    """One warm process behind the walls of a tier, and the control channel to it."""

    def __init__(self, tier: str) -> None:
        self.tier = tier
        self.forks = 0
        self.known: dict[bytes, bytes] = {}  # what asks for a program that it was taught, by the program's own frame
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.settimeout(PATIENCE)
        with tempfile.TemporaryFile() as complaints:
            with theirs:
                self._process = self._started(theirs, complaints)
            try:
                landlock = int(self._answer().data["landlock"])
            except BorderError as error:
                self.close()
                raise BorderError(f"{error}: {_last_line(complaints)}") from error
        if tier == INNER and not landlock:
            self.close()
            raise BorderError("isolation 'inner' needs Landlock, which this kernel has not")

    def _started(self, control: socket.socket, complaints: IO[bytes]) -> "subprocess.Popen[bytes]":
        try:
            return subprocess.Popen(
                _command(self.tier),
                stdin=control.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=complaints,
                cwd="/",
                env=ENVIRONMENT,
                close_fds=True,
                start_new_session=True,
            )
        except OSError as error:
            self._control.close()
            raise BorderError(f"cannot start a process for isolation {self.tier!r}: {error}") from error

    def fork(self, limits: Limits) -> "_Child":
        """A new child, confined before it reads anything."""
        self.forks += 1
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                self._ask({"limits": limits.to_json()}, [theirs.fileno()])
            answer = self._answer()
            if answer.descriptor is None:
                raise BorderError(f"the zygote of isolation {self.tier!r} forked no process")
            return _Child(ours, answer.descriptor, answer.data["pid"])
        except BaseException:
            ours.close()
            raise

    def teach(self, programs: Sequence[Program]) -> None:
        """Give it the programs that it does not know yet, for all children to come."""
        new = [program.frame for program in programs if program.frame not in self.known]
        if not new:
            return
        try:
            with open(os.memfd_create("programs"), "w+b") as file:
                file.writelines(new)
                file.seek(0)
                self._ask({"learn": len(new)}, [file.fileno()])
        except OSError:
            return  # no room, or a limit on the size of files: they will go their own way each time
        self._answer()
        self.known |= {frame: wire.pack({"program": number}, []) for number, frame in enumerate(new, len(self.known))}

    def reap(self, pid: int) -> int:
        """The exit status of a child that has ended, negative for a signal."""
        self._ask({"reap": pid})
        return int(self._answer().data["status"])

    def close(self) -> None:
        """End it; its children die with it."""
        self._control.close()
        try:
            self._process.wait(END_SECONDS)  # it ends by itself when its control channel is closed
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _ask(self, request: dict[str, Any], descriptors: list[int] | None = None) -> None:
        try:
            socket.send_fds(self._control, [json.dumps(request).encode()], descriptors or [])
        except OSError as error:
            raise BorderError(f"the zygote of isolation {self.tier!r} is gone: {error}") from error

    def _answer(self) -> "_Message":
        try:
            data, descriptors, _, _ = socket.recv_fds(self._control, _SIZE, 1)
        except OSError as error:
            raise BorderError(f"the zygote of isolation {self.tier!r} does not answer: {error}") from error
        if not data:
            raise BorderError(f"the zygote of isolation {self.tier!r} ended")
        return _Message(json.loads(data), descriptors[0] if descriptors else None)


@dataclass(frozen=True, slots=True)
class _Child:
    """The judge's end of a child's channel, its pidfd, and its pid as the zygote knows it."""

    connection: socket.socket
    pidfd: int
    pid: int


@dataclass(frozen=True, slots=True)
class _Message:
    data: dict[str, Any]
    descriptor: int | None


# Zygotes without a child, by our process (a fork of ours must not share them) and by tier.
_idle: dict[tuple[int, str], list[Zygote]] = {}


def _forked(limits: Limits, programs: Sequence[Program]) -> tuple[Zygote, _Child]:
    with contextlib.suppress(BorderError):
        return _fork_of(_take(limits.isolation, limits.cold), limits, programs)
    # One that was waiting may have died meanwhile, of the machine's lack of memory, say: one fresh start.
    return _fork_of(Zygote(limits.isolation), limits, programs)


def _fork_of(zygote: Zygote, limits: Limits, programs: Sequence[Program]) -> tuple[Zygote, _Child]:
    try:
        zygote.teach(programs)
        return zygote, zygote.fork(limits)
    except BaseException:
        zygote.close()
        raise


def _take(tier: str, cold: bool) -> Zygote:
    waiting = _idle.get((os.getpid(), tier), [])
    return waiting.pop() if waiting and not cold else Zygote(tier)


def idle() -> list[Zygote]:
    """The zygotes of this process that wait for a submission."""
    return [zygote for (process, _), waiting in _idle.items() if process == os.getpid() for zygote in waiting]


@atexit.register
def close_idle() -> None:
    """End the zygotes that wait."""
    for zygote in idle():
        _idle[os.getpid(), zygote.tier].remove(zygote)
        zygote.close()


def _command(tier: str) -> list[str]:
    needed = readable()
    config = {
        "readable": needed.carved(),
        # Behind bubblewrap the way to the interpreter is open, whoever owns the folders above it outside.
        "keep_reading": tier == INNER and not needed.is_open_to_all,
    }
    inside = command(str(executable()), stage(), config)
    return bubblewrap.wrapped(inside, needed, ENVIRONMENT) if tier == FULL else inside


def _last_line(complaints: IO[bytes]) -> str:
    """The last thing that bubblewrap or python said before it could not start."""
    complaints.seek(0)
    lines = complaints.read(10_000).decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing"


def _pid_of(pidfd: int) -> int:
    """The child's pid as we see it, whatever namespace it lives in."""
    with open(f"/proc/self/fdinfo/{pidfd}", encoding="ascii") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith("Pid:"))


def _has_ended(pidfd: int, seconds: float) -> bool:
    watch = select.poll()
    watch.register(pidfd, select.POLLIN)
    return bool(watch.poll(seconds * 1000))
