"""What lies in a folder or a zip, and its bytes, without trusting either.

A submission is foreign: links lead elsewhere, a pipe never ends, an archive unfolds to a terabyte. Nothing here
follows, waits, extracts or executes; whatever is wrong is one fault, `Refused`, whose text is told to the student.
"""

import errno
import io
import os
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath, PurePosixPath

MB = 1 << 20
MAX_FILE = 5 * MB  # a module has 20 KB, a notebook full of plots 1 to 3 MB; more is data, or an attack on our memory
MAX_ZIP = 50 * MB  # of one student: room for plots and a report beside the code
MAX_UNPACKED = (
    500 * MB
)  # announced by one student's zip: room for a data set; what is read is capped by MAX_FILE anyway
MAX_RATIO = 200  # source and plots shrink 2 to 20 times, empty arrays 100 times, a bomb 1,000 times
MAX_MEMBERS = 20_000  # one student's files: a virtual environment handed in by mistake has 10,000
MAX_DEPTH = 30  # folders inside folders; honest work has 3 or 4
CLASS_FACTOR = 1_000  # the zip of a whole class comes from the instructor: so many students, each with the limits above

IGNORED = ("__MACOSX", "__pycache__")
_HONEST_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # the others can ask for gigabytes before the first byte


class Refused(Exception):
    """A file, folder or archive that is not read; the text says what, got, wanted and what to do."""


@dataclass(frozen=True, slots=True)
class File:
    """A file by its path inside the student's folder or zip; `read` gives its bytes or raises `Refused`."""

    path: PurePosixPath
    read: Callable[[], bytes]

    @property
    def suffix(self) -> str:
        return self.path.suffix.lower()


def is_ignored(name: str) -> bool:
    """Whether nobody handed this in on purpose: hidden, or left by a tool."""
    return name.startswith(".") or name in IGNORED


def _limit(path: PurePath) -> int:
    """How many bytes of a file are read: a zip may hold more than the file that counts."""
    return MAX_ZIP if path.suffix.lower() == ".zip" else MAX_FILE


