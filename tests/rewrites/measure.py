"""What the rewrites lose: wanted is nothing."""

from functools import cache

import numpy as np

from grader.candidate.inprocess import InProcess
from grader.compile import compile_plan
from grader.examine import Examiner
from reference import lstm, rnn
from tests.rewrites.modules import Rewrite, load, rewrites

ASSIGNMENTS = {"rnn": rnn.ASSIGNMENT, "lstm": lstm.ASSIGNMENT}


@cache
def candidates(name: str) -> list[tuple[Rewrite, InProcess]]:
    """The loaded rewrites of an assignment; they keep nothing between calls."""
    with np.errstate(all="ignore"):
        return [(rewrite, InProcess(load(rewrite.source))) for rewrite in rewrites(ASSIGNMENTS[name])]


def losses(name: str, seed: int) -> list[str]:
    """Every check that a rewrite of the assignment fails with a seed; wanted: none."""
    assignment = ASSIGNMENTS[name]
    examiner = Examiner(compile_plan(assignment, seed, public=False))
    found = []
    for rewrite, candidate in candidates(name):
        for exercise in assignment.exercises:
            examination = examiner.examine(exercise.name, candidate)
            if not examination.passed:
                first = examination.failing[0] if examination.failing else None
                why = "its forward raises" if first is None else first.problem or first.wrong[0].why
                groups = ", ".join(examination.failing_groups)
                found.append(f"seed {seed}: {exercise.name} loses {groups} ({why}) by {rewrite.made_by}")
    return found
