"""Which checks catch a wrong version of the solution, by several plans at once.

Wrong versions are ours, so they run in processes of our own, and not behind the border; but a slip can also make an
endless loop or ask for all memory, so those processes have a clock and a limit.
"""

import contextlib
import math
import multiprocessing
import os
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from types import FrameType
from typing import Any

from grader.candidate.inprocess import InProcess
from grader.examine import Examination, Examiner, Finding
from grader.mistakes import load_solution
from grader.mutants import Mutant
from grader.plan import ORDINARY, Plan
from grader.workers import Parcel

CALL_SECONDS = 1.0  # CPU time; a call of a right solution takes less than a hundredth
MEMORY = 4 << 30
CHUNK = 50

RAISED, COUNT, SHAPE, VALUES = "raised", "count", "shape", "values"
KINDS = (RAISED, COUNT, SHAPE, VALUES)


@dataclass(frozen=True, slots=True)
class Kill:
    """A check that failed: its group and the kind of comparison that found it."""

    group: str
    kind: str


def kills(examination: Examination) -> frozenset[Kill]:
    """Everything that caught a wrong version; empty for one that passes."""
    found = {Kill(finding.case.group, kind) for finding in examination.failing for kind in _kinds(finding)}
    if not found and not examination.passed:
        found.add(Kill(ORDINARY, RAISED))  # its forward raises on every case
    return frozenset(found)


def _kinds(finding: Finding) -> Iterator[str]:
    if finding.problem:
        yield RAISED if finding.problem.startswith("raises") else COUNT
    for comparison in finding.wrong:
        got, want = comparison.got, finding.case.want[comparison.tensor]
        drawn = got is None and math.isfinite(comparison.error)  # judged by its moments
        yield VALUES if drawn or (got is not None and got.shape == want.shape) else SHAPE


class Checks:
    """A plan's checks on wrong versions, the first case of every exercise before all the rest."""

    def __init__(self, plan: Plan) -> None:
        first = tuple(replace(exercise, cases=exercise.cases[:1]) for exercise in plan.exercises)
        self._contracts = plan.contracts
        self._examiners = (Examiner(replace(plan, exercises=first)), Examiner(plan))

    def fallen(self, source: str, function: str) -> str:
        """The exercise by which a slip in a function is noticed; empty if every exercise passes."""
        candidate = InProcess(load_solution(source, function))
        for examiner in self._examiners:
            for name in self._in_order(function):
                with _clock():
                    if not examiner.examine(name, candidate).passed:
                        return name
        return ""

    def _in_order(self, function: str) -> list[str]:
        """The exercises, first the function's own and what is built on it."""

        def distance(name: str) -> int:
            contract = self._contracts[name]
            return 0 if name == function else 1 if function in (contract.of, *contract.requires) else 2

        return sorted(self._contracts, key=distance)


class _TooLong(BaseException):
    """A call takes longer than any right one; not an `Exception`, so that no code of a solution handles it."""


@contextlib.contextmanager
def _clock() -> Iterator[None]:
    """Interrupts calls that do not end, where the platform has a clock for that."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        raise _TooLong

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, CALL_SECONDS, CALL_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def survivors(mutants: Sequence[Mutant], plans: Sequence[Plan], jobs: int | None = None) -> list[tuple[Mutant, ...]]:
    """For each plan the mutants that pass all its checks."""
    os.environ.update({"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"})
    tasks = [
        (number, list(mutants[at : at + CHUNK])) for number in range(len(plans)) for at in range(0, len(mutants), CHUNK)
    ]
    found: list[list[Mutant]] = [[] for _ in plans]
    given: Any = ([Parcel(plan.content) for plan in plans],)
    with ProcessPoolExecutor(jobs or os.cpu_count() or 1, multiprocessing.get_context("spawn"), _start, given) as pool:
        for (number, _), passing in zip(tasks, pool.map(_passing, tasks), strict=True):
            found[number] += passing
    return [tuple(passing) for passing in found]


_checks: list[Checks] = []  # a worker's own, set once when it starts


def _start(contents: list[bytes]) -> None:
    with contextlib.suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    _checks.extend(Checks(Plan.from_content(content)) for content in contents)


def _passing(task: tuple[int, list[Mutant]]) -> list[Mutant]:
    number, chunk = task
    return [mutant for mutant in chunk if not _checks[number].fallen(mutant.source, mutant.function)]
