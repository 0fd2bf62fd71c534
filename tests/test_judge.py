"""The judge on candidates of the small assignment: verdicts, points, and what is said of a failure."""

import contextlib
import io
import re
from dataclasses import replace

import numpy as np
import pytest

from grader import cli, examine
from grader.candidate.inprocess import InProcess
from grader.candidate.program import Loaded, Raised, Skipped
from grader.candidate.subprocess import Limits
from grader.collect import Submission
from grader.grading import grade
from grader.judge import Judge
from grader.mistakes import load_solution
from grader.plan import AGAIN, ORDINARY, SCALED, SIZE_1, SIZE_1_SHARE
from grader.report import Verdict
from tests.exercises.affine import ASSIGNMENT


def source_with(*functions):
    """The right solution, with other versions of some of its functions at its end."""
    return "\n\n".join([ASSIGNMENT.solution, *functions])


def judged(judge, *functions, only=()):
    """Results by name for the right solution with some functions replaced."""
    candidate = InProcess(load_solution(source_with(*functions), "affine.py"), "<affine.py>")
    return {result.exercise: result for result in judge.results(candidate, "affine.py", frozenset(only))}


def verdicts(results):
    return {name: result.verdict.value for name, result in results.items() if result.verdict != Verdict.PASSED}


NO_BIAS = "def affine_forward(x, w, b):\n    return x @ w, (x, w)"
CUBED = "def affine_forward(x, w, b):\n    return (x @ w + b) ** 3, (x, w, b)"
CUBED_BACKWARD = """
def affine_backward(dout, cache):
    x, w, b = cache
    inner = 3 * (x @ w + b) ** 2 * dout
    return inner @ w.T, x.T @ inner, inner.sum(axis=0)
"""
TRANSPOSED = (
    "def affine_backward(dout, cache):\n    x, w = cache\n    return dout @ w.T, 2 * x.T @ dout, dout.sum(axis=0)"
)


def test_the_right_solution_gets_all_points(affine_judge):
    results = judged(affine_judge)
    assert verdicts(results) == {}
    assert list(results) == [exercise.name for exercise in ASSIGNMENT.exercises]
    assert sum(result.points for result in results.values()) == ASSIGNMENT.points
    assert not any(result.notes or result.rationale or result.hint for result in results.values())


# --- blocked or failed -----------------------------------------------------------------------------------------------


def test_a_backward_that_is_right_for_its_own_wrong_forward_is_blocked(affine_judge):
    results = judged(affine_judge, CUBED, CUBED_BACKWARD)
    assert results["affine_forward"].verdict == Verdict.FAILED
    backward = results["affine_backward"]
    assert (backward.verdict, backward.points) == (Verdict.BLOCKED, backward.max_points / 2)
    assert backward.rationale.startswith("waits for affine_forward to be right.")
    assert "consistent with your own forward" in backward.rationale
    assert (backward.hint, backward.mistake) == (None, None)


def test_a_backward_that_is_wrong_beside_a_right_forward_has_failed(affine_judge):
    results = judged(affine_judge, TRANSPOSED)
    assert results["affine_backward"].verdict == Verdict.FAILED
    assert "not the derivative of your own forward" in results["affine_backward"].rationale
    assert results["affine_forward"].verdict == Verdict.PASSED


def test_a_backward_that_is_wrong_even_for_its_own_wrong_forward_has_failed(affine_judge):
    results = judged(affine_judge, CUBED, CUBED_BACKWARD.replace("3 *", "2 *"))
    assert results["affine_backward"].verdict == Verdict.FAILED
    assert "not the derivative of your own forward" in results["affine_backward"].rationale


def test_what_is_built_on_a_wrong_function_is_blocked(affine_judge):
    assert verdicts(judged(affine_judge, NO_BIAS)) == {
        "affine_forward": "failed",
        "two_affine_forward": "blocked",
        "two_affine_backward": "blocked",
    }


def test_what_is_wrong_on_its_own_has_failed_whatever_it_waits_for(affine_judge):
    own = "def two_affine_backward(dout, cache):\n    return tuple(3 * g for g in affine_backward(dout, cache[1]))"
    off = "def affine_forward(x, w, b):\n    return x @ w + b + 1, (x, w)"  # another value, the same derivative
    assert verdicts(judged(affine_judge, off, own)) == {
        "affine_forward": "failed",
        "two_affine_forward": "blocked",
        "two_affine_backward": "failed",
    }


