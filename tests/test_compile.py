"""The compiler: which cases it makes, that chance is a seed, and that it distrusts the reference."""

from dataclasses import replace

import numpy as np
import pytest

from grader.compile import DIAGNOSTIC_CASES, DRAWN_SHAPES, PROBE_CASES, _change, compile_plan
from grader.errors import PlanError
from grader.exercise import Probe
from grader.plan import AGAIN, ORDINARY, SCALED, SIZE_1
from grader.stale import plan_is_stale
from tests.exercises import structures
from tests.exercises.affine import AFFINE_FORWARD, ASSIGNMENT, LOG_SUM_EXP


def named(plan, name):
    return next(exercise for exercise in plan.exercises if exercise.name == name)


def groups(exercise):
    return [case.group for case in exercise.cases]


def test_every_exercise_meets_the_fixed_shapes_and_25_drawn_ones(affine_public):
    fixed = len(ASSIGNMENT.shapes)
    assert DRAWN_SHAPES == 25
    for exercise in affine_public.exercises:
        plain = [case for case in exercise.cases if case.group in (ORDINARY, SIZE_1)]
        assert len(plain) == fixed + DRAWN_SHAPES
        letters = plain[0].dims.keys()
        wanted = [{letter: dims[letter] for letter in letters} for dims in ASSIGNMENT.fixed_dims]
        assert [dict(case.dims) for case in plain[:fixed]] == wanted


def test_a_case_with_an_axis_of_length_1_is_in_a_group_of_its_own(affine_public):
    for exercise in affine_public.exercises:
        for case in exercise.cases:
            if case.group in (ORDINARY, SIZE_1):
                assert (case.group == SIZE_1) == (1 in case.dims.values())
        assert groups(exercise).count(ORDINARY) >= 10
        assert SIZE_1 in groups(exercise)


def test_the_special_cases_are_those_that_the_declaration_asks_for(affine_public):
    for exercise in affine_public.exercises:
        special = [group for group in groups(exercise) if group not in (ORDINARY, SIZE_1)]
        scaled = [SCALED] if exercise.contract.of else []
        probes = ["values of ±800"] * PROBE_CASES if exercise.name == "log_sum_exp" else []
        assert special == [*scaled, *probes, AGAIN]


def test_cases_are_numbered_in_order(affine_public):
    for exercise in affine_public.exercises:
        assert [case.index for case in exercise.cases] == list(range(len(exercise.cases)))


def test_scaled_upstream_gradients_give_scaled_gradients(affine_public):
    exercise = named(affine_public, "affine_backward")
    scaled = next(case for case in exercise.cases if case.group == SCALED)
    first = next(case for case in exercise.cases if case.group == ORDINARY)
    assert np.array_equal(scaled.inputs["dout"], 100 * first.inputs["dout"])
    assert np.allclose(scaled.want["dw"], 100 * first.want["dw"])


def test_a_backwards_inputs_include_those_of_its_forward(affine_public):
    assert list(named(affine_public, "affine_backward").cases[0].inputs) == ["x", "w", "b", "dout"]


def test_the_same_seed_gives_the_same_bytes(affine_public):
    again = compile_plan(ASSIGNMENT, ASSIGNMENT.public_seed, public=True)
    assert again.content == affine_public.content


def test_another_seed_gives_other_shapes_and_other_values(affine_public, affine_hidden):
    assert affine_public.digest != affine_hidden.digest
    for one, other in zip(affine_public.exercises, affine_hidden.exercises, strict=True):
        assert [case.dims for case in one.cases] != [case.dims for case in other.cases]
        assert not {case.seed for case in one.cases} & {case.seed for case in other.cases}


def test_no_case_tells_the_seed_of_the_plan(affine_hidden):
    assert all(case.seed != affine_hidden.seed for exercise in affine_hidden.exercises for case in exercise.cases)


def test_only_the_public_plan_knows_the_mistakes(affine_public, affine_hidden):
    """Hidden cases explain nothing, so they need no fingerprints."""
    for exercise in affine_public.exercises:
        declared = [mistake.name for mistake in ASSIGNMENT.exercise(exercise.name).mistakes]
        assert [fingerprint.mistake for fingerprint in exercise.fingerprints] == declared
    assert not any(exercise.fingerprints for exercise in affine_hidden.exercises)


# --- a reference that cannot be trusted ------------------------------------------------------------------------------


def affine_with(name, function):
    """The small assignment with another reference for one of its exercises."""
    exercises = tuple(
        replace(exercise, function=function, mistakes=()) if exercise.name == name else exercise
        for exercise in ASSIGNMENT.exercises
    )
    return replace(ASSIGNMENT, exercises=exercises)


def mutates(x, w, b):
    out = x @ w + b
    x += 1
    return out, (x, w)


def transposes(x, w, b):
    return (x @ w + b).T, (x, w)


def gives_nan(x, w, b):
    return np.full((len(x), len(b)), np.nan), (x, w)


def gives_infinity(x, w, b):
    return (x @ w + b) / 0.0, (x, w)


def forgets_the_cache(x, w, b):
    return x @ w + b


def raises(x, w, b):
    raise ValueError("no")


def gives_a_list(x, w, b):
    return (x @ w + b).tolist(), (x, w)


def doubles_dw(dout, cache):
    x, w = cache
    return dout @ w.T, 2 * x.T @ dout, dout.sum(axis=0)


def wrong_slope(x, scale, keep):
    scaled = (x * scale) * keep[:, None]
    loss = 0.5 * np.sum(scaled**2) / len(x)
    return loss, scaled / len(x), np.sum(scaled * x, axis=0) / len(x)


