"""Proves an assignment: right code passes, a stub is not attempted, every known mistake and every slip is caught.

The reference, the right styles and the stub go through the border like any submission; the wrong versions are ours
and run in processes of our own. What cannot be tried at all (a hint that tells, an edit that does not apply, a plan
that cannot be trusted) is a complaint as well, and then nothing else is tried.
"""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.candidate.inprocess import InProcess
from grader.candidate.limits import Limits
from grader.collect import Submission
from grader.compile import compile_plan
from grader.errors import GraderError
from grader.examine import Examiner
from grader.exercise import Assignment, Equivalent, Exercise, Mistake
from grader.grading import grade
from grader.judge import Judge
from grader.killing import kills, survivors
from grader.matrix import KillMatrix, Trial
from grader.mistakes import check_hint, edited_solution, load_solution
from grader.mutants import Mutant, mutants
from grader.plan import Plan
from grader.proof import MutantProof, Proof
from grader.release.errata import shown
from grader.release.stub import stub_module
from grader.report import ExerciseResult, Report, Verdict


def prove(
    assignment: Assignment,
    styles: Path,
    seed: int | None = None,
    seeds: int = 1,
    *,
    with_mutants: bool = False,
    jobs: int | None = None,
) -> Proof:
    """Everything the assignment promises, tried on `seeds` seeds; complaints name what does not hold."""
    first = assignment.public_seed if seed is None else seed
    mistakes = [(exercise, mistake) for exercise in assignment.exercises for mistake in exercise.mistakes]
    complaints = list(_misdeclared(assignment, mistakes))
    if complaints:
        return Proof(assignment.name, mistakes=len(mistakes), complaints=tuple(complaints))
    try:
        plans = [compile_plan(assignment, first + number, public=number == 0) for number in range(seeds)]
    except GraderError as error:
        return Proof(assignment.name, mistakes=len(mistakes), complaints=(str(error),))
    complaints += _stub(assignment, Judge(plans[0]))
    solutions = {"the reference": assignment.solution, **style_sources(assignment, styles)}
    for plan in plans:
        for name, source in solutions.items():
            complaints += _right(name, source, assignment, Judge(plan))
    matrix, named = _matrix(assignment, mistakes, plans)
    for trial in matrix.survivors:
        complaints.append(f"{trial.exercise}: the mistake {trial.mistake!r} passes with seed {trial.seed}")
    tried = _mutant_proof(assignment, plans, jobs) if with_mutants else None
    if tried is not None:
        complaints += _survivals(tried)
    return Proof(
        assignment.name,
        len(solutions),
        len(mistakes),
        named,
        tuple(complaints),
        matrix,
        tried.proof if tried is not None else None,
    )


def style_sources(assignment: Assignment, folder: Path) -> dict[str, str]:
    """Correct solutions in other styles, by name."""
    files = sorted((folder / assignment.name).glob("*.py"))
    return {file.stem: file.read_text(encoding="utf-8") for file in files if file.stem != "__init__"}


def mistaken_result(assignment: Assignment, exercise: Exercise, source: str, judge: Judge) -> ExerciseResult:
    """The verdict on one exercise of a wrong version of the reference."""
    candidate = InProcess(load_solution(source, f"<{assignment.name}>"))
    (result,) = judge.results(candidate, f"{assignment.name}.py", frozenset((exercise.name,)))
    return result


def _matrix(
    assignment: Assignment, mistakes: Sequence[tuple[Exercise, Mistake]], plans: Sequence[Plan]
) -> tuple[KillMatrix, int]:
    """What catches every mistake under every plan, and how many are called by their own name under the first."""
    judge = Judge(plans[0])
    examiners = [Examiner(plan) for plan in plans]
    trials = []
    named = 0
    for exercise, mistake in mistakes:
        source = edited_solution(assignment, exercise, mistake)
        named += mistaken_result(assignment, exercise, source, judge).mistake == mistake.name
        candidate = InProcess(load_solution(source, f"<{assignment.name}>"))
        for examiner in examiners:
            found = kills(examiner.examine(exercise.name, candidate))
            trials.append(Trial(exercise.name, mistake.name, examiner.plan.seed, found))
    groups = dict.fromkeys(case.group for exercise in plans[0].exercises for case in exercise.cases)
    return KillMatrix(tuple(groups), tuple(trials)), named