def test_a_backward_that_calls_a_wrong_backward_is_blocked(affine_judge):
    results = judged(affine_judge, TRANSPOSED)
    assert results["two_affine_backward"].verdict == Verdict.BLOCKED
    assert results["two_affine_backward"].rationale.startswith("waits for affine_backward to be right.")


def test_a_sequence_of_its_own_does_not_wait(affine_judge):
    own = "def two_affine_forward(x, w, b):\n    middle = x @ w + b\n    return middle @ w + b, ((x, w), (middle, w))"
    assert verdicts(judged(affine_judge, NO_BIAS, own)) == {"affine_forward": "failed"}


@pytest.mark.parametrize(
    ("version", "sentence"),
    [
        ("scaled * scale / rows, 2 *", "The gradients are not the derivative of your own value."),
        ("scaled * scale / rows, ", ""),
    ],
)
def test_slopes_are_held_against_the_functions_own_value(affine_judge, version, sentence):
    source = (
        "def scale_loss(x, scale, keep):\n    scaled = (x * scale) * keep[:, None]\n    rows = x.shape[0]\n"
        f"    return 0.5 * np.sum(scaled**2) / rows, {version}np.sum(scaled * x, axis=0) / rows"
    )
    result = judged(affine_judge, source)["scale_loss"]
    assert (result.verdict == Verdict.PASSED) == (sentence == "")
    assert sentence in result.rationale


def test_consistent_slopes_of_another_value_are_said_to_be_so(affine_judge):
    source = (
        "def scale_loss(x, scale, keep):\n    scaled = (x * scale) * keep[:, None]\n"
        "    return 0.5 * np.sum(scaled**2), scaled * scale, np.sum(scaled * x, axis=0)"
    )
    result = judged(affine_judge, source)["scale_loss"]
    assert result.verdict == Verdict.FAILED
    assert "The gradients are consistent with your own value." in result.rationale


def test_a_forward_that_raises_blocks_its_backward(affine_judge):
    results = judged(affine_judge, "def affine_forward(x, w, b):\n    raise ValueError('no')")
    assert results["affine_forward"].verdict == Verdict.RAISED
    assert "ValueError: no (line " in results["affine_forward"].rationale
    assert results["affine_backward"].rationale == "cannot be judged while affine_forward raises"
    assert results["affine_backward"].verdict == Verdict.BLOCKED


def test_a_missing_function_blocks_what_is_built_on_it(affine_judge):
    namespace = load_solution(ASSIGNMENT.solution, "affine.py")
    del namespace["affine_forward"]
    results = {result.exercise: result for result in affine_judge.results(InProcess(namespace), "affine.py")}
    assert results["affine_forward"].verdict == Verdict.MISSING
    assert results["affine_forward"].rationale == "the file defines no function affine_forward"
    for name in ("affine_backward", "two_affine_forward"):
        assert results[name].verdict == Verdict.BLOCKED
        assert results[name].rationale == "cannot be judged before affine_forward can run"


def test_only_what_was_asked_for_is_told(affine_judge):
    results = judged(affine_judge, NO_BIAS, only=["two_affine_forward"])
    assert verdicts(results) == {"two_affine_forward": "blocked"}
    assert list(results) == ["two_affine_forward"]


# --- points ----------------------------------------------------------------------------------------------------------


def test_what_fails_at_size_1_alone_costs_a_tenth(affine_judge):
    source = "def split_halves(wide, tail):\n    columns = wide.shape[1] // 2\n"
    source += "    return np.concatenate([wide[:, :columns] + wide[:, columns:], tail], axis=1).squeeze()"
    result = judged(affine_judge, source)["split_halves"]
    assert result.verdict == Verdict.FAILED
    assert result.points == pytest.approx((1 - SIZE_1_SHARE) * result.max_points)
    assert result.case.group == SIZE_1
    assert "Only this fails: size 1." in result.rationale
    assert "axis of length 1" in result.hint