def ill_conditioned(x):
    return np.sum(np.sin(1e6 * x), axis=1)


@pytest.mark.parametrize(
    ("name", "function", "complaint"),
    [
        ("affine_forward", mutates, "the reference changes its argument number 1"),
        ("affine_forward", transposes, r"out is \(\d, \d\), declared \(N, M\)"),
        ("affine_forward", gives_nan, "the reference's out is not finite"),
        ("affine_forward", gives_infinity, "the reference's out is not finite"),
        ("affine_forward", forgets_the_cache, "the reference returned 1 values, declared are out, cache"),
        ("affine_forward", raises, "the reference gave no values: ValueError: no"),
        ("affine_forward", gives_a_list, r"out is .*list.*, declared \(N, M\)"),
        ("affine_backward", doubles_dw, "the reference's gradients are not the numerical derivatives of its forward"),
        ("scale_loss", wrong_slope, "the reference's gradients are not the numerical derivatives"),
        ("log_sum_exp", ill_conditioned, "no well-conditioned inputs in 30 draws"),
    ],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_reference_that_cannot_be_trusted_is_refused_by_name(name, function, complaint):
    with pytest.raises(PlanError, match=complaint) as refusal:
        compile_plan(affine_with(name, function), 1, public=False)
    assert str(refusal.value).startswith(f"{name}")


# --- stale plans -----------------------------------------------------------------------------------------------------


@pytest.fixture
def stored(affine_public, tmp_path):
    affine_public.save(tmp_path / "affine.plan")
    return tmp_path / "affine.plan"


def test_a_plan_that_was_just_made_is_not_stale(stored):
    assert plan_is_stale(ASSIGNMENT, stored) is None


def test_a_plan_with_other_shapes_is_not_stale(tmp_path):
    """As another version of Hypothesis would draw them."""
    plan = compile_plan(ASSIGNMENT, 5, public=True)
    replace(plan, seed=ASSIGNMENT.public_seed).save(tmp_path / "affine.plan")
    assert plan_is_stale(ASSIGNMENT, tmp_path / "affine.plan") is None


def with_exercise(name, **changes):
    exercises = tuple(
        replace(exercise, **changes) if exercise.name == name else exercise for exercise in ASSIGNMENT.exercises
    )
    return replace(ASSIGNMENT, exercises=exercises)


def shifted(index, table):
    return table[index - 1], (index, table.shape)


NO_HINT = replace(AFFINE_FORWARD.mistakes[0], hint="Is something else missing?")
OTHER_NAME = replace(AFFINE_FORWARD.mistakes[0], name="another name")
OTHER_EDIT = replace(AFFINE_FORWARD.mistakes[0], edits=(("x @ w + b", "x @ w - b"),))
STALE = {
    "a title": (replace(ASSIGNMENT, title="Other"), "contracts, title or seed"),
    "a public seed": (replace(ASSIGNMENT, public_seed=7), "contracts, title or seed"),
    "points": (
        with_exercise("affine_forward", contract=replace(AFFINE_FORWARD.contract, points=5)),
        "contracts, title or seed",
    ),
    "an exercise less": (replace(ASSIGNMENT, exercises=ASSIGNMENT.exercises[:-1]), "contracts, title or seed"),
    "values": (with_exercise("lookup_forward", function=shifted), "lookup_forward expects other values"),
    "a hint": (
        with_exercise("affine_forward", mistakes=(NO_HINT, *AFFINE_FORWARD.mistakes[1:])),
        "affine_forward expects other values, or knows other mistakes",
    ),
    "a mistake's name": (
        with_exercise("affine_forward", mistakes=(OTHER_NAME, *AFFINE_FORWARD.mistakes[1:])),
        "knows other mistakes",
    ),
    "a mistake's edit": (
        with_exercise("affine_forward", mistakes=(OTHER_EDIT, *AFFINE_FORWARD.mistakes[1:])),
        "knows other mistakes",
    ),
    "a mistake more": (
        with_exercise("affine_forward", mistakes=(*AFFINE_FORWARD.mistakes, OTHER_EDIT)),
        "knows other mistakes",
    ),
    "no probe": (with_exercise("log_sum_exp", probes=()), "log_sum_exp is probed for other things"),
    "a probe's hint": (
        with_exercise("log_sum_exp", probes=(replace(LOG_SUM_EXP.probes[0], hint="Other?"),)),
        "log_sum_exp",
    ),
    "a probe more": (
        with_exercise("log_sum_exp", probes=(*LOG_SUM_EXP.probes, Probe("more", lambda rng, inputs: inputs, "?"))),
        "log_sum_exp is probed for other things",
    ),
}


@pytest.mark.parametrize(("assignment", "complaint"), STALE.values(), ids=STALE)
def test_a_plan_that_the_reference_has_left_behind_is_stale(assignment, complaint, stored):
    assert complaint in (plan_is_stale(assignment, stored) or "not stale")


def test_a_truth_value_that_turns_is_a_change():
    mask = np.array([True, False])
    assert _change({"mask": mask}, {"mask": mask}) == 0
    assert _change({"mask": mask}, {"mask": ~mask}) == 1


def test_the_diagnosis_goes_by_cases_with_a_flag_in_both_positions():
    plan = compile_plan(structures.ASSIGNMENT, 1, public=True)
    exercise = named(plan, "window")
    cases = [exercise.cases[index] for index in exercise.diagnostic]
    positions = [bool(case.inputs["reverse"]) for case in cases if case.group == ORDINARY]
    assert sorted(positions) == [False] * DIAGNOSTIC_CASES + [True] * DIAGNOSTIC_CASES
