"""The statements of a source that does not compile as a whole: what is healthy is kept, what is broken is named.

Theory of operation. The text is cut before every `def`, `class` and `@` at column 0. A chunk that compiles is kept.
One that does not is joined with its broken successors, because a docstring may hold lines that look like a
definition. If that does not help either, the chunk is a definition with what follows it at column 0:

- the definition compiles alone, and what follows is no torn-off part of its body: it is kept, and the rest is
  kept statement by statement;
- otherwise the definition is cut out under its name, and what follows is kept where it compiles.

Nothing is repaired or translated: a kept statement is the student's, letter by letter.
"""

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

MAX_JOINED = 30  # blocks tried together: a table or a text over more lines than that is left out
MAX_JOINTS = 1_000  # joints tried in one source: without an end, a file of junk would cost its square in time

_HEAD = re.compile(r"(?:async\s+def|def|class)\s|@", re.IGNORECASE)  # "Def" is a definition with a typing error
_NAME = re.compile(r"(?:async\s+)?(?:def|class)\s+(\w+)", re.IGNORECASE)
_CONTINUES = re.compile(r"(?:else|elif|except|finally)\b|[)\]}]")
_CONFLICT = re.compile(r"<{7}|={7}$|>{7}")
_LINE = re.compile(r"\bline (\d+)")

# What Python 2 allowed, by the line that Python 3 stumbles over.
_PYTHON_2 = (
    (re.compile(r"(^|[:;])\s*print\s+[^\s(=.]"), "print without parentheses"),
    (re.compile(r"\bexec\s+[\w\"']"), "exec without parentheses"),
    (re.compile(r"^\s*except\s+[\w.]+\s*,\s*\w+\s*:"), "`except X, e` instead of `except X as e`"),
    (re.compile(r"^\s*raise\s+[\w.]+\s*,"), '`raise X, "…"` instead of `raise X("…")`'),
    (re.compile(r"<>"), "`<>` instead of `!=`"),
    (re.compile(r"`[^`]+`"), "backticks instead of repr()"),
    (re.compile(r"\b[uU][rR][\"']"), 'a string with the prefix ur""'),
    (re.compile(r"(?<![\w.])0[0-7]+\b(?![.eEjJ])"), "an octal number such as 0777 instead of 0o777"),
    (re.compile(r"\b\d+[lL]\b"), "a long integer such as 10L"),
)
# How Python 3 complains of them; an open string or bracket is no sign, whatever stands in its line.
_MAY_BE_PYTHON_2 = ("invalid", "Missing parentheses", "multiple exception types", "leading zeros", "expected ':'")


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a piece does not compile: its line and Python's words, or ours where they say more."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Cut:
    """A definition that was cut out."""

    name: str
    fault: Fault


@dataclass(slots=True)
class Parsed:
    """Statements in order with their lines in the whole text; `stray` are broken ones outside of definitions."""

    statements: list[ast.stmt] = field(default_factory=list)
    cut: list[Cut] = field(default_factory=list)
    stray: list[Fault] = field(default_factory=list)


def parse(text: str, offset: int = 0) -> Parsed:
    """The statements of a text whose first line is line `offset` + 1 of the whole; never raises."""
    return _Salvage(text.split("\n"), offset).parsed


def fault_of(error: BaseException, lines: list[str], offset: int = 0) -> Fault:
    """Where and why compiling these lines failed."""
    if not isinstance(error, SyntaxError):
        deep = isinstance(error, (RecursionError, MemoryError))
        return Fault(offset + 1, "nested too deeply for Python to read" if deep else f"{type(error).__name__}: {error}")
    number = min(max(error.lineno or 1, 1), len(lines))
    message = _words(error, lines[number - 1])
    return Fault(offset + number, _LINE.sub(lambda match: f"line {offset + int(match[1])}", message))


def _words(error: SyntaxError, line: str) -> str:
    if _CONFLICT.match(line):
        return "a merge conflict was left in the file"
    if error.msg.startswith(_MAY_BE_PYTHON_2):
        code = line.split("#")[0]
        for pattern, what in _PYTHON_2:
            if pattern.search(code):
                return f"Python 2: {what}"
    return f"{type(error).__name__}: {error.msg}"


