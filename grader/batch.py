"""Grades a class: many workers, each with the plan and a judge of its own; every report is kept as it lands.

Workers are fresh processes of ours. One that dies (out of memory, killed) takes only the submission it was grading
along; that one is tried again, and is `unjudged` when it has taken three workers along.
"""

import multiprocessing
import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from grader.candidate.limits import Limits
from grader.collect import Submission
from grader.grading import grade, judge_of, unjudged
from grader.judge import Judge
from grader.plan import Plan
from grader.report import Report
from grader.workers import Parcel, begin

ATTEMPTS = 3
_state: dict[str, tuple[Judge, Limits]] = {}  # a worker's own, set once when it starts


def grade_class(
    submissions: Sequence[Submission],
    plan: Plan,
    public: Plan,
    limits: Limits,
    jobs: int,
    keep: Callable[[Report], None],
    solution: str = "",
) -> None:
    """Grade each submission and hand its report to `keep`, in the order in which they are done.

    `solution` is the reference's source, by which the smallest failing cases are judged.
    """
    left = {submission.id: submission for submission in submissions}
    deaths: Counter[str] = Counter()

    def land(report: Report) -> None:
        keep(report)
        del left[report.submission]

    while left:
        # Those that were under way when a worker died come next, each alone: so that the culprit takes nobody along.
        suspects = [left[name] for name in deaths if name in left][:1]
        batch = {submission.id: submission for submission in suspects or left.values()}
        for name in _grade_all(batch, plan, public, limits, 1 if suspects else jobs, land, solution):
            deaths[name] += 1
            if deaths[name] == ATTEMPTS:
                reason = f"the grader's own process died {ATTEMPTS} times while grading this"
                keep(unjudged(left.pop(name), plan, limits.isolation, reason))


def _grade_all(
    batch: Mapping[str, Submission],
    plan: Plan,
    public: Plan,
    limits: Limits,
    jobs: int,
    keep: Callable[[Report], None],
    solution: str,
) -> list[str]:
    """Grade a batch; stops when a worker dies, and gives the ids of what was under way."""
    os.environ.update({"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"})
    waiting = iter(batch.values())
    others = set(multiprocessing.active_children())
    given: Any = Parcel(plan.content), Parcel(public.content), limits, Parcel(solution.encode())
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), _start_worker, given) as pool:
        running: dict[Future[Report], str] = {}
        try:
            while True:
                # A short queue: what was not begun when a worker dies has lost nothing.
                while len(running) < 2 * jobs and (submission := next(waiting, None)) is not None:
                    running[pool.submit(_grade_one, submission)] = submission.id
                if not running:
                    return []
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    keep(future.result())
                    del running[future]
        except BrokenProcessPool:
            # The pool ends its workers, but not one that it was just starting, which we would wait for at our exit.
            for worker in set(multiprocessing.active_children()) - others:
                worker.kill()
            return list(running.values())
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _start_worker(plan: bytes, public: bytes, limits: Limits, solution: bytes) -> None:
    begin()
    _state["judge"] = (judge_of(plan, public, solution.decode()), limits)


def _grade_one(submission: Submission) -> Report:
    judge, limits = _state["judge"]
    return grade(submission, judge, limits)
