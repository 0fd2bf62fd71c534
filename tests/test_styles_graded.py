"""Every correct style gets full marks through the border, whatever the hidden seed."""

from pathlib import Path

import pytest

from grader.candidate.subprocess import Limits
from grader.collect import Submission
from grader.compile import compile_plan
from grader.grading import grade
from grader.judge import Judge
from grader.report import Verdict
from tests.course import COURSE

STYLES = Path(__file__).parents[1] / "reference" / "styles"
HIDDEN_SEEDS = (7, 2**31 - 1)
FILES = sorted(path for path in STYLES.glob("*/*.py") if path.stem != "__init__")


@pytest.fixture(scope="session")
def judges():
    """Judges by hidden plans, with the public plan for what would have to be told."""
    found = {}
    for name, assignment in COURSE.items():
        public = compile_plan(assignment, assignment.public_seed, public=True)
        for seed in HIDDEN_SEEDS:
            found[name, seed] = Judge(compile_plan(assignment, seed, public=False), public)
    return found


def fallen(judge, name, source):
    """What is not passed, with the reason."""
    report = grade(Submission("ada", f"{name}.py", source), judge, Limits())
    return {result.exercise: result.rationale for result in report.exercises if result.verdict != Verdict.PASSED}


@pytest.mark.parametrize("seed", HIDDEN_SEEDS)
@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_correct_style_gets_full_marks(judges, path, seed):
    assert fallen(judges[path.parent.name, seed], path.parent.name, path.read_bytes()) == {}


@pytest.mark.parametrize("seed", HIDDEN_SEEDS)
@pytest.mark.parametrize("name", COURSE)
def test_the_reference_itself_gets_full_marks(judges, name, seed):
    assert fallen(judges[name, seed], name, COURSE[name].solution.encode()) == {}


@pytest.mark.parametrize("name", COURSE)
def test_a_style_with_a_planted_mistake_does_not(judges, name):
    source = COURSE[name].solution.replace("np.tanh(", "1.001 * np.tanh(")
    assert source != COURSE[name].solution
    assert fallen(judges[name, HIDDEN_SEEDS[0]], name, source.encode())