class _Salvage:
    """One pass over the lines of a source; line numbers inside are 0-based."""

    def __init__(self, lines: list[str], offset: int) -> None:
        self.lines = lines
        self.offset = offset
        self.joints = 0
        self.parsed = Parsed()
        if self._keep(0, len(lines)) is not None:
            self._chunks()

    def _keep(self, start: int, stop: int) -> Fault | None:
        """Keep the statements of these lines; None if they compile, else why not."""
        tree = self._compiled(start, stop)
        if isinstance(tree, Fault):
            return tree
        self.parsed.statements += tree.body
        return None

    def _compiled(self, start: int, stop: int) -> ast.Module | Fault:
        lines = self.lines[start:stop]
        try:
            tree = ast.parse("\n".join(lines))
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            return fault_of(error, lines, self.offset + start)
        skipped = self.offset + start
        return ast.increment_lineno(tree, skipped) if skipped else tree

    def _may_join(self) -> bool:
        self.joints += 1
        return self.joints <= MAX_JOINTS

    def _chunks(self) -> None:
        """Keep or cut chunk by chunk."""
        starts = _chunk_starts(self.lines)
        stops = [*starts[1:], len(self.lines)]
        number = 0
        while number < len(starts):
            fault = self._keep(starts[number], stops[number])
            if fault is None:
                number += 1
                continue
            joined = self._join(starts, stops, number)
            if joined is None:
                self._break_up(starts[number], stops[number], fault)
                number += 1
            else:
                number = joined + 1

    def _join(self, starts: list[int], stops: list[int], number: int) -> int | None:
        """Keep a chunk together with the broken ones after it: the number of the last one, or None."""
        for last in range(number + 1, min(number + 4, len(starts))):
            if not isinstance(self._compiled(starts[last], stops[last]), Fault):
                return None  # never swallow a healthy definition
            if self._may_join() and self._keep(starts[number], stops[last]) is None:
                return last
        return None

    def _break_up(self, start: int, stop: int, fault: Fault) -> None:
        """A chunk that does not compile: its definition apart from what follows at column 0."""
        blocks = _block_starts(self.lines, start, stop)
        head = self.lines[start : blocks[0]]
        name = next((match[1] for line in head if (match := _NAME.match(line))), "")
        if not name:
            self._keep_all(self._statements([start, *blocks]))
            return
        definition = self._compiled(start, blocks[0])
        rest = self._statements(blocks)
        if isinstance(definition, Fault) or any(piece.is_torn for piece in rest):
            self.parsed.cut.append(Cut(name, fault))
            rest = [piece for piece in rest if piece.fault is None]  # broken lines here are most likely the body's
        else:
            self.parsed.statements += definition.body
        self._keep_all(rest)

    def _keep_all(self, pieces: list["_Piece"]) -> None:
        for piece in pieces:
            self.parsed.statements += piece.statements
            if piece.fault is not None:
                self.parsed.stray.append(piece.fault)

    def _statements(self, blocks: list[int]) -> list["_Piece"]:
        """What blocks at column 0 hold, those joined that only compile together."""
        pieces = []
        number = 0
        while number < len(blocks) - 1:
            first = tree = self._compiled(blocks[number], blocks[number + 1])
            last = number + 1
            while isinstance(tree, Fault) and last < min(number + MAX_JOINED, len(blocks) - 1) and self._may_join():
                last += 1
                tree = self._compiled(blocks[number], blocks[last])
            if isinstance(tree, ast.Module):
                pieces.append(_Piece(tree.body))
                number = last
            elif isinstance(first, Fault):
                is_torn = _goes_on(self.lines[blocks[number] : blocks[number + 1]])
                pieces.append(_Piece([], first, is_torn))
                number += 1
        return pieces


@dataclass(frozen=True, slots=True)
class _Piece:
    """Statements at column 0, or why there are none and whether they are the rest of the body before them."""

    statements: list[ast.stmt]
    fault: Fault | None = None
    is_torn: bool = False


def _goes_on(block: list[str]) -> bool:
    """Whether a broken block goes on indented below a line that opens nothing: the body above was torn apart."""
    first, *rest = block
    code = first.split("#")[0].rstrip()
    opens = code.endswith((":", "\\", ",")) or any(code.count(a) > code.count(b) for a, b in ("()", "[]", "{}"))
    is_indented = any(line[:1] in (" ", "\t") and line.strip() for line in rest)
    return is_indented and not opens


def _chunk_starts(lines: list[str]) -> list[int]:
    """Where definitions begin, with their decorators; the first chunk begins at the first line."""
    starts = [0]
    decorated = False
    for number, line in enumerate(lines):
        if _HEAD.match(line):
            if number and not decorated:
                starts.append(number)
            decorated = line.startswith("@")
    return starts


def _block_starts(lines: list[str], start: int, stop: int) -> list[int]:
    """Where the statements after the first one begin, and the end; comments and `else` begin none."""
    decorated = lines[start].startswith("@")
    starts = []
    for number in range(start + 1, stop):
        line = lines[number]
        if decorated:
            decorated = not _NAME.match(line)
        elif line[:1].strip() and not line.startswith("#") and not _CONTINUES.match(line):
            starts.append(number)
    return [*starts, stop]


def python_2(faults: Iterable[Fault]) -> Fault | None:
    """The first sign of Python 2 among the faults."""
    return next((fault for fault in faults if fault.message.startswith("Python 2")), None)
