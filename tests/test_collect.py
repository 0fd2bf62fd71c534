"""Collecting a class: whose file is it, and what is said when there is none."""

import io
import os
import stat
import threading
import zipfile
from pathlib import Path

import pytest

from grader import listing
from grader.collect import Submission, collect
from grader.errors import UsageError
from grader.report import Verdict

needs_links = pytest.mark.skipif(not hasattr(os, "symlink"), reason="no symbolic links here")
needs_pipes = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")


@pytest.fixture
def course(tmp_path: Path) -> Path:
    folder = tmp_path / "course"
    folder.mkdir()
    return folder


def put(path: Path, data: bytes | str = "x = 1\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def zipped(members: dict[str, bytes | str], **options) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", options.pop("compression", zipfile.ZIP_DEFLATED)) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def ids(submissions: list[Submission]) -> list[str]:
    return [submission.id for submission in submissions]


def only(submissions: list[Submission]) -> Submission:
    assert len(submissions) == 1
    return submissions[0]


# --- whose it is


def test_a_folder_of_folders_files_and_zips_is_one_class(course: Path) -> None:
    put(course / "ada" / "week 3" / "rnn.py", "a")
    put(course / "bob.py", "b")
    put(course / "cleo.ipynb", "c")
    put(course / "dan.zip", zipped({"work/rnn.py": "d"}))
    found = collect([course], "rnn.py")
    assert [(s.id, s.filename, s.data) for s in found] == [
        ("ada", "rnn.py", b"a"),
        ("bob", "rnn.py", b"b"),
        ("cleo", "rnn.ipynb", b"c"),
        ("dan", "rnn.py", b"d"),
    ]


def test_what_nobody_handed_in_is_ignored(course: Path) -> None:
    put(course / "ada" / "rnn.py", "right")
    for name in (".git", "__MACOSX", ".ipynb_checkpoints", "__pycache__"):
        put(course / name / "rnn.py", "wrong")
        put(course / "ada" / name / "rnn.py", "wrong")
    for name in ("README.md", "grades.csv", ".DS_Store", "submission_metadata.yml"):
        put(course / name)
    assert [(s.id, s.data) for s in collect([course], "rnn.py")] == [("ada", b"right")]


@pytest.mark.parametrize(
    "name",
    ["Ada Lovelace_123_assignsubmission_file_", "submission_4711", "J\u00fcrgen", "o'neill; rm -rf"],
)
def test_the_folder_of_a_platform_keeps_its_name_as_id(course: Path, name: str) -> None:
    put(course / name / "rnn.py")
    assert ids(collect([course], "rnn.py")) == [name]


def test_a_name_that_is_no_text_becomes_one(course: Path) -> None:
    try:
        os.mkdir(os.fsencode(course) + b"/J\xfcrgen")
    except OSError:
        pytest.skip("this file system keeps text names only")
    put(course / "ad\na" / "rnn.py")
    assert ids(collect([course], "rnn.py")) == ["J\\xfcrgen", "ad\ufffda"]


def test_a_folder_that_holds_the_file_itself_is_one_student(course: Path) -> None:
    put(course / "ada" / "rnn.py")
    put(course / "ada" / "helpers.py")
    assert ids(collect([course / "ada"], "rnn.py")) == ["ada"]


@pytest.mark.parametrize(
    ("name", "student"),
    [("ada/rnn.py", "ada"), ("ada/RNN.ipynb", "ada"), ("class/ada.py", "ada"), ("class/ada.zip", "ada")],
)
def test_a_single_file_is_a_student(course: Path, name: str, student: str) -> None:
    path = put(course / name, zipped({"rnn.py": "x"}) if name.endswith("zip") else "x")
    submission = only(collect([path], "rnn.py"))
    assert (submission.id, submission.data, submission.verdict) == (student, b"x", None)


def test_the_notebook_twin_of_a_wanted_notebook_is_the_module(course: Path) -> None:
    put(course / "ada" / "rnn.py")
    assert only(collect([course], "rnn.ipynb")).filename == "rnn.py"