@dataclass(frozen=True, slots=True)
class _Mutants:
    """The proof, and what about the list of equivalents does not hold."""

    proof: MutantProof
    stale: tuple[str, ...]


def _mutant_proof(assignment: Assignment, plans: Sequence[Plan], jobs: int | None) -> _Mutants:
    made = mutants(assignment.solution)
    alive = survivors(made, plans, jobs)
    listed = {_edit(entry): entry for entry in assignment.equivalents}
    equivalent = {(mutant.function, mutant.edit) for mutant in made} & listed.keys()
    survived = {
        plan.seed: tuple(mutant for mutant in passing if (mutant.function, mutant.edit) not in listed)
        for plan, passing in zip(plans, alive, strict=True)
    }
    everywhere = set.intersection(*({(mutant.function, mutant.edit) for mutant in passing} for passing in alive))
    stale = tuple(
        f"{entry.function}: the equivalent {entry.after!r} is no longer"
        f" {'a mutant' if edit not in equivalent else 'a survivor'}: take it off the list"
        for edit, entry in listed.items()
        if edit not in everywhere
    )
    return _Mutants(MutantProof(len(made), len(equivalent), survived), stale)


def _edit(entry: Equivalent) -> tuple[str, str]:
    """A listed equivalent as mutants name theirs, whatever way of writing this Python's `ast` prefers."""
    return entry.function, f"{_rewritten(entry.before)} → {_rewritten(entry.after)}"


def _rewritten(statement: str) -> str:
    try:
        return ast.unparse(ast.parse(statement))
    except SyntaxError:  # the head of a loop
        return statement


def _survivals(tried: _Mutants) -> Iterator[str]:
    seeds: dict[Mutant, list[int]] = {}
    for seed, alive in tried.proof.survivors.items():
        for mutant in alive:
            seeds.setdefault(mutant, []).append(seed)
    for mutant, passing in seeds.items():
        yield f"the mutant passes with seed {', '.join(map(str, passing))}: {mutant}"
    yield from tried.stale


def _misdeclared(assignment: Assignment, mistakes: Sequence[tuple[Exercise, Mistake]]) -> Iterator[str]:
    """Mistakes that cannot be made, hints that tell, and errata that show nothing."""
    for erratum in assignment.errata:
        try:
            shown(erratum)
        except GraderError as error:
            yield str(error)
    for exercise, mistake in mistakes:
        try:
            check_hint(mistake)
        except GraderError as error:
            yield f"{exercise.name}: {error}"
            continue
        try:
            edited_solution(assignment, exercise, mistake)
        except GraderError as error:
            yield str(error)  # it names the exercise itself


def _stub(assignment: Assignment, judge: Judge) -> Iterator[str]:
    for result in _graded("the stub", stub_module(assignment), assignment, judge.plan).exercises:
        if result.verdict != Verdict.NOT_ATTEMPTED:
            yield f"{result.exercise}: the stub is {result.verdict.label}, wanted not attempted: {result.rationale}"


def _right(name: str, source: str, assignment: Assignment, judge: Judge) -> Iterator[str]:
    for result in _graded(name, source, assignment, judge.plan).exercises:
        if result.verdict != Verdict.PASSED:
            yield (
                f"{result.exercise}: {name} is {result.verdict.label} with seed {judge.plan.seed}, wanted passed:"
                f" {result.rationale}"
            )


def _graded(name: str, source: str, assignment: Assignment, plan: Plan) -> Report:
    return grade(Submission(name, f"{assignment.name}.py", source.encode()), Judge(plan), Limits())
