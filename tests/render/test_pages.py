"""The files of a class: names that never collide, writes that are whole or not at all."""

import os
import unicodedata
from pathlib import Path

import pytest

pytest.importorskip("jinja2")
pytest.importorskip("matplotlib")

from grader.errors import UsageError
from grader.render.filenames import feedback_name
from grader.render.pages import write_class, write_text
from tests.render.examples import HOSTILE, STRANGE_IDS, every_verdict, example_class

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
    assert write_class(tmp_path / "out", reports) == tmp_path / "out" / "index.html"
    assert sorted(os.listdir(tmp_path / "out")) == ["feedback", "grades.csv", "index.html", "results.jsonl"]
    assert sorted(os.listdir(tmp_path / "out" / "feedback")) == sorted(feedback_name(r.submission) for r in reports)


def test_what_did_not_change_is_not_written_again(tmp_path: Path) -> None:
    write_class(tmp_path, example_class(5))
    files = sorted(tmp_path.rglob("*.*"))
    before = [path.stat().st_ino for path in files]
    write_class(tmp_path, example_class(5))
    assert [path.stat().st_ino for path in files] == before
    assert write_text(files[0], "changed")


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
    with pytest.raises(UsageError, match=r"out/grades\.csv: cannot be written"):
        write_class(tmp_path / "out", [every_verdict()])
