"""Grades a class on an existing Dask cluster: a task carries a submission by value and gives its report.

Theory of operation. Both plans, the limits and the reference's source are one task of their own, the brief: sent once,
passed from worker to worker, and made again when a worker that held it dies. Each worker process keeps a judge and its
zygotes, and grades one submission at a time: run a process for each core, with one thread. It tries its own walls
before its first submission: each report bears the tier that was found where it was judged, and a worker that has
another version or a weaker tier than asked refuses, which ends the batch.

Only this process writes to the gradebook, once for each report that comes back. A worker that is killed has written
nothing; Dask gives its tasks to another one, or to its own successor where a nanny starts one. A task that has taken
workers along (three by Dask's own count, its neighbours in the queue are counted too) is tried once more when nothing
else is under way, and is then `unjudged`. Dask speaks pickle between processes of ours; a submission is bytes in it,
and behind the border it reaches no socket.
"""

import platform
import threading
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import Any

from grader.candidate.isolation import resolve_for_strangers
from grader.candidate.limits import Limits
from grader.collect import Submission
from grader.errors import GraderError, UsageError
from grader.grading import grade, judge_of, unjudged, versions
from grader.judge import Judge
from grader.plan import Plan
from grader.report import Report

CONNECT_SECONDS = 10
LONELY_SECONDS = 60  # without any worker; a nanny needs a few to start one again
QUEUED = 2  # tasks for each thread of the cluster: none idles while a report travels, few are suspected at a death


@dataclass(frozen=True, slots=True)
class Brief:
    """All that a worker needs besides the submission, and a name to know it again by."""

    name: str
    plan: bytes
    public: bytes
    limits: Limits
    solution: str
    versions: Mapping[str, str]
    unsafe: bool = False


def grade_on_cluster(
    submissions: Sequence[Submission],
    plan: Plan,
    public: Plan,
    limits: Limits,
    address: str,
    keep: Callable[[Report], None],
    solution: str = "",
    *,
    unsafe: bool = False,
    together: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> None:
    """Grade each submission on the cluster at `address` and hand its report to `keep`, as they are done.

    Those that are done at the same moment are kept within one `together`. The tier of isolation that the limits ask
    for is found by each worker, as `resolve_for_strangers` does it here.
    """
    brief = Brief(uuid.uuid4().hex, plan.content, public.content, limits, solution, versions(), unsafe)
    with _connected(address) as client:
        shared = client.submit(_same, brief, pure=False)

        at_once = QUEUED * max(1, sum(client.nthreads().values()))
        for suspect in _grade_all(client, submissions, shared, at_once, keep, together):
            for culprit in _grade_all(client, [suspect], shared, 1, keep, together):
                keep(unjudged(culprit, plan, limits.isolation, "the workers that graded this died, again and again"))


def _grade_all(
    client: Any,
    submissions: Sequence[Submission],
    brief: Any,
    at_once: int,
    keep: Callable[[Report], None],
    together: Callable[[], AbstractContextManager[None]],
) -> list[Submission]:
    """Keep each report that comes back; gives the submissions that took their workers along."""
    from distributed import KilledWorker

    lost: list[Submission] = []
    waiting = iter(submissions)
    running: dict[Any, Submission] = {}
    while True:
        while len(running) < at_once and (submission := next(waiting, None)) is not None:
            running[client.submit(_grade_one, submission, brief, pure=False)] = submission
        if not running:
            return lost
        landed: list[Report] = []
        try:
            for future in _done(client, list(running)):
                submission = running.pop(future)
                error = future.exception()
                if isinstance(error, KilledWorker):
                    lost.append(submission)
                elif isinstance(error, GraderError):
                    raise error
                elif error is not None:
                    raise UsageError(f"a worker of the cluster said {type(error).__name__}: {error}") from error
                else:
                    landed.append(future.result())
        finally:
            with together():
                for report in landed:
                    keep(report)


def _done(client: Any, running: Sequence[Any]) -> Collection[Any]:
    """Tasks that have come to an end, as soon as there are any."""
    from distributed import wait

    while True:
        try:
            done: Collection[Any] = wait(running, timeout=LONELY_SECONDS, return_when="FIRST_COMPLETED").done
            return done
        except TimeoutError:
            if not client.nthreads():
                raise UsageError("the cluster has no workers; start some, then start again") from None


@contextmanager
def _connected(address: str) -> Iterator[Any]:
    """A client of the cluster; what goes wrong between it and us is one clear sentence."""
    try:
        from distributed import CancelledError, Client
    except ModuleNotFoundError as error:
        raise UsageError(f"--scheduler needs {error.name}; pip install 'grader[cluster]'") from error
    try:
        client = Client(address, timeout=CONNECT_SECONDS)
    except (OSError, ValueError, TypeError) as error:
        raise UsageError(f"cluster {address}: {error}; wanted a Dask scheduler, as tcp://HOST:PORT") from error
    with client:
        try:
            yield client
        except CancelledError as error:
            raise UsageError(f"cluster {address}: the scheduler is gone; what was graded is kept") from error


# --- what runs on a worker -------------------------------------------------------------------------------------------

_one_at_a_time = threading.Lock()  # judge and zygotes belong to one submission, however many threads a worker has
_latest: dict[str, tuple[Judge, Limits]] = {}  # of the latest brief alone: a worker outlives many batches


def _same(brief: Brief) -> Brief:
    return brief


def _grade_one(submission: Submission, brief: Brief) -> Report:
    with _one_at_a_time:
        if brief.name not in _latest:
            _latest.clear()
            _refuse_other_versions(brief)
            limits = replace(brief.limits, isolation=_own_tier(brief))
            _latest[brief.name] = judge_of(brief.plan, brief.public, brief.solution), limits
        judge, limits = _latest[brief.name]
        return grade(submission, judge, limits)


def _own_tier(brief: Brief) -> str:
    """The tier that this machine gives where so much is asked; it refuses rather than be weaker."""
    try:
        return resolve_for_strangers(brief.limits.isolation, unsafe=brief.unsafe)
    except GraderError as error:
        raise UsageError(f"a worker on {platform.node()} cannot grade: {error}") from error


def _refuse_other_versions(brief: Brief) -> None:
    """A grade must not depend on the machine it was made on."""
    here = versions()
    for name, wanted in brief.versions.items():
        if here[name] != wanted:
            raise UsageError(
                f"a worker on {platform.node()} has {name} {here[name]}, wanted {wanted} as on the machine that grades"
            )
