"""A diagnosis says what every case shows, names what explains all of it, and is silent about the rest."""

from dataclasses import replace

import numpy as np
import pytest

from grader.candidate.inprocess import InProcess
from grader.compile import compile_plan
from grader.diagnose import Diagnosis, diagnose
from grader.diagnosis_figures import KINDS, MOST_WRONG, RIGHT, UNSEEN, figures
from grader.examine import Examiner
from grader.mistakes import load_solution
from grader.places import places_of
from grader.shapes import Tensor
from grader.traits import Sample, trait_of
from reference import lstm, rnn
from tests.exercises import affine

EXAMINERS = {
    module.ASSIGNMENT.name: Examiner(compile_plan(module.ASSIGNMENT, 1, public=True)) for module in (affine, rnn, lstm)
}


def diagnosis(module, exercise: str, *edits: tuple[str, str], unlisted: str = "") -> Diagnosis:
    text = module.ASSIGNMENT.solution
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    candidate = InProcess(load_solution(text, "student"))
    examination = EXAMINERS[module.ASSIGNMENT.name].examine(exercise, candidate)
    if unlisted:
        known = tuple(one for one in examination.exercise.fingerprints if one.mistake != unlisted)
        assert len(known) < len(examination.exercise.fingerprints)
        examination = replace(examination, exercise=replace(examination.exercise, fingerprints=known))
    assert examination.failing
    return diagnose(examination)


def test_a_listed_mistake_is_named_by_its_own_name():
    found = diagnosis(affine, "affine_backward", ("dout.sum(axis=0)", "dout.mean(axis=0)"))
    assert found.mistake == "bias averaged"


def test_two_mistakes_at_once_are_named_with_the_outputs_that_each_explains():
    exchanged = (("dout.sum(axis=0)", "dout.mean(axis=0)"), ("dx = dout @ w.T", "dx = -dout @ w.T"))
    found = diagnosis(affine, "affine_backward", *exchanged)
    assert found.mistake == "sign of dx + bias averaged"
    assert found.hint == "Which way does the output go when x grows?\nIs the loss a sum or a mean of rows?"
    assert found.facts[0] == "Two separate mistakes fit: one is in dx, another in db."


def test_a_second_mistake_that_nobody_knows_silences_the_first():
    found = diagnosis(
        affine, "affine_backward", ("dout.sum(axis=0)", "dout.mean(axis=0)"), ("x.T @ dout", "x.T @ dout**3")
    )
    assert found.mistake is None
    assert found.hint is None


def test_an_unlisted_mistake_is_described_by_what_it_does():
    found = diagnosis(affine, "affine_backward", ("dout.sum(axis=0)", "dout.mean(axis=0)"), unlisted="bias averaged")
    assert found.mistake == "db divided by N"
    assert found.facts == ("db: in every case what was wanted, divided by N.",)


def test_outputs_in_each_others_place_are_one_mistake():
    exchanged = ("return dx, dprev_h, dWx", "return dprev_h, dx, dWx")
    found = diagnosis(rnn, "rnn_step_backward", exchanged, unlisted="dx and dprev_h exchanged")
    assert found.mistake == "dx returned in the place of dprev_h + dprev_h returned in the place of dx"
    assert found.hint == "In which order are they returned?"


def test_where_nothing_fits_the_places_are_said():
    found = diagnosis(rnn, "rnn_forward", ("h[:, t] = prev_h", "h[:, t] = prev_h * (1 if t == 0 else np.cos(prev_h))"))
    assert found == Diagnosis(("h: in every case right at the first place along T, wrong from the second on.",))


def test_a_sequence_that_is_right_at_its_end_only_says_so():
    found = diagnosis(rnn, "rnn_backward", ("dh[:, t] + dprev_h", "np.where(t < T - 1, dh[:, t] ** 3, dh[:, t])"))
    assert any("dx: in every case right only at the last place along T." in fact for fact in found.facts)


def test_blocks_that_are_wrong_are_counted():
    found = diagnosis(lstm, "lstm_step_backward", ("do = dnext_h * tanh_c", "do = dnext_h * np.cos(tanh_c)"))
    assert "dWx, dWh and db: in every case wrong only in block 3 of the 4 along 4H." in found.facts
    assert found.mistake is None


# --- traits, one by one ----------------------------------------------------------------------------------------------

SHAPES = ((3, 4), (5, 2), (4, 6), (6, 6))


