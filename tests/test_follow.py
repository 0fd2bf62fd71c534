"""Work that is true to its own wrong beginning earns its share; a degenerate beginning carries nothing."""

from dataclasses import replace

import numpy as np
import pytest

from grader import forward, plain
from grader.candidate.inprocess import InProcess
from grader.compile import compile_plan
from grader.errors import DeclarationError, PlanError
from grader.exercise import Contract
from grader.judge import Judge
from grader.mistakes import load_solution
from grader.report import ExerciseResult, Verdict
from grader.scan import scan_of
from grader.walk import unrolled, unrolled_back
from reference import lstm, rnn
from tests.submissions_table import situations, source

JUDGES = {module.ASSIGNMENT.name: Judge(compile_plan(module.ASSIGNMENT, 1, public=True)) for module in (rnn, lstm)}


def results(source_text: str, assignment: str) -> dict[str, ExerciseResult]:
    candidate = InProcess(load_solution(source_text, assignment))
    return {result.exercise: result for result in JUDGES[assignment].results(candidate, f"{assignment}.py")}


def changed(assignment: str, *edits: tuple[str, str]) -> dict[str, ExerciseResult]:
    text = {"rnn": rnn, "lstm": lstm}[assignment].ASSIGNMENT.solution
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    return results(text, assignment)


def verdict_and_points(result: ExerciseResult) -> tuple[Verdict, float | None]:
    return result.verdict, result.points


def test_permuted_blocks_lose_the_forward_and_half_of_what_follows_it():
    (situation,) = (one for one in situations() if one.name == "lstm_gates_in_another_order")
    found = results(source(situation), "lstm")
    assert verdict_and_points(found["lstm_step_forward"]) == (Verdict.FAILED, 0)
    assert verdict_and_points(found["lstm_step_backward"]) == (Verdict.BLOCKED, 11)
    assert verdict_and_points(found["lstm_forward"]) == (Verdict.BLOCKED, 4)
    assert verdict_and_points(found["lstm_backward"]) == (Verdict.BLOCKED, 9)
    told = "consistent with your own forward, lstm_step_forward, which earns 11 of 22 points"
    assert told in found["lstm_step_backward"].rationale
    assert "makes it, step after step, which earns 4 of 8 points" in found["lstm_forward"].rationale


NO_BIAS = ((" + prev_h @ Wh + b\n", " + prev_h @ Wh\n"), ("da.sum(axis=0)", "0 * da.sum(axis=0)"))
CONSTANT = (("np.tanh(x @ Wx + prev_h @ Wh + b)", "np.ones_like(prev_h)"), ("(1 - next_h**2)", "0"))
ZEROS = (("np.tanh(x @ Wx + prev_h @ Wh + b)", "0 * prev_h"), ("(1 - next_h**2)", "0"))
NOT_FINITE = (("np.tanh(x @ Wx + prev_h @ Wh + b)", "prev_h / 0"),)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("edits", [CONSTANT, ZEROS, NOT_FINITE], ids=["constant", "zeros", "not finite"])
def test_a_degenerate_forward_carries_nothing(edits):
    found = changed("rnn", *edits)
    for name in ("rnn_step_forward", "rnn_step_backward", "rnn_forward", "rnn_backward"):
        assert found[name].points == 0, found[name]


def test_one_number_spread_over_the_output_carries_nothing():
    crude = "np.full_like(prev_h, x.sum() + prev_h.sum() + Wx.sum() + Wh.sum() + b.sum())"
    ones = "{name} = np.full({name}.shape, dnext_h.sum())"
    found = changed(
        "rnn",
        ("np.tanh(x @ Wx + prev_h @ Wh + b)", crude),
        ("    da = dnext_h * (1 - next_h**2)  # a is what the tanh was taken of\n", "    da = dnext_h\n"),
        (
            "    db = da.sum(axis=0)\n    return dx, dprev_h",
            "    db = da.sum(axis=0)\n"
            + "".join(f"    {ones.format(name=name)}\n" for name in ("dx", "dprev_h", "dWx", "dWh", "db"))
            + "    return dx, dprev_h",
        ),
    )
    assert verdict_and_points(found["rnn_step_backward"]) == (Verdict.BLOCKED, 0)
    assert "gives the same next_h at every place along N" in found["rnn_step_backward"].rationale
    assert verdict_and_points(found["rnn_forward"]) == (Verdict.BLOCKED, 0)


def test_a_forward_that_ignores_an_input_carries_nothing_and_says_which():
    found = changed("lstm", *NO_BIAS)
    assert verdict_and_points(found["lstm_step_backward"]) == (Verdict.BLOCKED, 0)
    assert "gives the same next_h whatever b is" in found["lstm_step_backward"].rationale
    assert verdict_and_points(found["lstm_forward"]) == (Verdict.BLOCKED, 0)


WRONG_STEP = ("next_h = np.tanh(x @ Wx", "next_h = np.tanh(2 * x @ Wx")


def test_a_backward_that_is_no_derivative_fails_whatever_its_forward_is():
    assert verdict_and_points(changed("rnn", WRONG_STEP)["rnn_step_backward"]) == (Verdict.FAILED, 0)


def test_a_sequence_that_is_not_its_own_step_fails_by_itself():
    found = changed("rnn", WRONG_STEP, ("rnn_step_forward(x[:, t], prev_h", "rnn_step_forward(x[:, t], h0"))
    assert verdict_and_points(found["rnn_forward"]) == (Verdict.FAILED, 0)
    assert "not what your own rnn_step_forward makes it" in found["rnn_forward"].rationale


