"""grades.csv and the lines of results.jsonl, as their readers find them."""

import csv
import io
import json
from dataclasses import replace

import pytest

from grader.entry import line_text
from grader.render.tables import grades_csv
from tests.render.examples import EXERCISES, every_verdict, example_class, hostile_report, unjudged_report


def _rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def test_a_row_for_each_submission_and_a_column_for_each_exercise() -> None:
    reports = example_class(46, hostile=True)
    head, *rows = _rows(grades_csv(reports[::-1]))
    assert head == ["submission", "score", "max_score", *(name for name, _ in EXERCISES)]
    assert len(rows) == 46
    assert {len(row) for row in rows} == {len(head)}


def test_no_grade_is_an_empty_cell_and_nought_is_not() -> None:
    (_, row) = _rows(grades_csv([unjudged_report()]))
    assert row == ["unlucky", "", "33", "2", "3", "4", "6", "", "6", "1", "2", "5"]
    (_, row) = _rows(grades_csv([every_verdict("a")]))
    assert row[:5] == ["a", "2", "33", "2", "0"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", " =", "＝", "\t=", "\x00@"])
def test_a_spreadsheet_runs_no_id_as_a_formula(start: str) -> None:
    (_, row) = _rows(grades_csv([every_verdict(f"{start}HYPERLINK(0)")]))
    assert not row[0].lstrip().startswith(("=", "+", "-", "@", "＝"))


def test_negative_points_stay_numbers() -> None:
    report = every_verdict("a")
    penalty = replace(report, exercises=(replace(report.exercises[0], points=-1.5),))
    assert _rows(grades_csv([penalty]))[1][1] == "-1.5"


def test_a_line_for_each_submission_and_every_string_as_it_was() -> None:
    reports = example_class(46, hostile=True)
    lines = list(map(line_text, reports))
    assert not any("\n" in line for line in lines)
    assert [json.loads(line) for line in lines] == json.loads(json.dumps([report.line() for report in reports]))


def test_a_line_keeps_the_names_others_build_on() -> None:
    line = json.loads(line_text(every_verdict()))
    whole = "submission assignment score max_score sha256 seed plan isolation versions cpu_seconds notes exercises"
    assert " ".join(line) == whole
    assert " ".join(line["exercises"][0]) == "exercise verdict points max_points rationale hint mistake case notes"


def test_names_are_readable_and_control_characters_are_not_there() -> None:
    text = line_text(every_verdict("李雷")) + line_text(hostile_report("x\u2028y\U000e0041"))
    assert "李雷" in text
    assert not set(text) & set("\x07\x1b\u202e\u2028\udce9\ufffe\U000e0041")
    text.encode()
