from dataclasses import replace

import pytest

from grader.release import handout as handout_module
from grader.release.handout import handout
from grader.render.wording import WORDING
from grader.report import Verdict


def test_every_exercise_stands_in_the_table_with_points_and_needs(assignment):
    text = handout(assignment)
    assert "| 2 | `affine_backward(dout, cache)` | `dx, dw, db` | 3 | `affine_forward` |" in text
    assert f"{assignment.points:g} points in all" in text
    for number, exercise in enumerate(assignment.exercises, start=1):
        assert f"### {number}. `{exercise.name}`\n\n{exercise.summary} {exercise.task}\n\n| | name | shape" in text


def test_the_shapes_are_said_in_letters_with_what_the_entries_are(assignment):
    text = handout(assignment)
    assert "| takes | `index` | `(N, T)` | integers in [0, V) |" in text
    assert "| takes | `keep` | `(N,)` | booleans |" in text
    assert "| returns | `loss` | a number | real numbers |" in text
    assert "| returns | `joined` | `(N, H+D)` | real numbers |" in text


def test_every_verdict_stands_in_the_table_with_its_meaning(assignment):
    for verdict in Verdict:
        assert f"| {verdict.label} | {WORDING[verdict].meaning} |" in handout(assignment)


def test_a_verdict_without_a_meaning_stops_the_release(assignment, monkeypatch):
    monkeypatch.delitem(WORDING, Verdict.BLOCKED)
    with pytest.raises(KeyError):
        handout(assignment)


def test_the_shares_are_the_ones_that_the_judge_takes_off(assignment, monkeypatch):
    assert "less 10 % if it fails where an axis has length 1, and less 25 % for each" in handout(assignment)
    monkeypatch.setattr(handout_module, "PROBE_SHARE", 0.125)
    assert "less 12.5 % for each" in handout(assignment)


def test_the_share_for_following_through_is_the_contracts(assignment):
    assert "your own wrong forward earns 50 % of its points" in handout(assignment)
    backward = next(exercise for exercise in assignment.exercises if exercise.contract.of)
    quarter = replace(backward, contract=replace(backward.contract, follow_through=0.25))
    others = tuple(quarter if exercise is backward else exercise for exercise in assignment.exercises)
    assert "earns 25 % to 50 % of its points" in handout(replace(assignment, exercises=others))


def test_an_intro_may_hold_dollars_and_template_signs(assignment):
    assert "costs $5 @@{name} ${x}" in handout(replace(assignment, intro="costs $5 @@{name} ${x}"))


def test_what_lies_beside_the_stub_is_named(assignment, generous):
    before = "| `test_affine.py` | the same checks for `pytest` |\n"
    assert f"{before}| `poem.txt` | a text to read |\n\n## The exercises" in handout(generous)
    assert f"{before}\n## The exercises" in handout(assignment)
