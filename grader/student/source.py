"""A submission's source made into a module, statement by statement, and what is to be told about it.

Standard library only. A statement that fails does not take the others along: each is compiled and executed on its
own. `if __name__ == "__main__"` does not run. Nothing here decides anything: the facts are for messages.
"""

import __future__

import ast
import bisect
import contextlib
import linecache
import re
import signal
import sys
import threading
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePath
from types import CodeType, FrameType, ModuleType
from typing import Any

from grader.student import notebook, salvage
from grader.student.attempt import stub_kind
from grader.student.salvage import Cut, Fault, Parsed
from grader.student.text import Unreadable, decode

CPU_SECONDS = 1.5  # for all statements outside of definitions together: honest ones take milliseconds
WALL_SECONDS = 3.0  # the same, asleep: well below what the judge waits for the whole file
LEAST_SECONDS = 0.1  # what a statement gets when those before it have used the time up
MAX_TOLD = 100  # functions cut and statements skipped that are told
MAX_NOTED = 5  # statements skipped that are told in words
MAX_TEXT = 300

_Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass
class Loaded:
    """A submission as a module. All but `namespace` is plain data, lines are told as `line 3`, `code cell 2, line 3`.

    `cut` are functions that do not compile, `skipped` statements that raised or do not compile. `functions` gives for
    each name its `line`, `where` in words, whether it holds `own_statements`, and what it does if it is a `stub`.
    `cells` are the lines before each code cell of a notebook. `unreadable` is empty unless nothing could be read.
    """

    namespace: dict[str, Any] = field(default_factory=dict)
    functions: dict[str, dict[str, Any]] = field(default_factory=dict)
    cut: list[dict[str, Any]] = field(default_factory=list)
    skipped: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unreadable: str = ""
    cells: list[int] = field(default_factory=list)

    def facts(self) -> dict[str, Any]:
        """All but the namespace, as JSON takes it."""
        return {name: value for name, value in vars(self).items() if name != "namespace"}

    def place(self, line: int) -> str:
        """A line of the text in words, counted within its code cell if it is a notebook's."""
        if not self.cells:
            return f"line {line}"
        cell = bisect.bisect_left(self.cells, line)
        return f"code cell {cell}, line {line - self.cells[cell - 1]}"


def load(filename: str, data: bytes) -> Loaded:
    """The submission's module, executed as far as it goes, with everything worth telling about it."""
    loaded = Loaded()
    try:
        text, loaded.notes = decode(data)
        is_notebook = _is_notebook(filename, text)
        cells = notebook.code_cells(text) if is_notebook else [text]
    except Unreadable as unreadable:
        loaded.unreadable = str(unreadable)
        return loaded
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about escapes in strings and the like: nobody is there to read them
        parsed = _parse(cells, loaded, is_notebook)
        _register(filename, "\n".join(cells), loaded)
        _Execution(loaded, filename, parsed, is_notebook).run()
    return loaded


def _is_notebook(filename: str, text: str) -> bool:
    """Whether the text is a notebook's, by the file's name or, for a notebook under a wrong name, by its look."""
    return filename.lower().endswith(".ipynb") or (text.lstrip()[:1] == "{" and '"cell_type"' in text)


def _parse(cells: list[str], loaded: Loaded, is_notebook: bool) -> Parsed:
    """The statements of all cells, with lines counted through."""
    whole, offset = Parsed(), 0
    for cell in cells:
        if is_notebook:
            loaded.cells.append(offset)
        parsed = salvage.parse(cell, offset)
        whole.statements += parsed.statements
        whole.cut += parsed.cut
        whole.stray += parsed.stray
        offset += cell.count("\n") + 1
    return whole


def _register(filename: str, text: str, loaded: Loaded) -> None:
    """Make the module known: to tracebacks, and to whatever imports it by name."""
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    module = ModuleType(PurePath(filename).stem)
    module.__file__ = filename
    loaded.namespace = module.__dict__
    known = sys.modules.get(module.__name__)
    if known is None or getattr(known, "__file__", None) == filename:  # never in place of a module of Python's
        sys.modules[module.__name__] = module
    else:
        loaded.namespace["__module_kept_alive__"] = module  # a module that dies empties its namespace


class _TooLong(BaseException):
    """A statement outside of definitions used up its time."""


