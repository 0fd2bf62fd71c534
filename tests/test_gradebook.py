"""The gradebook: what is kept, what survives, and how it refuses."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("sqlalchemy")

import sqlalchemy as sa

from grader import gradebook
from grader.entry import line_text
from grader.errors import UsageError
from grader.gradebook import SCHEMA_VERSION, Gradebook, _url
from grader.report import Report
from tests.render.examples import HOSTILE, STRANGE_IDS, every_verdict, example_class, hostile_report, unjudged_report

ROOT = Path(__file__).parent.parent
# PostgreSQL is tried where a database is named: GRADER_TEST_POSTGRESQL=postgresql://user@host/name
POSTGRESQL = os.environ.get("GRADER_TEST_POSTGRESQL", "")
KEPT = every_verdict("anna")
_IDENTITY = ("submission", "sha256", "plan", "isolation")
IDENTITY = ("layers", "anna", KEPT.sha256, KEPT.plan, KEPT.isolation)


def is_current(book: Gradebook, assignment: str, submission: str, sha256: str, plan: str, isolation: str) -> bool:
    """Whether this file needs no second grade, alone and among others that do."""
    files = {submission: sha256, "somebody else": "other"}
    left = book.left(assignment, plan, [isolation, "no such tier"], files)
    assert "somebody else" in left
    return submission not in left


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.skipif(not POSTGRESQL, reason="no URL"))]
)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A path or URL under which no gradebook is yet."""
    if request.param == "sqlite":
        return str(tmp_path / "gradebook.db")
    psycopg = pytest.importorskip("psycopg")
    with psycopg.connect(POSTGRESQL) as connection:
        connection.execute("DROP TABLE IF EXISTS gradebook_schema, gradebook_seeds, gradebook_reports")
    return POSTGRESQL


def test_a_seed_is_drawn_once_and_kept(place: str) -> None:
    with Gradebook(place) as book:
        drawn = book.seed_for("layers")
    with Gradebook(place) as again:
        assert again.seed_for("layers") == drawn
        assert again.seed_for("another") != drawn


def test_a_wanted_seed_is_used_and_kept(place: str) -> None:
    with Gradebook(place) as book:
        book.seed_for("layers")
        assert book.seed_for("layers", 7) == 7
        assert book.seed_for("layers") == 7
        assert book.seed_for("layers", 0) == 0


@pytest.mark.parametrize("seed", [-1, 2**63])
def test_a_seed_out_of_range_is_named(tmp_path: Path, seed: int) -> None:
    with Gradebook(tmp_path / "gradebook.db") as book, pytest.raises(UsageError, match=f"seed {seed}: wanted"):
        book.seed_for("layers", seed)


@pytest.mark.parametrize("report", [KEPT, hostile_report(), unjudged_report()], ids=["verdicts", "hostile", "unjudged"])
def test_a_report_comes_back_as_it_went_in(place: str, report: Report) -> None:
    with Gradebook(place) as book:
        book.record(report)
    with Gradebook(place) as again:
        assert repr(again.current(report.assignment, report.submission)) == repr(report)


def test_a_submission_that_was_never_judged_has_no_report(place: str) -> None:
    with Gradebook(place) as book:
        assert book.current("layers", "anna") is None
        assert not is_current(book, *IDENTITY)
        assert book.reports("layers") == list(book.lines("layers")) == []


def test_a_new_report_replaces_the_older_one(place: str) -> None:
    with Gradebook(place) as book:
        book.record(KEPT)
        book.record(replace(KEPT, sha256="new"))
        assert [report.sha256 for report in book.reports("layers")] == ["new"]


def test_what_is_recorded_together_is_there_for_others_at_the_end_all_at_once(place: str) -> None:
    reports = example_class(5)
    with Gradebook(place) as book, Gradebook(place) as other:
        book.seed_for("layers")
        with book.together():
            for report in reports:
                book.record(report)
            assert other.reports("layers") == []
        assert len(other.reports("layers")) == 5
        other.record(KEPT)  # nobody is kept waiting
        book.record(KEPT)


def test_nothing_is_half_recorded_when_something_goes_wrong_together(place: str) -> None:
    def go_wrong() -> None:
        with book.together():
            book.record(KEPT)
            raise ZeroDivisionError

    with Gradebook(place) as book:
        with pytest.raises(ZeroDivisionError):
            go_wrong()
        assert book.reports("layers") == []
        book.record(KEPT)
        assert len(book.reports("layers")) == 1


def test_reports_of_one_assignment_come_sorted_by_submission(place: str) -> None:
    with Gradebook(place) as book:
        for report in reversed(example_class(46)):
            book.record(report)
        book.record(replace(KEPT, assignment="another"))
        submissions = [report.submission for report in book.reports("layers")]
        summaries = [line.summary().submission for line in book.lines("layers")]
    assert submissions == sorted(submissions) == summaries
    assert len(submissions) == 46


