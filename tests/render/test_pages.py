"""The files of a class: names that never collide, writes that are whole or not at all."""

import multiprocessing
import os
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("jinja2")
pytest.importorskip("matplotlib")

from grader.entry import Entry
from grader.errors import UsageError
from grader.render import pages
from grader.render.filenames import feedback_name
from grader.render.html import index_page, student_page
from grader.render.pages import write_text
from grader.report import Report
from tests.render.examples import HOSTILE, STRANGE_IDS, every_verdict, example_class, write_reports

_DEVICES = ("con", "PRN", "aux", "NUL", "com1", "LPT9", "Aux.txt")
_LOOKALIKES = ("Anna", "anna", "ANNA", "anna ", " anna", "anna.html", "a/b", "a\\b", "a-b", "a b", "a\0b", "")


def test_a_plain_id_is_its_own_name() -> None:
    assert feedback_name("anna-berg_07") == "anna-berg_07.html"


def test_no_two_ids_share_a_name_where_neither_case_nor_composition_counts() -> None:
    ids = {*STRANGE_IDS, *HOSTILE, *_DEVICES, *_LOOKALIKES, "lone \udce9"}
    names = {unicodedata.normalize("NFD", feedback_name(name)).casefold() for name in ids}
    assert len(names) == len(ids)


def test_nobody_can_be_named_like_the_page_of_another() -> None:
    taken = feedback_name("Anna").removesuffix(".html")
    assert feedback_name(taken) != f"{taken}.html"


@pytest.mark.parametrize("submission", [*STRANGE_IDS, *HOSTILE, *_DEVICES])
def test_a_name_is_safe_on_every_file_system(submission: str, tmp_path: Path) -> None:
    name = feedback_name(submission)
    assert name.split(".")[0].casefold() not in ("con", "prn", "aux", "nul", "com1", "lpt9")
    assert not set(name) & set('/\\:*?"<>|\0\n\u202e')
    assert name[0] not in ".-~ "
    assert len(name.encode()) < 200
    (tmp_path / name).touch()
    assert os.listdir(tmp_path) == [name]


def test_a_class_is_written_to_four_places(tmp_path: Path) -> None:
    reports = example_class(5)
    write_reports(tmp_path / "out", reports)
    assert sorted(os.listdir(tmp_path / "out")) == ["feedback", "grades.csv", "index.html", "results.jsonl"]
    assert sorted(os.listdir(tmp_path / "out" / "feedback")) == sorted(feedback_name(r.submission) for r in reports)


def test_what_did_not_change_is_not_written_again(tmp_path: Path) -> None:
    assert len(write_reports(tmp_path, example_class(5))) == 5
    files = sorted(tmp_path.rglob("*.*"))
    before = [path.stat().st_ino for path in files]
    assert write_reports(tmp_path, example_class(5)) == [], "evidence was read for a page that is there"
    assert [path.stat().st_ino for path in files] == before
    assert sorted(tmp_path.rglob("*.*")) == files
    assert write_text(files[0], "changed")


def _changed_evidence(report: Report) -> Report:
    index, result = next((i, result) for i, result in enumerate(report.exercises) if result.evidence)
    evidence = (replace(result.evidence[0], tensor="changed"), *result.evidence[1:])
    exercises = list(report.exercises)
    exercises[index] = replace(result, evidence=evidence)
    return replace(report, exercises=tuple(exercises))


@pytest.mark.parametrize(
    ("change", "page_changes"),
    [
        (_changed_evidence, True),
        (lambda report: replace(report, notes=("a note",)), True),
        (lambda report: replace(report, plan="other"), True),
        (lambda report: replace(report, cpu_seconds=report.cpu_seconds + 1), False),
    ],
    ids=["evidence", "a note", "the plan", "the time it took"],
)
def test_a_page_is_made_anew_when_what_it_shows_has_changed(
    tmp_path: Path, change: Callable[[Report], Report], page_changes: bool
) -> None:
    reports = example_class(12)
    write_reports(tmp_path, reports)
    number = next(i for i, report in enumerate(reports) if any(result.evidence for result in report.exercises))
    reports[number] = change(reports[number])
    assert write_reports(tmp_path, reports) == [reports[number].submission] * page_changes
    text = (tmp_path / "feedback" / feedback_name(reports[number].submission)).read_text(encoding="utf-8")
    assert text.startswith(student_page(reports[number]))


