"""A candidate in a process of its own, whatever walls stand around that process.

Theory of operation. One process serves one submission. It gets the source in a frame, then programs; it answers
with outcomes. CPU time decides whether a program took too long, because wall time also measures the neighbours;
wall time is only the backstop for a process that sleeps. When the process ends before its time, the calls that
have no outcome are given the reason, and the next program starts a fresh process with the same submission.
"""

import signal
from collections.abc import Callable
from types import TracebackType
from typing import Protocol, Self

import numpy as np

from grader import wire
from grader.candidate.channel import Budget, Channel, Closed, Gone, malformed
from grader.candidate.limits import Limits
from grader.candidate.program import Answer, Loaded, Outcome, Program, decode_loaded
from grader.errors import BorderError
from grader.report import Verdict

START_SECONDS = 20.0  # CPU time for python and numpy to start: a hundred times the usual


class Process(Protocol):
    """A student's process, seen from outside."""

    channel: Channel

    def request(self, program: Program) -> bytes:
        """The frame that asks for a program: the program itself, or the number of one that it was born with."""
        ...

    def cpu(self) -> float:
        """CPU seconds so far, read from outside: its own word is not asked."""
        ...

    def status(self, seconds: float) -> int | None:
        """How it ended, negative for a signal; None if it still runs after so many seconds."""
        ...

    def end(self, *, well: bool) -> None:
        """End it and all that belongs to it; `well` if nothing out of the ordinary has happened."""
        ...


class Remote:
    """Runs one submission in processes that `launch` starts; use it in a `with` statement."""

    def __init__(self, filename: str, data: bytes, limits: Limits, launch: Callable[[Limits], Process]) -> None:
        self._filename = filename
        self._data = data
        self._limits = limits
        self._launch = launch
        self._process: Process | None = None
        self._spent = 0.0
        self.loaded = Loaded()
        try:
            self._start()
        except Gone as gone:
            self.loaded = Loaded(unreadable=f"reading the file ended the process: {gone.ended.message}")
            self._stop(well=False)
        except BaseException:
            self._stop(well=False)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process and everything that belongs to it."""
        self._stop(well=True)

    @property
    def cpu_seconds(self) -> float:
        """CPU seconds used so far, in all processes of this submission."""
        return self._spent + (self._process.cpu() if self._process is not None else 0.0)

    def call(self, program: Program) -> Answer:
        """One outcome for each call; never raises for anything the submission does."""
        found: list[Outcome] = []
        try:
            process = self._process or self._start()
            return self._answer(process, program, found)
        except Gone as gone:
            self._stop(well=False)
            missing = len(program.calls) - len(found)
            return Answer((*found, *[gone.ended] * missing))

    def _answer(self, process: Process, program: Program, found: list[Outcome]) -> Answer:
        budget = Budget(self._limits.seconds_for(len(program.calls)), process.cpu)
        try:
            process.channel.send(process.request(program), budget)
            while True:
                head, body = process.channel.receive_unparsed(budget)
                whole = program.forms.answer(head, body) if not found else None
                if whole is not None:
                    return whole
                reply = program.forms.reply(head, body)
                found += reply.outcomes
                if len(found) > len(program.calls) or (reply.done and len(found) < len(program.calls)):
                    raise wire.MalformedFrame(f"{len(found)} outcomes for {len(program.calls)} calls")
                if reply.seen is not None:
                    return Answer(tuple(found), reply.seen)
        except Closed as closed:
            raise _ended(process) from closed
        except wire.MalformedFrame as error:
            found.clear()
            raise malformed(error) from error

    def _start(self) -> Process:
        process = self._process = self._launch(self._limits)
        try:
            process.channel.receive(Budget(START_SECONDS, process.cpu))
        except (Gone, Closed) as fault:
            reason = fault if isinstance(fault, Gone) else _ended(process)
            raise BorderError(
                f"python and numpy did not start for a submission: {reason.ended.message};"
                " try a higher memory limit, and `grader doctor`"
            ) from fault
        budget = Budget(self._limits.cpu_seconds, process.cpu)
        source = wire.pack({"filename": self._filename}, [np.frombuffer(self._data, np.uint8)])
        try:
            process.channel.send(source, budget)
            head, _ = process.channel.receive(budget)
            self.loaded = decode_loaded(head.get("loaded"))
        except Closed as closed:
            raise _ended(process) from closed
        except wire.MalformedFrame as error:
            raise malformed(error) from error
        return process

    def _stop(self, *, well: bool) -> None:
        process, self._process = self._process, None
        if process is not None:
            self._spent += process.cpu()
            process.end(well=well)


def _ended(process: Process) -> Gone:
    """Why the process ended, from its exit status."""
    status = process.status(seconds=1.0)
    if status is None:
        return Gone(Verdict.KILLED, "the process closed its output")
    if status < 0:
        name = signal.Signals(-status).name if -status in signal.valid_signals() else f"signal {-status}"
        return Gone(Verdict.KILLED, f"the process was ended by {name}{_usual_cause(name)}")
    return Gone(Verdict.KILLED, f"the process ended itself with exit status {status}")


def _usual_cause(name: str) -> str:
    causes = {"SIGSEGV": " (a crash in compiled code, often endless recursion)", "SIGKILL": " (often out of memory)"}
    return causes.get(name, "")
