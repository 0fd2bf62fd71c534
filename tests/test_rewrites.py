"""No correct rewrite loses a point; `python -m tests.rewrites --seeds 200` measures it at length."""

import pytest

from grader.candidate.inprocess import InProcess
from grader.candidate.subprocess import Limits
from grader.collect import Submission
from grader.compile import compile_plan
from grader.grading import grade
from grader.judge import Judge
from grader.report import Verdict
from tests.rewrites import measure
from tests.rewrites.measure import ASSIGNMENTS, losses
from tests.rewrites.modules import Rewrite, distinct, load, rewritten
from tests.rewrites.transforms import OUTPUTS

each_assignment = pytest.mark.parametrize("name", ASSIGNMENTS)
ENOUGH = 25


@each_assignment
def test_every_function_is_rewritten_in_at_least_25_ways(name):
    assert {function: count for function, count in distinct(ASSIGNMENTS[name]).items() if count < ENOUGH} == {}


@each_assignment
@pytest.mark.parametrize("seed", [1, 2**52 + 1])
def test_no_rewrite_loses_a_point(name, seed):
    assert losses(name, seed) == []


@each_assignment
def test_no_form_of_output_is_lost_on_the_way_over_the_border(name):
    assignment = ASSIGNMENTS[name]
    judge = Judge(compile_plan(assignment, assignment.public_seed, public=True))
    for output in OUTPUTS:
        source = rewritten(assignment, assignment.solution, [], output, "as they are", "list", augmented=True)
        report = grade(Submission(output, f"{name}.py", source.encode()), judge, Limits())
        fallen = {result.exercise: result.rationale for result in report.exercises if result.verdict != Verdict.PASSED}
        assert fallen == {}, output


def test_a_planted_wrong_rewrite_is_seen(monkeypatch):
    source = ASSIGNMENTS["rnn"].solution.replace("db = da.sum(axis=0)", "db = da.mean(axis=0)")
    planted = [(Rewrite("planted", source), InProcess(load(source)))]
    monkeypatch.setattr(measure, "candidates", lambda name: planted)
    assert {loss.split(": ")[1].split()[0] for loss in losses("rnn", 1)} == {"rnn_step_backward", "rnn_backward"}
