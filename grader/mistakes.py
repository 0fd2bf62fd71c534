"""Wrong versions of the reference: a mistake's edits as source text that runs.

One catalogue serves four purposes: it names a student's bug, it proves that the checks bite, it makes realistic
classes, and it tells the instructor what a class misunderstood. Only our own source text is executed here.
"""

import ast
import re
from collections.abc import Callable
from types import FunctionType
from typing import Any

from grader.errors import DeclarationError
from grader.exercise import Assignment, Equivalent, Exercise, Mistake

# What gives code or a formula away: operators, subscripts, calls, transposes, sums with a number in them.
_FORMULA = re.compile(r"[*@^=\[\]\\]|\bnp\.|\.T\b|\w\(|\d\s*[-+/]|[-+/]\s*\d")


def misconception(hint: str, *versions: tuple[str, dict[str, str]], within: str = "") -> tuple[Mistake, ...]:
    """The mistakes that come of missing one idea, as `(name, {old: new, ...})`; they share its hint."""
    return tuple(Mistake(name, tuple(edits.items()), hint, within) for name, edits in versions)


def equivalents(reason: str, function: str, before: str, *afters: str) -> tuple[Equivalent, ...]:
    """The mechanical slips in one statement that are right for the same reason."""
    return tuple(Equivalent(function, before, after, reason) for after in afters)


def check_hint(mistake: Mistake) -> None:
    """Refuse a hint that asks no question, or that contains code or the text the student should have written."""
    where = f"mistake {mistake.name!r}: the hint {mistake.hint!r}"
    if "?" not in mistake.hint:
        raise DeclarationError(f"{where} asks no question")
    formula = _FORMULA.search(mistake.hint)
    if formula:
        raise DeclarationError(f"{where} contains {formula[0]!r}; wanted the idea in words, no code and no formula")
    for correct, _ in mistake.edits:
        if correct.strip() in mistake.hint:
            raise DeclarationError(f"{where} contains the right answer {correct.strip()!r}")


def edited_solution(assignment: Assignment, exercise: Exercise, mistake: Mistake) -> str:
    """The solution's source with the mistake's edits made inside one function; it is known to compile.

    Every old text must occur exactly once in that function and no two may overlap, so the order of the edits is
    of no importance and a change of the reference cannot quietly turn a mistake into something else.
    """
    function = mistake.within or exercise.name
    where = f"{exercise.name}: mistake {mistake.name!r}"
    before, body, after = _cut_out(assignment.solution, function, where)
    edited = before + _edit(body, mistake.edits, f"{where}: in {function}") + after
    if edited == assignment.solution:
        raise DeclarationError(f"{where}: the edits change nothing")
    try:
        compile(edited, function, "exec")
    except SyntaxError as error:
        raise DeclarationError(f"{where}: {function} does not compile once edited: {error}") from error
    return edited


def _cut_out(source: str, function: str, where: str) -> tuple[str, str, str]:
    """The source before, of and after a top-level function."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and node.name == function:
            lines = source.splitlines(keepends=True)
            parts = lines[: node.lineno - 1], lines[node.lineno - 1 : node.end_lineno], lines[node.end_lineno :]
            before, body, after = map("".join, parts)
            return before, body, after
    raise DeclarationError(f"{where}: the solution has no function named {function!r}")


def _edit(body: str, edits: tuple[tuple[str, str], ...], where: str) -> str:
    """The body with every edit made at the one place where its old text stands."""
    for old, _ in edits:
        found = body.count(old) if old else 0
        if found != 1:
            raise DeclarationError(f"{where} the text {old!r} occurs {found} times, wanted exactly once")
    pieces, end = [], 0
    for old, new in sorted(edits, key=lambda edit: body.index(edit[0])):
        start = body.index(old)
        if start < end:
            raise DeclarationError(f"{where} the text {old!r} overlaps another edit's")
        pieces += [body[end:start], new]
        end = start + len(old)
    return "".join([*pieces, body[end:]])


def load_solution(source: str, name: str) -> dict[str, Callable[..., Any]]:
    """The functions of our own source text, executed in a fresh namespace; `name` stands in tracebacks."""
    namespace: dict[str, Any] = {"__name__": name}
    exec(compile(source, f"<{name}>", "exec"), namespace)
    return {key: value for key, value in namespace.items() if isinstance(value, FunctionType)}
