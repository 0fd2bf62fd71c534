"""Compiles a plan: draws shapes and inputs once, runs the reference, and distrusts it.

Shapes come from the assignment's fixed list and from Hypothesis; inputs from seeds. A case is kept only if it is
well conditioned, so that the tolerance of `compare` never depends on luck; expected gradients are confirmed
numerically; a value that is not finite is a fault of ours, found here and not in a student's feedback.
"""

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from grader.candidate.inprocess import InProcess
from grader.candidate.program import Candidate, Outcome, Raised, Values
from grader.compare import SINGLE, fits, same
from grader.consistency import is_derivative
from grader.errors import PlanError
from grader.exercise import Arrays, Assignment, Contract, Exercise
from grader.mistakes import edited_solution, load_solution
from grader.plan import AGAIN, ORDINARY, SCALED, SIZE_1, Case, Fingerprint, Plan, PlannedExercise
from grader.programs import arrays_of, case_program, inputs_of, letters_of
from grader.scan import scan_of
from grader.shapes import Dims, format_dims
from grader.values import draw_all
from grader.walk import unrolled

DRAWN_SHAPES = 25  # 12 leave less than 1 % of mistakes alive, 25 also those that need two equal axes
LONGEST_AXIS = 7
PROBE_CASES = 2
DIAGNOSTIC_CASES = 3
WELL_CONDITIONED = SINGLE / 10  # output change when inputs are rounded to single precision
WELL_COMPUTED = SINGLE / 4  # and when everything is computed in it, by the reference; others round elsewhere
ATTEMPTS = 30


def compile_plan(assignment: Assignment, seed: int, *, public: bool) -> Plan:
    """The plan of an assignment for one seed; a `PlanError` if its reference can't be trusted."""
    contracts = {exercise.name: exercise.contract for exercise in assignment.exercises}
    reference = InProcess({exercise.name: exercise.function for exercise in assignment.exercises})
    drawn = _drawn_dims(assignment, seed)
    planned = []
    for exercise in assignment.exercises:
        cases = _cases(exercise, contracts, (*assignment.fixed_dims, *drawn), seed, reference)
        cases = _with_special_cases(exercise, cases, seed)
        ready = _with_expectations(exercise, cases, contracts, reference)
        _confirm_derivatives(ready, contracts, reference)
        _confirm_scan(ready, contracts, reference)
        if public:
            ready = _with_fingerprints(assignment, exercise, ready, contracts)
        planned.append(ready)
    return Plan(assignment.name, assignment.title, seed, public, tuple(planned))


def _drawn_dims(assignment: Assignment, seed: int) -> list[Dims]:
    """Shapes from Hypothesis, the same for every exercise of the assignment."""
    import hypothesis
    from hypothesis import strategies

    letters = sorted({letter for dims in assignment.fixed_dims for letter in dims})
    lengths = strategies.integers(1, LONGEST_AXIS)
    drawn: list[Dims] = []

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=DRAWN_SHAPES,
        database=None,
        phases=[hypothesis.Phase.generate],
        deadline=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(strategies.fixed_dictionaries(dict.fromkeys(letters, lengths)))
    def collect(dims: dict[str, int]) -> None:
        drawn.append(dict(dims))

    collect()
    return drawn


def _cases(
    exercise: Exercise, contracts: Mapping[str, Contract], shapes: tuple[Dims, ...], seed: int, reference: Candidate
) -> tuple[Case, ...]:
    """A well-conditioned case for every shape."""
    contract = exercise.contract
    cases = [_draw_case(contract, contracts, index, dims, seed, 0) for index, dims in enumerate(shapes)]
    poor = list(range(len(cases)))
    for attempt in range(1, ATTEMPTS + 1):
        poor = [index for index in poor if _condition(cases[index], exercise, contracts, reference) > 1]
        if not poor:
            return tuple(cases)
        for index in poor:
            cases[index] = _draw_case(contract, contracts, index, shapes[index], seed, attempt)
    raise PlanError(
        f"{exercise.name}: no well-conditioned inputs in {ATTEMPTS} draws for ({format_dims(cases[poor[0]].dims)});"
        " its outputs change too much when the inputs are rounded to single precision"
    )


