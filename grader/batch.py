"""Grades a class: many workers, each with the plan and a judge of its own; every report is kept as it lands.

Workers are fresh processes of ours. One that dies (out of memory, killed) takes only the submission it was grading
along; that one is tried again, and is `unjudged` when it has taken three workers along.
"""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool

from grader.candidate.limits import Limits
from grader.collect import Submission
from grader.grading import grade, unjudged
from grader.judge import Judge
from grader.plan import Plan
from grader.report import Report

ATTEMPTS = 3
_state: dict[str, tuple[Judge, Limits]] = {}  # a worker's own, set once when it starts


def grade_class(
    submissions: Sequence[Submission],
    plan: Plan,
    public: Plan,
    limits: Limits,
    jobs: int,
    keep: Callable[[Report], None],
) -> None:
    """Grade each submission and hand its report to `keep`, in the order in which they are done."""
    left = {submission.id: submission for submission in submissions}
    for attempt in range(1, ATTEMPTS + 1):
        # After a worker has died, one at a time: so that the culprit is known, and takes nobody along.
        _grade_all(left, plan, public, limits, jobs if attempt == 1 else 1, keep)
        if not left:
            return
    for submission in left.values():
        keep(
            unjudged(
                submission, plan, limits.isolation, f"the grader's own process died {ATTEMPTS} times while grading this"
            )
        )


def _grade_all(
    left: dict[str, Submission],
    plan: Plan,
    public: Plan,
    limits: Limits,
    jobs: int,
    keep: Callable[[Report], None],
) -> None:
    """Grade what is left and take it from there; stops early when a worker dies."""
    os.environ.update({"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"})
    waiting = iter(list(left.values()))
    with ProcessPoolExecutor(
        jobs, multiprocessing.get_context("spawn"), _start_worker, (plan.content, public.content, limits)
    ) as pool:
        running: set[Future[Report]] = set()
        try:
            while True:
                # A short queue: what was not begun when a worker dies has lost nothing.
                while len(running) < 2 * jobs and (submission := next(waiting, None)) is not None:
                    running.add(pool.submit(_grade_one, submission))
                if not running:
                    return
                done, running = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    report = future.result()
                    keep(report)
                    del left[report.submission]
        except BrokenProcessPool:
            return
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _start_worker(plan: bytes, public: bytes, limits: Limits) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent is told, and decides
    threading.Thread(target=_die_with_parent, daemon=True).start()
    _state["judge"] = (Judge(Plan.from_content(plan), Plan.from_content(public)), limits)


def _die_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _grade_one(submission: Submission) -> Report:
    judge, limits = _state["judge"]
    return grade(submission, judge, limits)