class _Execution:
    """Compiles and executes the statements of a submission one by one, and writes down what came of it."""

    def __init__(self, loaded: Loaded, filename: str, parsed: Parsed, is_notebook: bool) -> None:
        self.loaded = loaded
        self.filename = filename
        self.is_notebook = is_notebook
        self.statements = parsed.statements
        self.cuts = list(parsed.cut)
        self.faults = list(parsed.stray)
        self.is_whole = not parsed.stray
        self.not_run = 0
        self.flags = 0
        self.clock = _Clock()

    def run(self) -> None:
        for statement, code in self._compiled():
            if notebook.is_ours(statement):  # in a module too: notebooks are exported
                continue
            if self.is_notebook and not notebook.is_run(statement, self.loaded.namespace):
                self.not_run += 1
                continue
            try:
                with contextlib.nullcontext() if _takes_no_time(statement) else self.clock.limit():
                    exec(code, self.loaded.namespace)
            except BaseException as error:  # SystemExit and KeyboardInterrupt of the student's are no end of ours
                fault = Fault(statement.lineno, describe(error))
                if isinstance(statement, _Function):  # a default value or a decorator raised
                    self.cuts.append(Cut(statement.name, fault))
                    continue
                self.faults.append(fault)
            self._note_functions(statement)
        self._tell()

    def _compiled(self) -> list[tuple[ast.stmt, CodeType]]:
        """Each statement with its code; those that parse but do not compile are cut or left out."""
        found: list[tuple[ast.stmt, CodeType]] = []
        for statement in self.statements:
            self.flags |= _future(statement)
            try:
                module = ast.Module([statement], [])
                code = compile(module, self.filename, "exec", flags=self.flags, dont_inherit=True)
            except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
                self._refuse(statement, error, found)
            else:
                found.append((statement, code))
        return found

    def _refuse(self, statement: ast.stmt, error: Exception, found: list[tuple[ast.stmt, CodeType]]) -> None:
        line = getattr(error, "lineno", None) or statement.lineno
        fault = Fault(line, salvage.fault_of(error, [""]).message)
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            self.cuts.append(Cut(statement.name, fault))
            return
        last = next((n for n in range(len(found) - 1, -1, -1) if isinstance(found[n][0], _Function)), None)
        if isinstance(statement, ast.Return) and last is not None:  # the end of a body that slipped to column 0
            function = found.pop(last)[0]
            assert isinstance(function, _Function)
            self.cuts.append(Cut(function.name, fault))
            return
        self.faults.append(fault)
        self.is_whole = False

    def _note_functions(self, statement: ast.stmt) -> None:
        """Write down the functions that a statement has just defined."""
        for name, definition in _bound(statement):
            if not callable(self.loaded.namespace.get(name)):
                continue
            stub = _stub(definition)
            line = definition.lineno
            self.loaded.functions[name] = {
                "line": line,
                "where": self.loaded.place(line),
                "own_statements": not stub,
                "stub": stub,
            }

    def _tell(self) -> None:
        """Turn what was found into facts and notes, in the order of the lines."""
        loaded = self.loaded
        self.faults.sort(key=lambda fault: fault.line)
        alive = {name for name, value in loaded.namespace.items() if callable(value)}
        loaded.functions = {name: facts for name, facts in loaded.functions.items() if name in alive}
        for cut in sorted(self.cuts, key=lambda cut: cut.fault.line):
            healthy = loaded.functions.get(cut.name)
            if healthy is not None and healthy["own_statements"]:
                loaded.notes.append(
                    f"{cut.name} is defined twice; the version in {healthy['where']} counts,"
                    f" the other does not compile ({self._words(cut.fault)})"
                )
                continue
            loaded.functions.pop(cut.name, None)  # a stub beside a broken attempt: the attempt is what is judged
            loaded.cut.append({"name": cut.name, **self._told(cut.fault)})
        loaded.skipped = [self._told(fault) for fault in self.faults[:MAX_TOLD]]
        if not self.is_whole and not self.cuts and not loaded.functions:
            loaded.unreadable = f"the file is not Python: {self._words(self.faults[0])}"
        loaded.notes += self._notes()
        del loaded.cut[MAX_TOLD:]

    def _notes(self) -> Iterator[str]:
        old = salvage.python_2([cut.fault for cut in self.cuts] + self.faults)
        if old is not None:
            yield f"the file looks like Python 2 ({self._words(old)}); Python 3 is wanted, nothing was translated"
        if self.loaded.unreadable:
            return
        for fault in self.faults[:MAX_NOTED]:
            yield f"{self.loaded.place(fault.line)} was left out: {self._message(fault)}"
        if len(self.faults) > MAX_NOTED:
            yield f"{len(self.faults) - MAX_NOTED} more statements were left out"
        if self.not_run:
            yield f"a notebook is read for its definitions: {self.not_run} other statements were not run"
        if not self.statements and not self.cuts and not self.faults:
            yield "the file is empty"

    def _told(self, fault: Fault) -> dict[str, str]:
        return {"line": self.loaded.place(fault.line), "message": self._message(fault)}

    def _words(self, fault: Fault) -> str:
        return f"{self.loaded.place(fault.line)}: {self._message(fault)}"

    def _message(self, fault: Fault) -> str:
        """Python's words, with the lines that they name counted as all others are."""
        message = re.sub(r"\bline (\d{1,7})\b", lambda match: self.loaded.place(int(match[1])), fault.message)
        return message[:MAX_TEXT]


