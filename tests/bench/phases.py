"""Where the CPU time of one right submission goes, read on both sides of the border."""

import resource
import time
from dataclasses import dataclass
from unittest.mock import patch

from grader.candidate import zygote
from grader.candidate.remote import Process, Remote
from grader.collect import Submission
from grader.exercise import Assignment
from grader.grading import grade, judge_of
from grader.plan import Plan
from tests.bench.measure import LIMITS

FEW, MANY = 10, 110  # submissions; their difference holds no start of anything


@dataclass
class Phases:
    """CPU seconds: of the judge, of the submissions' processes until they are loaded, and of their calls."""

    judge: float = 0.0
    loading: float = 0.0
    calling: float = 0.0
    all_below: float = 0.0  # of all processes beneath this one

    def each(self, fewer: "Phases", submissions: int) -> "Phases":
        pairs = zip(vars(self).values(), vars(fewer).values(), strict=True)
        return Phases(*((more - less) / submissions for more, less in pairs))

    @property
    def forking(self) -> float:
        """What is neither loading nor calling: the fork, its page tables, the end, the zygote itself."""
        return self.all_below - self.loading - self.calling


class Watched(Remote):
    """A candidate whose clock is read between its phases."""

    phases = Phases()

    def _start(self) -> Process:
        process = super()._start()
        self.phases.loading += process.cpu()
        self.phases.calling -= process.cpu()
        return process

    def _stop(self, *, well: bool) -> None:
        if self._process is not None:
            self.phases.calling += self._process.cpu()
        super()._stop(well=well)


def phases(assignment: Assignment, plan: Plan, public: Plan) -> Phases:
    """What one right submission costs, once everything is warm."""
    few, many = (_spent(assignment, plan, public, submissions) for submissions in (FEW, MANY))
    return many.each(few, MANY - FEW)


def _spent(assignment: Assignment, plan: Plan, public: Plan, submissions: int) -> Phases:
    """What so many cost in this process, with the start of one zygote."""
    judge = judge_of(plan.content, public.content, assignment.solution)
    submission = Submission("one", f"{assignment.name}.py", assignment.solution.encode())
    zygote.close_idle()
    Watched.phases = Phases()
    below, began = _below(), time.process_time()
    with patch("grader.candidate.isolation.Remote", Watched):
        for _ in range(submissions):
            assert grade(submission, judge, LIMITS).is_graded
    Watched.phases.judge = time.process_time() - began
    zygote.close_idle()
    Watched.phases.all_below = _below() - below
    return Watched.phases


def _below() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
