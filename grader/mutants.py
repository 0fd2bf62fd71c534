"""Mutants: the solution with one small slip, made mechanically at every place where an operator applies.

They ask of the checks what the catalogue of mistakes can't: whether slips that nobody thought of are caught too. A
mutant that no check catches is either equivalent, which is proved here or argued next to the reference, or a bug of
ours. The order is that of the source, the same at every run.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from grader.operators import replacements


@dataclass(frozen=True, slots=True)
class Mutant:
    """One slip: the statement of a function before and after it, and the whole solution with it."""

    function: str
    line: int
    edit: str
    source: str

    def __str__(self) -> str:
        return f"{self.function}, line {self.line}: {self.edit}"


@dataclass(frozen=True, slots=True)
class _Place:
    """A node inside its parent, with the statement that it is part of."""

    parent: ast.AST
    field: str
    position: int | None
    node: ast.AST
    statement: ast.stmt

    def put(self, node: ast.AST) -> None:
        if self.position is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.position] = node


def mutants(solution: str) -> tuple[Mutant, ...]:
    """Every mutant of every function, in the order of the source; those proved equivalent are left out."""
    module = ast.parse(solution)
    texts = [ast.unparse(node) for node in module.body]
    found: dict[str, Mutant] = {}
    for number, function in enumerate(module.body):
        if isinstance(function, ast.FunctionDef):
            seen = {normal_form(texts[number])}
            for place, node in _slips(function):
                edit, text = _made(function, place, node)
                if text and text not in seen and normal_form(text) not in seen:
                    source = "\n\n".join([*texts[:number], text, *texts[number + 1 :]]) + "\n"
                    found.setdefault(source, Mutant(function.name, place.statement.lineno, edit, source))
    return tuple(found.values())


def _made(function: ast.FunctionDef, place: _Place, node: ast.AST) -> tuple[str, str]:
    """The edit and the function's text with another node in a place; no text where that is no Python."""
    before = _head(place.statement)
    place.put(node)
    try:
        after = _head(node if isinstance(node, ast.stmt) else place.statement)
        text = ast.unparse(ast.fix_missing_locations(function))
        compile(text, function.name, "exec")
    except (SyntaxError, ValueError):
        return "", ""
    finally:
        place.put(place.node)
    return f"{before} → {after}", text


def _head(statement: ast.AST) -> str:
    """The statement as text; of one with a body the first line, and the last one where that is a slip."""
    lines = ast.unparse(ast.fix_missing_locations(statement)).splitlines()
    return lines[0] if lines[-1].strip() != "break" else f"{lines[0]} … break"


def _slips(function: ast.FunctionDef) -> Iterator[tuple[_Place, ast.AST]]:
    known = _bindings(function)
    for place in list(_places(function)):
        line = place.statement.lineno
        names = [name for name, bound in known.items() if bound < line or bound == function.lineno]
        for node in replacements(place.node, names):
            yield place, node


def _bindings(function: ast.FunctionDef) -> dict[str, int]:
    """The local variables and the line that first binds each."""
    bound = {argument.arg: function.lineno for argument in function.args.args}
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            bound[node.id] = min(node.lineno, bound.get(node.id, node.lineno))
    return bound


def _places(function: ast.FunctionDef) -> Iterator[_Place]:
    """Every node of the body, parents first; the docstring is no part of it."""
    for position, statement in enumerate(function.body):
        if not (position == 0 and ast.get_docstring(function) is not None):
            yield from _inside(_Place(function, "body", position, statement, statement))


def _inside(place: _Place) -> Iterator[_Place]:
    yield place
    for field, value in ast.iter_fields(place.node):
        children = value if isinstance(value, list) else [value]
        for position, child in enumerate(children):
            if isinstance(child, ast.expr | ast.stmt | ast.keyword | ast.comprehension):
                statement = child if isinstance(child, ast.stmt) else place.statement
                number = position if isinstance(value, list) else None
                yield from _inside(_Place(place.node, field, number, child, statement))


def normal_form(function: str) -> str:
    """A text that the sources of two functions share only if they compute the same.

    Docstrings go; a variable that is only another name for one that is never bound again is replaced by it.
    """
    tree = ast.parse(function).body[0]
    assert isinstance(tree, ast.FunctionDef)
    if ast.get_docstring(tree) is not None:
        tree.body = tree.body[1:]
    for name, original in _aliases(tree).items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load):
                node.id = original
    return ast.dump(tree)


def _aliases(function: ast.FunctionDef) -> dict[str, str]:
    """Variables that are bound once, behind all loops and for good, to another variable."""
    stores = [node.id for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    aliases = {}
    for position, statement in enumerate(function.body):
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Name(id=original)):
                later = [node for rest in function.body[position + 1 :] for node in ast.walk(rest)]
                bound_later = any(isinstance(n, ast.Name) and n.id == original and _is_bound(n) for n in later)
                used_in_place = any(isinstance(n, ast.AugAssign) for n in later)
                if stores.count(name) == 1 and not bound_later and not used_in_place:
                    aliases[name] = original
    return aliases


def _is_bound(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Store)