def read_file(path: Path) -> bytes:
    """The bytes of a regular file; a link, a pipe, a device or too many bytes are refused, and never waited for."""
    limit = _limit(path)
    flags = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"))
    try:
        descriptor = os.open(path, flags)
    except OSError as error:
        raise Refused(_why_not_opened(path, error)) from error
    with open(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise Refused(f"{path.name} is no regular file but a {_kind(status.st_mode)}; hand in the file itself")
        if status.st_size > limit:
            raise Refused(_too_large(path.name, status.st_size, limit))
        try:
            data = file.read(limit + 1)  # the size above may be out of date
        except OSError as error:
            raise Refused(_why_not_opened(path, error)) from error
    if len(data) > limit:
        raise Refused(_too_large(path.name, len(data), limit))
    return data


def files_of_folder(folder: Path) -> Iterator[File]:
    """The files below a student's folder, sorted; links are followed inside the folder and refused out of it."""
    root = Path(os.path.realpath(folder))
    waiting = [PurePosixPath()]
    count = 0
    while waiting:
        here = waiting.pop()
        try:
            entries = sorted(os.scandir(root / here), key=lambda entry: entry.name)
        except OSError as error:
            raise Refused(_why_not_opened(folder / here, error)) from error
        for entry in entries:
            count += 1
            if count > MAX_MEMBERS:
                raise Refused(f"{folder.name} holds more than {MAX_MEMBERS} files; hand in your own files alone")
            if is_ignored(entry.name):
                continue
            path = here / entry.name
            if entry.is_dir(follow_symlinks=False):
                if len(path.parts) > MAX_DEPTH:
                    raise Refused(f"{folder.name} has folders {MAX_DEPTH} deep; hand in your own files alone")
                waiting.append(path)
            elif entry.is_symlink():
                yield File(path, _link_reader(root, path))
            else:
                yield File(path, lambda path=path: read_file(root / path))  # type: ignore[misc]


def _link_reader(root: Path, path: PurePosixPath) -> Callable[[], bytes]:
    def read() -> bytes:
        target = Path(os.path.realpath(root / path))
        if not target.is_relative_to(root):
            raise Refused(f"{path} is a symbolic link out of the folder; hand in the file itself")
        return read_file(target)

    return read


def files_of_zip(archive: bytes | Path, name: str, factor: int = 1) -> list[File]:
    """The files of a zip, in the order of their names; they are read into memory, never extracted.

    `factor` widens the limits of a single student for an archive of many.
    """
    try:
        opened = zipfile.ZipFile(io.BytesIO(archive) if isinstance(archive, bytes) else archive)
        members = opened.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as error:
        raise Refused(f"{name} cannot be read as a zip ({error}); make it anew") from error
    _check_archive(members, name, factor)
    files = []
    for member in members:
        path = _member_path(member, name)
        if not member.is_dir() and not any(map(is_ignored, path.parts)):
            files.append(File(path, lambda member=member: _read_member(opened, member, name)))  # type: ignore[misc]
    return sorted(files, key=lambda file: file.path)


def folders_of_zip(archive: Path) -> set[PurePosixPath]:
    """The folders that a zip names by an entry of their own, empty ones too."""
    with zipfile.ZipFile(archive) as opened:
        return {_member_path(member, archive.name) for member in opened.infolist() if member.is_dir()}


def _check_archive(members: list[zipfile.ZipInfo], name: str, factor: int) -> None:
    if len(members) > MAX_MEMBERS * factor:
        raise Refused(f"{name} holds {len(members)} files, at most {MAX_MEMBERS} are read; zip your own files alone")
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if unpacked > MAX_UNPACKED * factor:
        raise Refused(f"{name} unfolds to {unpacked // MB} MB, at most {MAX_UNPACKED // MB} are read; leave data out")
    if unpacked > MAX_FILE and unpacked > MAX_RATIO * packed:
        raise Refused(f"{name} unfolds to {unpacked // max(packed, 1)} times its size, like a zip bomb; make it anew")


def _member_path(member: zipfile.ZipInfo, name: str) -> PurePosixPath:
    """The member's path; one that would leave the archive's folder is refused, and the archive with it."""
    text = member.filename.replace("\\", "/")  # zips made on Windows
    path = PurePosixPath(text)
    if path.is_absolute() or ".." in path.parts or text[1:2] == ":":
        raise Refused(f"{name} names {member.filename!r}, a path out of its own folder; zip the folder itself")
    return path


def _read_member(opened: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> bytes:
    where = f"{member.filename} in {name}"
    if member.flag_bits & 0x1:
        raise Refused(f"{where} is encrypted; zip it without a password")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise Refused(f"{where} is a symbolic link; zip the file itself")
    if member.compress_type not in _HONEST_METHODS:
        raise Refused(f"{where} is compressed by method {member.compress_type}; make an ordinary zip")
    limit = _limit(PurePosixPath(member.filename))
    if member.file_size > limit:
        raise Refused(_too_large(where, member.file_size, limit))
    try:
        with opened.open(member) as stream:
            data = stream.read(limit + 1)  # what is announced need not be true
    except (zipfile.BadZipFile, OSError, EOFError, zlib.error, ValueError, RuntimeError, NotImplementedError) as error:
        raise Refused(f"{where} is damaged ({error}); make the zip anew") from error
    if len(data) > limit:
        raise Refused(_too_large(where, len(data), limit))
    return data


def _too_large(name: str, size: int, limit: int) -> str:
    return (
        f"{name} has {size / MB:.1f} MB, at most {limit // MB} MB are read;"
        " leave data out, and clear the outputs of a notebook"
    )


def _why_not_opened(path: Path, error: OSError) -> str:
    if error.errno in (errno.ELOOP, errno.EMLINK):  # O_NOFOLLOW: Linux and macOS, FreeBSD
        return f"{path.name} is a symbolic link; hand in the file itself"
    return f"{path.name} cannot be read ({error.strerror}); check its permissions and hand it in anew"


def _kind(mode: int) -> str:
    kinds = ((stat.S_ISFIFO, "named pipe"), (stat.S_ISDIR, "folder"), (stat.S_ISSOCK, "socket"))
    return next((name for test, name in kinds if test(mode)), "device")