@pytest.mark.parametrize("prefix", ["", "export/", "outer/inner/"])
def test_a_zip_of_a_class_is_a_class(course: Path, prefix: str) -> None:
    members = {
        "ada/src/rnn.py": b"a",
        "bob.py": b"b",
        "cleo_assignsubmission_file_/homework.zip": zipped({"rnn.py": "c"}),
        "dan.zip": zipped({"deep/er/rnn.ipynb": "d"}),
        "eve/": b"",
        "notes.txt": b"",
    }
    path = put(
        course / "all.zip", zipped({"__MACOSX/x": b""} | {prefix + name: data for name, data in members.items()})
    )
    found = {s.id: (s.data, s.verdict) for s in collect([path], "rnn.py")}
    assert found == {
        "ada": (b"a", None),
        "bob": (b"b", None),
        "cleo_assignsubmission_file_": (b"c", None),
        "dan": (b"d", None),
        "eve": (b"", Verdict.MISSING),
    }


def test_the_zip_of_one_student_is_no_class(course: Path) -> None:
    path = put(course / "ada.zip", zipped({"src/rnn.py": "x", "tests/check.py": "", "util.py": ""}))
    assert ids(collect([path], "rnn.py")) == ["ada"]


def test_several_paths_add_up_and_are_sorted(course: Path) -> None:
    for name in ("c", "a", "b"):
        put(course / f"group {name}" / name / "rnn.py")
    assert ids(collect(sorted(course.iterdir(), reverse=True), "rnn.py")) == ["a", "b", "c"]


# --- what cannot be told apart


def test_the_same_bytes_twice_are_one(course: Path) -> None:
    put(course / "ada" / "rnn.py")
    put(course / "ada" / "copy" / "rnn.py")
    put(course / "ada.zip", zipped({"rnn.py": "x = 1\n"}))
    assert only(collect([course, course / "ada"], "rnn.py")).verdict is None


@pytest.mark.parametrize("other", ["ada/b/rnn.py", "ada/rnn.ipynb", "ada.py"])
def test_two_candidates_are_named_and_none_is_guessed(course: Path, other: str) -> None:
    put(course / "ada" / "a" / "rnn.py", "one")
    put(course / other, "two")
    submission = only(collect([course], "rnn.py"))
    assert (submission.verdict, submission.data) == (Verdict.UNREADABLE, b"")
    assert "2 candidates for ada" in submission.problem
    assert "--file" in submission.problem
    assert Path(other).name in submission.problem


def test_a_missing_file_is_named_with_what_was_found(course: Path) -> None:
    put(course / "ada" / "model.py")
    put(course / "ada" / "notes" / "draft.ipynb")
    submission = only(collect([course], "rnn.py"))
    assert submission.verdict == Verdict.MISSING
    assert submission.problem == (
        "no rnn.py or rnn.ipynb from ada; found model.py, notes/draft.ipynb; rename it, or use --file model.py"
    )


def test_an_empty_place_does_not_hide_the_file_in_another(course: Path) -> None:
    (course / "ada").mkdir()
    put(course / "ada.py", "x")
    assert only(collect([course], "rnn.py")).data == b"x"


def test_the_hash_tells_kinds_contents_and_problems_apart() -> None:
    some = [
        Submission("a", "rnn.py", b"x"),
        Submission("a", "rnn.ipynb", b"x"),
        Submission("a", "rnn.py", b"y"),
        Submission("a", "rnn.py", b"", Verdict.MISSING, "none"),
        Submission("a", "rnn.py", b"", Verdict.UNREADABLE, "link"),
    ]
    assert len({submission.sha256 for submission in some}) == len(some)
    assert Submission("b", "rnn.py", b"x").sha256 == some[0].sha256


# --- what is not read


@needs_links
@pytest.mark.parametrize("target", ["../bob/rnn.py", "/etc/passwd", "../../outside.py"])
def test_a_link_out_of_the_folder_is_refused(course: Path, target: str) -> None:
    put(course / "bob" / "rnn.py", "secret")
    put(course.parent / "outside.py", "secret")
    (course / "ada").mkdir()
    (course / "ada" / "rnn.py").symlink_to(target)
    ada = collect([course], "rnn.py")[0]
    assert (ada.verdict, ada.data) == (Verdict.UNREADABLE, b"")
    assert "symbolic link out of the folder" in ada.problem


