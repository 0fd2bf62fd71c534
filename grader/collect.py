"""A class of submissions from what an instructor has: folders, files, zips, downloads of a platform.

A submission is one file of one student, as bytes; nothing here parses or runs it. Which student a file belongs to
is decided by the place where it lies:

    class/alice/…/work.py    a folder for each student, the file at any depth      alice
    class/alice.py           a file for each student, also .ipynb                  alice
    class/alice.zip          a zip for each student, the file at any depth         alice
    alice/work.py            a folder that holds the wanted file itself            alice
    class.zip                the same places inside a zip                          alice, …

A student's folder without the file may hold it in a zip. What cannot be read, or cannot be told apart, is still a
submission: with the verdict, and the reason that the student needs.
"""

import hashlib
import os
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from grader.errors import UsageError
from grader.listing import (
    CLASS_FACTOR,
    File,
    Refused,
    files_of_folder,
    files_of_zip,
    folders_of_zip,
    is_ignored,
    read_file,
)
from grader.report import Verdict

KINDS = (".py", ".ipynb")
MAX_NAMED = 5  # files named in one message


@dataclass(frozen=True, slots=True)
class Submission:
    """One student's file, or the verdict and the reason why there is none.

    `filename` is the wanted name with the suffix that was found, whatever the student called the file.
    """

    id: str
    filename: str
    data: bytes
    verdict: Verdict | None = None
    problem: str = ""

    @property
    def sha256(self) -> str:
        """What identifies the content: the kind of file, its bytes, and the problem if there is one."""
        kind = PurePosixPath(self.filename).suffix
        return hashlib.sha256(b"\0".join((kind.encode(), self.problem.encode(), self.data))).hexdigest()


def collect(paths: Sequence[Path], filename: str) -> list[Submission]:
    """The submissions under all paths, sorted by id; `filename` is the wanted module, its notebook counts too."""
    wanted = _Wanted.parse(filename)
    found: dict[str, list[_Place]] = {}
    for path in paths:
        places = list(_places(path, wanted))
        if not places:
            raise UsageError(
                f"no submissions under {path}: wanted a folder for each student with {wanted} in it,"
                " or a .py, .ipynb or .zip for each student"
            )
        for place in places:
            found.setdefault(place.submission.id, []).append(place)
    return [_one(places, wanted) for _, places in sorted(found.items())]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The module that is looked for, as a file or as a notebook."""

    stem: str

    @classmethod
    def parse(cls, filename: str) -> "_Wanted":
        path = PurePosixPath(filename)
        if path.suffix not in KINDS or len(path.parts) != 1:
            raise UsageError(f"--file {filename}: wanted the name of a module or notebook, such as homework.py")
        return cls(path.stem)

    def __str__(self) -> str:
        return " or ".join(self.stem + kind for kind in KINDS)

    def matches(self, path: PurePosixPath) -> bool:
        """Whether this is the file; capitals don't count, since not every system tells them apart."""
        return path.suffix.lower() in KINDS and path.stem.lower() == self.stem.lower()

    def submission(self, name: str, file: File) -> Submission:
        """The file as this student's submission, or the reason why it is none."""
        filename = self.stem + file.suffix
        try:
            return Submission(name, filename, file.read())
        except Refused as refused:
            return Submission(name, filename, b"", Verdict.UNREADABLE, str(refused))

    def refused(self, name: str, verdict: Verdict, problem: str) -> Submission:
        return Submission(name, self.stem + KINDS[0], b"", verdict, problem)


@dataclass(frozen=True, slots=True)
class _Place:
    """A submission and where it was found."""

    submission: Submission
    path: str


def _places(path: Path, wanted: _Wanted) -> Iterator[_Place]:
    """The submissions of one path of the command line, which is the instructor's own and may be a link."""
    if not path.exists():
        raise UsageError(f"{path} does not exist: wanted a folder, .py, .ipynb or .zip of submissions")
    path = Path(os.path.realpath(path))
    if path.is_dir():
        yield from _in_folder(path, wanted)
    elif path.suffix.lower() == ".zip":
        yield from _in_zip(path, wanted)
    elif path.suffix.lower() in KINDS:
        name = path.parent.name if wanted.matches(PurePosixPath(path.name)) else path.stem
        yield _place(_loose(path, _name(name), wanted), path)
    else:
        raise UsageError(f"{path} is no submission: wanted a folder, .py, .ipynb or .zip")


def _in_folder(folder: Path, wanted: _Wanted) -> Iterator[_Place]:
    try:
        entries = sorted((entry for entry in os.scandir(folder) if not is_ignored(entry.name)), key=lambda e: e.name)
    except OSError as error:
        raise UsageError(f"{folder} cannot be read ({error.strerror}): wanted a folder of submissions") from error
    if any(wanted.matches(PurePosixPath(entry.name)) for entry in entries):
        yield _place(_of_folder(folder, wanted), folder)
        return
    for entry in entries:
        path = Path(entry.path)
        if entry.is_symlink():
            if entry.is_dir() or path.suffix.lower() in (*KINDS, ".zip"):
                problem = f"{entry.name} is a symbolic link; wanted the student's own folder or file"
                yield _place(wanted.refused(_id(path), Verdict.UNREADABLE, problem), path)
        elif entry.is_dir():
            yield _place(_of_folder(path, wanted), path)
        elif path.suffix.lower() == ".zip":
            yield _place(_of_zip(path, wanted), path)
        elif path.suffix.lower() in KINDS:
            yield _place(_loose(path, _id(path), wanted), path)


