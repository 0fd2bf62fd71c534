"""The instructor's side of a project: which assignments there are, as its pyproject.toml says.

    [tool.grader]
    reference = ["reference.one"]     modules that each define ASSIGNMENT
    assignments = "assignments"       the folder of what students receive
    styles = "reference/styles"       correct solutions in many styles, a folder for each assignment

The grader itself knows none of these names.
"""

import importlib
import sys
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from grader.errors import UsageError
from grader.exercise import Assignment


@dataclass(frozen=True)
class Project:
    """A folder with a pyproject.toml that names references."""

    root: Path
    modules: tuple[str, ...]
    assignments_folder: Path
    styles_folder: Path

    @classmethod
    def find(cls, start: Path | None = None) -> "Project":
        """The project around a folder (the current one unless said)."""
        start = (start or Path.cwd()).resolve()
        for root in (start, *start.parents):
            path = root / "pyproject.toml"
            settings = _settings(path) if path.is_file() else None
            if settings is not None:
                return cls(
                    root,
                    tuple(settings.get("reference", ())),
                    root / settings.get("assignments", "assignments"),
                    root / settings.get("styles", "reference/styles"),
                )
        raise UsageError(
            f"no pyproject.toml with a [tool.grader] table in {start} or above; this command needs the"
            " instructor's project: run it inside the clone that holds the reference"
        )

    @cached_property
    def assignments(self) -> dict[str, Assignment]:
        """All assignments by name, in the order of pyproject.toml."""
        if str(self.root) not in sys.path:
            sys.path.insert(0, str(self.root))
        found = {}
        for name in self.modules:
            try:
                assignment = importlib.import_module(name).ASSIGNMENT
            except (ImportError, AttributeError) as error:
                raise UsageError(f"{self.root / 'pyproject.toml'}: {name} gives no ASSIGNMENT: {error}") from error
            found[assignment.name] = assignment
        return found

    def assignment(self, name: str) -> Assignment:
        if name not in self.assignments:
            known = ", ".join(self.assignments) or "none"
            raise UsageError(f"no assignment is named {name!r}; known are: {known}")
        return self.assignments[name]


def _settings(path: Path) -> dict[str, Any] | None:
    """The [tool.grader] table, or None where there is none."""
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8")).get("tool", {}).get("grader")
        return dict(settings) if settings is not None else None
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read {path}: {error}") from error