def test_a_clipped_gradient_fails_for_large_upstream_gradients_alone(affine_judge):
    source = "def affine_backward(dout, cache):\n    x, w = cache\n    dout = np.clip(dout, -5, 5)\n"
    source += "    return dout @ w.T, x.T @ dout, dout.sum(axis=0)"
    result = judged(affine_judge, source)["affine_backward"]
    assert result.verdict == Verdict.FAILED
    assert result.case.group == SCALED
    assert f"Only this fails: {SCALED}." in result.rationale
    assert "linear in the upstream gradient" in result.hint
    assert result.points == pytest.approx(0.75 * result.max_points)


def test_an_overflow_fails_its_probe_alone(affine_judge):
    result = judged(affine_judge, "def log_sum_exp(x):\n    return np.log(np.exp(x).sum(axis=1))")["log_sum_exp"]
    assert result.case.group == "values of ±800"
    assert result.points == pytest.approx(0.75 * result.max_points)
    assert result.hint == "What is the exponential of 800 in floating point?"
    assert result.mistake == "no shift"


def test_state_between_calls_is_seen(affine_judge):
    source = "_seen = []\ndef log_sum_exp(x):\n    _seen.append(0)\n    peak = x.max(axis=1)\n"
    source += "    return peak + np.log(np.exp(x - peak[:, None]).sum(axis=1)) + (len(_seen) > 31)"
    result = judged(affine_judge, source)["log_sum_exp"]
    assert result.verdict == Verdict.FAILED
    assert result.case.group == AGAIN
    assert "kept from one call to the next" in result.hint


def test_an_ordinary_failure_costs_everything(affine_judge):
    result = judged(affine_judge, NO_BIAS)["affine_forward"]
    assert (result.points, result.case.group) == (0, ORDINARY)


# --- messages --------------------------------------------------------------------------------------------------------


def test_a_message_says_what_where_got_wanted_and_how_to_see_it_again(affine_judge, affine_public):
    result = judged(affine_judge, NO_BIAS)["affine_forward"]
    pattern = (
        r"out\[\d, \d\] is -?[\d.]+, wanted -?[\d.]+ \(relative error [\d.e-]+\), "
        r"at \(N=\d, D=\d, M=\d\), case (\d+), seed (\d+)\. "
        r"See it again: grader check affine\.py -q affine_forward --case \1"
    )
    match = re.fullmatch(pattern, result.rationale)
    assert match, result.rationale
    case = affine_public.exercises[0].cases[int(match[1])]
    assert case.seed == int(match[2]) == result.case.seed
    assert dict(case.dims) == result.case.dims
    assert f"({', '.join(f'{letter}={length}' for letter, length in case.dims.items())})" in result.rationale


def test_the_case_told_is_the_smallest_that_fails(affine_judge, affine_public):
    result = judged(affine_judge, NO_BIAS)["affine_forward"]
    ordinary = [case for case in affine_public.exercises[0].cases if case.group == ORDINARY]
    assert affine_public.exercises[0].cases[result.case.index].size == min(case.size for case in ordinary)


def test_a_known_mistake_is_named_with_its_hint(affine_judge):
    result = judged(affine_judge, NO_BIAS)["affine_forward"]
    assert result.mistake == "no bias"
    assert result.hint == "Does every input of the layer have a say in its output?"


def test_nothing_is_guessed_about_an_unknown_mistake(affine_judge):
    result = judged(affine_judge, NO_BIAS.replace("x @ w", "x @ w + b ** 2"))["affine_forward"]
    assert (result.mistake, result.hint) == (None, None)


def test_the_evidence_shows_the_wrong_entries(affine_judge):
    (evidence,) = judged(affine_judge, NO_BIAS)["affine_forward"].evidence
    got, want = np.array(evidence.got), np.array(evidence.want)
    assert evidence.tensor == "out"
    assert got.shape == want.shape == evidence.shape
    assert set(evidence.wrong) == set(np.flatnonzero(~np.isclose(got, want)))
    assert set(evidence.inputs) == {"x", "w", "b"}
    assert np.allclose(np.array(evidence.inputs["x"]) @ evidence.inputs["w"], got)


def test_what_is_right_beside_it_is_said(affine_judge):
    rationale = judged(affine_judge, TRANSPOSED)["affine_backward"].rationale
    assert rationale.startswith("dw[")
    assert "Right there: dx and db." in rationale


