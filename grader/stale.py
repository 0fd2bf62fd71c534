"""Whether a saved public plan is still what the reference says."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from grader.candidate.inprocess import InProcess
from grader.compare import same
from grader.compile import PROBE_CASES, behaviours_of, with_expectations, with_fingerprints
from grader.exercise import Arrays, Assignment, Exercise
from grader.plan import AGAIN, ORDINARY, SCALED, SIZE_1, Plan, PlannedBehaviour, PlannedExercise
from grader.structures import flat


def plan_is_stale(assignment: Assignment, path: Path) -> str | None:
    """How a saved public plan differs from what the reference says today; None if it does not.

    Stored cases are given to the reference again and compared as values: another machine's last digit, or another
    Hypothesis drawing other shapes, makes no plan stale.
    """
    plan = Plan.load(path)
    contracts = {exercise.name: exercise.contract for exercise in assignment.exercises}
    if plan.contracts != contracts or (plan.title, plan.seed) != (assignment.title, assignment.public_seed):
        return "its contracts, title or seed are not the declared ones"
    reference = InProcess({exercise.name: exercise.function for exercise in assignment.exercises})
    for exercise, stored in zip(assignment.exercises, plan.exercises, strict=True):
        ready = with_expectations(exercise, stored.cases, contracts, reference)
        ready = with_fingerprints(assignment, exercise, ready, contracts)
        if [case.group for case in stored.cases if case.group not in (ORDINARY, SIZE_1)] != _special_groups(exercise):
            return f"{exercise.name} is probed for other things"
        if not _behave_the_same(stored, behaviours_of(exercise, contracts, plan.seed, reference)):
            return f"{exercise.name} has other behaviours"
        if not _expect_the_same(stored, ready):
            return f"{exercise.name} expects other values, or knows other mistakes"
    return None


def _behave_the_same(stored: PlannedExercise, fresh: tuple[PlannedBehaviour, ...]) -> bool:
    """Whether the behaviours are the same programs on the same inputs, up to rounding."""
    if [replace(one, inputs={}) for one in stored.behaviours] != [replace(one, inputs={}) for one in fresh]:
        return False
    leaves = [[dict(flat("", one.inputs)) for one in behaviours] for behaviours in (stored.behaviours, fresh)]
    return all(
        old.keys() == new.keys() and all(_same_value(old[name], new[name]) for name in old)
        for old, new in zip(*leaves, strict=True)
    )


def _same_value(old: Any, new: Any) -> bool:
    if isinstance(old, np.ndarray) and isinstance(new, np.ndarray):
        return same(new, old)
    return bool(type(old) is type(new) and old == new)


def _special_groups(exercise: Exercise) -> list[str]:
    scaled = [SCALED] if exercise.contract.of else []
    return [*scaled, *(probe.name for probe in exercise.probes for _ in range(PROBE_CASES)), AGAIN]


def _expect_the_same(stored: PlannedExercise, fresh: PlannedExercise) -> bool:
    """Whether two plans of an exercise agree, up to rounding."""
    if stored.probe_hints != fresh.probe_hints or stored.diagnostic != fresh.diagnostic:
        return False
    known = [[(f.mistake, f.hint, f.slide) for f in exercise.fingerprints] for exercise in (stored, fresh)]
    if known[0] != known[1]:
        return False
    pairs: list[tuple[Arrays | str, Arrays | str]] = [
        (old.want, new.want) for old, new in zip(stored.cases, fresh.cases, strict=True)
    ]
    for old_print, new_print in zip(stored.fingerprints, fresh.fingerprints, strict=True):
        pairs += zip(old_print.outcomes, new_print.outcomes, strict=True)
    return all(_same_outcome(old, new) for old, new in pairs)


def _same_outcome(old: Arrays | str, new: Arrays | str) -> bool:
    if isinstance(old, str) or isinstance(new, str):
        return old == new
    return old.keys() == new.keys() and all(same(new[name], old[name]) for name in old)
