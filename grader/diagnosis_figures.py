"""How often a diagnosis names the right idea, a wrong one, or none: measured on mistakes that we know.

    single       every mistake of the catalogue
    unlisted     every mistake, with its whole idea taken out of the catalogue: whatever is named is a false name
    two at once  two mistakes of one exercise in one submission

An idea is a hint. What is described without being named (a transform that holds on every case, the places that are
wrong) is a fact about the values, and counts as silence about the idea.
"""

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations

from grader.candidate.inprocess import InProcess
from grader.compile import compile_plan
from grader.diagnose import known_mistakes, traits_of
from grader.errors import DeclarationError
from grader.examine import Examination, Examiner
from grader.exercise import Assignment, Exercise, Mistake
from grader.mistakes import edited_solution, load_solution
from grader.plan import Plan, PlannedExercise

RIGHT, HALF, WRONG, SILENT, UNSEEN = "right", "one of two", "wrong", "silent", "no effect"
KINDS = ("single", "unlisted", "two at once")
MOST_WRONG = 0.01  # share of false names: above it, a hint does more harm than good


@dataclass(frozen=True, slots=True)
class Figures:
    """Outcomes by kind of trial, and every false name in words."""

    assignment: str
    counts: dict[str, Counter[str]]
    false_names: tuple[str, ...]

    def share_wrong(self, kind: str) -> float:
        """False names among the trials that had an effect."""
        counts = self.counts[kind]
        return counts[WRONG] / max(1, counts.total() - counts[UNSEEN])

    @property
    def complaints(self) -> tuple[str, ...]:
        """A sentence for each kind of trial in which too many false names are given."""
        return tuple(
            f"{kind}: a false name in {self.share_wrong(kind):.1%} of the trials, at most {MOST_WRONG:.0%} may be"
            for kind in self.counts
            if self.share_wrong(kind) > MOST_WRONG
        )

    def __str__(self) -> str:
        lines = [f"{self.assignment}: what the diagnosis names, by the mistakes that were made"]
        for kind, counts in self.counts.items():
            told = ", ".join(
                f"{counts[outcome]} {outcome}" for outcome in (RIGHT, HALF, WRONG, SILENT) if counts[outcome]
            )
            lines.append(f"  {kind:<12} {counts.total() - counts[UNSEEN]:>4} trials: {told or 'none'}")
        lines += [f"  false name: {name}" for name in self.false_names]
        return "\n".join([*lines, *(f"{self.assignment}: {text}" for text in self.complaints)])


def figures(assignment: Assignment, pairs: int = 200, seed: int = 1) -> Figures:
    """The figures of an assignment; `pairs` bounds how many of the mistakes made two at once are drawn."""
    plan = compile_plan(assignment, assignment.public_seed, public=True)
    counts = {kind: Counter[str]() for kind in KINDS}
    false_names = []
    for kind, label, outcome in _trials(assignment, plan, pairs, random.Random(seed)):
        counts[kind][outcome] += 1
        if outcome == WRONG:
            false_names.append(f"{kind}: {label}")
    return Figures(assignment.name, counts, tuple(false_names))


def _trials(assignment: Assignment, plan: Plan, pairs: int, rng: random.Random) -> Iterator[tuple[str, str, str]]:
    """Kind, label and outcome of every trial."""
    examiner = Examiner(plan)
    for exercise in assignment.exercises:
        for mistake in exercise.mistakes:
            label = f"{exercise.name}, {mistake.name}"
            examination = _examined(assignment, exercise, mistake, examiner)
            yield KINDS[0], label, _outcome(examination, {mistake.hint})
            yield KINDS[1], label, _outcome(_without(examination, mistake.hint), set())
    for exercise, first, second in _some_pairs(assignment, pairs, rng):
        both = Mistake("both", (*first.edits, *second.edits), first.hint, first.within)
        try:
            examination = _examined(assignment, exercise, both, examiner)
        except DeclarationError:  # the edits overlap
            continue
        label = f"{exercise.name}, {first.name} and {second.name}"
        yield KINDS[2], label, _outcome(examination, {first.hint, second.hint})


def _some_pairs(assignment: Assignment, count: int, rng: random.Random) -> list[tuple[Exercise, Mistake, Mistake]]:
    pairs = [
        (exercise, first, second)
        for exercise in assignment.exercises
        for first, second in combinations(exercise.mistakes, 2)
        if first.within == second.within
    ]
    return rng.sample(pairs, min(count, len(pairs)))


def _examined(assignment: Assignment, exercise: Exercise, mistake: Mistake, examiner: Examiner) -> Examination:
    functions = load_solution(edited_solution(assignment, exercise, mistake), f"<{mistake.name}>")
    return examiner.examine(exercise.name, InProcess(functions))


def _without(examination: Examination, hint: str) -> Examination:
    """The examination by a catalogue that lacks an idea."""
    planned: PlannedExercise = examination.exercise
    left = tuple(fingerprint for fingerprint in planned.fingerprints if fingerprint.hint != hint)
    return replace(examination, exercise=replace(planned, fingerprints=left))


def _outcome(examination: Examination, ideas: Iterable[str]) -> str:
    """How the named ideas stand to those that were made."""
    if not examination.failing:
        return UNSEEN
    named = {fingerprint.hint for _, fingerprint in known_mistakes(examination, traits_of(examination))}
    if not named:
        return SILENT
    if not named <= set(ideas):
        return WRONG
    return RIGHT if named == set(ideas) else HALF