def _draw_case(
    contract: Contract, contracts: Mapping[str, Contract], index: int, dims: Dims, seed: int, attempt: int
) -> Case:
    dims = {letter: dims[letter] for letter in letters_of(contract, contracts)}
    # A seed for the case alone: told to a student it gives away neither the plan's seed nor another case.
    words = np.random.SeedSequence([seed, zlib.crc32(contract.name.encode()), index, attempt])
    case_seed = int(words.generate_state(1)[0])
    inputs = draw_all(inputs_of(contract, contracts, dims), dims, np.random.default_rng(case_seed))
    return Case(index, SIZE_1 if 1 in dims.values() else ORDINARY, dims, case_seed, inputs, {})


def _condition(case: Case, exercise: Exercise, contracts: Mapping[str, Contract], reference: Candidate) -> float:
    """The largest relative change of an output in single precision, as a share of what is allowed; at most 1 is well.

    Two changes: inputs rounded to single precision, and all arithmetic done in it. The second finds differences of
    nearly equal numbers on the way, which rounded inputs may hit by luck.
    """
    single = {
        name: array.astype(np.float32) if array.dtype.kind == "f" else array for name, array in case.inputs.items()
    }
    rounded = {name: array.astype(case.inputs[name].dtype) for name, array in single.items()}
    trio = (case, replace(case, inputs=rounded), replace(case, inputs=single))
    exact, *near = (_values(outcome, exercise, case) for outcome in _run(exercise.contract, trio, contracts, reference))
    changes = [_change(exact, values) for values in near]
    return max(changes[0] / WELL_CONDITIONED, changes[1] / WELL_COMPUTED)


def _change(exact: Arrays, near: Arrays) -> float:
    worst = 0.0
    for name, value in exact.items():
        scale = float(np.max(np.abs(value)))
        if scale > 0:
            worst = max(worst, float(np.max(np.abs(near[name] - value))) / scale)
    return worst


def _run(
    contract: Contract, cases: tuple[Case, ...], contracts: Mapping[str, Contract], candidate: Candidate
) -> list[Outcome]:
    program = case_program(PlannedExercise(contract, cases, {}), contracts)
    with np.errstate(all="ignore"):
        return [outcome for _, outcome in program.outcomes(candidate.call(program.program))]


def _values(outcome: Outcome, exercise: Exercise, case: Case) -> Arrays:
    """The reference's outputs by name, in the declared shapes and finite; else a `PlanError`."""
    where = f"{exercise.name} at ({format_dims(case.dims)}), group {case.group!r}"
    if not isinstance(outcome, Values):
        raise PlanError(f"{where}: the reference gave no values: {outcome}")
    contract = exercise.contract
    if outcome.count != len(contract.gives) + contract.cache:
        raise PlanError(f"{where}: the reference returned {outcome.count} values, declared are {contract.returns}")
    if outcome.mutated:
        raise PlanError(f"{where}: the reference changes its argument number {outcome.mutated[0] + 1}")
    values = contract.by_name(outcome.items)
    declared = {tensor.name: tensor for tensor in contract.outputs(case.dims)}
    if values.keys() != declared.keys():
        raise PlanError(f"{where}: the reference returned {', '.join(values)}, declared are {', '.join(declared)}")
    for name, item in values.items():
        tensor = declared[name]
        if not isinstance(item, np.ndarray) or not fits(item, tensor, case.dims):
            raise PlanError(f"{where}: {name} is {getattr(item, 'shape', item)}, declared {tensor.shape_text}")
        if not np.isfinite(item).all():
            raise PlanError(f"{where}: the reference's {name} is not finite")
    return values


def _with_special_cases(exercise: Exercise, cases: tuple[Case, ...], seed: int) -> tuple[Case, ...]:
    """The cases, and those that probe for one thing each."""
    extra: list[Case] = []
    first, *others = (case for case in cases if case.group == ORDINARY)
    if exercise.contract.of:
        upstream = {tensor.name: 100 * first.inputs[tensor.name] for tensor in exercise.contract.inputs(first.dims)}
        extra.append(replace(first, group=SCALED, inputs={**first.inputs, **upstream}))
    for probe in exercise.probes:
        for case in (first, *others)[:PROBE_CASES]:
            rng = np.random.default_rng([case.seed, seed])
            extra.append(replace(case, group=probe.name, inputs=probe.change(rng, dict(case.inputs))))
    extra.append(replace(first, group=AGAIN))
    return (*cases, *(replace(case, index=len(cases) + number) for number, case in enumerate(extra)))