@needs_links
def test_links_inside_are_followed_and_loops_are_not(course: Path) -> None:
    put(course / "ada" / "src" / "model.py", "x")
    (course / "ada" / "rnn.py").symlink_to("src/model.py")
    (course / "ada" / "src" / "again").symlink_to("..", target_is_directory=True)
    assert only(collect([course], "rnn.py")).data == b"x"
    (course / "ada" / "rnn.py").unlink()
    (course / "ada" / "rnn.py").symlink_to("rnn.py")
    assert only(collect([course], "rnn.py")).verdict == Verdict.UNREADABLE


@needs_links
@pytest.mark.parametrize("name", ["ada", "ada.py", "ada.zip"])
def test_a_student_that_is_a_link_is_refused(course: Path, name: str) -> None:
    put(course.parent / "elsewhere" / "rnn.py")
    (course / name).symlink_to(course.parent / "elsewhere", target_is_directory=True)
    submission = only(collect([course], "rnn.py"))
    assert (submission.id, submission.verdict) == ("ada", Verdict.UNREADABLE)


@needs_pipes
@pytest.mark.parametrize("name", ["ada/rnn.py", "ada.py", "ada.zip", "ada/work.zip"])
def test_a_pipe_is_refused_and_not_waited_for(course: Path, name: str) -> None:
    (course / name).parent.mkdir(exist_ok=True)
    os.mkfifo(course / name)
    found: list[Submission] = []
    thread = threading.Thread(target=lambda: found.extend(collect([course], "rnn.py")), daemon=True)
    thread.start()
    thread.join(30)
    assert only(found).verdict == Verdict.UNREADABLE
    assert "named pipe" in found[0].problem


def test_a_folder_named_like_the_file_is_no_file(course: Path) -> None:
    put(course / "ada" / "rnn.py" / "model.txt")
    assert only(collect([course], "rnn.py")).verdict == Verdict.MISSING


