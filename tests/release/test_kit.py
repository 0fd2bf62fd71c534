import shutil
from pathlib import Path

import pytest

from grader.errors import DeclarationError, UsageError
from grader.release import write_kit
from grader.release.wheel import build_wheel

PROJECT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A copy of the project with an instructor's side that must stay there."""
    root = tmp_path_factory.mktemp("project")
    shutil.copy(PROJECT / "pyproject.toml", root)
    (root / "README.md").write_text("# grader\n")
    shutil.copytree(PROJECT / "grader", root / "grader", ignore=shutil.ignore_patterns("__pycache__"))
    for secret in ("reference", "tests", "assignments"):
        (root / secret).mkdir()
        (root / secret / "__init__.py").write_text("SOLUTION = 1\n")
    return root


@pytest.fixture(scope="module")
def wheel(project, tmp_path_factory):
    return build_wheel(project, tmp_path_factory.mktemp("wheel"))


def test_the_wheel_holds_the_grader_and_nothing_of_the_reference(wheel):
    assert {member.split("/")[0] for member in wheel.members} == {"grader", wheel.name.split("-py3")[0] + ".dist-info"}
    assert "grader/release/templates/grade.yml" in wheel.members
    assert "grader/exercise.py" in wheel.members


def test_a_wheel_with_the_reference_in_it_is_refused(project, tmp_path):
    root = tmp_path / "project"
    shutil.copytree(project, root)
    config = root / "pyproject.toml"
    config.write_text(config.read_text().replace('packages = ["grader"]', 'packages = ["grader", "reference"]'))
    with pytest.raises(DeclarationError, match=r"holds more than the grader: reference/__init__\.py"):
        build_wheel(root, tmp_path)


def test_the_wheel_has_the_same_bytes_twice(project, wheel, tmp_path):
    (project / "grader" / "exercise.py").touch()
    assert build_wheel(project, tmp_path) == wheel


def test_the_wheel_says_what_a_student_needs_and_no_more(wheel):
    names = [requirement.split(">")[0] for requirement in wheel.requirements]
    assert sorted(names) == ["hypothesis", "numpy", "pytest"]


@pytest.mark.usefixtures("quick_plans")
def test_a_kit_holds_what_a_student_needs(assignment, project, wheel, tmp_path):
    paths = write_kit(assignment, tmp_path, project)
    found = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert found == {str(path.relative_to(tmp_path)) for path in paths}
    assert found == {
        "README.md", "affine.py", "affine.ipynb", "affine.plan", "test_affine.py",
        "requirements.txt", wheel.name, ".gitignore", ".github/workflows/grade.yml",
    }  # fmt: skip
    assert (tmp_path / wheel.name).read_bytes() == wheel.data
    assert (tmp_path / "requirements.txt").read_text().splitlines()[-1] == f"./{wheel.name}"


@pytest.mark.usefixtures("quick_plans")
def test_a_kit_has_the_same_bytes_twice(assignment, project, tmp_path):
    for name in ("one", "two"):
        write_kit(assignment, tmp_path / name, project)
    one, two = (
        {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        for folder in (tmp_path / "one", tmp_path / "two")
    )
    assert one == two


def test_a_folder_that_is_no_project_is_named(tmp_path):
    with pytest.raises(UsageError, match=r"holds no pyproject\.toml: make kits from a checkout"):
        build_wheel(tmp_path, tmp_path)


@pytest.mark.parametrize("text", ["[project\n", "[project]\nname = 'grader'\nversion = '1'\nreadme = 'gone.md'\n"])
def test_a_project_that_cannot_be_built_is_named(tmp_path, text):
    (tmp_path / "pyproject.toml").write_text(text)
    with pytest.raises(UsageError, match="cannot be built"):
        build_wheel(tmp_path, tmp_path)