def test_rows_come_in_order_and_once_each_however_few_are_read_at_once(
    place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gradebook, "AT_ONCE", 7)
    reports = sorted(example_class(46, hostile=True), key=lambda report: report.submission)
    with Gradebook(place) as book:
        for report in reports:
            book.record(report)
        assert [line.text for line in book.lines("layers")] == list(map(line_text, reports))
        some = [report.submission for report in reports[::3]]
        assert sorted(entry.report().submission for entry in book.entries("layers", some)) == some


def test_ids_no_database_would_take_are_kept_apart(place: str) -> None:
    ids = [*STRANGE_IDS, *HOSTILE, "nul\0", "nul", "lone \udce9", "lone \udcea"]
    with Gradebook(place) as book:
        for submission in ids:
            book.record(replace(KEPT, submission=submission))
        assert {report.submission for report in book.reports("layers")} == set(ids)
        assert all(is_current(book, "layers", submission, *IDENTITY[2:]) for submission in ids)


def test_the_same_file_plan_and_border_need_no_second_grade(place: str) -> None:
    with Gradebook(place) as book:
        book.record(KEPT)
        assert is_current(book, *IDENTITY)


@pytest.mark.parametrize("changed", range(5), ids=["assignment", "submission", "sha256", "plan", "isolation"])
def test_any_change_asks_for_a_new_grade(place: str, changed: int) -> None:
    identity = list(IDENTITY)
    identity[changed] = "changed"
    with Gradebook(place) as book:
        book.record(KEPT)
        assert not is_current(book, *identity)


def test_an_ungraded_report_is_never_current(place: str) -> None:
    report = unjudged_report("anna")
    with Gradebook(place) as book:
        book.record(report)
        assert not is_current(book, "layers", "anna", report.sha256, report.plan, report.isolation)


_WRITER = """
import sys
from dataclasses import replace
from grader.gradebook import Gradebook
from tests.render.examples import every_verdict
with Gradebook(sys.argv[1]) as book:
    print(book.seed_for("layers"), flush=True)
    for number in range(int(sys.argv[3])):
        book.record(replace(every_verdict(), submission=f"{sys.argv[2]}{number}"))
        print(f"{sys.argv[2]}{number}", flush=True)
"""


def _writer(place: str, name: str, count: int) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", _WRITER, place, name, str(count)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_what_was_recorded_survives_a_kill_in_the_middle(place: str) -> None:
    writer = _writer(place, "s", 100_000)
    assert writer.stdout is not None
    seed = int(writer.stdout.readline())
    said = [writer.stdout.readline().strip() for _ in range(20)]
    os.kill(writer.pid, signal.SIGKILL)
    said += writer.stdout.read().split("\n")[:-1]
    writer.wait()
    assert len(said) < 100_000, "the writer must have been killed at work"
    with Gradebook(place) as book:
        assert {report.submission for report in book.reports("layers")} >= set(said)
        assert book.seed_for("layers") == seed
        book.record(KEPT)


def test_two_graders_at_once_lose_nothing_and_agree_on_the_seed(place: str) -> None:
    writers = [_writer(place, name, 40) for name in "ab"]
    outputs = [writer.communicate()[0].split() for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0]
    assert outputs[0][0] == outputs[1][0]
    with Gradebook(place) as book:
        assert {report.submission for report in book.reports("layers")} == {*outputs[0][1:], *outputs[1][1:]}
        assert len(book.reports("layers")) == 80


_FIRST_VERSION = (
    "CREATE TABLE gradebook_schema (only_row INTEGER NOT NULL PRIMARY KEY, version INTEGER NOT NULL)",
    "CREATE TABLE gradebook_seeds (assignment VARCHAR NOT NULL PRIMARY KEY, seed BIGINT NOT NULL)",
    "CREATE TABLE gradebook_reports (assignment VARCHAR NOT NULL, submission VARCHAR NOT NULL, sha256 VARCHAR NOT NULL,"
    " plan VARCHAR NOT NULL, isolation VARCHAR NOT NULL, graded BOOLEAN NOT NULL, recorded_at TIMESTAMP NOT NULL,"
    " report TEXT NOT NULL, PRIMARY KEY (assignment, submission))",
    "INSERT INTO gradebook_schema VALUES (1, 1)",
    "INSERT INTO gradebook_seeds VALUES ('layers', 7)",
)


def _first_version(place: str, reports: list[Report]) -> None:
    """A gradebook as the first version of the grader wrote it."""
    insert = sa.text("INSERT INTO gradebook_reports VALUES (:a, :s, :f, :p, :i, :g, '2026-01-02 03:04:05', :r)")
    with sa.create_engine(_url(place)).begin() as connection:
        for statement in _FIRST_VERSION:
            connection.exec_driver_sql(statement)
        for one in reports:
            key = {"a": one.assignment, "s": one.submission, "f": one.sha256, "p": one.plan, "i": one.isolation}
            connection.execute(insert, {**key, "g": one.is_graded, "r": json.dumps(one.to_json())})


