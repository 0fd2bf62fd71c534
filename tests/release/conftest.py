from dataclasses import replace

import pytest

from grader import compile as compile_module  # `compile` alone would hide the builtin
from grader import stale
from tests.exercises.affine import ASSIGNMENT


class FakePlan:
    """What a release needs of a plan; compiling a real one takes seconds and is tested elsewhere."""

    def __init__(self, assignment, seed, *, public):
        self.content = f"plan of {assignment.name}, seed {seed}, public {public}".encode()

    def save(self, path):
        path.write_bytes(self.content)


def fake_plan_is_stale(assignment, path):
    wanted = FakePlan(assignment, assignment.public_seed, public=True).content
    return None if path.read_bytes() == wanted else "other cases than the reference gives"


def mean_of(values):
    """The mean of some values."""
    return sum(values) / len(values)


@pytest.fixture
def generous(tmp_path):
    """The assignment with a function that students need not write, and a text that they receive."""
    poem = tmp_path / "elsewhere" / "poem.txt"
    poem.parent.mkdir()
    poem.write_text("Roses are red,\nviolets are blue.\n", encoding="utf-8")
    return replace(ASSIGNMENT, given=(mean_of,), files={poem: "a text to read"})


@pytest.fixture
def quick_plans(monkeypatch):
    monkeypatch.setattr(compile_module, "compile_plan", FakePlan)
    monkeypatch.setattr(stale, "plan_is_stale", fake_plan_is_stale)


@pytest.fixture
def assignment():
    return ASSIGNMENT
