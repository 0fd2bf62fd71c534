"""The table of situations: submissions as they come, each with the verdicts it must get.

A situation is a folder of `tests/submissions/` with an `expected.json`. What the student handed in is, in this order:

    a recipe of this module   for what a version control system does not keep: links, pipes, bytes, empty folders
    handed_in/                the student's own folder, file for file
    replace.py                functions that take the place of those in the correct `_base/<assignment>.py`; what
                              stands before its first function goes behind the imports, what stands behind its last
                              to the end
    edits, remove             in expected.json: texts of the base to replace, each once, and functions to leave out
"""

import ast
import codecs
import json
import os
import shutil
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.course import COURSE

HERE = Path(__file__).parent / "submissions"
STUDENT = "ada"
EXERCISES = {name: tuple(exercise.name for exercise in assignment.exercises) for name, assignment in COURSE.items()}


@dataclass(frozen=True, slots=True)
class Situation:
    """One submission and what must come of it; `shares` are points as a share of the maximum, where that is said."""

    name: str
    assignment: str
    why: str
    verdicts: Mapping[str, str]
    notes_contain: tuple[str, ...]
    rationale_contains: Mapping[str, str]
    shares: Mapping[str, float]
    edits: tuple[tuple[str, str], ...]
    remove: tuple[str, ...]

    @property
    def folder(self) -> Path:
        return HERE / self.name

    @property
    def filename(self) -> str:
        """The module that is looked for."""
        return f"{self.assignment}.py"

    @property
    def needs(self) -> str:
        """What the operating system must have for it, as a name in `os`; empty for most."""
        return {"named_pipe": "mkfifo", "link_out_of_the_folder": "symlink", "link_inside": "symlink"}.get(
            self.name, ""
        )


def situations() -> list[Situation]:
    """All situations, sorted by name."""
    return [_situation(path) for path in sorted(HERE.glob("*/expected.json"))]


def _situation(path: Path) -> Situation:
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return Situation(
        name=path.parent.name,
        assignment=data.pop("assignment"),
        why=data.pop("why"),
        verdicts=data.pop("verdicts"),
        notes_contain=tuple(data.pop("notes_contain", ())),
        rationale_contains=data.pop("rationale_contains", {}),
        shares=data.pop("shares", {}),
        edits=tuple((old, new) for old, new in data.pop("edits", ())),
        remove=tuple(data.pop("remove", ())),
        **data,  # a misspelt key is an error
    )


def materialise(situation: Situation, directory: Path) -> Path:
    """Write the situation as a class of one student below the directory: the path to give to `collect`."""
    course = directory / situation.name
    student = course / STUDENT
    student.mkdir(parents=True)
    if situation.name in RECIPES:
        RECIPES[situation.name](student, source(situation).encode())
    elif (situation.folder / "handed_in").is_dir():
        shutil.copytree(situation.folder / "handed_in", student, dirs_exist_ok=True)
    else:
        (student / situation.filename).write_text(source(situation), encoding="utf-8")
    return course


def source(situation: Situation) -> str:
    """The module that the base and the situation's changes make."""
    text = (HERE / "_base" / situation.filename).read_text(encoding="utf-8")
    replacement = situation.folder / "replace.py"
    head, functions, tail = _parts(text)
    if replacement.exists():
        extra_head, changes, extra_tail = _parts(replacement.read_text(encoding="utf-8"))
        head, functions, tail = head + extra_head, functions | changes, tail + extra_tail
    for name in situation.remove:
        del functions[name]
    text = "\n\n\n".join(filter(None, (head, *functions.values(), tail))) + "\n"
    for old, new in situation.edits:
        if text.count(old) != 1:
            raise ValueError(f"{situation.name}: {old!r} stands {text.count(old)} times in the source, wanted once")
        text = text.replace(old, new)
    return text


