"""What many tests share and none changes: the small assignment's plans, compiled once."""

import pytest

from grader.compile import compile_plan
from grader.judge import Judge
from tests.exercises.affine import ASSIGNMENT


@pytest.fixture(scope="session")
def affine_public():
    """The public plan of the small assignment."""
    return compile_plan(ASSIGNMENT, ASSIGNMENT.public_seed, public=True)


@pytest.fixture(scope="session")
def affine_hidden():
    """A hidden plan of the small assignment."""
    return compile_plan(ASSIGNMENT, 20_26, public=False)


@pytest.fixture(scope="session")
def affine_judge(affine_public):
    """A judge by the public plan."""
    return Judge(affine_public)
