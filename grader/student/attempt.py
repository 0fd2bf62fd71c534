"""Whether a function holds statements of the student's own, or is still the stub that was handed out.

Decided on the tree, since stubs differ from year to year: they raise NotImplementedError, pass, return None or a
tuple of it, or return names that nobody has set.
"""

import ast


def stub_kind(function: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """What a stub does, in words; empty when the function holds statements of the student's own."""
    kinds = [_kind(statement) for statement in function.body]
    if None in kinds:
        return ""
    words = [kind for kind in kinds if kind]
    return words[-1] if words else "is empty"


def _kind(statement: ast.stmt) -> str | None:
    """What a statement of a stub does, empty if nothing; None for a statement of the student's own."""
    match statement:
        case ast.Pass() | ast.Expr(value=ast.Constant()):  # a docstring, an ellipsis
            return ""
        case ast.Raise(exc=ast.Name(id="NotImplementedError") | ast.Call(func=ast.Name(id="NotImplementedError"))):
            return "raises NotImplementedError"
        case ast.Assign(targets=targets, value=value) if all(map(_is_names, targets)) and _is_none(value):
            return ""
        case ast.AnnAssign(target=ast.Name(), value=value) if value is None or _is_none(value):
            return ""
        case ast.Return(value=value) if value is None or _is_none(value):
            return "returns None"
        case ast.Return(value=value) if value is not None and _is_names(value):
            return "returns names that it sets to nothing"
    return None


def _is_none(value: ast.expr) -> bool:
    if isinstance(value, (ast.Tuple, ast.List)):
        return all(map(_is_none, value.elts))
    return isinstance(value, ast.Constant) and value.value in (None, ...)


def _is_names(value: ast.expr) -> bool:
    """Bare names, alone or in a tuple; None may stand among them."""
    if isinstance(value, (ast.Tuple, ast.List)):
        return all(_is_names(element) or _is_none(element) for element in value.elts)
    return isinstance(value, ast.Name)
