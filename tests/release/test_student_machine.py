"""A student's machine: numpy, hypothesis and pytest, the kit's own wheel, and no network."""

import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from grader.project import Project
from grader.release.kit import write_kit

ROOT = Path(__file__).parents[2]
ALLOWED = ("numpy", "hypothesis", "pytest")


def with_requirements(names: tuple[str, ...]) -> set[str]:
    """The distributions and all that they need on this machine."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        try:
            requirements = importlib.metadata.requires(name) or []
        except importlib.metadata.PackageNotFoundError:
            continue  # for another system or version of Python
        found.add(name)
        waiting += [re.split(r"[^\w.-]", text)[0].lower() for text in requirements if "extra ==" not in text]
    return found


def lend(name: str, site: Path) -> None:
    """Put what a distribution installed here into another environment, by links."""
    for file in importlib.metadata.files(name) or []:
        top = file.parts[0]
        source = Path(str(importlib.metadata.distribution(name).locate_file(top)))
        if top != ".." and source.exists() and not (site / top).exists():
            (site / top).symlink_to(source)


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A kit of the first assignment, beside an environment in which it is installed by its own wheel."""
    folder = tmp_path_factory.mktemp("student")
    assignment = next(iter(Project.find(ROOT).assignments.values()))
    write_kit(assignment, folder / "kit", ROOT)
    venv.create(folder / "env", with_pip=True, symlinks=True)
    (site,) = (folder / "env").glob("lib/python*/site-packages")
    for name in with_requirements(ALLOWED):
        lend(name, site)
    (wheel,) = (folder / "kit").glob("*.whl")
    run(folder / "kit", "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", str(wheel), expect=0)
    (folder / "kit" / "solution.txt").write_text(assignment.solution, encoding="utf-8")
    return folder / "kit"


def run(kit: Path, *arguments: str, expect: int) -> str:
    """The output of the student's own python, which must end with the expected code."""
    python = kit.parent / "env" / "bin" / "python"
    environment = {"PATH": os.environ["PATH"], "HOME": str(kit.parent), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [str(python), *arguments], cwd=kit, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == expect, done.stdout + done.stderr
    return done.stdout


def test_nothing_of_the_instructors_side_is_there(kit: Path) -> None:
    for name in ("sqlalchemy", "jinja2", "rich", "matplotlib", "reference"):
        run(kit, "-c", f"import {name}", expect=1)


def test_a_student_goes_from_the_stub_to_a_failing_check_to_passing(kit: Path) -> None:
    out = run(kit, "-m", "grader", "check", expect=1)
    assert out.count("not attempted") >= 9
    solution = (kit / "solution.txt").read_text(encoding="utf-8")
    (kit / "rnn.py").write_text(solution.replace("dx = da @ Wx.T", "dx = da @ Wx.T * 2"), encoding="utf-8")
    out = run(kit, "-m", "grader", "check", "-q", "rnn_step_backward", expect=1)
    assert "dx[" in out
    assert "(relative error 1)" in out
    (repeat,) = set(re.findall(r"grader check (rnn\.py -q rnn_step_backward --case \d+)", out))
    assert "dx[" in run(kit, "-m", "grader", "check", *repeat.split(), expect=1)
    (kit / "rnn.py").write_text(solution, encoding="utf-8")
    assert "100 of 100" in run(kit, "-m", "grader", "check", expect=0)


def test_plain_pytest_says_the_same(kit: Path) -> None:
    stub = (ROOT / "assignments" / "rnn" / "rnn.py").read_text(encoding="utf-8")
    (kit / "rnn.py").write_text(stub, encoding="utf-8")
    assert re.search(r"9 failed", run(kit, "-m", "pytest", "-q", expect=1))
    shutil.copy(kit / "solution.txt", kit / "rnn.py")
    assert re.search(r"9 passed", run(kit, "-m", "pytest", "-q", expect=0))


def test_the_notebook_is_checked_as_the_module_is(kit: Path) -> None:
    out = run(kit, "-m", "grader", "check", "rnn.ipynb", expect=1)
    assert out.count("not attempted") >= 9


# A notebook of which nothing is there but its history: the checks ask IPython for no more.
NOTEBOOK = """
import sys, types
import numpy as np
history = types.SimpleNamespace(input_hist_raw=["", "import numpy as np", open("solution.txt").read()])
exec(history.input_hist_raw[-1])
shell = types.SimpleNamespace(history_manager=history, user_ns=globals())
sys.modules["IPython"] = types.SimpleNamespace(get_ipython=lambda: shell)
import grader
shown = grader.check("rnn_backward")
print(shown)
assert "passed" in shown._repr_html_()
"""


def test_a_check_inside_the_notebook_needs_no_more_than_the_kit(kit: Path) -> None:
    assert "✓ rnn_backward" in run(kit, "-c", NOTEBOOK, expect=0)


if sys.platform == "win32":
    pytestmark = pytest.mark.skip(reason="a folder of links needs a POSIX system")
