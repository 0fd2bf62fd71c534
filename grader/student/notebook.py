"""The code of a notebook, and which of its statements are run.

A notebook is read for its definitions. Its other statements train, plot and load data that is not here; they are
not run. Run are, in the order of the cells:

- `import`, `def`, `class`;
- assignments to names, of literals, names, operators and lambdas, and of calls into numpy, math and the built-in
  types (`np.zeros(3)`, `float("inf")`): no call of the notebook's own functions;
- `if` and `try` that hold nothing else.

What the notebook that we hand out holds besides (`grader.check("…")`, functions under `@grader.figure`) is passed over
in silence.

Magics (`%`, `%%`), shell lines (`!`, `x = !ls`) and questions (`help?`) are not Python and are dropped. A cell for
another language is dropped whole; `%%writefile work.py` is code like any other.
"""

import ast
import json
import re
from types import ModuleType
from typing import Any

from grader.student.text import Unreadable

_MAGIC = re.compile(
    r"\s*(?:%{1,2}[A-Za-z_]|!(?!=)|\?{1,2}\s*\w)"  # %magic, !shell, ?help
    r"|%\s+[A-Za-z]"  # "% matplotlib" at column 0
    r"|\s*[\w.]+\?{1,2}\s*$"  # help?
    r"|\s*[\w, ]+=\s*[!%]\s*\w"  # x = !ls
)
_PYTHON_CELLS = ("time", "timeit", "capture", "prun", "python", "python3", "py", "debug", "memit", "mprun", "lprun")
_CALLABLE_MODULES = ("numpy", "math")
_CALLABLE_TYPES = (
    "bool",
    "complex",
    "dict",
    "float",
    "frozenset",
    "int",
    "len",
    "list",
    "range",
    "set",
    "str",
    "tuple",
)


def code_cells(text: str) -> list[str]:
    """The source of each code cell, in order, with magics replaced by `pass`; formats 3 and 4."""
    try:
        notebook = json.loads(text)
        if "worksheets" in notebook:
            cells = [cell for sheet in notebook["worksheets"] for cell in sheet["cells"]]
        else:
            cells = notebook["cells"]
        sources = [_source(cell) for cell in cells if cell["cell_type"] == "code"]
    except json.JSONDecodeError as error:
        raise Unreadable(
            f"the notebook is not valid JSON (line {error.lineno}: {error.msg}); open it in Jupyter and save it again"
        ) from error
    except (LookupError, TypeError, AttributeError, ValueError, RecursionError) as error:
        raise Unreadable(
            f"the file is JSON but no notebook ({type(error).__name__}: {error}); save it from Jupyter again"
        ) from error
    return [without_magics(source) for source in sources]


def _source(cell: dict[str, Any]) -> str:
    source = cell["source"] if "source" in cell else cell["input"]
    return "".join(source).replace("\r\n", "\n")


def without_magics(source: str) -> str:
    """The cell with each line that is not Python replaced by `pass`, so that the lines keep their numbers."""
    lines = source.split("\n")
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    if lines[first].startswith("%%"):
        kind, _, rest = lines[first][2:].partition(" ")
        writes_module = kind in ("writefile", "file") and rest.strip().endswith(".py")
        if kind.rstrip("!") not in _PYTHON_CELLS and not writes_module:
            return "\n" * (len(lines) - 1)
    elif _compiles(source):
        return source  # what looks like a magic is text or the rest of an expression
    return "\n".join(_pass(line) if _MAGIC.match(line) else line for line in lines)


def _pass(line: str) -> str:
    return line[: len(line) - len(line.lstrip())] + "pass"


def _compiles(source: str) -> bool:
    try:
        ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def is_ours(statement: ast.stmt) -> bool:
    """Whether a statement is a check or a figure of the notebook as it was handed out."""
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id="grader"), attr="check"))):
            return True
        case ast.FunctionDef(decorator_list=[ast.Attribute(value=ast.Name(id="grader"), attr="figure")]):
            return True
    return False


def is_run(statement: ast.stmt, namespace: dict[str, Any]) -> bool:
    """Whether a statement at the top of a cell is run; calls are told apart by what their names mean by now."""
    match statement:
        case ast.Import() | ast.ImportFrom() | ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() | ast.Pass():
            return True
        case ast.Assign(targets=targets, value=value):
            return all(map(_is_name, targets)) and _is_harmless(value, namespace)
        case ast.AnnAssign(target=ast.Name(), value=value):
            return value is None or _is_harmless(value, namespace)
        case ast.AugAssign(target=ast.Name(), value=value):
            return _is_harmless(value, namespace)
        case ast.If(test=test, body=body, orelse=other):
            return _is_harmless(test, namespace) and all(is_run(inner, namespace) for inner in [*body, *other])
        case ast.Try(body=body, handlers=handlers, orelse=other, finalbody=final):
            inside = [*body, *(inner for handler in handlers for inner in handler.body), *other, *final]
            return all(is_run(inner, namespace) for inner in inside)
    return False


def _is_name(target: ast.expr) -> bool:
    if isinstance(target, (ast.Tuple, ast.List)):
        return all(map(_is_name, target.elts))
    return isinstance(target, ast.Name)


def _is_harmless(value: ast.expr, namespace: dict[str, Any]) -> bool:
    """Whether evaluating the expression calls nothing but numpy, math and built-in types."""
    waiting: list[ast.AST] = [value]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Lambda):
            continue
        if isinstance(node, (ast.Await, ast.Yield, ast.YieldFrom, ast.NamedExpr, ast.comprehension)):
            return False
        if isinstance(node, ast.Call) and not _is_known(node.func, namespace):
            return False
        waiting.extend(ast.iter_child_nodes(node))
    return True


def _is_known(function: ast.expr, namespace: dict[str, Any]) -> bool:
    if isinstance(function, ast.Name):
        return function.id in _CALLABLE_TYPES and function.id not in namespace
    while isinstance(function, ast.Attribute):
        function = function.value
    module = namespace.get(function.id) if isinstance(function, ast.Name) else None
    return isinstance(module, ModuleType) and module.__name__.partition(".")[0] in _CALLABLE_MODULES
