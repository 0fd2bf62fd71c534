"""Submissions as they come: each situation of the table, graded as one class, gets the verdicts it must get."""

import os
from dataclasses import replace

import pytest

from grader.batch import grade_class
from grader.candidate.subprocess import Limits
from grader.collect import collect
from grader.compile import compile_plan
from grader.report import Report, Verdict
from tests.course import COURSE
from tests.submissions_table import EXERCISES, HERE, materialise, situations

# Right code needs a twentieth of a second and some of these never stop; reading a file may take 1.5 s, see `source`.
LIMITS = Limits(cpu_seconds=2.0, memory=1 << 30)
HIDDEN_SEED = 2026
SITUATIONS = [situation for situation in situations() if not situation.needs or hasattr(os, situation.needs)]

each_situation = pytest.mark.parametrize("situation", SITUATIONS, ids=lambda situation: situation.name)


@pytest.fixture(scope="session")
def reports(tmp_path_factory):
    """The report of each situation by name; the situations of an assignment are graded as one class."""
    folder = tmp_path_factory.mktemp("situations")
    found: dict[str, Report] = {}
    for name, assignment in COURSE.items():
        submissions = []
        for situation in SITUATIONS:
            if situation.assignment == name:
                (submission,) = collect([materialise(situation, folder)], situation.filename)
                submissions.append(_renamed(submission, situation.name))
        plan = compile_plan(assignment, HIDDEN_SEED, public=False)
        public = compile_plan(assignment, assignment.public_seed, public=True)
        grade_class(submissions, plan, public, LIMITS, 2, lambda report: found.update({report.submission: report}))
    return found


def _renamed(submission, name):
    assert submission.id == "ada"
    return replace(submission, id=name)


def test_no_situation_stops_the_class_and_none_is_our_fault(reports):
    assert set(reports) == {situation.name for situation in SITUATIONS}
    assert [name for name, report in reports.items() if not report.is_graded] == []


@each_situation
def test_a_situation_gets_the_verdicts_it_must_get(reports, situation):
    got = {result.exercise: result.verdict.value for result in reports[situation.name].exercises}
    assert got == dict(situation.verdicts)


@each_situation
def test_a_situation_is_told_in_the_words_it_must_be_told_in(reports, situation):
    report = reports[situation.name]
    rationales = {result.exercise: result.rationale for result in report.exercises}
    for name, text in situation.rationale_contains.items():
        assert text in rationales[name]
    notes = [*report.notes, *(note for result in report.exercises for note in result.notes)]
    for text in situation.notes_contain:
        assert any(text in note for note in notes), notes


@each_situation
def test_a_situation_earns_the_points_of_its_verdicts(reports, situation):
    for result in reports[situation.name].exercises:
        share = situation.shares.get(result.exercise)
        if share is not None:
            assert result.points == pytest.approx(share * result.max_points)
        elif result.verdict == Verdict.PASSED:
            assert result.points == result.max_points
        elif result.verdict != Verdict.FAILED:
            assert result.points == 0


@each_situation
def test_a_situation_names_all_exercises_of_its_assignment(situation):
    assert tuple(situation.verdicts) == EXERCISES[situation.assignment]
    assert set(situation.verdicts.values()) <= {verdict.value for verdict in Verdict} - {"unjudged"}


def test_every_folder_of_the_table_is_a_situation():
    folders = {path.name for path in HERE.iterdir() if path.is_dir() and not path.name.startswith("_")}
    assert folders == {situation.name for situation in situations()}


def test_every_kind_of_verdict_of_a_student_occurs():
    verdicts = {verdict for situation in situations() for verdict in situation.verdicts.values()}
    assert verdicts >= {verdict.value for verdict in Verdict} - {"unjudged", "malformed"}
