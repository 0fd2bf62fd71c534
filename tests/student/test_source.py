"""Reading one submission on its own side of the border: nothing healthy is lost, nothing broken is hidden."""

import ast
import json
import linecache
import sys
import traceback

import numpy as np
import pytest

from grader.student import source
from grader.student.attempt import stub_kind
from grader.student.notebook import without_magics
from grader.student.source import Loaded, load

HEALTHY = 'import numpy as np\n\n\ndef first(x):\n    """The first."""\n    return x + 1\n\n\n'
LAST = '\n\ndef last(x):\n    """The last."""\n    return x * 2\n'


@pytest.fixture(autouse=True)
def _modules_are_put_back(monkeypatch):
    """Whatever a submission registers under its own name must not outlive its test."""
    for name in ("work", "random"):
        if name in sys.modules:
            monkeypatch.setitem(sys.modules, name, sys.modules[name])
    yield
    sys.modules.pop("work", None)


def read(text: str | bytes, filename: str = "work.py") -> Loaded:
    loaded = load(filename, text.encode() if isinstance(text, str) else text)
    json.dumps(loaded.facts())  # whatever happens, the facts cross the border
    return loaded


def cells(*sources: str) -> str:
    return json.dumps({"nbformat": 4, "cells": [{"cell_type": "code", "source": source} for source in sources]})


# --- the notebook that is handed out


CHECKED = (
    "import numpy as np\n\nimport grader",
    "def first(x):\n    return x + 1",
    'grader.check("first")',
    "@grader.figure\ndef drawing(figure, first):\n    figure.add_subplot()\n    raise ValueError",
    "def last(x):\n    return x * 2",
    'grader.check("last", case=3)',
)


@pytest.mark.parametrize(("text", "filename"), [(cells(*CHECKED), "work.ipynb"), ("\n".join(CHECKED), "work.py")])
def test_checks_and_figures_are_passed_over_in_silence(text: str, filename: str) -> None:
    loaded = read(text, filename)
    assert set(loaded.functions) == {"first", "last"}
    assert loaded.namespace["last"](2) == 4
    assert (loaded.cut, loaded.skipped, loaded.notes) == ([], [], [])


@pytest.mark.parametrize(
    ("cell", "note"),
    [
        ('student.check("first")', "1 other statements were not run"),
        ("@student.figure\ndef drawing(figure):\n    pass", ""),
        ('result = grader.check("first")', "1 other statements were not run"),
    ],
)
def test_what_only_looks_like_them_is_not(cell: str, note: str) -> None:
    loaded = read(cells(*CHECKED, cell), "work.ipynb")
    assert note in " ".join(loaded.notes)
    assert loaded.notes or loaded.cut


# --- a healthy file


def test_a_healthy_file_is_a_module() -> None:
    loaded = read(
        HEALTHY + "assert __name__ == 'work' and __file__ == 'work.py'\nif __name__ == '__main__':\n    1 / 0\n"
    )
    assert loaded.namespace["first"](1) == 2
    assert (loaded.cut, loaded.skipped, loaded.notes, loaded.unreadable) == ([], [], [], "")
    assert loaded.functions["first"] == {"line": 4, "where": "line 4", "own_statements": True, "stub": ""}


def test_a_traceback_shows_the_line_of_the_student() -> None:
    loaded = read(HEALTHY + "def fails(x):\n    return x / 0  # here\n")
    with pytest.raises(ZeroDivisionError) as caught:
        loaded.namespace["fails"](1)
    assert "return x / 0  # here" in "".join(traceback.format_tb(caught.value.__traceback__))
    linecache.cache.pop("work.py")


def test_the_module_can_be_imported_by_its_own_name() -> None:
    text = (
        "from dataclasses import dataclass\n"
        "\n"
        "@dataclass\n"
        "class Cache:\n"
        "    x: 'int'\n"
        "\n"
        "\n"
        "def again(x):\n"
        "    import work\n"
        "    return work.Cache(x)\n"
    )
    assert read(text).namespace["again"](3).x == 3


def test_a_module_of_python_is_not_replaced() -> None:
    import random

    loaded = read("def draw():\n    return 4\n", "random.py")
    assert sys.modules["random"] is random
    assert loaded.namespace["draw"]() == 4


def test_a_future_import_holds_for_all_that_follows() -> None:
    loaded = read("from __future__ import annotations\n\n\ndef typed(x: Unknown) -> Nothing:\n    return x + 1\n")
    assert loaded.namespace["typed"](1) == 2


