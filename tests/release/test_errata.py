"""Errata: what their lines print is computed, stands in handout and notebook, and nothing half-done gets there."""

import json
from dataclasses import replace

import pytest

from grader import Erratum
from grader.compile import compile_plan
from grader.errors import DeclarationError
from grader.exercise import ERRATA_TITLE
from grader.plan import Plan
from grader.release.errata import errata_section, shown
from grader.release.handout import handout
from grader.release.notebook import notebook
from grader.stale import plan_is_stale
from grader.validate import prove
from tests.exercises.affine import ASSIGNMENT as AFFINE

ERRATUM = Erratum(
    where="slide 7",
    printed="$2 + 2 = 5$.",
    right="It is less.",
    shows="""
numbers = np.array([2, 2])
print("two and two:", numbers.sum())
""",
)


@pytest.fixture
def wrong_slides(assignment):
    return replace(assignment, errata=(ERRATUM,))


def test_the_numbers_are_those_that_the_lines_print():
    assert shown(ERRATUM) == "two and two: 4"
    assert shown(replace(ERRATUM, shows="print(np.ones(2) * 3)")) == "[3. 3.]"


@pytest.mark.parametrize(
    ("shows", "said"),
    [
        ("print(unknown)", "the erratum at slide 7: its lines raise NameError"),
        ("print(", "the erratum at slide 7: its lines raise SyntaxError"),
        ("numbers = np.ones(3)", "the erratum at slide 7: its lines print nothing"),
        ("print()", "the erratum at slide 7: its lines print nothing"),
    ],
)
def test_lines_that_show_nothing_are_refused(shows, said):
    with pytest.raises(DeclarationError, match=said):
        shown(replace(ERRATUM, shows=shows))


def test_no_name_of_one_erratum_is_known_to_the_next():
    shown(replace(ERRATUM, shows="kept = 1\nprint(kept)"))
    with pytest.raises(DeclarationError, match="NameError"):
        shown(replace(ERRATUM, shows="print(kept)"))


def test_handout_and_notebook_hold_remark_lines_and_numbers(wrong_slides):
    section = errata_section(wrong_slides)
    assert "**slide 7.** *Printed:* $2 + 2 = 5$. *Read:* It is less.\n\n```python\nnumbers" in section
    assert "```\ntwo and two: 4\n```" in section
    assert f"\n\n{section}\n\n## The exercises" in handout(wrong_slides)
    first = "".join(json.loads(notebook(wrong_slides))["cells"][0]["source"])
    assert first.endswith(section)


def test_without_errata_nothing_is_said_and_no_gap_is_left(assignment):
    assert errata_section(assignment) == ""
    assert ERRATA_TITLE not in handout(assignment) + notebook(assignment)
    assert "\n\n\n" not in handout(assignment)


def test_a_mistake_that_no_exercise_knows_is_refused(assignment):
    exercise = next(exercise for exercise in assignment.exercises if exercise.mistakes)
    known = f"{exercise.name}: {exercise.mistakes[0].name}"
    replace(assignment, errata=(replace(ERRATUM, mistake=known),))
    with pytest.raises(DeclarationError, match="slide 7 leads to 'affine_forward: no such one'"):
        replace(assignment, errata=(replace(ERRATUM, mistake="affine_forward: no such one"),))


def test_a_proof_complains_of_lines_that_raise(tmp_path):
    broken = replace(AFFINE, errata=(replace(ERRATUM, shows="1 / 0"),))
    assert (
        "the erratum at slide 7: its lines raise ZeroDivisionError: division by zero"
        in prove(broken, tmp_path).complaints
    )


def test_a_plan_knows_the_slide_that_leads_to_a_mistake_and_is_stale_without_it(tmp_path):
    exercise = next(exercise for exercise in AFFINE.exercises if len(exercise.mistakes) > 1)
    misled = replace(ERRATUM, mistake=f"{exercise.name}: {exercise.mistakes[0].name}")
    small = replace(AFFINE, errata=(misled,))
    plan = compile_plan(small, small.public_seed, public=True)
    plan.save(tmp_path / "affine.plan")
    loaded = Plan.load(tmp_path / "affine.plan")
    assert loaded.digest == plan.digest
    (fingerprints,) = (planned.fingerprints for planned in loaded.exercises if planned.name == exercise.name)
    assert [fingerprint.slide for fingerprint in fingerprints] == ["slide 7", *[""] * (len(fingerprints) - 1)]
    assert plan_is_stale(small, tmp_path / "affine.plan") is None
    assert "knows other mistakes" in (plan_is_stale(AFFINE, tmp_path / "affine.plan") or "")
