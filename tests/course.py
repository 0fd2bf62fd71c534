"""The assignments of the course, as pyproject.toml names them: for tests that hold of every one."""

from pathlib import Path

import pytest

from grader.project import Project

COURSE = Project.find(Path(__file__).parent).assignments
ASSIGNMENTS = tuple(COURSE.values())

each_assignment = pytest.mark.parametrize("assignment", ASSIGNMENTS, ids=lambda assignment: assignment.name)