def test_the_last_definition_counts() -> None:
    loaded = read("def f():\n    pass\n\n\ndef f():\n    return 2 + 0\n")
    assert loaded.namespace["f"]() == 2
    assert loaded.functions["f"]["line"] == 5
    assert loaded.functions["f"]["own_statements"]


def test_functions_made_otherwise_are_functions() -> None:
    loaded = read(
        "from math import tanh as act\n"
        "f = lambda x: x + 1\n"
        "g = f\n"
        "if True:\n"
        "    def h():\n"
        "        return 1 + 1\n"
        "k = 5\n"
    )
    assert set(loaded.functions) == {"act", "f", "g", "h"}


# --- bytes

READABLE = {
    "byte order mark": ("\ufeff" + HEALTHY).encode(),
    "windows line ends": HEALTHY.replace("\n", "\r\n").encode(),
    "old mac line ends": HEALTHY.replace("\n", "\r").encode(),
    "tabs": HEALTHY.replace("    ", "\t").encode(),
    "no newline at the end": HEALTHY.strip().encode(),
    "form feed": HEALTHY.replace("\n\n\n", "\n\n\f\n").encode(),
    "coding line": ("# -*- coding: latin-1 -*-\nname = 'é'\n" + HEALTHY).encode("latin-1"),
    "notebook": cells(HEALTHY).encode(),
}


@pytest.mark.parametrize("data", READABLE.values(), ids=READABLE)
def test_bytes_are_read_as_python_would(data: bytes) -> None:
    loaded = read(data)
    assert loaded.namespace["first"](1) == 2
    assert (loaded.notes, loaded.unreadable) == ([], "")


@pytest.mark.parametrize(
    ("data", "note"),
    [
        ("# Größe\n".encode("latin-1"), "latin-1"),
        ("# coding: no-such-codec\n# Größe\n".encode(), "coding line is wrong"),
        ("# coding: ascii\n# Größe\n".encode(), "coding line is wrong"),
    ],
)
def test_a_wrong_encoding_is_noted_and_read(data: bytes, note: str) -> None:
    loaded = read(data + HEALTHY.encode())
    assert note in loaded.notes[0]
    assert loaded.namespace["first"](1) == 2


UNREADABLE = {
    "NUL byte": (HEALTHY.encode() + b"\0", "NUL byte in line 9"),
    "UTF-16": (HEALTHY.encode("utf-16"), "UTF-16"),
    "zip": (b"PK\3\4 whatever", "zip or Word"),
    "pdf": (b"%PDF-1.7", "PDF"),
    "web page": (b"<!DOCTYPE html><html>", "web page"),
    "prose": (b"This is my homework,\nreally.\n", "not Python: line 1"),
    "open brackets": (b"(" * 100_000, "not Python"),
    "minus signs": (b"x = " + b"-" * 100_000 + b"1", "nested too deeply"),
    "a long sum": (b"x = 1" + b" + 1" * 100_000, "nested too deeply"),
}