def _bound(statement: ast.stmt) -> Iterator[tuple[str, ast.stmt]]:
    """The names that a statement may bind to functions, with the statement that does; `if` and `try` are entered."""
    match statement:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name, statement
        case ast.Assign(targets=targets):
            names = (node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name))
            yield from ((name, statement) for name in names)
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            yield from ((alias.asname or alias.name, statement) for alias in names)
        case ast.If() | ast.Try() | ast.With() | ast.For() | ast.While():
            for inner in ast.iter_child_nodes(statement):
                if isinstance(inner, ast.stmt):
                    yield from _bound(inner)
                elif isinstance(inner, ast.ExceptHandler):
                    for handled in inner.body:
                        yield from _bound(handled)


def _takes_no_time(statement: ast.stmt) -> bool:
    """Whether nothing of the student's runs: a function without decorators, defaults and annotations."""
    if not isinstance(statement, _Function) or statement.decorator_list or statement.returns:
        return False
    signature = statement.args
    every = [*signature.posonlyargs, *signature.args, *signature.kwonlyargs, signature.vararg, signature.kwarg]
    return not (
        signature.defaults or any(signature.kw_defaults) or any(one.annotation for one in every if one is not None)
    )


def _stub(definition: ast.stmt) -> str:
    return stub_kind(definition) if isinstance(definition, _Function) else ""


def _future(statement: ast.stmt) -> int:
    """The compiler's flags of a `from __future__ import`, which hold for every statement after it."""
    if not isinstance(statement, ast.ImportFrom) or statement.module != "__future__":
        return 0
    features = [getattr(__future__, alias.name, None) for alias in statement.names]
    flags = 0
    for feature in features:
        flags |= getattr(feature, "compiler_flag", 0)
    return flags


def describe(error: BaseException) -> str:
    """Type and message of what a statement raised."""
    if isinstance(error, _TooLong):
        return "it took too long outside of any function, and was stopped"
    try:
        message = str(error)
    except BaseException:  # a hostile __str__
        message = ""
    return f"{type(error).__name__}: {message}"[:MAX_TEXT] if message else type(error).__name__


class _Clock:
    """The time that statements outside of definitions may take, so that a training loop costs nobody a grade.

    Works where signals do: not on Windows, nor beside the main thread. The judge's own clock is the backstop.
    """

    def __init__(self) -> None:
        self.works = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
        self.left = {"ITIMER_PROF": CPU_SECONDS, "ITIMER_REAL": WALL_SECONDS}

    @contextlib.contextmanager
    def limit(self) -> Iterator[None]:
        """Raise `_TooLong` inside when the time that is left is up."""
        if not self.works:
            yield
            return
        handlers = [signal.signal(number, _stop) for number in (signal.SIGPROF, signal.SIGALRM)]
        for name, seconds in self.left.items():
            signal.setitimer(getattr(signal, name), max(seconds, LEAST_SECONDS))
        try:
            yield
        finally:
            for name, seconds in self.left.items():
                rest, _ = signal.setitimer(getattr(signal, name), 0)
                self.left[name] = min(seconds, rest)
            for number, handler in zip((signal.SIGPROF, signal.SIGALRM), handlers, strict=True):
                signal.signal(number, handler)


def _stop(number: int, frame: FrameType | None) -> None:
    raise _TooLong