def test_a_gradebook_of_the_first_version_is_brought_up_with_all_that_is_in_it(place: str) -> None:
    reports = sorted(example_class(46), key=lambda report: report.submission)
    _first_version(place, reports)
    for _ in range(2):
        with Gradebook(place) as book:
            assert repr(book.reports("layers")) == repr(reports)
            assert book.seed_for("layers") == 7
            assert is_current(book, "layers", *(getattr(reports[0], name) for name in _IDENTITY))
    with Gradebook(place) as book:
        book.record(replace(reports[0], sha256="new"))
        assert len(book.reports("layers")) == 46


def test_one_that_cannot_be_brought_up_stays_as_it_was(place: str) -> None:
    _first_version(place, example_class(5))
    with sa.create_engine(_url(place)).begin() as connection:
        last = "(SELECT max(submission) FROM gradebook_reports)"
        connection.exec_driver_sql(f"UPDATE gradebook_reports SET report = '{{}}' WHERE submission = {last}")
    for _ in range(2):
        with pytest.raises(
            UsageError, match=r"stays as it was .*a report in it cannot be read.*use the grader that wrote it"
        ):
            Gradebook(place)
    with sa.create_engine(_url(place)).begin() as connection:
        assert len(connection.exec_driver_sql("SELECT report FROM gradebook_reports").all()) == 5


def _not_a_database(folder: Path) -> str:
    (folder / "gradebook.db").write_text("submission,score\n" * 100)
    return str(folder / "gradebook.db")


def _half_a_database(folder: Path) -> str:
    path = folder / "gradebook.db"
    with Gradebook(path) as book:
        for report in example_class(20):
            book.record(report)
    path.write_bytes(path.read_bytes()[:6000] + b"\xff" * 6000)
    return str(path)


def _of_another_version(folder: Path) -> str:
    path = folder / "gradebook.db"
    Gradebook(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE gradebook_schema SET version = 99")
    return str(path)


def _of_another_program(folder: Path) -> str:
    with sqlite3.connect(folder / "places.db") as connection:
        connection.execute("CREATE TABLE bookmarks (url)")
    return str(folder / "places.db")


def _below_a_file(folder: Path) -> str:
    (folder / "file").touch()
    return str(folder / "file" / "gradebook.db")


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (_not_a_database, r"gradebook\.db: file is not a database; move the file away"),
        (_half_a_database, r"gradebook\.db: .*malformed.*; move the file away"),
        (_of_another_version, rf"schema version 99, this grader reads version {SCHEMA_VERSION}; use the grader"),
        (_of_another_program, r"places\.db: it is the database of another program \(with a table 'bookmarks'\)"),
        (_below_a_file, r"unable to open database file; wanted a folder that exists and can be written to"),
        (lambda folder: str(folder / "missing" / "g.db"), r"missing/g\.db: unable to open .* wanted a folder"),
        (lambda folder: "mongodb://anna:secret@host/g", r"mongodb://…: wanted a path, sqlite:///PATH or postgresql"),
        (lambda folder: "http://host:port:x/", r"http://…: wanted a path"),
    ],
)
def test_a_gradebook_that_cannot_be_used_is_refused_with_what_to_do(
    tmp_path: Path, make: Callable[[Path], str], said: str
) -> None:
    place = make(tmp_path)
    with pytest.raises(UsageError, match=said) as refusal, Gradebook(place) as book:
        book.reports("layers")
    assert "secret" not in str(refusal.value)


def test_the_database_of_another_program_is_left_as_it_was(tmp_path: Path) -> None:
    place = Path(_of_another_program(tmp_path))
    before = place.read_bytes()
    with pytest.raises(UsageError):
        Gradebook(place)
    assert place.read_bytes() == before


@pytest.mark.parametrize("column", ["line", "evidence"])
def test_a_report_no_longer_readable_is_said_with_what_to_do(tmp_path: Path, column: str) -> None:
    path = tmp_path / "gradebook.db"
    with Gradebook(path) as book:
        book.record(KEPT)
        with sqlite3.connect(path) as connection:
            connection.execute(f"UPDATE gradebook_reports SET {column} = '{{}}'")
        with pytest.raises(UsageError, match=r"a report in it cannot be read .*--fresh"):
            book.current("layers", "anna")


@pytest.mark.skipif("psycopg" in sys.modules, reason="the driver is loaded")
def test_a_missing_driver_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(
        UsageError, match=r"postgresql\+psycopg://anna:\*\*\*@host/g: the driver psycopg is missing"
    ) as no:
        Gradebook("postgresql://anna:secret@host/g")
    assert "secret" not in str(no.value)