def _in_zip(archive: Path, wanted: _Wanted) -> Iterator[_Place]:
    """The students of a zip from the command line; it is a single student's unless its top holds several."""
    name = _id(archive)
    try:
        files = files_of_zip(archive, archive.name, CLASS_FACTOR)
        folders = folders_of_zip(archive)
    except Refused as refused:
        yield _place(wanted.refused(name, Verdict.UNREADABLE, str(refused)), archive)
        return
    top = _class_root(files, folders, wanted)
    if top is None:
        yield _place(_of_zip(archive, wanted), archive)
        return
    students = _by_student(files, top)
    for folder in folders:
        if folder.parent == top and not is_ignored(folder.name):
            students.setdefault(folder.name, [])
    for student, own in sorted(students.items()):
        yield _Place(_of_files(_name(student), own, student, wanted), f"{archive.name}/{top / student}")


def _class_root(files: list[File], folders: set[PurePosixPath], wanted: _Wanted) -> PurePosixPath | None:
    """The folder inside a zip that holds one entry for each student; None for the zip of a single student.

    One wanted file and no zip inside, or a wanted file at the top, mean a single student, who may well have handed
    in other files and folders beside it. Wrapping folders are stepped into.
    """
    if sum(wanted.matches(file.path) or file.suffix == ".zip" for file in files) == 1:
        return None
    top = PurePosixPath()
    while True:
        students = set(_by_student(files, top)) | {folder.name for folder in folders if folder.parent == top}
        if any(wanted.matches(file.path) for file in files if file.path.parent == top) or not students:
            return None
        if len(students) > 1:
            return top
        top = top / students.pop()


def _by_student(files: Iterable[File], top: PurePosixPath) -> dict[str, list[File]]:
    """The files below `top` under the name of the entry that they lie in; loose files of other kinds are left out."""
    students: dict[str, list[File]] = {}
    for file in files:
        if not file.path.is_relative_to(top):
            continue
        parts = file.path.relative_to(top).parts
        if len(parts) > 1:
            students.setdefault(parts[0], []).append(File(PurePosixPath(*parts[1:]), file.read))
        elif parts and file.suffix in (*KINDS, ".zip"):
            students.setdefault(parts[0], []).append(File(PurePosixPath(parts[0]), file.read))
    return students


def _of_files(name: str, files: list[File], entry: str, wanted: _Wanted) -> Submission:
    """The submission of one entry of a class zip: a folder's files, a loose file or a zip."""
    if len(files) == 1 and str(files[0].path) == entry:
        name = PurePosixPath(name).stem
        if files[0].suffix in KINDS:
            return wanted.submission(name, files[0])
    return _pick(name, files, wanted)


def _of_folder(folder: Path, wanted: _Wanted) -> Submission:
    name = _name(folder.name)
    try:
        return _pick(name, list(files_of_folder(folder)), wanted)
    except Refused as refused:
        return wanted.refused(name, Verdict.UNREADABLE, str(refused))


def _of_zip(archive: Path, wanted: _Wanted) -> Submission:
    return _pick(_id(archive), [_file(archive)], wanted)


def _loose(path: Path, name: str, wanted: _Wanted) -> Submission:
    return wanted.submission(name, _file(path))


def _file(path: Path) -> File:
    return File(PurePosixPath(path.name), lambda: read_file(path))


def _pick(name: str, files: list[File], wanted: _Wanted) -> Submission:
    """The one wanted file among a student's; zips are opened where there is none, zips in zips never."""
    candidates = [file for file in files if wanted.matches(file.path)]
    try:
        if not candidates:
            files = [*files, *_unzipped(files)]
            candidates = [file for file in files if wanted.matches(file.path)]
    except Refused as refused:
        return wanted.refused(name, Verdict.UNREADABLE, str(refused))
    if not candidates:
        return wanted.refused(name, Verdict.MISSING, _nothing(name, files, wanted))
    return _one([_Place(wanted.submission(name, file), str(file.path)) for file in candidates], wanted)


def _unzipped(files: Iterable[File]) -> Iterator[File]:
    for archive in files:
        if archive.suffix == ".zip":
            for file in files_of_zip(archive.read(), archive.path.name):
                yield File(archive.path / file.path, file.read)


def _one(places: list[_Place], wanted: _Wanted) -> Submission:
    """The submission that all places agree on; where they differ, nobody guesses."""
    real = [place for place in places if place.submission.verdict is not Verdict.MISSING] or places
    first = real[0].submission
    if all(place.submission == first for place in real):
        return first
    names = _listed(sorted(place.path for place in real))
    problem = (
        f"{len(real)} candidates for {first.id}: {names}; wanted one: delete the others or use --file NAME"
        " (if each is another student's, give their folder as PATH)"
    )
    return wanted.refused(first.id, Verdict.UNREADABLE, problem)


def _nothing(name: str, files: Iterable[File], wanted: _Wanted) -> str:
    others = sorted(str(file.path) for file in files if file.suffix in KINDS)
    if not others:
        return f"no {wanted} from {name}, nor any other .py or .ipynb; hand in the file"
    advice = f"rename it, or use --file {PurePosixPath(others[0]).name}"
    return f"no {wanted} from {name}; found {_listed(others)}; {advice}"


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - MAX_NAMED} more" if len(names) > MAX_NAMED else ""
    return ", ".join(_name(name) for name in names[:MAX_NAMED]) + more


def _place(submission: Submission, path: Path) -> _Place:
    return _Place(submission, str(path))


def _id(path: Path) -> str:
    """The student's id: a folder's name, a file's stem."""
    return _name(path.name if path.suffix.lower() not in (*KINDS, ".zip") else path.stem)


def _name(text: str) -> str:
    """A name from a file system made fit for reports: composed letters, nothing that is not printable."""
    readable = os.fsencode(text).decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else "�" for c in unicodedata.normalize("NFC", readable))
