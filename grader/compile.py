"""Compiles a plan: draws shapes and inputs once, runs the reference, and distrusts it.

Shapes come from the assignment's fixed list and from Hypothesis; inputs from seeds. A case is kept only if it is
well conditioned, so that the tolerance of `compare` never depends on luck; expected gradients are confirmed
numerically; a value that is not finite is a fault of ours, found here and not in a student's feedback.
"""

import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from grader.candidate.inprocess import InProcess
from grader.candidate.program import Candidate, Outcome, Raised, Values
from grader.chance import REFERENCE_DRAWS
from grader.compare import SINGLE, fits, same
from grader.consistency import is_derivative
from grader.errors import PlanError
from grader.exercise import Arrays, Assignment, Contract, Exercise
from grader.mistakes import edited_solution, load_solution
from grader.plan import AGAIN, ORDINARY, SCALED, SIZE_1, Case, Fingerprint, Plan, PlannedBehaviour, PlannedExercise
from grader.play import play
from grader.programs import arrays_of, case_program, drawing_program, inputs_of, letters_of
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
        if exercise.contract.draws:  # one case is many calls, and no rounding is worse than chance
            shapes = assignment.fixed_dims
            cases = tuple(_draw_case(exercise.contract, contracts, *one, seed, 0) for one in enumerate(shapes))
        else:
            cases = _cases(exercise, contracts, (*assignment.fixed_dims, *drawn), seed, reference)
        cases = _with_special_cases(exercise, cases, seed)
        ready = with_expectations(exercise, cases, contracts, reference)
        _confirm_derivatives(ready, contracts, reference)
        _confirm_scan(ready, contracts, reference)
        ready = replace(ready, behaviours=behaviours_of(exercise, contracts, seed, reference))
        if public:
            ready = with_fingerprints(assignment, exercise, ready, contracts)
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
            worst = max(worst, float(np.max(np.abs(near[name] - value.astype(np.float64)))) / scale)
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


def with_expectations(
    exercise: Exercise, cases: tuple[Case, ...], contracts: Mapping[str, Contract], reference: Candidate
) -> PlannedExercise:
    if exercise.contract.draws:
        expected = _drawn(exercise, cases, reference)
    else:
        outcomes = _run(exercise.contract, cases, contracts, reference)
        expected = tuple(
            replace(case, want=_values(outcome, exercise, case)) for case, outcome in zip(cases, outcomes, strict=True)
        )
    hints = {probe.name: probe.hint for probe in exercise.probes}
    return PlannedExercise(exercise.contract, expected, hints)


def _drawn(exercise: Exercise, cases: tuple[Case, ...], reference: Candidate) -> tuple[Case, ...]:
    """The cases of a function that draws, with the moments of many more draws than a student's."""
    contract = exercise.contract
    program = drawing_program(PlannedExercise(contract, cases, {}), contract.draws * REFERENCE_DRAWS)
    expected = []
    for case, (_, outcome) in zip(cases, program.outcomes(reference.call(program.program)), strict=True):
        arrays = arrays_of(contract, outcome)
        if arrays is None or (case.group != AGAIN and not getattr(outcome, "draws", 0)):
            raise PlanError(
                f"{contract.name} at ({format_dims(case.dims)}): the reference draws no sound values: {outcome}"
            )
        expected.append(replace(case, want=arrays))
    return tuple(expected)


def behaviours_of(
    exercise: Exercise, contracts: Mapping[str, Contract], seed: int, reference: Candidate
) -> tuple[PlannedBehaviour, ...]:
    """The exercise's behaviours with their inputs drawn; a `PlanError` if the reference does not behave so."""
    planned = []
    for behaviour in exercise.behaviours:
        rng = np.random.default_rng([seed, zlib.crc32(behaviour.name.encode())])
        one = PlannedBehaviour(
            behaviour.name, behaviour.inputs(rng), behaviour.steps, behaviour.bounds, behaviour.hint, behaviour.curve
        )
        problem = play(one, contracts, reference).problem
        if problem:
            raise PlanError(f"{exercise.name}: behaviour {behaviour.name!r}: of the reference, {problem}")
        planned.append(one)
    return tuple(planned)


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


def with_fingerprints(
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
        slide = assignment.misled_by(exercise, mistake)
        fingerprints.append(Fingerprint(mistake.name, mistake.hint, outcomes, slide))
    return replace(planned, diagnostic=diagnostic, fingerprints=tuple(fingerprints))


def _diagnostic(planned: PlannedExercise) -> Iterator[int]:
    """The first ordinary cases with the flags in each position, and one of each special group.

    A mistake that shows in one position only is then told from its neighbours, however the flags have fallen.
    """
    seen: Counter[tuple[object, ...]] = Counter()
    for case in planned.cases:
        limit = DIAGNOSTIC_CASES if case.group == ORDINARY else 0 if case.group in (SIZE_1, AGAIN) else 1
        position = _flags(case) if case.group == ORDINARY else ()
        seen[case.group, position] += 1
        if seen[case.group, position] <= limit:
            yield case.index


def _flags(case: Case) -> tuple[bool, ...]:
    return tuple(bool(value) for value in case.inputs.values() if value.dtype.kind == "b" and not value.ndim)


def _fingerprint(outcome: Outcome, contract: Contract) -> Arrays | str:
    if isinstance(outcome, Values) and len(outcome.items) == len(contract.gives):
        return arrays_of(contract, outcome) or "no array"
    return outcome.type if isinstance(outcome, Raised) else "no values"