@pytest.mark.parametrize(
    ("returned", "problem"),
    [
        ("None", "returns None, wanted 2 values: out, cache"),
        ("x @ w + b", "returns 1 value, wanted 2 values: out, cache"),
        ("(x @ w + b, x, w)", "returns 3 values, wanted 2 values: out, cache"),
        ("()", "returns 0 values, wanted 2 values: out, cache"),
        ("'text'", "returns one str, wanted 2 values: out, cache"),
        ("((x @ w + b).tolist(), 0)", "out is a list, wanted an array of shape (N, M)"),
        ("(None, 0)", "out is None: not written yet?"),
        ("((x @ w + b).astype(complex), 0)", "out is an array of complex128, wanted real numbers"),
        ("((x @ w + b).astype(object), 0)", "out is an object array, wanted an array of shape (N, M)"),
        ("((x @ w + b)[:, None], 0)", "wanted (N, M) = "),
        ("(np.full((len(x), len(b)), np.nan), 0)", "out[0, 0] is nan, wanted "),
    ],
)
def test_an_answer_of_the_wrong_kind_is_told_in_words(affine_judge, returned, problem):
    result = judged(affine_judge, f"def affine_forward(x, w, b):\n    return {returned}", only=["affine_forward"])
    assert result["affine_forward"].verdict == Verdict.FAILED
    assert problem in result["affine_forward"].rationale
    assert result["affine_forward"].points == 0


@pytest.mark.parametrize(
    "returned", ["dx * (1 + 0j)", "dx * np.nan", "dx > 0", "dx.astype(object)", "dx[None]", "None"]
)
@pytest.mark.filterwarnings("ignore::Warning")
def test_gradients_of_the_wrong_kind_fail_without_a_fault_of_ours(affine_judge, returned):
    source = "def affine_backward(dout, cache):\n    x, w = cache\n    dx = dout @ w.T\n"
    source += f"    return {returned}, x.T @ dout, dout.sum(axis=0)"
    assert judged(affine_judge, source)["affine_backward"].verdict == Verdict.FAILED


@pytest.mark.parametrize(
    ("function", "note"),
    [
        (
            "def affine_forward(x, w, b):\n    x *= 2\n    return x @ w / 2 + b, (x / 2, w)",
            "changes its argument x",
        ),
        ("def affine_forward(x, w, b):\n    print('debug')\n    return x @ w + b, (x, w)", "prints"),
        (
            "def affine_forward(x, w, b):\n    1 / np.zeros(1)\n    return x @ w + b, (x, w)",
            "numpy warns: divide by zero",
        ),
        (
            "def affine_forward(x, w, b):\n    return (x @ w + b).astype(np.float32), (x, w)",
            "right to single precision only",
        ),
    ],
)
def test_what_is_odd_is_noted_and_costs_nothing(affine_judge, function, note):
    result = judged(affine_judge, function)["affine_forward"]
    assert (result.verdict, result.points) == (Verdict.PASSED, result.max_points)
    assert any(note in text for text in result.notes), result.notes


def test_the_command_in_a_message_repeats_the_failure(affine_judge, affine_public, tmp_path, monkeypatch):
    rationale = judged(affine_judge, TRANSPOSED)["affine_backward"].rationale
    program, *arguments = rationale.partition("See it again: ")[2].split()
    assert program == "grader"
    affine_public.save(tmp_path / "affine.plan")
    (tmp_path / "affine.py").write_text(source_with(TRANSPOSED))
    monkeypatch.chdir(tmp_path)
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        assert cli.main([*arguments, "--json"]) == 1
    assert rationale.split(" Right there")[0].rstrip(".") in output.getvalue()


def test_that_command_passes_once_the_mistake_is_gone(affine_public, tmp_path, monkeypatch, capsys):
    affine_public.save(tmp_path / "affine.plan")
    (tmp_path / "affine.py").write_text(ASSIGNMENT.solution)
    monkeypatch.chdir(tmp_path)
    assert cli.main(["check", "affine.py", "-q", "affine_backward", "--case", "0"]) == 0
    assert "affine_backward" in capsys.readouterr().out


# --- hidden plans ----------------------------------------------------------------------------------------------------


def told(results):
    """Everything that a student is told."""
    return "\n".join(
        f"{result.rationale}\n{result.hint}\n{result.case}\n{result.notes}\n{result.evidence}"
        for result in results.values()
    )


