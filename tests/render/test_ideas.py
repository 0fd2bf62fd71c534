"""The class page counts students by the idea that they missed, however the mistake was made."""

from dataclasses import replace

from grader.render.html import index_page
from grader.render.ideas import ideas, single_mistakes
from grader.report import ExerciseResult, Report, Verdict

SUM, SIGN = "Is it a sum that counts?", "Which way does it go?"


def result(exercise: str, mistake: str | None, hint: str | None) -> ExerciseResult:
    return ExerciseResult(exercise, Verdict.FAILED, 0.0, 1.0, "wrong", hint, mistake)


def report(submission: str, *results: ExerciseResult) -> Report:
    return Report(submission, "layers", "0" * 64, 1, "0" * 16, "full", {}, 0.0, results)


CLASS = (
    report("ada", result("first", "averaged", SUM), result("second", "averaged too", SUM)),
    report("bob", result("first", "averaged", SUM), result("second", "flipped", SIGN)),
    report("eve", result("first", "averaged + flipped", f"{SUM}\n{SIGN}"), result("second", None, SIGN)),
)


def test_a_student_counts_once_for_an_idea() -> None:
    found = [(idea.hint, idea.students) for idea in ideas(CLASS)]
    assert found == [(SUM, 3), (SIGN, 2)]


def test_an_idea_lists_the_mistakes_by_which_it_showed() -> None:
    (first, _) = ideas(CLASS)
    found = [(mistake.exercise, mistake.mistake, mistake.students) for mistake in first.mistakes]
    assert found == [("first", "averaged", 3), ("second", "averaged too", 1)]


def test_two_mistakes_of_one_idea_are_one_name() -> None:
    assert list(single_mistakes(result("first", "a + b", SUM))) == [("a + b", SUM)]


def test_a_hint_without_a_mistake_is_no_idea_of_the_catalogue() -> None:
    assert ideas([report("eve", result("second", None, SIGN))]) == []


def test_the_page_shows_the_idea_and_by_how_many_it_was_missed() -> None:
    page = index_page(CLASS)
    assert "Which ideas were misunderstood" in page
    assert f'<span class="students">3 students</span>\n<div><p class="idea">{SUM}</p>' in page
    assert "<code>first</code>: averaged (3 times)<br><code>second</code>: averaged too</p>" in page


def test_a_class_without_named_mistakes_has_no_such_heading() -> None:
    unnamed = replace(CLASS[0], exercises=(result("first", None, None),))
    assert "Which ideas were misunderstood" not in index_page([unnamed])
