"""The README says what is so: its example is a whole assignment, and its commands exist."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from grader.cli import main
from tests.course import ASSIGNMENTS

README = Path(__file__).parent.parent / "README.md"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (module,) = blocks("python")
    (settings,) = blocks("toml")
    (tmp_path / "gain.py").write_text(module, encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(settings, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "grader", *arguments], cwd=folder, capture_output=True, text=True, check=False
    )


def test_the_example_assignment_is_proven_as_it_stands(example: Path) -> None:
    done = run(example, "validate", "gain")
    assert (done.returncode, done.stderr) == (0, "")
    assert "3 mistakes (3 named by their own name), 0 complaints" in done.stdout


def test_a_mistake_in_the_example_is_seen_by_the_proof(example: Path) -> None:
    source = (example / "gain.py").read_text(encoding="utf-8")
    (example / "gain.py").write_text(source.replace("da = dout * (1 - out**2)", "da = dout * (1 + out**2)"))
    done = run(example, "validate", "gain")
    assert done.returncode == 1
    assert "gain_backward" in done.stdout


def test_a_class_is_graded_by_the_example(example: Path) -> None:
    (module,) = blocks("python")
    for student in ("ann", "bob"):
        (example / "class" / student).mkdir(parents=True)
        wrong = module.split("GAIN =")[0].replace("from grader import", "# from grader import")
        if student == "bob":
            wrong = wrong.replace(".sum(axis=0)", ".mean(axis=0)")
        (example / "class" / student / "gain.py").write_text(wrong, encoding="utf-8")
    done = run(example, "grade", "gain", "class", "--to", "results")
    assert done.returncode == 0, done.stderr
    rows = (example / "results" / "grades.csv").read_text(encoding="utf-8").splitlines()
    assert rows[1:] == ["ann,10,10,4,6", "bob,4,10,4,0"]


@pytest.mark.parametrize("command", sorted(set(re.findall(r"^grader (\w+)", "\n".join(blocks("sh")), re.MULTILINE))))
def test_every_command_of_the_readme_exists(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([command, "--help"])
    assert stopped.value.code == 0
    assert capsys.readouterr().out.startswith(f"usage: grader {command}")


def test_the_table_of_the_course_names_every_exercise_once() -> None:
    text = README.read_text(encoding="utf-8")
    section = text[text.index("## The course") : text.index("## Three doors")]
    named = [name for line in section.splitlines() if line.startswith("| L") for name in re.findall(r"`(\w+)`", line)]
    assert sorted(named) == sorted(exercise.name for one in ASSIGNMENTS for exercise in one.exercises)