def test_a_file_without_permission_is_refused(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(course / "ada" / "rnn.py")

    def refuse(*_: object) -> int:  # the tests may run as root, whom no permission stops
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    submission = only(collect([course], "rnn.py"))
    assert submission.verdict == Verdict.UNREADABLE
    assert "Permission denied" in submission.problem


@pytest.mark.parametrize(("size", "verdict"), [(listing.MAX_FILE, None), (listing.MAX_FILE + 1, Verdict.UNREADABLE)])
def test_a_file_has_a_largest_size(course: Path, size: int, verdict: Verdict | None) -> None:
    put(course / "ada" / "rnn.py", bytes(size))
    submission = only(collect([course], "rnn.py"))
    assert (submission.verdict, len(submission.data)) == (verdict, size if verdict is None else 0)


def test_a_large_file_is_told_its_size_and_not_read(course: Path) -> None:
    with open(put(course / "ada" / "rnn.py"), "wb") as file:
        file.truncate(50 << 20)
    assert "rnn.py has 50.0 MB, at most 5 MB are read" in only(collect([course], "rnn.py")).problem


def test_a_file_that_grows_while_it_is_read_is_refused(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(course / "ada" / "rnn.py")
    before = path.stat()
    put(path, bytes(listing.MAX_FILE + 1))
    monkeypatch.setattr(os, "fstat", lambda _: before)
    assert only(collect([course], "rnn.py")).verdict == Verdict.UNREADABLE


def encrypted() -> bytes:
    data = bytearray(zipped({"rnn.py": "x"}))
    data[6] |= 1  # the flag in the member's own head
    data[data.index(b"PK\1\2") + 8] |= 1  # and in the directory
    return bytes(data)


def damaged() -> bytes:
    data = bytearray(zipped({"rnn.py": "x = 1\n"}, compression=zipfile.ZIP_STORED))
    data[data.index(b"x = 1")] ^= 1
    return bytes(data)


def lying() -> bytes:
    """A directory that announces ten bytes for a member of ten megabytes."""
    data = bytearray(zipped({"rnn.py": bytes(10 << 20)}))
    for place in (22, data.index(b"PK\1\2") + 24):
        data[place : place + 4] = (10).to_bytes(4, "little")
    return bytes(data)


def linking() -> bytes:
    member = zipfile.ZipInfo("rnn.py")
    member.create_system = 3
    member.external_attr = (stat.S_IFLNK | 0o777) << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(member, "../bob/rnn.py")
    return buffer.getvalue()


BAD_ZIPS = {
    "bomb": (zipped({"rnn.py": "x", "zeros": bytes(20 << 20)}), "zip bomb"),
    "large member": (zipped({"rnn.py": os.urandom(6 << 20)}), "6.0 MB"),
    "traversal": (zipped({"../rnn.py": "x"}), "out of its own folder"),
    "traversal beside the file": (zipped({"rnn.py": "x", "a/../../b": "x"}), "out of its own folder"),
    "absolute": (zipped({"/etc/rnn.py": "x"}), "out of its own folder"),
    "drive": (zipped({"C:\\work\\rnn.py": "x"}), "out of its own folder"),
    "encrypted": (encrypted(), "zip it without a password"),
    "damaged": (damaged(), "damaged"),
    "lying about its size": (lying(), "damaged"),
    "link": (linking(), "symbolic link"),
    "unusual method": (zipped({"rnn.py": "x"}, compression=zipfile.ZIP_LZMA), "method 14"),
    "cut off": (zipped({"rnn.py": "x"})[:-10], "cannot be read as a zip"),
    "no zip": (b"hello", "cannot be read as a zip"),
    "empty file": (b"", "cannot be read as a zip"),
}


@pytest.mark.parametrize(("data", "problem"), BAD_ZIPS.values(), ids=BAD_ZIPS)
@pytest.mark.parametrize("place", ["ada.zip", "ada/homework.zip"])
def test_a_bad_zip_is_refused_with_its_reason(course: Path, place: str, data: bytes, problem: str) -> None:
    put(course / place, data)
    put(course / "bob.py")
    ada, bob = collect([course], "rnn.py")
    assert (ada.verdict, ada.data) == (Verdict.UNREADABLE, b"")
    assert problem in ada.problem
    assert bob.verdict is None  # one bad submission does not cost another
    assert {path.name for path in course.rglob("*")} <= {
        "ada.zip",
        "ada",
        "homework.zip",
        "bob.py",
    }  # nothing extracted


def test_a_zip_has_a_largest_number_of_members(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(course / "ada.zip", zipped({"rnn.py": "x", "a": "", "b": ""}))
    monkeypatch.setattr(listing, "MAX_MEMBERS", 3)
    assert only(collect([path], "rnn.py")).verdict is None
    monkeypatch.setattr(listing, "MAX_MEMBERS", 2)
    assert "holds 3 files" in only(collect([path.parent], "rnn.py")).problem


def test_a_zip_inside_a_zip_of_a_student_is_not_opened(course: Path) -> None:
    put(course / "ada.zip", zipped({"inner.zip": zipped({"rnn.py": "x"})}))
    assert only(collect([course], "rnn.py")).verdict == Verdict.MISSING


def test_backslashes_of_windows_are_folders(course: Path) -> None:
    put(course / "ada.zip", zipped({"work\\rnn.py": "x"}))
    assert only(collect([course], "rnn.py")).data == b"x"


def test_folders_without_end_are_refused(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "MAX_DEPTH", 3)
    put(course / "ada" / "1" / "2" / "3" / "4" / "rnn.py")
    assert only(collect([course], "rnn.py")).verdict == Verdict.UNREADABLE


# --- what the instructor got wrong


def test_a_path_that_does_not_exist_is_named(course: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere does not exist"):
        collect([course / "nowhere"], "rnn.py")


@pytest.mark.parametrize("junk", [(), ("README.md", ".git/rnn.py", "__MACOSX/rnn.py")])
def test_a_folder_without_submissions_is_named(course: Path, junk: tuple[str, ...]) -> None:
    for name in junk:
        put(course / name)
    with pytest.raises(UsageError, match="no submissions under"):
        collect([course], "rnn.py")


@pytest.mark.parametrize("filename", ["rnn", "rnn.txt", "../rnn.py", "a/rnn.py", ""])
def test_a_wanted_name_that_is_none_is_refused(course: Path, filename: str) -> None:
    put(course / "ada.py")
    with pytest.raises(UsageError, match="--file"):
        collect([course], filename)


def test_a_file_of_another_kind_is_no_path(course: Path) -> None:
    with pytest.raises(UsageError, match="no submission"):
        collect([put(course / "class.tar.gz")], "rnn.py")
