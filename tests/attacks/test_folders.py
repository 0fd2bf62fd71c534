"""What is handed in beside the module, or around it: nothing of it runs, and nothing gets out of its archive."""

import io
import os
import stat
import zipfile

import pytest

from grader.candidate.isolation import BEST, resolve
from grader.collect import collect
from tests.attacks.table import graded
from tests.exercises import affine

SOLUTION = affine.ASSIGNMENT.solution
TRAP = "import os\nos._exit(3)\n"
TRAPS = (
    "conftest.py",
    "sitecustomize.py",
    "usercustomize.py",
    "numpy.py",
    "json.py",
    "grader.py",
    "x.pth",
    "setup.cfg",
)


@pytest.fixture
def student(tmp_path):
    folder = tmp_path / "class" / "mallory"
    folder.mkdir(parents=True)
    return folder


def only(student):
    (submission,) = collect([student.parent], "affine.py")
    return submission


@pytest.mark.parametrize("name", TRAPS)
def test_a_file_that_python_would_import_by_its_name_is_not_run(student, name):
    (student / "affine.py").write_text(SOLUTION, encoding="utf-8")
    (student / name).write_text(TRAP, encoding="utf-8")
    report = graded(only(student), resolve(BEST))
    assert report.score == report.max_score


def test_the_trap_would_spring_if_it_were_handed_in_itself(student):
    (student / "affine.py").write_text(SOLUTION + TRAP, encoding="utf-8")
    assert graded(only(student), resolve(BEST)).score == 0


def zipped(members: dict[str, bytes], links: tuple[str, ...] = ()) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (stat.S_IFLNK | 0o777 if name in links else stat.S_IFREG | 0o644) << 16
            archive.writestr(entry, data)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "archive",
    [
        zipped({"affine.py": b"\0" * (64 << 20)}),
        zipped({f"{number}/affine.py": f"{SOLUTION}# {number}".encode() for number in range(3)}),
        zipped({"affine.py": b"/etc/passwd"}, links=("affine.py",)),
        zipped({"inner.zip": zipped({"inner.zip": zipped({"affine.py": SOLUTION.encode()})})}),
    ],
    ids=["a bomb", "three candidates", "a link out of the archive", "an archive in an archive in an archive"],
)
def test_a_hostile_archive_is_a_verdict(student, archive):
    (student / "homework.zip").write_bytes(archive)
    report = graded(only(student), resolve(BEST))
    assert report.score == 0
    assert "root:" not in str(report)


def test_a_path_out_of_the_archive_writes_nothing_outside(student, tmp_path):
    before = sorted(tmp_path.rglob("*"))
    archive = zipped({"../../evil.py": TRAP.encode(), "/tmp/evil.py": TRAP.encode(), "affine.py": SOLUTION.encode()})
    (student / "homework.zip").write_bytes(archive)
    graded(only(student), resolve(BEST))
    assert sorted(tmp_path.rglob("*")) == sorted([*before, student / "homework.zip"])
    assert not os.path.exists("/tmp/evil.py")


def test_a_link_to_somebody_elses_file_is_not_followed(student, tmp_path):
    (tmp_path / "solution.py").write_text(SOLUTION, encoding="utf-8")
    (student / "affine.py").symlink_to(tmp_path / "solution.py")
    assert graded(only(student), resolve(BEST)).score == 0