@pytest.mark.parametrize(("data", "reason"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_is_no_python_is_unreadable_with_its_reason(data: bytes, reason: str) -> None:
    assert reason in read(data).unreadable


def test_an_empty_file_is_readable_and_said_to_be_empty() -> None:
    assert (read("").unreadable, read("").notes) == ("", ["the file is empty"])


# --- one broken function

BROKEN = {
    "missing colon": ("def broken(x)\n    return x\n", "expected ':'"),
    "open bracket": ("def broken(x):\n    y = (x + 1\n    return y\n", "'(' was never closed"),
    "open bracket in the head": ("def broken(x:\n    return x\n", "never closed"),
    "open docstring": ('def broken(x):\n    """Text\n    return x\n', "unterminated"),
    "open string": ("def broken(x):\n    return 'x\n", "unterminated"),
    "bad indentation": ("def broken(x):\n    y = 1\n      z = 2\n    return y\n", "unexpected indent"),
    "bad dedentation": ("def broken(x):\n    if x:\n        y = 1\n      return y\n", "unindent"),
    "no body": ("def broken(x):\n", "expected an indented block"),
    "tabs and spaces": ("def broken(x):\n\tif x:\n        return 1\n", "TabError"),
    "line at column 0": ("def broken(x):\n    y = 1\nprint('here')\n    return y\n", "unexpected indent"),
    "statement at column 0": (
        "def broken(x):\n    for t in x:\n        y = 1\nz = 2\n        w = 3\n    return y\n",
        "indent",
    ),
    "return at column 0": ("def broken(x):\n    y = 1\nreturn y\n", "'return' outside function"),
    "conflict": (
        "def broken(x):\n    y = 1\n<<<<<<< HEAD\n    y = 2\n=======\n    y = 3\n>>>>>>> b\n    return y\n",
        "merge conflict",
    ),
    "conflict at the end": (
        "def broken(x):\n<<<<<<< HEAD\n    return 2\n=======\n    return 3\n>>>>>>> b\n",
        "merge conflict",
    ),
    "decorated": ("@staticmethod\ndef broken(x):\n    return x +\n", "invalid syntax"),
    "asynchronous": ("async def broken(x):\n    return x +\n", "invalid syntax"),
    "mistyped def": ("Def broken(x):\n    return x\n", "invalid syntax"),
    "break outside of a loop": ("def broken(x):\n    break\n", "outside loop"),
    "argument twice": ("def broken(x, x):\n    return x\n", "duplicate argument"),
    "nested too deeply": ("def broken(x):\n    return " + "-" * 50_000 + "x\n", "too deeply"),
    "default that raises": ("def broken(x=unknown.thing):\n    return x\n", "NameError"),
    "decorator that raises": ("@unknown\ndef broken(x):\n    return x\n", "NameError"),
}


@pytest.mark.parametrize(("text", "message"), BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("filename", ["work.py", "work.ipynb"])
def test_a_broken_function_is_cut_out_alone(text: str, message: str, filename: str) -> None:
    whole = HEALTHY + text + LAST
    loaded = read(cells("pass", whole) if filename.endswith("b") else whole, filename)
    assert loaded.namespace["first"](1) == 2
    assert loaded.namespace["last"](2) == 4
    assert "broken" not in loaded.functions
    (cut,) = loaded.cut
    assert cut["name"] == "broken"
    assert message in cut["message"]
    assert cut["line"].startswith("code cell 2, line " if filename.endswith("b") else "line ")


def test_the_line_told_is_the_line_of_the_file() -> None:
    loaded = read(HEALTHY + "def broken(x):\n    if x\n        return 1\n")
    assert loaded.cut[0]["line"] == "line 10"
    message = read(HEALTHY + "def broken(x):\n    for t in x:\n    return 1\n").cut[0]["message"]
    assert "on line 10" in message


@pytest.mark.parametrize("quotes", ['"""', "'''"])
def test_an_open_docstring_does_not_swallow_the_next_function(quotes: str) -> None:
    broken = f"def broken(x):\n    {quotes}Text\n    return x\n\n\n"
    loaded = read(
        broken + HEALTHY.replace('"""', quotes) + broken.replace("broken", "other") + LAST.replace('"""', quotes)
    )
    assert {"first", "last"} <= set(loaded.functions)
    assert [cut["name"] for cut in loaded.cut] == ["broken", "other"]


def test_a_docstring_that_looks_like_code_is_kept_whole() -> None:
    shown = 'def shown(x):\n    """Use it so:\n\ndef other(y):\n    pass\n"""\n    return x + 3\n'
    loaded = read(shown + "\n\ndef broken(:\n    pass\n" + LAST)
    assert loaded.namespace["shown"](1) == 4
    assert [cut["name"] for cut in loaded.cut] == ["broken"]


def test_statements_around_a_broken_function_are_kept() -> None:
    text = (
        "TABLE = {\n"
        "1: 2,\n"
        "}\n"
        "def broken(x:\n"
        "    pass\n"
        "if TABLE:\n"
        "    A = [1,\n"
        "2]\n"
        "else:\n"
        "    A = []\n"
        "try:\n"
        "    B = 1\n"
        "except ValueError:\n"
        "    B = 2\n"
    )
    loaded = read(text + LAST)
    assert (loaded.namespace["TABLE"], loaded.namespace["A"], loaded.namespace["B"]) == ({1: 2}, [1, 2], 1)


def test_a_broken_statement_below_a_function_leaves_the_function() -> None:
    loaded = read(HEALTHY + "x = = 3\nplot(\n    1,\n" + LAST)
    assert set(loaded.functions) == {"first", "last"}
    assert loaded.cut == []
    assert [skipped["line"] for skipped in loaded.skipped][:2] == ["line 9", "line 10"]


def test_markers_of_a_merge_around_whole_functions_leave_the_last_version() -> None:
    loaded = read("<<<<<<< HEAD\ndef f():\n    return 1 + 0\n=======\ndef f():\n    return 2 + 0\n>>>>>>> b\n" + LAST)
    assert loaded.namespace["f"]() == 2
    assert "merge conflict" in " ".join(loaded.notes)


def test_a_broken_second_version_does_not_cost_the_first() -> None:
    loaded = read("def f():\n    return 1 + 0\n\n\ndef f(:\n    pass\n")
    assert loaded.namespace["f"]() == 1
    assert loaded.cut == []
    assert "f is defined twice; the version in line 1 counts" in loaded.notes[0]


def test_a_stub_above_a_broken_attempt_does_not_hide_the_attempt() -> None:
    loaded = read("def f():\n    pass\n\n\ndef f(:\n    return 1\n")
    assert [cut["name"] for cut in loaded.cut] == ["f"]
    assert "f" not in loaded.functions


def test_a_healthy_function_is_never_taken_for_a_docstring() -> None:
    """Planted break: joined, the three are one function with a docstring, and the healthy one is gone."""
    healthy = HEALTHY.replace('"""', "'''")
    loaded = read('def a(x):\n    """Text\n' + healthy + 'def b(x):\n    pass\n    """\ndef c(:\n    pass\n')
    assert loaded.namespace["first"](1) == 2
    assert [cut["name"] for cut in loaded.cut] == ["a", "b", "c"]


def test_a_file_of_junk_costs_no_more_than_its_length(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted break: without an end to the joining, 20,000 broken lines are 600,000 compilations."""
    parse, count = ast.parse, 0

    def counted(text: str) -> ast.Module:
        nonlocal count
        count += 1
        return parse(text)

    monkeypatch.setattr(ast, "parse", counted)
    loaded = read("x = = 1\n" * 20_000 + LAST)
    assert loaded.namespace["last"](1) == 2
    assert count < 22_000


# --- Python 2

PYTHON_2 = {
    "print": ('    print "loss", x\n', "print without parentheses"),
    "print of a name": ("    print x\n", "print without parentheses"),
    "print behind a colon": ("    if x: print x\n", "print without parentheses"),
    "exec": ('    exec "x = 1"\n', "exec without parentheses"),
    "except": ("    try:\n        pass\n    except ValueError, e:\n        pass\n", "except X, e"),
    "raise": ('    raise ValueError, "x"\n', "raise X"),
    "unequal": ("    return x <> 1\n", "<>"),
    "backticks": ("    return `x`\n", "backticks"),
    "octal": ("    return 0777\n", "octal"),
    "long": ("    return 10L\n", "long integer"),
    "raw unicode": ('    return ur"x"\n', 'ur""'),
}


@pytest.mark.parametrize(("body", "message"), PYTHON_2.values(), ids=PYTHON_2)
def test_python_2_is_named_and_not_translated(body: str, message: str) -> None:
    loaded = read(HEALTHY + "def old(x):\n" + body + LAST)
    (cut,) = loaded.cut
    assert cut["name"] == "old"
    assert cut["message"].startswith("Python 2: ")
    assert message in cut["message"]
    assert "looks like Python 2" in loaded.notes[0]
    assert set(loaded.functions) == {"first", "last"}


@pytest.mark.parametrize(
    "body", ["    return (x  # see `print x` and <>\n", '    """See `x` <> 0777\n', "    y = x +\n"]
)
def test_other_errors_are_not_called_python_2(body: str) -> None:
    loaded = read("def broken(x):\n" + body)
    assert "Python 2" not in loaded.cut[0]["message"]
    assert loaded.notes == []


# --- what runs while the file is read


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("import no_such_module", "No module named 'no_such_module'"),
        ("exit()", "SystemExit"),
        ("import sys; sys.exit(1)", "SystemExit: 1"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("raise GeneratorExit", "GeneratorExit"),
        ("def f(): f()\nf()", "RecursionError"),
        ("class E(Exception):\n    def __str__(self): raise self\nraise E", "E"),
    ],
)
def test_a_statement_that_raises_is_skipped_alone(statement: str, message: str) -> None:
    loaded = read(HEALTHY + statement + LAST)
    assert loaded.namespace["last"](2) == 4
    assert message in loaded.skipped[0]["message"]
    assert "was left out" in loaded.notes[0]


@pytest.mark.parametrize("statement", ["while True: pass", "import time\ntime.sleep(1000)"])
def test_a_statement_without_end_is_stopped(statement: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "CPU_SECONDS", 0.05)
    monkeypatch.setattr(source, "WALL_SECONDS", 0.1)
    loaded = read(HEALTHY + statement + "\n" + statement + LAST)
    assert loaded.namespace["last"](2) == 4
    assert [skipped["message"] for skipped in loaded.skipped] == [
        "it took too long outside of any function, and was stopped"
    ] * 2


# --- notebooks


def test_a_notebook_runs_definitions_imports_and_constants_alone() -> None:
    loaded = read(
        cells(
            "import numpy as np\n"
            "import math\n"
            "EPS = 1e-8\n"
            "A, (B, C) = 1, (2, -3)\n"
            "D = np.zeros(3)\n"
            "E = math.sqrt(4) + float('2')\n"
            "F: int = 3\n"
            "F += 1",
            "def f(x):\n    return x + EPS\n",
            "calls = []\n"
            "calls.append(1)\n"
            "result = f(1)\n"
            "other = open('x')\n"
            "np.seterr(all='raise')\n"
            "for i in range(3):\n"
            "    A = 100\n"
            "while True:\n"
            "    pass",
            "try:\n"
            "    import cupy as xp\n"
            "except ImportError:\n"
            "    xp = np\n"
            "if A == 1:\n"
            "    G = 1\n"
            "if A == 1:\n"
            "    f(1)\n"
            "float = f\n"
            "H = float(1)",
        ),
        "work.ipynb",
    )
    space = loaded.namespace
    assert [space[name] for name in "ABCEFG"] == [1, 2, -3, 4.0, 4, 1]
    assert space["xp"] is space["np"]
    assert space["calls"] == []
    assert not {"result", "other", "H"} & set(space)
    assert loaded.skipped == []
    assert loaded.notes == ["a notebook is read for its definitions: 8 other statements were not run"]


def test_magics_are_dropped_and_the_lines_keep_their_numbers() -> None:
    cell = (
        "%matplotlib inline\n"
        "% autoreload 2\n"
        "!pip install x\n"
        "files = !ls 'it\n"
        "np.tanh?\n"
        "?np\n"
        "\n"
        "def f(x):\n"
        "    %time y = x\n"
        "    return x + 1\n"
    )
    loaded = read(cells("x = 1", cell), "work.ipynb")
    assert loaded.functions["f"]["where"] == "code cell 2, line 8"
    assert (loaded.cut, loaded.skipped) == ([], [])


@pytest.mark.parametrize(
    "code",
    [
        'def f(a, b):\n    """A text.\n\n    %matplotlib inline\n    !ls\n    """\n    return a\n',
        "def f(a, b):\n    return (a\n        % b)\n",
        "def f(a, b):\n    return (a\n        != b)\n",
    ],
)
def test_what_only_looks_like_a_magic_is_left_alone(code: str) -> None:
    assert without_magics(code) == code


@pytest.mark.parametrize(
    ("head", "counts"),
    [
        ("%%time", True),
        ("%%capture out", True),
        ("%%writefile work.py", True),
        ("%%writefile a.txt", False),
        ("%%bash", False),
        ("%%html", False),
    ],
)
def test_a_cell_magic_says_whether_the_cell_is_python(head: str, counts: bool) -> None:
    assert ("f" in read(cells(f"{head}\ndef f(x):\n    return x + 1\n"), "work.ipynb").functions) is counts


def test_a_failing_cell_does_not_take_the_others_along() -> None:
    loaded = read(
        cells(HEALTHY, "import nothing_there\ndef broken(:\n    pass\n", "raise ValueError", LAST), "work.ipynb"
    )
    assert set(loaded.functions) == {"first", "last"}
    assert loaded.cut[0]["line"] == "code cell 2, line 2"
    assert loaded.skipped == [
        {"line": "code cell 2, line 1", "message": "ModuleNotFoundError: No module named 'nothing_there'"}
    ]


def test_lines_of_a_message_are_counted_within_the_cell() -> None:
    loaded = read(cells("x = 1\n" * 10, "def broken(x):\n    for t in x:\n    return 1\n"), "work.ipynb")
    assert "code cell 2, line 2" in loaded.cut[0]["message"]


@pytest.mark.parametrize("source", ["def f(x):\n    return x + 1\n", ["def f(x):\n", "    return x + 1\n"]])
def test_both_formats_and_both_kinds_of_source_are_read(source: object) -> None:
    new = {"cells": [{"cell_type": "raw", "source": "no"}, {"cell_type": "code", "source": source}]}
    old = {"worksheets": [{"cells": [{"cell_type": "code", "input": source, "language": "python"}]}]}
    for notebook in (new, old):
        assert read(json.dumps(notebook), "work.ipynb").namespace["f"](1) == 2


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "not valid JSON (line 1"),
        ("", "not valid JSON"),
        (HEALTHY, "not valid JSON"),
        ("[1]", "no notebook"),
        ("null", "no notebook"),
        ("{}", "no notebook"),
        ('{"cells": 3}', "no notebook"),
        ('{"cells": [{"cell_type": "code"}]}', "no notebook"),
        ('{"cells": [{"cell_type": "code", "source": [1]}]}', "no notebook"),
        ('{"cells": [{"cell_type": "code", "source": 1}]}', "no notebook"),
        ('{"worksheets": [[]]}', "no notebook"),
        ("[" * 100_000, "no notebook"),
        ("9" * 10_000, "no notebook"),
    ],
)
def test_what_is_no_notebook_is_unreadable_with_its_reason(text: str, reason: str) -> None:
    assert reason in read(text, "work.ipynb").unreadable


