"""Nothing graded is lost, and nothing is half written: killed, out of room, not allowed to write, side by side."""

import ctypes
import fcntl
import os
import resource
import shutil
import subprocess
import sys

import pytest

from grader import course
from grader.gradebook import Gradebook
from tests import small_course
from tests.kills import kill_at_random, what_is_known
from tests.small_course import CLASS, SOLUTION, make_class, make_project, run, start

PR_CAPBSET_DROP, CAP_DAC_OVERRIDE = 24, 1
ROOM = 150_000  # bytes for any one file: enough for an empty gradebook, too little for a class


def test_a_batch_that_is_killed_at_random_moments_loses_nothing(tmp_path):
    counts = kill_at_random(5, 1, tmp_path)
    assert counts["killed"] + counts["workers killed"] == 5


def test_a_report_that_was_changed_by_a_kill_would_be_seen(tmp_path):
    submissions = make_class(tmp_path / "class", CLASS)
    run(make_project(tmp_path / "project"), "grade", "affine", submissions, "--to", tmp_path / "to")
    assert sorted(what_is_known(tmp_path / "to")) == ["ada", "bob", "eve", "zoe"]
    page = tmp_path / "to" / "feedback" / "ada.html"
    page.write_text(page.read_text(encoding="utf-8")[:-100], encoding="utf-8")
    with pytest.raises(AssertionError, match=r"ada\.html"):
        what_is_known(tmp_path / "to")


def test_a_full_disk_is_named_keeps_what_is_there_and_is_overcome_by_starting_again(tmp_path):
    crowd = {f"student-{number:02}": SOLUTION.replace("+ b", f"+ b * {number}") for number in range(30)}
    project, submissions = make_project(tmp_path / "project"), make_class(tmp_path / "class", crowd)
    arguments = ("grade", "affine", submissions, "--to", tmp_path / "to", "--jobs", "2")

    def little_room():
        resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, ROOM))

    process = start(project, *arguments, preexec_fn=little_room)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 2, err
    (message,) = [line for line in err.splitlines() if line.startswith("grader: ")]
    assert str(tmp_path / "to") in message
    assert "make room and start again" in message or "what was graded before is kept" in message
    before = what_is_known(tmp_path / "to")
    assert 0 < len(before) < len(crowd)
    assert run(project, *arguments).code == 0
    after = what_is_known(tmp_path / "to")
    assert sorted(after) == sorted([*crowd, "zoe"])
    assert before.items() <= after.items()


_ON_A_FULL_DISK = """
dd if=/dev/zero of={results}/filler bs=1024 count={filler} status=none
{grade}; echo $? >{out}/first
cp -r {results}/to {out}/before
rm {results}/filler
{grade}; echo $? >{out}/second
cp -r {results}/to {out}/after
"""


@pytest.mark.parametrize("free", [150, 500], ids=["for the gradebook", "for the pages"])
def test_a_disk_that_is_really_full_loses_nothing_either(tmp_path, free):
    """A file system of 4 MB in a namespace of its own, so many KB of which are free at first."""
    results, out = tmp_path / "results", tmp_path / "out"
    results.mkdir()
    out.mkdir()
    small = ["bwrap", "--dev-bind", "/", "/", "--size", str(4 << 20), "--tmpfs", str(results), "--"]
    if not shutil.which("bwrap") or subprocess.run([*small, "true"], capture_output=True).returncode:
        pytest.skip("no file system can be mounted here")
    crowd = {f"student-{number:02}": SOLUTION.replace("+ b", f"+ b * {number}") for number in range(30)}
    project, submissions = make_project(tmp_path / "project"), make_class(tmp_path / "class", crowd)
    grade = f"{sys.executable} -m grader grade affine {submissions} --to {results}/to --isolation best --unsafe"
    script = _ON_A_FULL_DISK.format(results=results, filler=(4 << 10) - free, grade=grade, out=out)
    environment = {**os.environ, "PYTHONPATH": str(small_course.PROJECT)}
    command = [*small, "sh", "-c", script]
    err = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, timeout=240).stderr
    assert [(out / name).read_text() for name in ("first", "second")] == ["2\n", "0\n"], err
    (message,) = [line for line in err.splitlines() if line.startswith("grader: ")]
    assert str(results) in message
    assert "make room and start again" in message
    before, after = what_is_known(out / "before"), what_is_known(out / "after")
    assert sorted(after) == sorted([*crowd, "zoe"])
    assert before.items() <= after.items()
    assert list(small_course.lines(out / "after")) == sorted(after)


def obey_permissions():
    """Makes root a user to whom permissions apply; for others nothing changes."""
    ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, 0, 0, 0)


