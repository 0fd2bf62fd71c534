import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import grader.stale
from grader.errors import DeclarationError, PlanError, UsageError
from grader.illustrations import Picture
from grader.release import stale_files, text_files, write_assignment
from grader.report import ExerciseResult, Report, Verdict

PROJECT = Path(__file__).parents[2]
pytestmark = pytest.mark.usefixtures("quick_plans")


def _bytes_of(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_the_same_bytes_are_written_twice(assignment, tmp_path):
    for folder in ("one", "two"):
        write_assignment(assignment, tmp_path / folder)
    assert _bytes_of(tmp_path / "one") == _bytes_of(tmp_path / "two")
    assert set(_bytes_of(tmp_path / "one")) == {
        "README.md", "affine.py", "affine.ipynb", "affine.plan", "test_affine.py",
    }  # fmt: skip


def test_text_files_end_in_one_newline_and_hold_no_carriage_return(assignment):
    for text in text_files(assignment).values():
        assert text.endswith("\n")
        assert "\r" not in text


def test_a_fresh_folder_is_not_stale(assignment, tmp_path):
    write_assignment(assignment, tmp_path)
    assert stale_files(assignment, tmp_path) == []


@pytest.mark.parametrize("name", ["README.md", "affine.py", "affine.ipynb", "affine.plan", "test_affine.py"])
def test_a_planted_edit_makes_a_file_stale(assignment, tmp_path, name):
    write_assignment(assignment, tmp_path)
    with (tmp_path / name).open("ab") as file:
        file.write(b"\n")
    (complaint,) = stale_files(assignment, tmp_path)
    assert complaint.startswith(f"{tmp_path / name}: ")


def test_the_first_stale_line_is_named(assignment, tmp_path):
    write_assignment(assignment, tmp_path)
    stub = tmp_path / "affine.py"
    stub.write_text(stub.read_text().replace("import numpy as np", "import numpy"))
    (complaint,) = stale_files(assignment, tmp_path)
    line = 1 + stub.read_text().split("\n").index("import numpy")
    assert complaint.endswith(f"differs from what the reference gives, from line {line} on")


def test_line_ends_count(assignment, tmp_path):
    write_assignment(assignment, tmp_path)
    stub = tmp_path / "affine.py"
    stub.write_bytes(stub.read_bytes().replace(b"\n", b"\r\n"))
    assert len(stale_files(assignment, tmp_path)) == 1


def test_a_changed_declaration_makes_the_folder_stale(assignment, tmp_path):
    write_assignment(assignment, tmp_path)
    changed = replace(assignment, title="Other layers")
    assert [complaint.split(": ")[0] for complaint in stale_files(changed, tmp_path)] == [
        str(tmp_path / name) for name in ("README.md", "affine.py", "affine.ipynb")
    ]


def test_a_plan_that_cannot_be_read_is_stale(assignment, tmp_path, monkeypatch):
    def refuse(assignment, path):
        raise PlanError("it is damaged")

    write_assignment(assignment, tmp_path)
    monkeypatch.setattr(grader.stale, "plan_is_stale", refuse)
    assert stale_files(assignment, tmp_path) == [f"{tmp_path / 'affine.plan'}: it is damaged"]


def test_a_picture_that_nothing_gives_any_more_is_stale(assignment, tmp_path):
    picture = Picture("box", '<svg xmlns="http://www.w3.org/2000/svg"></svg>\n', "A box.")
    write_assignment(replace(assignment, pictures=(picture,)), tmp_path)
    assert (tmp_path / "box.svg").read_text() == picture.svg
    complaints = stale_files(assignment, tmp_path)
    assert f"{tmp_path / 'box.svg'}: a picture that the reference no longer gives: delete it" in complaints


def test_a_file_of_the_assignment_goes_out_as_it_is(generous, tmp_path):
    write_assignment(generous, tmp_path / "out")
    assert (tmp_path / "out" / "poem.txt").read_bytes() == b"Roses are red,\nviolets are blue.\n"
    assert stale_files(generous, tmp_path / "out") == []


def test_a_changed_file_of_the_assignment_is_stale(generous, tmp_path):
    write_assignment(generous, tmp_path / "out")
    (poem,) = generous.files
    poem.write_text("Roses are red,\nviolets are violet.\n", encoding="utf-8")
    where = tmp_path / "out" / "poem.txt"
    assert stale_files(generous, tmp_path / "out") == [
        f"{where}: differs from what the reference gives, from line 2 on"
    ]


def test_a_file_that_holds_a_line_of_the_solution_is_not_released(generous, tmp_path):
    (poem,) = generous.files
    poem.write_text("dx = dout @ w.T\n", encoding="utf-8")
    with pytest.raises(DeclarationError, match=r"poem\.txt: dx = dout @ w\.T"):
        write_assignment(generous, tmp_path / "out")


def test_missing_files_are_named(assignment, tmp_path):
    complaints = stale_files(assignment, tmp_path / "nowhere")
    assert len(complaints) == 5
    assert all(complaint.endswith(": missing") for complaint in complaints)


def test_a_folder_that_cannot_be_written_is_named(assignment, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match=r"cannot write .*file"):
        write_assignment(assignment, tmp_path / "file" / "inner")


def _result(name, verdict):
    return ExerciseResult(name, verdict, 0.0, 1.0, rationale=f"because of {name}", hint="Which way?")


# Stands in for the run of the checks: one exercise passed, one blocked, every other verdict after them.
CONFTEST = """
import json, sys, types
from pathlib import Path
sys.path.insert(0, {project!r})
from grader.report import Report

def check_file(file, plan, only=()):
    assert (file.name, plan.name) == ("affine.py", "affine.plan")
    with open("runs", "a") as runs:
        runs.write("run\\n")
    return Report.from_json(json.loads(Path("report.json").read_text()))

sys.modules["grader.local"] = types.ModuleType("grader.local")
sys.modules["grader.local"].check_file = check_file
"""


def test_the_pytest_module_fails_skips_and_passes_with_the_reason(assignment, tmp_path):
    verdicts = [Verdict.PASSED, Verdict.BLOCKED, Verdict.NOT_ATTEMPTED, Verdict.FAILED, Verdict.RAISED]
    names = [exercise.name for exercise in assignment.exercises]
    verdicts += [Verdict.UNJUDGED] * (len(names) - len(verdicts))
    results = tuple(map(_result, names, verdicts))
    write_assignment(assignment, tmp_path)
    (tmp_path / "report.json").write_text(
        json.dumps(Report("affine", "affine", "", 1, "", "none", {}, 0.0, results).to_json())
    )
    (tmp_path / "conftest.py").write_text(CONFTEST.format(project=str(PROJECT)))

    command = [sys.executable, "-m", "pytest", "-rs", "-p", "no:cacheprovider", "test_affine.py"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert ran.returncode == 1
    assert "7 failed, 1 passed, 1 skipped" in ran.stdout
    assert "SKIPPED" in ran.stdout
    assert "because of affine_backward" in ran.stdout
    assert "lookup_forward: not attempted. because of lookup_forward\nHint: Which way?" in ran.stdout
    assert "Traceback" not in ran.stdout
    assert (tmp_path / "runs").read_text() == "run\n"  # once for all tests
