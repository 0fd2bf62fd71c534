"""Behaviours: what comes of functions together, held against bounds."""

from dataclasses import replace

import numpy as np
import pytest

from grader import plain
from grader.behaviour import Behaviour, Bound, parse_step, reduced
from grader.candidate.inprocess import InProcess
from grader.compile import compile_plan
from grader.errors import DeclarationError, PlanError
from grader.judge import Judge
from grader.mistakes import load_solution
from grader.plan import Plan
from grader.play import broken, play
from grader.render.curve import polyline, sparkline
from grader.render.html import student_page
from grader.render.terminal import student_summary
from grader.report import Curve, Report
from tests.exercises.learning import ASSIGNMENT

BEHAVIOUR = ASSIGNMENT.exercise("learn").behaviours[0]
KEPT = "_learn = learn\ndef learn(params, x, y, rate, steps):\n    losses, fitted = _learn(params, x, y, rate, steps)\n"


@pytest.fixture(scope="module")
def plan():
    return Plan.from_content(compile_plan(ASSIGNMENT, 3, public=True).content)


@pytest.fixture(scope="module")
def judge(plan):
    return Judge(plan, None, InProcess({exercise.name: exercise.function for exercise in ASSIGNMENT.exercises}))


def learned(judge, source):
    candidate = InProcess(load_solution(f"{ASSIGNMENT.solution}\n\n{source}", "learning.py"))
    return {result.exercise: result for result in judge.results(candidate, "learning.py")}["learn"]


@pytest.mark.parametrize(
    "text", ["train(x)", "y = train(x=1)", "y = a.b(x)", "y = f(1)", "y = f(x); z = f(x)", "y = f(", "measure: f(x)"]
)
def test_a_step_is_one_call_with_names(text):
    with pytest.raises(DeclarationError, match="names only"):
        parse_step(text)


def test_a_step_says_who_runs_it():
    step = parse_step("measure: loss, grads = square_loss(fitted, x, y)")
    assert (step.function, step.arguments, step.results) == ("square_loss", ("fitted", "x", "y"), ("loss", "grads"))
    assert step.measured
    assert not parse_step("y = f(x)").measured


def test_what_a_bound_takes():
    losses = np.array([4.0, 2.0, 1.0, 3.0])
    taken = [reduced(losses, take) for take in ("value", "largest", "mean of first 2", "mean of last 2")]
    assert taken == [3, 4, 3, 2]
    with pytest.raises(DeclarationError, match="bounds nothing"):
        Bound("losses")
    with pytest.raises(DeclarationError, match="wanted value"):
        Bound("losses", "median", at_most=1)


@pytest.mark.parametrize(
    ("bound", "said"),
    [
        (Bound("loss", at_most=2), ""),
        (Bound("loss", at_most=1), "loss is 1.5, wanted at most 1"),
        (Bound("loss", at_least=2), "loss is 1.5, wanted at least 2"),
        (Bound("said", equals="ello"), ""),
        (Bound("said", equals="hell"), "said is 'ello', wanted 'hell'"),
        (Bound("nothing", at_most=1), "nothing is no array of numbers"),
        (Bound("bad", at_most=1), "bad is nan, wanted at most 1"),
    ],
)
def test_a_broken_bound_is_told(bound, said):
    values = {"loss": np.array(1.5), "said": np.array([101, 108, 108, 111]), "bad": np.array(np.nan)}
    assert broken(bound, values) == said


def test_functions_of_a_behaviour_are_required():
    assert ASSIGNMENT.exercise("learn").contract.requires == ("square_loss",)


def test_a_reference_that_does_not_behave_is_our_fault():
    learn = ASSIGNMENT.exercise("learn")
    strict = replace(BEHAVIOUR, bounds=(Bound("loss", at_most=-1.0),))
    exercises = (*ASSIGNMENT.exercises[:-1], replace(learn, behaviours=(strict,)))
    with pytest.raises(PlanError, match=r"finds the line.*wanted at most -1"):
        compile_plan(replace(ASSIGNMENT, exercises=exercises), 1, public=False)


