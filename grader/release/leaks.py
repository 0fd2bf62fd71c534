"""Finds lines of the solution in what is about to be released.

A line of code leaks when it stands, white space aside, anywhere in a released file: in code, in a comment, in a
notebook's cell, in prose, in a packed plan. The lines of the mistakes' edits count too, for a wrong line is mostly
the right one.
"""

import ast
import io
import json
import re
import tokenize
import zipfile
from collections.abc import Iterator, Mapping

from grader.errors import DeclarationError
from grader.exercise import Assignment, Mistake

# As short as a line that gives an idea away: `dx=d@w.T` has 8 characters.
_SHORTEST = 8
_CODE = re.compile(r"[^\w\s.,:'\"]")  # an operator, a call or an index; a line of names alone says nothing


def leaked_lines(assignment: Assignment, files: Mapping[str, bytes]) -> list[str]:
    """Each line of the solution that stands in a released file, as `<file>: <line>`; empty when nothing leaks."""
    secrets = {_squeezed(line): line for line in _secret_lines(assignment)}
    return [
        f"{name}: {line}"
        for name, data in files.items()
        for text in [_squeezed("\n".join(_texts(name, data)))]
        for squeezed, line in secrets.items()
        if squeezed in text
    ]


def refuse_leaks(assignment: Assignment, files: Mapping[str, bytes]) -> None:
    """Stop a release that would give a line of the solution away."""
    leaks = leaked_lines(assignment, files)
    if leaks:
        raise DeclarationError(
            f"assignment {assignment.name}: lines of the solution stand in what students would receive;"
            " say it in other words in the task or the docstring:\n  " + "\n  ".join(leaks)
        )


def _secret_lines(assignment: Assignment) -> list[str]:
    source = assignment.solution
    lines = [line for node in ast.parse(source).body for line in _body_lines(node, source)]
    edits = [
        text for exercise in assignment.exercises for mistake in exercise.mistakes for text in _edit_texts(mistake)
    ]
    lines += [line for text in edits for line in text.splitlines()]
    public = {_squeezed(exercise.contract.signature) for exercise in assignment.exercises}
    return [line.strip() for line in lines if _gives_something_away(line) and _squeezed(line) not in public]


def _edit_texts(mistake: Mistake) -> list[str]:
    return [text for edit in mistake.edits for text in edit]


def _body_lines(node: ast.AST, source: str) -> Iterator[str]:
    """The lines of a function's statements: no signature, no docstring, no comment, no return of names alone."""
    if not isinstance(node, ast.FunctionDef):
        return
    code = _without_comments(source).splitlines()
    for statement in node.body[1:] if ast.get_docstring(node) else node.body:
        if not _returns_names(statement):
            yield from code[statement.lineno - 1 : statement.end_lineno]


def _returns_names(statement: ast.stmt) -> bool:
    if not isinstance(statement, ast.Return):
        return False
    value = statement.value
    parts = value.elts if isinstance(value, ast.Tuple) else [value]
    return all(part is None or isinstance(part, ast.Name | ast.Constant) for part in parts)


def _without_comments(source: str) -> str:
    lines = source.splitlines()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column]
    return "\n".join(lines)


def _gives_something_away(line: str) -> bool:
    return len(_squeezed(line)) >= _SHORTEST and _CODE.search(line) is not None


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _texts(name: str, data: bytes) -> Iterator[str]:
    """All that can be read in a file: the cells of a notebook, the members of an archive, or its text."""
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.namelist():
                yield from _texts(member, archive.read(member))
    elif name.endswith(".ipynb"):
        yield from ("".join(cell["source"]) for cell in json.loads(data)["cells"])
    else:
        yield data.decode("utf-8", errors="replace")
