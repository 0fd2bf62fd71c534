"""The table of situations is sound: every exercise has a known verdict, and everything can be made."""

import ast
import json
import os

import pytest

from grader.collect import collect
from grader.report import Verdict
from tests.submissions_table import EXERCISES, HERE, RECIPES, Situation, _situation, materialise, situations, source

TABLE = situations()
each = pytest.mark.parametrize("situation", TABLE, ids=lambda situation: situation.name)


def test_the_table_is_large_and_speaks_of_every_base() -> None:
    assert len(TABLE) >= 45
    assert {situation.assignment for situation in TABLE} == set(EXERCISES)


def test_every_verdict_but_unjudged_is_wanted_somewhere() -> None:
    wanted = {verdict for situation in TABLE for verdict in situation.verdicts.values()}
    assert wanted == {verdict.value for verdict in Verdict} - {"unjudged", "malformed"}  # malformed: tests/attacks


def test_every_folder_is_a_situation_and_every_recipe_has_one() -> None:
    folders = {path.name for path in HERE.iterdir() if path.is_dir()} - {"_base"}
    assert folders == {situation.name for situation in TABLE}
    assert set(RECIPES) <= folders


@each
def test_every_exercise_has_its_verdict(situation: Situation) -> None:
    assert tuple(situation.verdicts) == EXERCISES[situation.assignment]
    assert set(situation.verdicts.values()) <= {verdict.value for verdict in Verdict}
    assert set(situation.rationale_contains) <= set(situation.verdicts)
    assert set(situation.shares) <= set(situation.verdicts)
    assert situation.why.endswith(".")


@each
def test_it_can_be_made_and_is_one_submission(situation: Situation, tmp_path, needs) -> None:
    needs(situation.needs)
    (submission,) = collect([materialise(situation, tmp_path)], situation.filename)
    assert submission.id == "ada"
    if submission.verdict is not None:
        assert set(situation.verdicts.values()) == {submission.verdict}


@pytest.fixture
def needs():
    """Skip what this operating system cannot make."""

    def check(name: str) -> None:
        if name and not hasattr(os, name):
            pytest.skip(f"no os.{name} here")

    return check


@pytest.mark.parametrize("assignment", EXERCISES)
def test_the_base_defines_every_exercise(assignment: str) -> None:
    tree = ast.parse((HERE / "_base" / f"{assignment}.py").read_text(encoding="utf-8"))
    assert {node.name for node in tree.body if isinstance(node, ast.FunctionDef)} >= set(EXERCISES[assignment])


def test_an_edit_that_no_longer_applies_is_an_error() -> None:
    """Planted break: a situation whose edit does not find its text would silently test the base."""
    situation = next(situation for situation in TABLE if situation.edits)
    broken = Situation(**{**_fields(situation), "edits": (("no such text", "x"),)})
    with pytest.raises(ValueError, match="stands 0 times"):
        source(broken)


def test_a_misspelt_key_is_an_error(tmp_path) -> None:
    path = tmp_path / "expected.json"
    path.write_text(json.dumps({"assignment": "rnn", "why": "", "verdicts": {}, "notes_contains": []}))
    with pytest.raises(TypeError, match="notes_contains"):
        _situation(path)


def _fields(situation: Situation) -> dict:
    return {name: getattr(situation, name) for name in Situation.__dataclass_fields__}
