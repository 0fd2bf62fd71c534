"""The zygote: a process that has imported numpy and forks a confined child for each submission.

It speaks with the judge alone, in datagrams of JSON over its control channel:

    ← {"landlock": version}                                  it is ready
    → {"learn": n} with a descriptor                         n programs to read there, for the children to come
    ← {"learned": n}
    → {"limits": {…}} with a descriptor                      fork; the descriptor is the child's only channel
    ← {"pid": …} with a pidfd                                the child, still before its walls
    → {"reap": pid}                                          the judge has killed it, or seen it end
    ← {"status": …}                                          exit status, negative for a signal

A child holds its own channel and no other descriptor of ours. At most one lives at a time.
"""

import contextlib
import gc
import json
import os
import resource
import signal
import socket
from collections.abc import Mapping, Sequence
from typing import Any

from grader import wire
from grader.student import confine, landlock, seccomp
from grader.student.rehearsal import rehearse
from grader.student.runner import Task
from grader.student.serve import serve

EXIT_UNCONFINED = 99  # a child that could not put up its walls, and has read nothing
COLLECT_AFTER = 10_000  # objects more than were freed; Python's own 700 are reached by every exercise
_SIZE = 4096
_LIMITS = [getattr(resource, name) for name in dir(resource) if name.startswith("RLIMIT_")]


class Walls:
    """What is prepared for every child: a ruleset of Landlock if the kernel has it, and this process is nobody's."""

    def __init__(self, readable: Sequence[str], keep_reading: bool) -> None:
        self.landlock = landlock.version()
        self.ruleset = landlock.ruleset(readable) if self.landlock else None
        seccomp.prepared()
        confine.become_nobody(keep_reading)
        confine.die_with_parent()


def run(control: socket.socket, walls: Walls) -> None:
    """Serve the judge until its end of the control channel is closed."""
    own_limits = _own_limits()
    rehearse()
    _keep_what_lives()
    _tell(control, {"landlock": walls.landlock})
    programs: list[Task] = []
    while True:
        data, descriptors, _, _ = socket.recv_fds(control, _SIZE, 1)
        # Limits of ours that have changed were changed by a submission that broke out: end here, be replaced.
        if not data or _own_limits() != own_limits:
            return
        request = json.loads(data)
        if "learn" in request:
            programs += _read_programs(descriptors[0], request["learn"])
            _tell(control, {"learned": request["learn"]})
        elif "limits" in request:
            _fork(control, descriptors[0], request["limits"], walls.ruleset, programs)
        else:
            _tell(control, {"status": _reap(request["reap"])})


def _keep_what_lives() -> None:
    """What lives now lives for good: keep the collector from writing to pages that children share with us.

    And from looking too often: a child lives for a moment, and thousands of its arrays are no cycles.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER, 10, 10)


def _read_programs(descriptor: int, count: int) -> list[Task]:
    with open(descriptor, "rb") as file:
        found = [Task(*wire.read(file.read)) for _ in range(count)]
    _keep_what_lives()
    return found


def _fork(
    control: socket.socket,
    channel: int,
    limits: Mapping[str, int],
    ruleset: int | None,
    programs: Sequence[Task],
) -> None:
    pid = os.fork()
    if pid == 0:
        try:
            control.close()
            confine.lock_in(limits, ruleset)
        except BaseException:
            os._exit(EXIT_UNCONFINED)
        try:
            serve(channel, channel, programs)
        finally:
            os._exit(1)  # never up into the zygote's own loop
    os.close(channel)
    pidfd = os.pidfd_open(pid)
    try:
        socket.send_fds(control, [json.dumps({"pid": pid}).encode()], [pidfd])
    finally:
        os.close(pidfd)


def _reap(pid: int) -> int:
    """The child's status; in a process namespace of our own, everything it may have left is ended with it."""
    if os.getpid() == 1:
        with contextlib.suppress(ProcessLookupError):
            os.kill(-1, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass  # orphans that came to us
    return os.waitstatus_to_exitcode(status)


def _own_limits() -> list[tuple[int, int]]:
    return [resource.getrlimit(kind) for kind in _LIMITS]


def _tell(control: socket.socket, message: Mapping[str, Any]) -> None:
    control.send(json.dumps(message).encode())
