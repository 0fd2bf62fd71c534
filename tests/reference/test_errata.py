"""The traps of the lectures: each is in the catalogue of some assignment, and each remark's numbers are right."""

from pathlib import Path

import numpy as np
import pytest

from grader.candidate.inprocess import InProcess
from grader.compile import compile_plan
from grader.judge import Judge
from grader.mistakes import load_solution
from grader.project import Project
from grader.release.errata import shown

ASSIGNMENTS = Project.find(Path(__file__)).assignments
ERRATA = [(assignment, erratum) for assignment in ASSIGNMENTS.values() for erratum in assignment.errata]

# What the lectures print wrongly or ambiguously, and the mistake that comes of it. That MUT1 and MUT2 need D = H is
# said by their shapes (test_gated).
TRAPS = {
    "L3 clips by the sum of squares": "gradient_flow: clip_by_norm: square root forgotten",
    "L3 clips one gradient": "gradient_flow: clip_by_norm: each array by itself",
    "L1 goes up the slope": "rnn: temporal_softmax_loss: sign of dx",
    "L1 goes up the slope, in a sequence": "gradient_flow: truncated_bptt: signs of the update",
    "L3 multiplies by the dropout probability": (
        "deep: dropout_forward: multiplied by the probability to drop at test time, as printed"
    ),
    "L0 takes the state h_{h-1}": "rnn: rnn_forward: h0 fed at every step",
    "L4 recalls “the 2nd one” at index 2": "architectures: recall_batch: counted from one",
    "L4 prints negative powers of 0.9": "gradient_flow: lstm_cell_jacobian: signs as L4 prints them",
    "L4 takes the product from t-k": "gradient_flow: rnn_state_jacobian: factors as L4 prints them",
    "L3 has a GRU that keeps with z": "gated: gru_step_forward: z renews as in the mutants",
    "L3 has mutants that renew with z": "gated: mut1_step_forward: z keeps as in the GRU",
    "everybody has another order of the gates": "lstm: lstm_step_forward: gate order i, f, g, o",
    "L4 has a reset gate without effect": "gated: gru_step_forward: reset gate unused",
    "L3 drops what is left behind the last whole chunk": "gradient_flow: truncated_bptt: shorter last chunk dropped",
}


def catalogue():
    return {
        f"{assignment.name}: {exercise.name}: {mistake.name}"
        for assignment in ASSIGNMENTS.values()
        for exercise in assignment.exercises
        for mistake in exercise.mistakes
    }


@pytest.mark.parametrize("trap", TRAPS)
def test_a_trap_of_the_lectures_is_in_the_catalogue(trap):
    if TRAPS[trap].split(":")[0] not in ASSIGNMENTS:
        pytest.skip("its assignment is not there yet")
    assert TRAPS[trap] in catalogue()


@pytest.mark.parametrize(("assignment", "erratum"), ERRATA, ids=lambda value: getattr(value, "where", "") or value.name)
def test_an_erratum_says_where_and_what_and_shows_it(assignment, erratum):
    assert shown(erratum)
    assert erratum.where.startswith("L")
    assert erratum.printed.endswith((".", "”"))
    assert erratum.right.endswith(".")


@pytest.mark.parametrize("assignment", ASSIGNMENTS.values(), ids=lambda assignment: assignment.name)
def test_the_catalogue_knows_what_comes_of_the_slides(assignment):
    """An erratum without a mistake is the exception: a program that does not run leads to none."""
    leading = [erratum for erratum in assignment.errata if erratum.mistake]
    assert len(leading) >= 2
    assert len(assignment.errata) - len(leading) <= 1


def numbers_of(name, where):
    """What is printed by the remark of an assignment on a place of the slides."""
    (erratum,) = (erratum for erratum in ASSIGNMENTS[name].errata if erratum.where == where)
    return shown(erratum)


def test_the_code_that_clips_leaves_other_lengths_than_the_limits():
    text = numbers_of("gradient_flow", "L3, the code that clips")
    assert "threshold 10.0: the length 5 becomes 2.0, right is 5.0" in text
    assert "threshold  1.0: the length 5 becomes 0.2, right is 1.0" in text


def test_the_powers_are_positive_and_the_last_ones_others_than_printed():
    first, _ = numbers_of("gradient_flow", "L4, the table of products").splitlines()
    powers = [float(word) for word in first.split()[1:]]
    assert np.allclose(powers, 0.9 ** np.arange(1, 9), atol=0.005)
    assert powers[-2:] != [0.46, 0.39]


def test_the_gates_turn_as_the_remark_says():
    assert numbers_of("gated", "L3, which way the update gate turns") == "the GRU moves to 0.9, a mutant to 0.1"
    lines = numbers_of("gated", "L3 and PyTorch, where the reset gate closes").splitlines()
    assert lines == ["before the product: [0. 1.]", "after the product:  [1. 0.]"]


def test_the_two_forms_of_the_weights_give_the_same():
    first, second = numbers_of("lstm", "L0, L1 and L4, the weights").splitlines()
    assert first.split(":")[1].split() == second.split(":")[1].split()


def test_a_plus_in_the_update_goes_up():
    up, down = (
        [float(word) for word in line.split("=")[1].split()]
        for line in numbers_of("rnn", "L1, the update of the parameters").splitlines()
    )
    assert up == sorted(up)
    assert down == sorted(down, reverse=True)


def test_a_matrix_of_small_eigenvalues_makes_a_vector_longer_first():
    lengths = [
        float(line.split()[-1]) for line in numbers_of("gradient_flow", "L3, the largest eigenvalue").splitlines()
    ]
    assert lengths[0] > 10
    assert lengths[-1] < 0.01


def told(name, source):
    """The feedback on the reference with one function written anew."""
    assignment = ASSIGNMENTS["gradient_flow"]
    candidate = InProcess(load_solution(f"{assignment.solution}\n\n{source}", "gradient_flow.py"))
    judge = Judge(compile_plan(assignment, assignment.public_seed, public=True))
    (result,) = judge.results(candidate, "gradient_flow.py", frozenset((name,)))
    return result.rationale


AS_PRINTED = (
    "def clip_by_norm(grads, max_norm):\n"
    "    norm = sum(np.sum(g * g) for g in grads)\n"
    "    return [g * (max_norm / norm) if norm > max_norm else g for g in grads], norm"
)
ENTRY_BY_ENTRY = (
    "def clip_by_norm(grads, max_norm):\n"
    "    return [np.clip(g, -max_norm, max_norm) for g in grads], np.sqrt(sum(np.sum(g * g) for g in grads))"
)


def test_who_has_believed_a_slide_is_shown_the_remark():
    assert "The slides may have misled you (L3, the code that clips): see" in told("clip_by_norm", AS_PRINTED)
    assert "slides" not in told("clip_by_norm", ENTRY_BY_ENTRY)