# --- stubs

STUBS = {
    "docstring": '"""Text."""',
    "pass": "pass",
    "ellipsis": "...",
    "raise": "raise NotImplementedError",
    "raise with text": 'raise NotImplementedError("f")',
    "none": "return None",
    "nothing": "return",
    "nones": "return None, None",
    "names set to none": "a, b = None, None\n    # TODO\n    pass\n    return a, b",
    "chained": "a = b = None\n    return (a, b)",
    "annotated": "a: int = None\n    b: int\n    return a",
    "undefined names": "return dx, dw",
}
OWN = {
    "value": "return 0",
    "computation": "return x + 1",
    "call": "return g(x)",
    "assignment": "y = x\n    return y",
    "other error": "raise ValueError",
    "loop": "for t in x:\n        pass",
    "attempt above a stub": "y = x + 1\n    return None",
    "stub above an attempt": "raise NotImplementedError\n    return x + 1",
    "import": "import numpy",
    "set in place": "x.y = None",
}


def function(body: str) -> ast.FunctionDef:
    (node,) = ast.parse(f"def f(x):\n    {body}\n").body
    assert isinstance(node, ast.FunctionDef)
    return node


@pytest.mark.parametrize("body", STUBS.values(), ids=STUBS)
def test_a_stub_holds_nothing_of_ones_own(body: str) -> None:
    assert stub_kind(function(body))
    assert not read(f"def f(x):\n    {body}\n").functions["f"]["own_statements"]