def test_a_backward_that_clips_large_gradients_follows_nothing():
    permuted = ("ai, af, ao, ag = np.split", "ai, af, ag, ao = np.split")
    stacked = ("[dai, daf, dao, dag]", "[dai, daf, dag, dao]")
    honest = changed("lstm", permuted, stacked)
    clipped = changed("lstm", permuted, stacked, ("    dx = da @", "    da = np.clip(da, -9, 9)\n    dx = da @"))
    assert honest["lstm_step_backward"].points == 11
    assert clipped["lstm_step_backward"].points == 0
    assert "upstream × 100" in clipped["lstm_step_backward"].rationale


def test_the_share_is_the_contracts():
    assert Contract.from_json({**rnn.FORWARD.contract.to_json(), "follow_through": 0.25}).follow_through == 0.25
    with pytest.raises(DeclarationError, match="wanted a share from 0 to 1"):
        replace(rnn.FORWARD.contract, follow_through=1.5)


def test_the_scan_is_told_from_the_names_and_axes_alone():
    contracts = {exercise.name: exercise.contract for exercise in lstm.ASSIGNMENT.exercises}
    scan = scan_of(contracts["lstm_forward"], contracts)
    assert scan.axis == "T"
    assert scan.cut == {"x": 1}
    assert [(state.tensor.name, state.output, state.start) for state in scan.states] == [
        ("prev_h", "next_h", "h0"),
        ("prev_c", "next_c", ""),
    ]
    assert scan.collected == (("h", "next_h", 1),)


def test_a_running_sum_is_a_scan_too():
    def add_forward(term, before):
        """The sum of two."""
        return term + before, None

    def running_sum_forward(term, start):
        """The sums of all terms so far."""
        return start[:, None] + np.cumsum(term, axis=1), None

    step = forward(add_forward, takes=("term: N", "before: N"), gives=("after: N",), points=1)
    whole = forward(running_sum_forward, takes=("term: N T", "start: N"), gives=("sums: N T",), points=1, scans=step)
    assert whole.contract.requires == ("add_forward",)
    assignment = replace(
        rnn.ASSIGNMENT, exercises=(step, whole), errata=(), pictures=(), figures=(), shapes=("N=3 T=5",)
    )
    plan = compile_plan(assignment, 1, public=False)
    reference = InProcess({"add_forward": add_forward})
    case = plan.exercises[1].cases[0]
    (walked,) = unrolled(scan_of(whole.contract, plan.contracts), [case], reference)
    assert walked is not None
    np.testing.assert_allclose(walked["sums"], case.want["sums"])


def test_a_sequence_that_does_not_fit_its_step_is_refused():
    def double(x):
        """Twice the input."""
        return 2 * x

    step = plain(double, takes=("x: N D",), gives=("out: N D",), points=1)
    contracts = {"double": step.contract}
    with pytest.raises(DeclarationError, match="wanted one axis letter that the step lacks, got none"):
        scan_of(replace(step.contract, name="again", scans="double"), contracts)


def test_a_reference_that_is_not_its_own_scan_is_not_trusted():
    def skewed(x, h0, Wx, Wh, b):
        h, cache = rnn.rnn_forward(x, h0, Wx, Wh, b)
        return h * 1.01, cache

    exercises = (rnn.STEP_FORWARD, replace(rnn.FORWARD, function=skewed))
    with pytest.raises(PlanError, match="are not its rnn_step_forward, applied again and again"):
        compile_plan(replace(rnn.ASSIGNMENT, exercises=exercises, errata=(), pictures=(), figures=()), 1, public=False)


STEP_BACKWARD_WRONG = (
    "    db = da.sum(axis=0)\n    return dx, dprev_h",
    "    db = -da.sum(axis=0)\n    return dx, dprev_h",
)


def test_the_walk_back_of_the_reference_gives_the_references_gradients():
    plan = compile_plan(lstm.ASSIGNMENT, 1, public=True)
    reference = InProcess(load_solution(lstm.ASSIGNMENT.solution, "reference"))
    (planned,) = (exercise for exercise in plan.exercises if exercise.name == "lstm_backward")
    scan = scan_of(plan.contracts["lstm_forward"], plan.contracts)
    walked = unrolled_back(scan, plan.contracts["lstm_step_backward"], planned.cases, reference)
    for case, gradients in zip(planned.cases, walked, strict=True):
        assert gradients is not None
        assert gradients.keys() == case.want.keys()
        for name, value in gradients.items():
            np.testing.assert_allclose(value, case.want[name], atol=1e-12 * np.abs(case.want[name]).max())


def test_a_walk_back_with_the_own_wrong_step_follows_through():
    found = changed("rnn", STEP_BACKWARD_WRONG)
    assert verdict_and_points(found["rnn_step_backward"]) == (Verdict.FAILED, 0)
    assert verdict_and_points(found["rnn_backward"]) == (Verdict.BLOCKED, 9)
    assert "rnn_step_backward makes it, step after step, which earns 9 of 18" in found["rnn_backward"].rationale


def test_a_walk_back_that_is_wrong_besides_fails_by_itself():
    found = changed("rnn", STEP_BACKWARD_WRONG, ("dh[:, t] + dprev_h", "dh[:, t]"))
    assert verdict_and_points(found["rnn_backward"]) == (Verdict.FAILED, 0)


def test_a_walk_back_in_which_a_gradient_vanishes_carries_nothing():
    found = changed("rnn", ("dprev_h = da @ Wh.T", "dprev_h = 0 * da"))
    assert verdict_and_points(found["rnn_backward"]) == (Verdict.BLOCKED, 0)
    assert "its dh0 is next to nothing" in found["rnn_backward"].rationale
