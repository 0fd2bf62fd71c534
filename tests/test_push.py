"""The whole way: a project, `grader hook install`, a real push, and the answer that the pusher reads."""

import os
import subprocess
from pathlib import Path

import pytest

from grader.cli import main
from grader.push import short_answer
from grader.report import ExerciseResult, Report, Verdict
from tests.exercises.affine import ASSIGNMENT

ROOT = Path(__file__).parents[1]


def _report(*results):
    return Report("ada", "affine", "", 1, "", "none", {}, 0.0, results)


def test_an_answer_says_points_verdicts_and_the_first_line_of_the_reason():
    report = _report(
        ExerciseResult("one", Verdict.PASSED, 2.0, 2.0),
        ExerciseResult("two", Verdict.FAILED, 0.5, 3.0, rationale="out differs at (0, 1)\nmore", hint="Why?"),
        ExerciseResult("three", Verdict.NOT_ATTEMPTED, 0.0, 1.0, rationale="nothing is written"),
    )
    assert short_answer(report, "recorded").splitlines() == [
        "2.5 of 6 points (recorded)",
        "  one: passed",
        "  two: failed. out differs at (0, 1)",
        "  three: not attempted",
    ]


def test_a_fault_of_ours_is_no_grade():
    report = _report(ExerciseResult("one", Verdict.UNJUDGED, None, 2.0, rationale="/secret/path is gone"))
    assert short_answer(report, "recorded") == "could not be graded, and it is not your fault: tell your instructor."


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A folder of an instructor of her own, where commands are given and hooks run."""
    for variable in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(variable)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    folder = tmp_path / "course"
    folder.mkdir()
    (folder / "pyproject.toml").write_text('[tool.grader]\nreference = ["tests.exercises.affine"]\n')
    monkeypatch.chdir(folder)
    return folder


def _git(folder, *arguments):
    identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    return subprocess.run(["git", *identity, *arguments], cwd=folder, capture_output=True, text=True, check=True)


def _pushed(folder, source):
    """What the pusher of one file reads."""
    clone = folder / "clone"
    _git(folder, "init", "--quiet", "--initial-branch=main", str(clone))
    (clone / "affine.py").write_text(source)
    _git(clone, "add", "affine.py")
    _git(clone, "commit", "--quiet", "--message", "work")
    return _git(clone, "push", str(folder / "ada.git"), "main").stderr


def _installed(folder, *options):
    _git(folder, "init", "--bare", "--quiet", "ada.git")
    assert main(["hook", "install", str(folder / "ada.git"), *options]) == 0


def test_a_push_is_checked_with_the_public_cases(project, tmp_path):
    _installed(tmp_path)
    answer = _pushed(tmp_path, ASSIGNMENT.solution.replace("out = x @ w + b", "out = x @ w"))
    assert "by the public cases; the grade comes from other cases" in answer
    assert "remote:   affine_forward: failed. " in answer
    assert "remote:   log_sum_exp: passed" in answer


def test_a_push_is_graded_and_kept_under_the_repositorys_name(project, tmp_path):
    _installed(tmp_path, "--to", "results")
    answer = _pushed(tmp_path, ASSIGNMENT.solution)
    points = f"{ASSIGNMENT.points:g}"
    assert f"remote: main: {points} of {points} points (recorded)" in answer
    assert '"submission": "ada"' in (project / "results" / "results.jsonl").read_text()


def test_an_unknown_assignment_is_named_when_installing(project, tmp_path, capsys):
    _git(tmp_path, "init", "--bare", "--quiet", "ada.git")
    assert main(["hook", "install", str(tmp_path / "ada.git"), "--assignment", "b"]) == 2
    assert "no assignment is named 'b'; known are: affine" in capsys.readouterr().err