@pytest.mark.parametrize("body", OWN.values(), ids=OWN)
def test_an_attempt_is_no_stub(body: str) -> None:
    assert stub_kind(function(body)) == ""


def test_an_exception_in_a_notebook_is_placed_in_its_cell():
    from grader.student.runner import Session, Task

    cells = ["import numpy as np", "def f(x):\n    return x / 'two'"]
    book = {"cells": [{"cell_type": "code", "source": text} for text in cells], "nbformat": 4, "nbformat_minor": 5}
    loaded = load("work.ipynb", json.dumps(book).encode())
    session = Session(loaded.namespace, "work.ipynb", loaded.place)
    call = {"function": "f", "args": [["array", 0]], "gives": 1, "cache": False, "wanted": True, "forms": []}
    ((reply, _),) = session.replies(Task({"calls": [call]}, [np.ones(2)]))
    assert reply["outcomes"][0]["raised"][2] == "code cell 2, line 2"


@pytest.mark.parametrize(
    ("text", "takes_none"),
    [
        ("def f(x, *rest, y, **more): loop()", True),
        ("async def f(): loop()", True),
        ("def f(x=loop()): pass", False),
        ("def f(*, x=loop()): pass", False),
        ("def f(x: loop()): pass", False),
        ("def f(*x: loop()): pass", False),
        ("def f() -> loop(): pass", False),
        ("@loop()\ndef f(): pass", False),
        ("class C: loop()", False),
        ("loop()", False),
    ],
)
def test_only_what_runs_nothing_of_the_students_runs_without_a_clock(text, takes_none):
    assert source._takes_no_time(ast.parse(text).body[0]) is takes_none