def test_who_learns_passes_and_sees_the_curve(judge):
    result = learned(judge, "")
    assert (result.verdict.value, result.points) == ("passed", 2)
    assert result.curves[0].title == "finds the line, losses"
    assert result.curves[0].values[0] > 10 * result.curves[0].values[-1]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("    return losses, (params if steps > 20 else fitted)", "loss is"),
        ("    return losses * (10 if steps > 20 else 1) + (steps > 20), fitted", "the mean of last 10 of losses is"),
        ("    return (losses * np.nan if steps > 20 else losses), fitted", "the mean of last 10 of losses is nan"),
        ("    return losses, ({'slope': np.ones(2), 'offset': 0.0} if steps > 20 else fitted)", "has shape (2,)"),
        ("    return losses, ({'slope': 1.0} if steps > 20 else fitted)", "params lacks 'offset'"),
        ("    return losses, ([1.0, 2.0] if steps > 20 else fitted)", "is a list or tuple, wanted a dict"),
        ("    return losses if steps > 20 else (losses, fitted)", "wanted losses, params"),
        ("    return losses[:7], fitted", "losses has shape (7,)"),
        (
            "    if steps > 20:\n        raise ValueError('tired')\n    return losses, fitted",
            "raises ValueError: tired",
        ),
    ],
)
def test_who_does_not_learn_is_told_why(judge, source, said):
    result = learned(judge, KEPT + source)
    assert result.verdict.value == "failed"
    assert result.points == 1.5
    assert said in result.rationale
    assert "finds the line" in result.rationale
    assert result.hint == BEHAVIOUR.hint


def test_a_measure_is_run_by_the_reference(plan):
    """A submission that reports a loss of zero whenever the data are the behaviour's is not believed."""
    liar = f"{ASSIGNMENT.solution}\n{KEPT}    return losses, (params if steps > 20 else fitted)\n" + (
        "_loss = square_loss\ndef square_loss(params, x, y):\n"
        "    loss, grads = _loss(params, x, y)\n    return (0.0 if len(x) == 20 else loss), grads"
    )
    planned = plan.exercises[-1].behaviours[0]
    candidate = InProcess(load_solution(liar, "learning.py"))
    reference = InProcess({exercise.name: exercise.function for exercise in ASSIGNMENT.exercises})
    assert "loss is" in play(planned, plan.contracts, candidate, reference).problem


def test_a_behaviour_waits_for_what_it_is_built_on(judge):
    source = "def square_loss(params, x, y):\n    return 1.0, {'slope': 0.0, 'offset': 0.0}"
    result = learned(judge, source)
    assert result.verdict.value == "blocked"


def test_a_behaviour_that_calls_no_function_that_is_known_is_refused():
    learn = ASSIGNMENT.exercise("learn")
    steps = ("losses, fitted = learn(params, x, y, rate, steps)", "y = unknown(x)")
    changed = Behaviour("b", BEHAVIOUR.inputs, steps, BEHAVIOUR.bounds, "Why?")
    takes, gives = tuple(map(str, learn.contract.takes)), tuple(map(str, learn.contract.gives))
    exercise = plain(learn.function, takes=takes, gives=gives, points=1, behaviours=(changed,))
    with pytest.raises(DeclarationError, match=r"requires .*unknown"):
        replace(ASSIGNMENT, exercises=(*ASSIGNMENT.exercises[:-1], exercise))


def test_a_curve_is_drawn_on_the_page_and_in_the_terminal(judge):
    result = learned(judge, "")
    report = Report("ann", "learning", "0", 1, "0", "none", {}, 0.0, (result,))
    assert Report.from_json(report.to_json()) == report
    page = student_page(report)
    assert "<polyline" in page
    assert "finds the line, losses: █" in student_summary(report)
    assert "curves" not in report.line()["exercises"][0]


def test_pictures_of_odd_curves():
    assert polyline(Curve("empty", ())) is None
    flat = polyline(Curve("flat", (1.0, 1.0)))
    assert flat is not None
    assert flat.points == "0.0,120.0 600.0,120.0"
    assert sparkline([]) == ""
    assert len(sparkline(range(1000))) <= 40
