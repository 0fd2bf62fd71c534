"""Functions that draw: right ones pass however they draw, wrong distributions do not."""

import numpy as np
import pytest

from grader.candidate.inprocess import InProcess
from grader.chance import compare_moments, is_sound, moments
from grader.compile import compile_plan
from grader.judge import Judge
from grader.mistakes import edited_solution, load_solution
from grader.plan import Plan
from grader.shapes import Tensor
from tests.exercises.learning import ASSIGNMENT

PICKS = Tensor.parse("picks: S, below V")
MASK = Tensor.parse("mask: N D")


@pytest.fixture(scope="module")
def judge():
    plan = Plan.from_content(compile_plan(ASSIGNMENT, 3, public=True).content)
    return Judge(plan, None, InProcess({exercise.name: exercise.function for exercise in ASSIGNMENT.exercises}))


def judged(judge, source, name):
    candidate = InProcess(load_solution(f"{ASSIGNMENT.solution}\n\n{source}", "learning.py"))
    return {result.exercise: result for result in judge.results(candidate, "learning.py")}[name]


def test_moments_of_a_mask():
    want = moments(MASK, {"N": 1, "D": 2}, [np.array([[0.0, 2.0]]), np.array([[2.0, 2.0]])])
    one, other, whole, squares = [1, 1, 1, 1, 2], [2, 0, 0, 0, 2], [3, 1, 1, 1, 4], [6, 4, 16, 2, 8]
    # entries, sums over the batch, the sum of the one row, everything, all squares
    assert want.T.tolist() == [one, other, one, other, whole, whole, squares]


def test_moments_of_integers_are_frequencies_and_counts():
    got = moments(PICKS, {"S": 2, "V": 3}, [np.array([0, 2]), np.array([2, 2])])
    assert got[0].tolist() == [0.5, 0, 0.5, 0, 0, 1, 0.5, 0, 1.5]


@pytest.mark.parametrize(
    ("value", "sound"),
    [
        (np.array([0, 2]), True),
        (np.array([0.0, 2.0]), True),
        (np.array([0, 3]), False),
        (np.array([0.5, 1]), False),
        (np.array([0]), False),
        ((0, 1), False),
    ],
)
def test_only_integers_below_v_are_sound(value, sound):
    assert is_sound(PICKS, {"S": 2, "V": 3}, value) is sound


@pytest.mark.parametrize("p", [0.5, 0.1, 0.01, 0.001])
def test_chance_is_never_taken_for_a_mistake(p):
    """Rare events are skewed: a bound of so many standard errors would fail many a right function."""
    rng = np.random.default_rng(0)
    tensor, dims, draws = Tensor.parse("y: S, below V"), {"S": 20, "V": 2}, 300
    want = moments(tensor, dims, list((rng.random((8 * draws, 20)) < p).astype(int)))
    for _ in range(200):
        got = moments(tensor, dims, list((rng.random((draws, 20)) < p).astype(int)))
        assert compare_moments(tensor, dims, got, want, draws).right


def test_another_distribution_of_the_same_mean_is_seen():
    rng = np.random.default_rng(0)
    dims, draws = {"N": 2, "D": 3}, 300

    def right(count):
        return list((rng.random((count, 2, 3)) < 0.5) * 2.0)

    want = moments(MASK, dims, right(8 * draws))
    assert compare_moments(MASK, dims, moments(MASK, dims, right(draws)), want, draws).right
    uniform = list(2 * rng.random((draws, 2, 3)))
    comparison = compare_moments(MASK, dims, moments(MASK, dims, uniform), want, draws)
    assert not comparison.right
    assert "squares" in comparison.why


TOGETHER = {
    "the sum of mask[:, ": lambda rng, shape: np.broadcast_to(rng.random(shape[1:]), shape),
    "the sum of mask[": lambda rng, shape: np.broadcast_to(rng.random((shape[0], 1)), shape),
    "the sum of mask": lambda rng, shape: rng.permutation(np.arange(np.prod(shape)) / np.prod(shape)).reshape(shape),
}


@pytest.mark.parametrize("where", TOGETHER)
def test_entries_that_fall_together_are_seen_though_each_is_right_by_itself(where):
    rng, dims, draws = np.random.default_rng(0), {"N": 4, "D": 5}, 400
    want = moments(MASK, dims, list(rng.random((8 * draws, 4, 5)) < 0.5))
    got = moments(MASK, dims, [TOGETHER[where](rng, (4, 5)) < 0.5 for _ in range(draws)])
    assert np.allclose(got[0][:20], want[0][:20], atol=0.15)
    comparison = compare_moments(MASK, dims, got, want, draws)
    assert not comparison.right
    assert comparison.why.startswith(where)


RIGHT = {
    "one by one": """
def pick(scores, count, rng):
    p = np.exp(scores) / np.exp(scores).sum()
    return [int(np.searchsorted(np.cumsum(p), rng.random())) for _ in range(3)]
""",
    "the Gumbel trick": """
def pick(scores, count, rng):
    return np.array([np.argmax(scores + rng.gumbel(size=scores.shape)) for _ in range(3)])
""",
    "a mask of complements": """
def holes(x, keep, rng):
    return np.where(rng.uniform(size=x.shape[::-1]).T > 1 - keep, 1 / keep, 0)
""",
}


@pytest.mark.parametrize("source", RIGHT.values(), ids=RIGHT.keys())
def test_whoever_draws_from_the_distribution_is_right(judge, source):
    name = "pick" if "def pick" in source else "holes"
    result = judged(judge, source, name)
    assert (result.verdict.value, result.points) == ("passed", result.max_points)


@pytest.mark.parametrize("name", ["holes", "pick"])
def test_mistakes_are_caught_and_named(judge, name):
    exercise = ASSIGNMENT.exercise(name)
    for mistake in exercise.mistakes:
        wrong = InProcess(load_solution(edited_solution(ASSIGNMENT, exercise, mistake), "learning.py"))
        result = {one.exercise: one for one in judge.results(wrong, "learning.py")}[name]
        assert (result.verdict.value, result.mistake) == ("failed", mistake.name)
        assert "draws" in result.rationale


def test_whoever_ignores_the_generator_loses_the_share_of_that_group(judge):
    result = judged(judge, "def holes(x, keep, rng):\n    return (np.random.rand(*x.shape) < keep) / keep", "holes")
    assert result.verdict.value == "failed"
    assert result.points == 0.75 * result.max_points
    assert "same generator" in result.rationale
    assert "generator" in result.hint


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("def pick(s, c, rng):\n    return 'abc'", "indices is a str, wanted an array of shape (3,)"),
        ("def pick(s, c, rng):\n    return rng.integers(0, len(s) + 1, 3)", "wanted integers in [0, V)"),
        ("def pick(s, c, rng):\n    return rng.integers(0, len(s), 2)", "indices has shape (2,)"),
        ("def pick(s, c, rng):\n    return None", "indices is None: not written yet?"),
        ("def pick(s, c, rng):\n    raise ValueError('no')", "raises ValueError: no"),
        ("def pick(s, c, rng):\n    return np.full(3, np.nan)", "indices holds nan"),
        ("def holes(x, k, rng):\n    return np.full(x.shape, np.nan)", "mask is not finite"),
    ],
)
def test_what_is_no_draw_is_told(judge, source, said):
    result = judged(judge, source, "pick" if "pick" in source else "holes")
    assert result.points == 0
    assert said in result.rationale
