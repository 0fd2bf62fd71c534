"""What a killed process leaves is removed by the next one of ours, and nothing else ever is."""

import itertools
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from grader.candidate.stage import NAME
from grader.leftovers import marked, sweep
from grader.render.pages import PARTIAL
from tests.kills import what_is_known
from tests.render.examples import example_class, write_reports
from tests.small_course import CLASS, PROJECT, SOLUTION, make_class, make_project, run, start

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells when a process was started")

_MAKER = """
import sys, time
from pathlib import Path
from grader.leftovers import marked
folder = Path(sys.argv[1], marked("thing") + "folder")
(folder / "inside").mkdir(parents=True)
(folder / "link").symlink_to(sys.argv[1])
Path(sys.argv[1], marked("thing") + "file").touch()
print("made", flush=True)
time.sleep(600)
"""


@pytest.fixture
def maker(tmp_path):
    """A process that has made a file and a folder, and lives on."""
    process = subprocess.Popen([sys.executable, "-c", _MAKER, str(tmp_path)], stdout=subprocess.PIPE, cwd=PROJECT)
    assert process.stdout.readline() == b"made\n"
    yield process
    process.kill()
    process.wait()


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_what_a_killed_process_made_is_removed_and_what_a_living_one_made_is_kept(maker, tmp_path):
    (tmp_path / "grades.csv").touch()
    made = [name for name in names(tmp_path) if name.startswith("thing")]
    assert len(made) == 2
    assert sweep(tmp_path, "thing") == []
    maker.kill()
    maker.wait()
    assert sweep(tmp_path, "other") == sweep(tmp_path, "thin") == []
    assert sorted(path.name for path in sweep(tmp_path, "thing")) == made
    assert names(tmp_path) == ["grades.csv"], "a link in a folder was followed, or something else removed"


def test_a_process_that_is_dead_and_not_yet_waited_for_is_dead(maker, tmp_path):
    os.kill(maker.pid, signal.SIGKILL)
    os.waitid(os.P_PID, maker.pid, os.WEXITED | os.WNOWAIT)
    assert len(sweep(tmp_path, "thing")) == 2


def ours(change):
    """Our own mark with one of its three parts changed."""
    pid, start, where = marked("thing").split(".")[1].split("-")
    parts = {"pid": pid, "start": start, "where": where, **change}
    return f"thing.{parts['pid']}-{parts['start']}-{parts['where']}.x"


@pytest.mark.parametrize(
    ("name", "is_removed"),
    [
        (ours({}), False),
        (ours({"start": "1"}), True),  # the pid belongs to another process by now
        (ours({"pid": "4194305"}), True),  # above every pid that Linux gives
        (ours({"pid": "4194305", "where": "00000000"}), False),  # another machine, another container
        ("thing.4194305.x", False),
        ("thing.x", False),
        ("thing", False),
        ("thing.4194305-1-.x", False),
        ("other" + ours({"pid": "4194305"}), False),
    ],
    ids=itertools.count(),  # the names hold a pid, which is another in each process that collects the tests
)
def test_only_a_mark_of_this_machine_whose_process_is_gone_is_removed(tmp_path, name, is_removed):
    (tmp_path / name).mkdir()
    assert bool(sweep(tmp_path, "thing")) == is_removed
    assert (tmp_path / name).exists() != is_removed


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_what_belongs_to_another_user_is_left_alone(tmp_path):
    path = tmp_path / ours({"start": "1"})
    path.touch()
    os.chown(path, 65534, 65534)
    assert sweep(tmp_path, "thing") == []
    assert path.exists()


def test_a_link_is_removed_and_not_followed(tmp_path):
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "file").touch()
    (tmp_path / ours({"start": "1"})).symlink_to(tmp_path / "kept")
    assert len(sweep(tmp_path, "thing")) == 1
    assert names(tmp_path) == ["kept"]
    assert names(tmp_path / "kept") == ["file"]


def test_a_killed_graders_folders_and_workers_folders_are_removed_by_the_next(tmp_path, monkeypatch):
    """All of a grader's processes are killed at once; the next removes their stages, and grades the class."""
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", None)
    project = make_project(tmp_path / "project")
    submissions = make_class(tmp_path / "class", {**CLASS, "slow": f"import time\ntime.sleep(3)\n{SOLUTION}"})
    arguments = ("grade", "affine", submissions, "--to", tmp_path / "to", "--jobs", "2")
    process = start(project, *arguments, start_new_session=True)
    wait_until(lambda: len(stages(temporary)) >= 3)  # the command's own, and two workers'
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    left = stages(temporary)
    assert len(left) >= 3
    done = start(project, *arguments)
    _, err = done.communicate(timeout=120)
    assert done.returncode == 0, err
    assert sorted(what_is_known(tmp_path / "to")) == ["ada", "bob", "eve", "slow", "zoe"]
    assert stages(temporary) == []


def stages(folder):
    return [path.name for path in folder.iterdir() if path.name.startswith(NAME)]


def wait_until(true, seconds=60):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_half_a_file_of_a_killed_grader_is_removed_from_the_results(tmp_path):
    dead = Path(ours({"start": "1"})).name.removeprefix("thing")
    project, results = make_project(tmp_path / "project"), tmp_path / "to"
    (results / "feedback").mkdir(parents=True)
    for folder in (results, results / "feedback"):
        (folder / f"{PARTIAL}{dead}tmp").write_text("half a page")
        (folder / ".keep.tmp").touch()
    assert run(project, "grade", "affine", make_class(tmp_path / "class", CLASS), "--to", results).code == 0
    assert [path.name for path in results.rglob(".*")] == [".keep.tmp"] * 2


def test_a_killed_writer_leaves_half_a_file_that_bears_its_mark(tmp_path, monkeypatch):
    """So that the test above is about what really happens."""
    seen = []
    monkeypatch.setattr(os, "replace", lambda before, after: seen.append(Path(before).name))
    write_reports(tmp_path, example_class(5))
    assert seen
    assert all(name.startswith(marked(PARTIAL)) for name in seen)
