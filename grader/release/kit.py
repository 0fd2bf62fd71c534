"""The kit: a folder that a student can start from with no more than Python, and that grades its own pushes."""

import tempfile
from pathlib import Path

from grader.exercise import Assignment
from grader.release.folder import write_assignment, write_files
from grader.release.template import fill
from grader.release.wheel import Wheel, build_wheel


def write_kit(assignment: Assignment, directory: Path, project_root: Path) -> list[Path]:
    """Write the assignment's folder, the grader's wheel, what to install and the push workflow; the paths."""
    with tempfile.TemporaryDirectory() as folder:
        wheel = build_wheel(project_root, Path(folder))
    return write_assignment(assignment, directory) + write_files(kit_files(assignment, wheel), directory)


def kit_files(assignment: Assignment, wheel: Wheel) -> dict[str, bytes]:
    """What a kit holds beside the assignment's own files, by name."""
    return {
        wheel.name: wheel.data,
        "requirements.txt": "".join(f"{line}\n" for line in [*wheel.requirements, f"./{wheel.name}"]).encode(),
        ".gitignore": fill("gitignore.txt").encode(),
        ".github/workflows/grade.yml": workflow(assignment, wheel.name).encode(),
    }


def workflow(assignment: Assignment, wheel_name: str) -> str:
    """The text of the workflow that checks every push on GitHub."""
    return fill("grade.yml", name=assignment.name, wheel=wheel_name)
