"""What catches a wrong version is told by group and kind; versions that do not end or eat memory are caught too."""

import pytest

from grader.candidate.inprocess import InProcess
from grader.compile import compile_plan
from grader.examine import Examiner
from grader.killing import COUNT, RAISED, SHAPE, VALUES, Checks, Kill, kills, survivors
from grader.matrix import KillMatrix, Trial
from grader.mistakes import load_solution
from grader.mutants import Mutant
from grader.plan import AGAIN, ORDINARY, SCALED, SIZE_1
from tests.exercises import scaling

SOLUTION = scaling.ASSIGNMENT.solution
DX, DW, OUT = "dout * w", "(dout * x).sum(axis=0)", "return out, (x, w)"


@pytest.fixture(scope="module")
def plan():
    return compile_plan(scaling.ASSIGNMENT, 7, public=False)


def killed(plan, name, before, after):
    assert before in SOLUTION
    candidate = InProcess(load_solution(SOLUTION.replace(before, after), "planted"))
    return kills(Examiner(plan).examine(name, candidate))


def test_the_solution_is_killed_by_nothing(plan):
    assert killed(plan, "scaling_backward", DX, DX) == frozenset()


@pytest.mark.parametrize(
    ("name", "before", "after", "kind"),
    [
        ("scaling_forward", "x * w", "x + w", VALUES),
        ("scaling_forward", "x * w", "x * w * float('nan')", VALUES),
        ("scaling_forward", "x * w", "(x * w).T[..., None]", SHAPE),
        ("scaling_forward", "x * w", "'text'", SHAPE),
        ("scaling_forward", "x * w", "x.no_such_attribute", RAISED),
        ("scaling_forward", OUT, "return out", COUNT),
        ("scaling_backward", DX, "1 / 0", RAISED),
        ("scaling_backward", "return dx, dw", "return dx, dw, dw", COUNT),
    ],
)
def test_a_kill_has_the_kind_of_what_was_seen(plan, name, before, after, kind):
    found = killed(plan, name, before, after)
    assert {kill.kind for kill in found} == {kind}
    assert ORDINARY in {kill.group for kill in found}


@pytest.mark.parametrize(
    ("before", "after", "groups"),
    [
        (DX, "np.clip(dout * w, -5, 5)", {SCALED}),
        (DX, "dout * w if len(x) > 1 else dout * w[:1] + 1", {SIZE_1}),
    ],
)
def test_a_kill_names_the_group_that_saw_it(plan, before, after, groups):
    assert {kill.group for kill in killed(plan, "scaling_backward", before, after)} == groups


def test_a_solution_that_answers_the_same_question_in_another_way_is_caught_when_it_is_called_again(plan):
    counting = "    asked.append(x.tobytes())\n    out = x * w * asked.count(x.tobytes())"
    source = SOLUTION.replace("    out = x * w", counting) + "\nasked = []\n"
    found = kills(Examiner(plan).examine("scaling_forward", InProcess(load_solution(source, "planted"))))
    assert found == {Kill(AGAIN, VALUES)}


def test_a_backward_whose_forward_raises_is_killed(plan):
    assert killed(plan, "scaling_backward", "x * w", "1 / 0") == {Kill(ORDINARY, RAISED)}


def test_a_slip_in_the_cache_is_noticed_by_the_backward(plan):
    checks = Checks(plan)
    assert checks.fallen(SOLUTION, "scaling_forward") == ""
    assert checks.fallen(SOLUTION.replace(OUT, "return out, (w, x)"), "scaling_forward") == "scaling_backward"


def test_a_slip_that_never_ends_is_noticed(plan):
    endless = SOLUTION.replace("    dx = dout * w", "    while True:\n        dx = dout * w")
    assert Checks(plan).fallen(endless, "scaling_backward") == "scaling_backward"


def test_survivors_are_told_for_each_plan_and_a_slip_that_eats_memory_is_none(plan):
    greedy = Mutant("scaling_backward", 0, "greedy", SOLUTION.replace(DX, "[0] * 10**12"))
    harmless = Mutant("scaling_backward", 0, "harmless", SOLUTION.replace(DX, "w * dout"))
    other = compile_plan(scaling.ASSIGNMENT, 8, public=False)
    assert survivors([greedy, harmless], [plan, other], jobs=2) == [(harmless,), (harmless,)]


TRIALS = (
    Trial("f", "first", 1, frozenset({Kill("a", VALUES), Kill("b", SHAPE)})),
    Trial("f", "first", 2, frozenset({Kill("a", VALUES)})),
    Trial("f", "second", 1, frozenset({Kill("b", RAISED)})),
    Trial("f", "second", 2, frozenset()),
)


def test_a_matrix_counts_what_is_caught_whatever_the_seed():
    (row,) = KillMatrix(("a", "b"), TRIALS).rows()
    assert (row.exercise, row.mistakes, row.by_group) == ("f", 2, {"a": 1, "b": 0})
    assert row.by_kind == {RAISED: 0, COUNT: 0, SHAPE: 0, VALUES: 1}
    assert row.survivors == ("second",)


def test_a_matrix_knows_sole_killers_survivors_and_seeds():
    matrix = KillMatrix(("a", "b"), TRIALS)
    assert matrix.sole_killers() == {"a": ["f: first"], "b": ["f: second"]}
    assert matrix.survivors == TRIALS[3:]
    assert matrix.seeds == (1, 2)
