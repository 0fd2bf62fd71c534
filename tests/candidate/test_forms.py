"""Answers with the same head are parsed once, and nothing is believed of one because of the other."""

import json

import numpy as np
import pytest

from grader import wire
from grader.candidate.isolation import NONE
from grader.candidate.limits import Limits
from grader.candidate.program import Forms, Framed, Raised, Values
from grader.collect import Submission
from grader.grading import grade
from grader.report import Verdict
from tests.exercises.affine import ASSIGNMENT

SEEN = {"printed": 0, "warnings": [], "kept": [], "draws": False, "uses_up_cache": False}
RIGHT = ASSIGNMENT.solution
LIMITS = Limits(isolation=NONE)


def frame(outcomes, arrays, **more):
    """Head and body of an answer."""
    packed = wire.pack({"outcomes": outcomes, "done": True, "seen": {**SEEN, **more}}, arrays)
    size, _ = wire.LENGTHS.unpack(packed[:8])
    return packed[8 : 8 + size], packed[8 + size :]


def value(number, count=1, mutated=()):
    return {"values": [number], "count": count, "mutated": list(mutated)}


def test_a_head_that_comes_again_gives_the_numbers_of_its_own_body():
    forms = Forms(2)
    outcomes = [value(1), value(0)]
    head, body = frame(outcomes, [np.array([1.0, 2.0]), np.array([[3.0]])])
    assert forms.answer(head, body) is None
    forms.reply(head, body)
    again, other = frame(outcomes, [np.array([4.0, 5.0]), np.array([[6.0]])])
    assert again == head
    answer = forms.answer(again, other)
    assert isinstance(answer.outcomes, Framed)
    assert [outcome.items[0].tolist() for outcome in answer.outcomes] == [[[6.0]], [4.0, 5.0]]


@pytest.mark.parametrize(
    ("outcomes", "arrays", "more"),
    [
        ([value(0)], [np.array([1.0])], {"printed": 3}),
        ([value(0, mutated=[0])], [np.array([1.0])], {}),
        ([value(0, count=2)], [np.array([1.0])], {}),
        ([value(0)], [np.array([[1.0]])], {}),
        ([{"raised": ["TypeError", "no", "line 1"]}], [], {}),
    ],
    ids=["printed", "mutated", "count", "shape", "raised"],
)
def test_another_head_is_read_anew(outcomes, arrays, more):
    forms = Forms(1)
    forms.reply(*frame([value(0)], [np.array([1.0])]))
    assert forms.answer(*frame(outcomes, arrays, **more)) is None


@pytest.mark.parametrize("body", [b"", b"\0" * 4, b"\0" * 16])
def test_a_known_head_with_a_body_of_another_size_is_malformed(body):
    forms = Forms(1)
    head, whole = frame([value(0)], [np.array([1.0])])
    forms.reply(head, whole)
    assert forms.answer(head, body) is None
    with pytest.raises(wire.MalformedFrame):
        forms.reply(head, body)


def test_only_whole_answers_of_doubles_are_kept():
    forms = Forms(1)
    for head, body in (
        frame([value(0)], [np.array([1])]),
        frame([], []),
        (json.dumps({"outcomes": [value(0)], "done": False, "arrays": [["f8", [1]]]}).encode(), bytes(8)),
    ):
        forms.reply(head, body)
        assert forms.answer(head, body) is None


def test_a_form_says_whether_every_call_returned_and_changed_nothing():
    forms = Forms(1)
    for outcomes, kind, is_clean in (
        ([value(0)], Values, True),
        ([value(0, mutated=[0])], Values, False),
        ([{"raised": ["ValueError", "", ""]}], Raised, False),
    ):
        head, body = frame(outcomes, [np.array([1.0])])
        forms.reply(head, body)
        answer = forms.answer(head, body)
        assert isinstance(answer.outcomes[0], kind)
        assert answer.outcomes.form.is_clean is is_clean


def graded(judge, source):
    report = grade(Submission("ada", "affine.py", source.encode()), judge, LIMITS)
    assert report.is_graded
    return report.without_time()


def test_wrong_values_in_the_form_of_right_ones_are_wrong(affine_judge):
    right = graded(affine_judge, RIGHT)
    assert right.score == right.max_score
    wrong = RIGHT.replace("x @ w + b", "x @ w - b")
    assert wrong != RIGHT
    assert graded(affine_judge, RIGHT) == right
    assert graded(affine_judge, wrong).exercises[0].verdict == Verdict.FAILED
    assert graded(affine_judge, RIGHT) == right


VALUE = "    out = x @ w + b\n"


@pytest.mark.parametrize(
    ("bad", "verdict"),
    [("np.nan", Verdict.FAILED), ("np.inf", Verdict.FAILED), ("1e-3", Verdict.FAILED), ("0.0", "passed")],
)
def test_one_number_that_is_off_is_found_in_the_form_of_right_ones(affine_judge, bad, verdict):
    graded(affine_judge, RIGHT)
    spoilt = RIGHT.replace(VALUE, f"{VALUE}    out.flat[-1] += {bad} * np.abs(out).max()\n", 1)
    assert spoilt != RIGHT
    assert graded(affine_judge, spoilt).exercises[0].verdict == verdict


@pytest.mark.parametrize(("line", "note"), [("print('x')", "prints"), ("b += 1", "changes its argument b in place")])
def test_a_note_is_not_lost_among_those_who_need_none(affine_judge, line, note):
    graded(affine_judge, RIGHT)
    odd = RIGHT.replace(VALUE, f"{VALUE}    {line}\n", 1)
    (found,) = graded(affine_judge, odd).exercises[0].notes
    assert note in found
    assert graded(affine_judge, RIGHT).exercises[0].notes == ()