@pytest.fixture(scope="module")
def hidden_judge(affine_hidden, affine_public):
    return Judge(affine_hidden, affine_public)


def test_a_failure_that_the_public_plan_shows_too_is_told_by_a_public_case(hidden_judge, affine_judge, affine_hidden):
    hidden, public = judged(hidden_judge, NO_BIAS), judged(affine_judge, NO_BIAS)
    assert hidden["affine_forward"].rationale == public["affine_forward"].rationale
    assert hidden["affine_forward"].case.plan == "public"
    seeds = {str(case.seed) for exercise in affine_hidden.exercises for case in exercise.cases}
    text = told(hidden)
    assert not [seed for seed in seeds if seed in text]
    assert str(affine_hidden.seed) not in text


def hidden_only_shape(affine_public, affine_hidden):
    """Lengths of an ordinary case of the first exercise that only the hidden plan has."""
    shapes = [
        {tuple(case.dims.values()) for case in plan.exercises[0].cases if case.group == ORDINARY}
        for plan in (affine_public, affine_hidden)
    ]
    return min(shapes[1] - shapes[0])


def test_a_failure_in_hidden_cases_alone_is_told_by_shape_alone(hidden_judge, affine_public, affine_hidden):
    N, D, M = hidden_only_shape(affine_public, affine_hidden)
    source = "def affine_forward(x, w, b):\n    out = x @ w + b\n"
    source += f"    if (*x.shape, len(b)) == ({N}, {D}, {M}):\n        out = out + 1\n    return out, (x, w)"
    result = judged(hidden_judge, source)["affine_forward"]
    assert (result.verdict, result.points) == (Verdict.FAILED, 0)
    assert f"out wrong in a hidden case at (N={N}, D={D}, M={M}); every public case passes." in result.rationale
    assert (result.case.plan, result.case.seed, result.case.repeat) == ("hidden", None, "")
    assert result.evidence == ()
    assert "See it again" not in result.rationale
    numbers = re.findall(r"\d+\.\d+", result.rationale)
    assert numbers == []


def test_what_is_raised_in_hidden_cases_alone_tells_no_values(hidden_judge, affine_public, affine_hidden):
    N, D, M = hidden_only_shape(affine_public, affine_hidden)
    source = "def affine_forward(x, w, b):\n"
    source += f"    if (*x.shape, len(b)) == ({N}, {D}, {M}):\n        raise ValueError(str(x.tolist()))\n"
    source += "    return x @ w + b, (x, w)"
    result = judged(hidden_judge, source)["affine_forward"]
    assert result.verdict == Verdict.FAILED or result.verdict == Verdict.RAISED
    assert "raises ValueError in a hidden case" in result.rationale
    assert re.findall(r"\d+\.\d+", told({"": result})) == []


def test_verdicts_and_points_are_those_of_the_hidden_plan(hidden_judge):
    assert verdicts(judged(hidden_judge)) == {}
    assert judged(hidden_judge)["affine_forward"].points == 2


# --- nobody gains by leaving cases out -------------------------------------------------------------------------------

RIGHT_ONCE = """
_calls = [0]
def affine_forward(x, w, b):
    _calls[0] += 1
    if _calls[0] > {limit}:
        raise ValueError("enough")
    return x @ w + b, (x, w)
"""


def test_a_backward_whose_forward_raises_for_most_of_its_cases_does_not_pass(affine_judge):
    """The forward is right whenever it is judged itself, and spares its backward all cases but the first."""
    limit = len(affine_judge.plan.exercises[0].cases)
    namespace = load_solution(source_with(RIGHT_ONCE.format(limit=limit + 1)), "affine.py")
    results = {result.exercise: result for result in affine_judge.results(InProcess(namespace), "affine.py")}
    assert results["affine_forward"].verdict == Verdict.PASSED
    assert results["affine_backward"].verdict == Verdict.RAISED
    assert "which was right before" in results["affine_backward"].rationale
    assert results["affine_backward"].points == 0