def _parts(text: str) -> tuple[str, dict[str, str], str]:
    """What stands before the first function, the functions by name, and what stands behind them."""
    lines = text.split("\n")
    nodes = ast.parse(text).body
    defined = [node for node in nodes if isinstance(node, ast.FunctionDef)]
    first = defined[0].lineno - 1 if defined else len(lines)
    last = defined[-1].end_lineno or 0 if defined else len(lines)
    functions = {node.name: "\n".join(lines[node.lineno - 1 : node.end_lineno]) for node in defined}
    return "\n".join(lines[:first]).strip() + "\n", functions, "\n".join(lines[last:]).strip()


# --- what is made at test time ---------------------------------------------------------------------------------------

Recipe = Callable[[Path, bytes], None]


def _bytes(change: Callable[[bytes], bytes]) -> Recipe:
    return lambda student, data: _write(student / "rnn.py", change(data))


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _same_file_twice(student: Path, data: bytes) -> None:
    _write(student / "rnn.py", data)
    _write(student / "backup" / "rnn.py", data)


def _link_out(student: Path, data: bytes) -> None:
    _write(student.parent.parent / "solutions" / "rnn.py", data)
    (student / "rnn.py").symlink_to(student.parent.parent / "solutions" / "rnn.py")


def _link_inside(student: Path, data: bytes) -> None:
    _write(student / "src" / "model.py", data)
    (student / "rnn.py").symlink_to(Path("src") / "model.py")


def _file_of_50_mb(student: Path, data: bytes) -> None:
    with open(student / "rnn.py", "wb") as file:
        file.write(data)
        file.truncate(50 << 20)  # a hole: it takes no space


def _zip(member: str) -> Recipe:
    def make(student: Path, data: bytes) -> None:
        with zipfile.ZipFile(student / "homework.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("__MACOSX/._rnn.py", b"\0\5\26\7")
            archive.writestr(member, data)

    return make


def _zip_cut_off(student: Path, data: bytes) -> None:
    _zip("work/rnn.py")(student, data)
    path = student / "homework.zip"
    path.write_bytes(path.read_bytes()[:-40])


def _turned_to_tabs(data: bytes) -> bytes:
    return data.replace(b"    ", b"\t")


def _one_line_with_spaces_among_tabs(data: bytes) -> bytes:
    return _turned_to_tabs(data).replace(b"\tdW = np.zeros(shape)", b"        dW = np.zeros(shape)")


def _notebook(data: bytes) -> bytes:
    cell = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": data.decode()}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}).encode()


RECIPES: dict[str, Recipe] = {
    "empty_folder": lambda student, data: None,
    "same_file_twice": _same_file_twice,
    "link_out_of_the_folder": _link_out,
    "link_inside": _link_inside,
    "named_pipe": lambda student, data: os.mkfifo(student / "rnn.py"),
    "file_of_50_mb": _file_of_50_mb,
    "zip_inside_the_folder": _zip("work/part 1/rnn.py"),
    "zip_cut_off": _zip_cut_off,
    "zip_with_a_path_out_of_it": _zip("../rnn.py"),
    "bom": _bytes(lambda data: codecs.BOM_UTF8 + data),
    "crlf": _bytes(lambda data: data.replace(b"\n", b"\r\n")),
    "latin_1": _bytes(lambda data: "# Größe × Länge\n".encode("latin-1") + data),
    "latin_1_with_a_coding_line": _bytes(lambda data: "# coding: latin-1\n# Größe\n".encode("latin-1") + data),
    "tabs": _bytes(_turned_to_tabs),
    "tabs_and_spaces_mixed": _bytes(_one_line_with_spaces_among_tabs),
    "notebook_named_py": _bytes(_notebook),
    "utf_16": _bytes(lambda data: data.decode().encode("utf-16")),
    "nul_bytes": _bytes(lambda data: data + b"\0" * 512),
    "empty_file": _bytes(lambda data: b""),
    "word_document_named_py": _bytes(lambda data: b"PK\x03\x04\x14\0\x06\0" + data),
    "line_nested_too_deeply": _bytes(lambda data: data + b"\nx = " + b"(" * 5000 + b")" * 5000 + b"\n"),
}
