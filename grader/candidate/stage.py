"""The folder that a student's process imports from: numpy, the wire and the runner, and nothing else of ours.

The process starts with `-P -s -S` and an environment of ours: no site-packages, no user folder. What it may import
beyond the standard library is linked or copied here; the reference, the judge and other packages are not.
"""

import atexit
import importlib.util
import shutil
import tempfile
from functools import cache
from pathlib import Path

import numpy as np

import grader.student
import grader.wire
from grader.leftovers import marked, sweep

NAME = "grader-stage"


@cache
def stage() -> Path:
    """The folder, made once for this process and removed at its end; those of killed ones are removed now."""
    sweep(Path(tempfile.gettempdir()), NAME)
    folder = Path(tempfile.mkdtemp(prefix=marked(NAME)))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    package = folder / "grader"
    package.mkdir()
    (package / "__init__.py").touch()
    _copy_module(Path(grader.wire.__file__), package)
    # With the bytecode, which the process could not write there: it would compile all of it at every start.
    shutil.copytree(Path(grader.student.__file__).parent, package / "student")
    site = Path(np.__file__).parent.parent
    for name in ("numpy", "numpy.libs"):
        if (site / name).is_dir():
            _link(site / name, folder / name)
    folder.chmod(0o755)
    return folder


def _copy_module(source: Path, folder: Path) -> None:
    """A module, as old as it is, since that is what makes its bytecode valid; with the bytecode, if there is any."""
    shutil.copy2(source, folder / source.name)
    compiled = Path(importlib.util.cache_from_source(str(source)))
    if compiled.is_file():
        (folder / compiled.parent.name).mkdir(exist_ok=True)
        shutil.copy2(compiled, folder / compiled.parent.name / compiled.name)


def _link(source: Path, target: Path) -> None:
    try:
        target.symlink_to(source, target_is_directory=True)
    except OSError:  # Windows without the privilege for links
        shutil.copytree(source, target)