def samples(change, axes: str = "N D") -> tuple[Tensor, list[Sample]]:
    """A tensor with what `change` makes of its wanted values, at several shapes."""
    tensor = Tensor.parse(f"out: {axes}")
    made = []
    for number, (rows, columns) in enumerate(SHAPES):
        dims = {"N": rows, "D": columns, "T": number + 3}
        rng = np.random.default_rng(number)
        want = rng.normal(size=tensor.shape(dims))
        inputs = {"x": rng.normal(size=want.shape)}
        other = rng.normal(size=want.shape)
        got = change(want, dims, inputs, other)
        made.append(Sample(got, want, {"out": want, "other": other}, inputs, dims))
    return tensor, made


TRAITS = {
    "left at zero": lambda want, dims, inputs, other: 0 * want,
    "sign flipped": lambda want, dims, inputs, other: -want,
    "signs lost": lambda want, dims, inputs, other: np.abs(want),
    "transposed": lambda want, dims, inputs, other: want.T,
    "times 2": lambda want, dims, inputs, other: 2 * want,
    "times 0.5": lambda want, dims, inputs, other: want / 2,
    "divided by N": lambda want, dims, inputs, other: want / dims["N"],
    "multiplied by T": lambda want, dims, inputs, other: want * dims["T"],
    "divided by N·T": lambda want, dims, inputs, other: want / dims["N"] / dims["T"],
    "returned in the place of other": lambda want, dims, inputs, other: other,
    "x unchanged": lambda want, dims, inputs, other: inputs["x"],
    "reversed along N": lambda want, dims, inputs, other: want[::-1],
    "one place late along N": lambda want, dims, inputs, other: np.concatenate([inputs["x"][:1], want[:-1]]),
    "one place early along N": lambda want, dims, inputs, other: np.concatenate([want[1:], inputs["x"][:1]]),
    "not summed": lambda want, dims, inputs, other: np.stack([other, want - other]),
}


@pytest.mark.parametrize("name", TRAITS)
def test_a_transform_of_the_wanted_values_is_recognised(name):
    trait = trait_of(*samples(TRAITS[name]))
    assert trait is not None
    assert trait.name == name
    assert trait.hint.endswith("?")


def test_an_output_or_input_that_only_some_cases_have_is_no_trait():
    """Of a list of layers, a case may have more than the next."""
    tensor, made = samples(lambda want, dims, inputs, other: other)
    some = [replace(made[0], inputs={"y": made[0].got}), *(replace(one, wanted={"out": one.want}) for one in made[1:])]
    assert trait_of(tensor, some) is None


def test_blocks_in_another_order_are_recognised():
    def exchanged(want, dims, inputs, other):
        first, second, third = np.split(want, 3, axis=1)
        return np.concatenate([first, third, second], axis=1)

    trait = trait_of(*samples(exchanged, "N 3D"))
    assert trait is not None
    assert trait.fact.endswith("the 3 blocks of the axis 3D in the order 1, 3, 2")


@pytest.mark.parametrize("name", TRAITS)
def test_a_transform_that_fails_in_one_case_is_not_named(name):
    tensor, made = samples(TRAITS[name])
    made[-1] = replace(made[-1], got=made[-1].got + 0.01 * np.arange(made[-1].got.size).reshape(made[-1].got.shape))
    assert trait_of(tensor, made) is None


def test_right_values_have_no_trait_and_no_place():
    tensor, made = samples(lambda want, dims, inputs, other: want)
    assert trait_of(tensor, made) is None
    assert places_of(tensor, made) == ""


def test_few_cases_are_not_enough_for_a_factor():
    tensor, made = samples(TRAITS["divided by N"])
    assert trait_of(tensor, made[:2]) is None


# --- the figures -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("module", [rnn, lstm], ids=["rnn", "lstm"])
def test_a_false_name_is_given_in_at_most_one_of_a_hundred_trials(module):
    found = figures(module.ASSIGNMENT, pairs=40)
    for kind in KINDS:
        assert found.counts[kind].total() - found.counts[kind][UNSEEN] > 20, found
        assert found.share_wrong(kind) <= MOST_WRONG, found
    assert found.counts[KINDS[0]][RIGHT] >= 0.95 * found.counts[KINDS[0]].total(), found


def test_the_figures_count_a_false_name(monkeypatch):
    """A planted break: a diagnosis that names the first mistake it knows, whatever it sees."""
    from grader import diagnosis_figures

    monkeypatch.setattr(
        diagnosis_figures, "known_mistakes", lambda examination, traits: [((), examination.exercise.fingerprints[0])]
    )
    found = figures(affine.ASSIGNMENT, pairs=5)
    assert found.share_wrong("unlisted") > 0.5
    assert found.false_names
    assert any(
        text.startswith("unlisted: ") and "of the trials, at most 1% may be" in text for text in found.complaints
    )
