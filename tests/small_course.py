"""A project of the small assignment and a class of four students, for tests of the command line."""

import contextlib
import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from grader import cli
from tests.exercises.affine import ASSIGNMENT

PROJECT = Path(__file__).parents[1]
SOLUTION = ASSIGNMENT.solution
NO_BIAS = SOLUTION.replace("out = x @ w + b\n", "out = x @ w\n")
CLASS = {"ada": SOLUTION, "bob": NO_BIAS, "eve": "raise SystemExit(0)\n"}
MODULE = "tests.exercises.affine"


@dataclass(frozen=True)
class Run:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


def make_project(folder: Path, module: str = MODULE) -> Path:
    """A folder whose pyproject.toml names one assignment."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pyproject.toml").write_text(f'[tool.grader]\nreference = ["{module}"]\n')
    return folder


def make_class(folder: Path, sources: dict[str, str], filename: str = "affine.py") -> Path:
    """A folder for each student; one without a source stays empty."""
    for name, source in sources.items():
        (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / name / filename).write_text(source)
    (folder / "zoe").mkdir(parents=True, exist_ok=True)
    return folder


def run(project: Path, *arguments: str | Path) -> Run:
    """The command, run in this process from inside the project."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.chdir(project), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = cli.main([str(argument) for argument in arguments])
        except SystemExit as exit_:
            code = int(exit_.code or 0)
    return Run(code, out.getvalue(), err.getvalue())


def start(project: Path, *arguments: str | Path, **options) -> "subprocess.Popen[str]":
    """The command in a process of its own, for what one cannot do to oneself; `options` are Popen's."""
    return subprocess.Popen(
        [sys.executable, "-m", "grader", *map(str, arguments)],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def lines(folder: Path) -> dict[str, dict]:
    """The lines of results.jsonl by submission."""
    text = (folder / "results.jsonl").read_text(encoding="utf-8")
    return {line["submission"]: line for line in map(json.loads, text.splitlines())}
