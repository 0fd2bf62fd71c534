"""What of the file system a student's process needs: the interpreter, its library, shared libraries, numpy, the stage.

Packages that are installed beside numpy stay out of it: the reference may be one of them.
"""

import os
import re
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from grader.candidate.stage import stage

LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64")
SINGLE_FILES = ("/etc/ld.so.cache", "/usr/share/zoneinfo", "/dev/urandom")
_PACKAGES = ("site-packages", "dist-packages")


@dataclass(frozen=True, slots=True)
class Readable:
    """`roots` are readable with all that is beneath, but for the folders `hidden` in them."""

    roots: tuple[str, ...]
    hidden: tuple[str, ...]

    def carved(self) -> list[str]:
        """The same without exceptions: where something is hidden, the neighbours one by one."""
        return [path for root in self.roots for path in _carve(root, frozenset(self.hidden))]

    @property
    def is_open_to_all(self) -> bool:
        """Whether somebody who owns nothing reaches every root from the top."""
        return all(_is_open_to_all(Path(root)) for root in self.roots)

    @property
    def roots_are_open_to_all(self) -> bool:
        """Whether somebody who owns nothing can read every root, once it stands somewhere reachable."""
        return all(_mode_is_open(Path(root)) for root in self.roots)


@cache
def readable() -> Readable:
    """What is needed here, found out once."""
    site = Path(np.__file__).resolve().parent.parent
    base = [Path(sys.base_prefix) / name for name in ("lib", "lib64")]
    candidates = [
        *map(Path, (*LIBRARIES, *SINGLE_FILES)),
        *base,
        Path(sysconfig.get_path("stdlib")),
        *_mapped_libraries(),
        site / "numpy",
        site / "numpy.libs",
        stage(),
        executable(),
    ]
    roots = tuple(dict.fromkeys(str(path.resolve()) for path in candidates if os.path.exists(path)))
    return Readable(_outermost(roots), tuple(_package_folders(roots)))


def executable() -> Path:
    """The interpreter itself, not a virtual environment's link to it."""
    return Path(os.path.realpath(sys.executable))


def _mapped_libraries() -> Iterator[Path]:
    """Shared libraries that this process has loaded: numpy's may stand anywhere."""
    try:
        lines = Path("/proc/self/maps").read_text().splitlines()
    except OSError:
        return
    for path in {line.split(maxsplit=5)[5] for line in lines if line.count("/")}:
        if re.search(r"\.so(\.|$)", path):
            yield Path(path)


def _package_folders(roots: Iterable[str]) -> Iterator[str]:
    """Folders of installed packages below the roots."""
    for root in roots:
        for pattern in ("python3*", "python3*/*", "*"):
            for folder in Path(root).glob(pattern):
                if folder.name in _PACKAGES and folder.is_dir() and not folder.is_symlink():
                    yield str(folder)


def _outermost(paths: tuple[str, ...]) -> tuple[str, ...]:
    """The paths without those that lie beneath another, unless a folder of packages is between them."""
    kept = []
    for path in paths:
        above = [other for other in paths if other != path and path.startswith(f"{other}/")]
        if not any(not set(Path(path).relative_to(other).parts) & set(_PACKAGES) for other in above):
            kept.append(path)
    return tuple(kept)


def _carve(path: str, hidden: frozenset[str]) -> Iterator[str]:
    if path in hidden:
        return
    if not any(folder.startswith(f"{path}/") for folder in hidden):
        yield path
        return
    for name in sorted(os.listdir(path)):
        yield from _carve(f"{path}/{name}", hidden)


def _is_open_to_all(path: Path) -> bool:
    return _mode_is_open(path) and all(parent.stat().st_mode & 0o001 for parent in path.parents)


def _mode_is_open(path: Path) -> bool:
    wanted = 0o005 if path.is_dir() else 0o004
    return path.stat().st_mode & wanted == wanted