def _with_expectations(
    exercise: Exercise, cases: tuple[Case, ...], contracts: Mapping[str, Contract], reference: Candidate
) -> PlannedExercise:
    outcomes = _run(exercise.contract, cases, contracts, reference)
    expected = tuple(
        replace(case, want=_values(outcome, exercise, case)) for case, outcome in zip(cases, outcomes, strict=True)
    )
    hints = {probe.name: probe.hint for probe in exercise.probes}
    return PlannedExercise(exercise.contract, expected, hints)


def _confirm_derivatives(exercise: PlannedExercise, contracts: Mapping[str, Contract], reference: Candidate) -> None:
    """The expected gradients are the derivatives of the reference's forward, by finite differences."""
    if not (exercise.contract.of or exercise.contract.slopes):
        return
    for case in [case for case in exercise.cases if case.group in (ORDINARY, SIZE_1)]:
        if is_derivative(exercise.contract, contracts, case, case.want, reference) is not True:
            raise PlanError(
                f"{exercise.name} at ({format_dims(case.dims)}), seed {case.seed}: the reference's gradients are not"
                " the numerical derivatives of its forward"
            )


def _confirm_scan(exercise: PlannedExercise, contracts: Mapping[str, Contract], reference: Candidate) -> None:
    """The expected outputs of a sequence are those of the reference's step, applied again and again."""
    if not exercise.contract.scans:
        return
    cases = [case for case in exercise.cases if case.group in (ORDINARY, SIZE_1)]
    walked = unrolled(scan_of(exercise.contract, contracts), cases, reference)
    for case, outputs in zip(cases, walked, strict=True):
        if outputs is None or not all(same(case.want[name], value) for name, value in outputs.items()):
            raise PlanError(
                f"{exercise.name} at ({format_dims(case.dims)}), seed {case.seed}: the reference's outputs are not its"
                f" {exercise.contract.scans}, applied again and again"
            )


def _with_fingerprints(
    assignment: Assignment, exercise: Exercise, planned: PlannedExercise, contracts: Mapping[str, Contract]
) -> PlannedExercise:
    """The exercise with what each of its known mistakes would give on a few telling cases."""
    diagnostic = tuple(_diagnostic(planned))
    cases = tuple(planned.cases[index] for index in diagnostic)
    fingerprints = []
    for mistake in exercise.mistakes:
        wrong = InProcess(load_solution(edited_solution(assignment, exercise, mistake), f"<{mistake.name}>"))
        outcomes = tuple(
            _fingerprint(outcome, exercise.contract) for outcome in _run(exercise.contract, cases, contracts, wrong)
        )
        fingerprints.append(Fingerprint(mistake.name, mistake.hint, outcomes))
    return replace(planned, diagnostic=diagnostic, fingerprints=tuple(fingerprints))


def _diagnostic(planned: PlannedExercise) -> Iterator[int]:
    """The first ordinary cases, and one of each special group."""
    seen: dict[str, int] = {}
    for case in planned.cases:
        seen[case.group] = seen.get(case.group, 0) + 1
        limit = DIAGNOSTIC_CASES if case.group == ORDINARY else 0 if case.group in (SIZE_1, AGAIN) else 1
        if seen[case.group] <= limit:
            yield case.index


def _fingerprint(outcome: Outcome, contract: Contract) -> Arrays | str:
    if isinstance(outcome, Values) and len(outcome.items) == len(contract.gives):
        return arrays_of(contract, outcome) or "no array"
    return outcome.type if isinstance(outcome, Raised) else "no values"


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
        ready = _with_expectations(exercise, stored.cases, contracts, reference)
        ready = _with_fingerprints(assignment, exercise, ready, contracts)
        if [case.group for case in stored.cases if case.group not in (ORDINARY, SIZE_1)] != _special_groups(exercise):
            return f"{exercise.name} is probed for other things"
        if not _expect_the_same(stored, ready):
            return f"{exercise.name} expects other values, or knows other mistakes"
    return None


def _special_groups(exercise: Exercise) -> list[str]:
    scaled = [SCALED] if exercise.contract.of else []
    return [*scaled, *(probe.name for probe in exercise.probes for _ in range(PROBE_CASES)), AGAIN]


def _expect_the_same(stored: PlannedExercise, fresh: PlannedExercise) -> bool:
    """Whether two plans of an exercise agree, up to rounding."""
    if stored.probe_hints != fresh.probe_hints or stored.diagnostic != fresh.diagnostic:
        return False
    known = [[(f.mistake, f.hint) for f in exercise.fingerprints] for exercise in (stored, fresh)]
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