@pytest.mark.parametrize("harm", [b"", b"<html>", None])
def test_a_page_that_is_missing_or_not_whole_is_made_anew(tmp_path: Path, harm: bytes | None) -> None:
    reports = example_class(5)
    write_reports(tmp_path, reports)
    page = tmp_path / "feedback" / feedback_name(reports[1].submission)
    whole = page.read_bytes()
    page.write_bytes(whole[: len(whole) // 2] if harm is None else harm)
    assert write_reports(tmp_path, reports) == [reports[1].submission]
    assert page.read_bytes() == whole


def test_the_class_page_is_made_anew_with_any_line_and_rendered_only_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reports = example_class(5)
    write_reports(tmp_path, reports)
    rendered: list[int] = []
    monkeypatch.setattr(pages, "index_page", lambda known: rendered.append(len(known)) or index_page(known))
    write_reports(tmp_path, reports)
    assert rendered == []
    write_reports(tmp_path, [*reports[:4], replace(reports[4], cpu_seconds=9.0)])
    assert rendered == [5]
    assert "9.00 s" in (tmp_path / "index.html").read_text(encoding="utf-8")


def test_pages_are_made_anew_when_these_modules_have_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reports = example_class(5)
    write_reports(tmp_path, reports)
    monkeypatch.setattr(pages, "_look", lambda: "another look")
    before = (tmp_path / "index.html").read_bytes()
    assert len(write_reports(tmp_path, reports)) == 5
    assert (tmp_path / "index.html").read_bytes() != before


def test_the_mark_of_a_page_does_not_tell_the_seed() -> None:
    report = every_verdict()
    assert Entry.of(report).line.shown == Entry.of(replace(report, seed=report.seed + 1)).line.shown


def test_several_processes_write_what_one_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "POOL_FROM", 10)
    monkeypatch.setattr(pages, "CHUNK", 4)
    reports = example_class(46, hostile=True)
    write_reports(tmp_path / "one", reports)
    write_reports(tmp_path / "many", reports, jobs=2)
    one, many = (
        {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*.*")}
        for folder in (tmp_path / "one", tmp_path / "many")
    )
    assert one == many
    assert len(one) == 46 + 3


def test_a_process_that_is_killed_ends_the_writing_and_the_next_one_writes_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "POOL_FROM", 10)
    monkeypatch.setattr(pages, "CHUNK", 4)
    reports = sorted(example_class(46), key=lambda report: report.submission)
    kept = {report.submission: Entry.of(report) for report in reports}
    asked: list[str] = []

    def entries(submissions: Sequence[str]) -> list[Entry]:
        asked.extend(submissions)
        if len(asked) > 20:
            next(iter(multiprocessing.active_children())).kill()
        return [kept[submission] for submission in submissions]

    with pytest.raises(UsageError, match="a process that wrote pages was ended from outside; start again"):
        pages.write_class(tmp_path, [entry.line for entry in kept.values()], entries, 2)
    assert not (tmp_path / "index.html").exists()
    left = write_reports(tmp_path, reports)
    assert len(left) + len(set(asked)) >= 46
    write_reports(tmp_path / "undisturbed", reports)
    for page in (tmp_path / "undisturbed").rglob("*.*"):
        assert (tmp_path / page.relative_to(tmp_path / "undisturbed")).read_bytes() == page.read_bytes()


def test_what_a_process_cannot_write_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "POOL_FROM", 10)
    (tmp_path / "feedback").touch()
    with pytest.raises(UsageError, match=r"feedback/.*\.html: cannot be written \(File exists\)"):
        write_reports(tmp_path, example_class(12), jobs=2)


def test_a_file_is_replaced_whole_or_kept_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    write_text(tmp_path / "grades.csv", "old")
    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(UsageError, match=r"grades\.csv: cannot be written \(No space left on device\)"):
        write_text(tmp_path / "grades.csv", "new")
    assert os.listdir(tmp_path) == ["grades.csv"]
    assert (tmp_path / "grades.csv").read_text() == "old"


def test_a_link_in_the_folder_is_replaced_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("mine")
    (tmp_path / "grades.csv").symlink_to(tmp_path / "elsewhere")
    write_text(tmp_path / "grades.csv", "new")
    assert (tmp_path / "elsewhere").read_text() == "mine"


def test_a_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "out").touch()
    with pytest.raises(UsageError, match=r"out/results\.jsonl: cannot be written"):
        write_reports(tmp_path / "out", [every_verdict()])