@pytest.mark.parametrize("graded_before", [False, True])
def test_a_folder_that_may_only_be_read_is_named_and_left_as_it_was(tmp_path, graded_before):
    project, submissions = make_project(tmp_path / "project"), make_class(tmp_path / "class", CLASS)
    results = tmp_path / "to"
    results.mkdir()
    arguments = ("grade", "affine", submissions, "--to", results)
    if graded_before:
        assert run(project, *arguments).code == 0
    before = files(results)
    results.chmod(0o555)
    process = start(project, *arguments, preexec_fn=obey_permissions)
    _, err = process.communicate(timeout=120)
    results.chmod(0o755)
    assert process.returncode == 2
    assert err.splitlines() == [f"grader: cannot write results to {results}: permission denied; choose another --to"]
    assert files(results) == before


def test_a_gradebook_that_may_only_be_read_is_named_and_left_as_it_was(tmp_path):
    project, submissions = make_project(tmp_path / "project"), make_class(tmp_path / "class", CLASS)
    results = tmp_path / "to"
    arguments = ("grade", "affine", submissions, "--to", results, "--fresh")
    assert run(project, *arguments).code == 0
    before = files(results)
    (results / "gradebook.db").chmod(0o444)
    process = start(project, *arguments, preexec_fn=obey_permissions)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 2
    assert err.startswith(f"grader: gradebook {results / 'gradebook.db'}: ")
    assert "wanted a folder that exists and can be written to" in err
    assert before.items() <= files(results).items()  # SQLite may put its -wal and -shm beside it


def files(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_two_commands_at_once_in_one_folder_end_with_everybodys_results(tmp_path):
    project, results = make_project(tmp_path / "project"), tmp_path / "to"
    halves = [
        make_class(tmp_path / half, {f"{half}-{number}": f"{SOLUTION}# {number}\n" for number in range(6)})
        for half in ("odd", "even")
    ]
    running = [start(project, "grade", "affine", half, "--to", results, "--jobs", "1") for half in halves]
    for process in running:
        _, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
    everybody = sorted([f"{half}-{number}" for half in ("odd", "even") for number in range(6)] + ["zoe"])
    assert sorted(what_is_known(results)) == everybody
    known = small_course.lines(results)
    assert list(known) == everybody
    assert len({line["seed"] for line in known.values()}) == 1


def test_two_commands_that_grade_the_same_class_at_once_end_with_one_result_each(tmp_path):
    project, results = make_project(tmp_path / "project"), tmp_path / "to"
    sources = {f"student-{number}": f"{SOLUTION}# {number}\n" for number in range(8)}
    submissions = make_class(tmp_path / "class", sources)
    grade = ("grade", "affine", submissions, "--to", results, "--jobs", "1")
    running = [start(project, *grade) for _ in range(2)]
    for process in running:
        _, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
    assert list(small_course.lines(results)) == sorted(what_is_known(results)) == sorted([*sources, "zoe"])
    again = run(project, *grade)
    assert "9 unchanged since they were graded, 0 to grade" in again.err


def test_two_commands_at_once_with_one_gradebook_and_two_folders_agree(tmp_path):
    project = make_project(tmp_path / "project")
    submissions = make_class(tmp_path / "class", CLASS)
    book = f"sqlite:///{tmp_path}/shared.db"
    folders = [tmp_path / "one", tmp_path / "two"]
    running = [start(project, "grade", "affine", submissions, "--to", to, "--gradebook", book) for to in folders]
    for process in running:
        _, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
    one, two = ({**small_course.lines(folder)} for folder in folders)
    assert list(one) == list(two) == ["ada", "bob", "eve", "zoe"]
    assert {line["seed"] for known in (one, two) for line in known.values()} == {one["ada"]["seed"]}


def test_pages_are_written_by_one_grader_at_a_time_from_what_the_gradebook_holds_then(tmp_path, monkeypatch):
    """Without the lock, the pages of who read first could land on those of who read last."""
    project, submissions = make_project(tmp_path / "project"), make_class(tmp_path / "class", CLASS)
    is_locked = []

    def locked():
        descriptor = os.open(tmp_path / "to", os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return False
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)

    lines, write = Gradebook.lines, course.write_class
    monkeypatch.setattr(Gradebook, "lines", lambda *those: is_locked.append(locked()) or lines(*those))
    monkeypatch.setattr(course, "write_class", lambda *those: is_locked.append(locked()) or write(*those))
    assert run(project, "grade", "affine", submissions, "--to", tmp_path / "to").code == 0
    assert is_locked == [True, True]
    assert not locked()