class Forger:
    """A candidate that answers like the right solution, but for some calls of one function."""

    def __init__(self, function, outcome):
        self._candidate = InProcess(load_solution(ASSIGNMENT.solution, "affine.py"))
        self.loaded: Loaded = self._candidate.loaded
        self._function, self._outcome = function, outcome

    def call(self, program):
        answer = self._candidate.call(program)
        first = next((n for n, call in enumerate(program.calls) if call.function == self._function), None)
        return replace(
            answer,
            outcomes=tuple(
                self._outcome if call.function == self._function and number != first else outcome
                for number, (call, outcome) in enumerate(zip(program.calls, answer.outcomes, strict=True))
            ),
        )


@pytest.mark.parametrize("outcome", [Skipped(), Raised("E", "m", "line 1")], ids=["skipped", "raised"])
@pytest.mark.parametrize("function", ["affine_forward", "affine_backward", "log_sum_exp"])
def test_a_forged_reason_for_giving_no_values_gains_nothing(affine_judge, function, outcome):
    results = {result.exercise: result for result in affine_judge.results(Forger(function, outcome), "affine.py")}
    assert results[function].verdict not in (Verdict.PASSED,)
    assert results[function].points == 0


def test_a_backward_loses_nothing_where_its_forward_raises_at_size_1_alone(affine_judge):
    source = "def affine_forward(x, w, b):\n    if 1 in w.shape or len(x) == 1:\n        raise ValueError('no')\n"
    results = judged(affine_judge, source + "    return x @ w + b, (x, w)")
    assert results["affine_forward"].points == pytest.approx(0.9 * results["affine_forward"].max_points)
    assert results["affine_backward"].verdict == Verdict.PASSED


def test_a_forward_that_was_right_cannot_spare_its_backward_by_raising(affine_judge):
    """It raises at size 1 only once it has been judged itself: in the backward's turn, which is wrong there."""
    own_turn = len(affine_judge.plan.exercises[0].cases)
    source = (
        "calls = []\n\n\ndef affine_forward(x, w, b):\n    calls.append(0)\n"
        f"    if len(calls) > {own_turn} and 1 in (*x.shape, *w.shape):\n        raise ValueError('spared')\n"
        "    return x @ w + b, (x, w)\n\n\n"
        "def affine_backward(dout, cache):\n    x, w = cache\n"
        "    wrong = 2 if 1 in (*x.shape, *w.shape) else 1\n"
        "    return wrong * dout @ w.T, x.T @ dout, dout.sum(axis=0)"
    )
    results = judged(affine_judge, source)
    assert results["affine_forward"].verdict == Verdict.PASSED
    assert results["affine_backward"].points < results["affine_backward"].max_points
    assert "which was right before" in results["affine_backward"].rationale


# --- faults of ours --------------------------------------------------------------------------------------------------


def submission(source=None):
    return Submission("ada", "affine.py", (source or ASSIGNMENT.solution).encode())


def test_a_right_solution_is_graded_over_the_border(affine_judge):
    report = grade(submission(), affine_judge, Limits())
    assert report.is_graded
    assert report.score == report.max_score == ASSIGNMENT.points


def test_a_fault_of_the_judge_is_no_grade(affine_judge, monkeypatch):
    def broken(*arguments):
        raise RuntimeError("planted in the judge")

    monkeypatch.setattr(examine.Expectation, "is_met", broken)
    report = grade(submission(), affine_judge, Limits())
    assert {result.verdict for result in report.exercises} == {Verdict.UNJUDGED}
    assert report.score is None
    assert all(result.points is None for result in report.exercises)
    assert "a fault of the grader, not of the submission: RuntimeError: planted in the judge" in report.notes[0]
    assert report.max_score == ASSIGNMENT.points


def test_a_check_that_meets_a_fault_of_the_judge_exits_with_2(affine_public, tmp_path, monkeypatch, capsys):
    affine_public.save(tmp_path / "affine.plan")
    (tmp_path / "affine.py").write_text(ASSIGNMENT.solution)
    monkeypatch.setattr(examine.Expectation, "is_met", lambda *arguments: 1 / 0)
    assert cli.main(["check", str(tmp_path / "affine.py"), "--json"]) == 2
    assert '"score": null' in capsys.readouterr().out


def test_the_same_submission_gets_the_same_report_twice(affine_judge):
    source = source_with(NO_BIAS, TRANSPOSED)
    one, other = (grade(submission(source), affine_judge, Limits()) for _ in range(2))
    assert one.without_time() == other.without_time()
