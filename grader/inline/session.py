"""The code of a running notebook, as it is now, made into a submission.

The check reads the cells that were run, not the file: what is not saved yet counts, what was not run yet does not.
They are judged like a notebook that is handed in: its definitions run in a process of their own. So a loop without
end costs five seconds and not the session, and what the session has made of numpy or of chance changes no verdict.
"""

import ast
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.collect import Submission
from grader.errors import UsageError
from grader.student.notebook import without_magics


@dataclass(frozen=True, slots=True)
class Session:
    """What a notebook has run: the sources of its cells by their numbers, counted from 1, and the names it has now."""

    cells: tuple[str, ...]
    names: dict[str, Any]

    @classmethod
    def current(cls) -> "Session":
        """The session around the caller; a `UsageError` where there is none."""
        # Looked up, not imported: IPython is there if and only if it runs us.
        module = sys.modules.get("IPython")
        shell = module.get_ipython() if module is not None else None
        if shell is None:
            raise UsageError("grader.check works in a notebook; in a terminal say `grader check FILE`")
        return cls(tuple(map(str, shell.history_manager.input_hist_raw[1:])), shell.user_ns)

    def has(self, name: str) -> bool:
        """Whether a function of this name can be called now."""
        return callable(self.names.get(name))

    def submission(self, name: str) -> Submission:
        """All that was run and can have defined something, each cell under its own number."""
        cells = [{"cell_type": "code", "source": _source(cell)} for cell in self.cells]
        return Submission("this notebook", f"{name}.ipynb", json.dumps({"cells": cells}).encode())

    def files(self) -> list[Path]:
        """The notebook's own file, as far as the program that shows it tells: VS Code does, and Jupyter's server."""
        told = [self.names.get("__vsc_ipynb_file__"), os.environ.get("JPY_SESSION_NAME")]
        return [Path(path) for path in told if isinstance(path, str) and path]

    def folders(self) -> list[Path]:
        """Where the assignment's files may lie: the working folder, and the notebook's own as far as it is told."""
        found = [Path.cwd(), *(file.parent for file in self.files())]
        return list(dict.fromkeys(folder.resolve() for folder in found if folder.is_dir()))


def _source(cell: str) -> str:
    """The cell, or nothing where it does not compile: then the notebook has refused it whole, and stayed as it was."""
    try:
        ast.parse(without_magics(cell))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    return cell
