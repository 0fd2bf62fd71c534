"""Builds the grader's own wheel, the one thing in a kit that is not about the assignment."""

import email
import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

from grader.errors import DeclarationError, UsageError

_WELCOME = re.compile(r"grader/.*|grader-[^/]*\.dist-info/.*")


@dataclass(frozen=True, slots=True)
class Wheel:
    """A built wheel: its file name and its bytes."""

    name: str
    data: bytes

    @property
    def members(self) -> list[str]:
        with zipfile.ZipFile(io.BytesIO(self.data)) as archive:
            return archive.namelist()

    @property
    def requirements(self) -> list[str]:
        """What the grader needs on a student's machine, without the extras: `numpy>=1.26`, …"""
        with zipfile.ZipFile(io.BytesIO(self.data)) as archive:
            metadata = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
            message = email.message_from_bytes(archive.read(metadata))
        return [text for text in message.get_all("Requires-Dist", []) if "extra ==" not in text]


def build_wheel(project_root: Path, folder: Path) -> Wheel:
    """The wheel of the project, built in this process into `folder`; the same bytes every time.

    Raises `UsageError` where the project cannot be built, `DeclarationError` where the wheel would hold more
    than the grader: the reference must never travel with it.
    """
    try:
        from hatchling.builders.wheel import WheelBuilder
    except ImportError as error:
        raise UsageError("a kit needs hatchling to build the grader's wheel: pip install 'grader[class]'") from error
    if not (project_root / "pyproject.toml").is_file():
        raise UsageError(f"{project_root} holds no pyproject.toml: make kits from a checkout of the grader's source")
    try:
        path = Path(next(iter(WheelBuilder(str(project_root)).build(directory=str(folder), versions=["standard"]))))
    except (OSError, TypeError, ValueError) as error:
        raise UsageError(f"the wheel of {project_root} cannot be built; mend its pyproject.toml: {error}") from error
    wheel = Wheel(path.name, path.read_bytes())
    strangers = [member for member in wheel.members if not _WELCOME.fullmatch(member)]
    if strangers:
        raise DeclarationError(f"the wheel holds more than the grader: {', '.join(strangers)}")
    return wheel
