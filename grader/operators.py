"""Mutation operators: small slips of the hand that can be made in any function, as replacements for one node.

Each operator takes a node of a kind and gives the nodes that could stand there by mistake. They know Python and
NumPy, and nothing of what a function computes; `grader.mutants` puts them to every place of a solution.
"""

import ast
from collections.abc import Callable, Iterator, Sequence
from typing import Any

OTHER_ARITHMETIC: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub, ast.Mult),
    ast.Sub: (ast.Add, ast.Mult),
    ast.Mult: (ast.Div, ast.Add),
    ast.Div: (ast.Mult, ast.Sub),
    ast.FloorDiv: (ast.Div, ast.Mult),
    ast.Mod: (ast.FloorDiv, ast.Mult),
    ast.Pow: (ast.Mult, ast.Add),
    ast.MatMult: (ast.Mult,),
}
NOT_COMMUTATIVE = (ast.Sub, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.MatMult)
COMPARISONS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)
# What is easily written in place of a function or method of NumPy.
RELATIVES = {
    "sum": ("mean", "max", "prod"),
    "mean": ("sum",),
    "max": ("min", "mean"),
    "min": ("max",),
    "exp": ("expm1", "exp2"),
    "log": ("log1p", "log2"),
    "tanh": ("sinh", "arctan", "sin"),
    "abs": ("sign", "square"),
    "zeros": ("ones",),
    "zeros_like": ("ones_like",),
    "ones": ("zeros",),
    "vstack": ("hstack",),
    "hstack": ("vstack",),
    "concatenate": ("stack",),
}


def replacements(node: ast.AST, names: Sequence[str]) -> Iterator[ast.AST]:
    """Every node that an operator would put in place of this one; `names` are the variables known there."""
    for kind, operator in OPERATORS:
        if isinstance(node, kind):
            yield from operator(node)
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in names:
        yield from (ast.Name(name, ast.Load()) for name in names if name != node.id)


def _arithmetic(node: ast.BinOp) -> Iterator[ast.AST]:
    for other in OTHER_ARITHMETIC.get(type(node.op), ()):
        yield ast.BinOp(node.left, other(), node.right)
    yield node.left
    yield node.right
    if isinstance(node.op, NOT_COMMUTATIVE):
        yield ast.BinOp(node.right, node.op, node.left)


def _transposed(node: ast.BinOp) -> Iterator[ast.AST]:
    if isinstance(node.op, ast.MatMult):
        for left, right in ((True, False), (False, True), (True, True)):
            yield ast.BinOp(
                _transpose(node.left) if left else node.left, node.op, _transpose(node.right) if right else node.right
            )


def _transpose(node: ast.expr) -> ast.expr:
    if isinstance(node, ast.Attribute) and node.attr == "T":
        return node.value
    return ast.Attribute(node, "T", ast.Load())


def _augmented(node: ast.AugAssign) -> Iterator[ast.AST]:
    yield ast.Assign([node.target], node.value)
    for other in OTHER_ARITHMETIC.get(type(node.op), ()):
        yield ast.AugAssign(node.target, other(), node.value)


def _comparison(node: ast.Compare) -> Iterator[ast.AST]:
    for other in COMPARISONS:
        if not isinstance(node.ops[0], other):
            yield ast.Compare(node.left, [other(), *node.ops[1:]], node.comparators)


def _choice(node: ast.IfExp | ast.BoolOp) -> Iterator[ast.AST]:
    if isinstance(node, ast.IfExp):
        yield node.body
        yield node.orelse
        yield ast.IfExp(node.test, node.orelse, node.body)
    else:
        yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
        yield from node.values


def _constant(node: ast.Constant) -> Iterator[ast.AST]:
    value = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int | float):
        yield from (ast.Constant(other) for other in dict.fromkeys((value + 1, value - 1, -value, 0)) if other != value)
    elif isinstance(value, str) and len(value) > 1:
        yield ast.Constant(value[:-2] + value[-1] + value[-2])


def _sign(node: ast.UnaryOp) -> Iterator[ast.AST]:
    yield node.operand


def _negated(node: ast.Assign | ast.AugAssign | ast.Return) -> Iterator[ast.AST]:
    """The statement with the sign of its value, or of one of its values, flipped."""
    if node.value is None:
        return
    values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
    for position, value in enumerate(values):
        if isinstance(value, ast.Tuple | ast.List | ast.Dict):
            continue
        negative = ast.UnaryOp(ast.USub(), value)
        flipped = [*values[:position], negative, *values[position + 1 :]]
        changed: ast.expr = ast.Tuple(flipped, ast.Load()) if isinstance(node.value, ast.Tuple) else negative
        yield _with(node, value=changed)


def _attribute(node: ast.Attribute) -> Iterator[ast.AST]:
    if node.attr == "T":
        yield node.value
    for relative in RELATIVES.get(node.attr, ()):
        yield ast.Attribute(node.value, relative, node.ctx)


def _call(node: ast.Call) -> Iterator[ast.AST]:
    """The call dropped, its keywords dropped one by one, neighbouring arguments exchanged."""
    if node.args:
        yield node.args[0]
    if isinstance(node.func, ast.Attribute):
        yield node.func.value
    for position in range(len(node.keywords)):
        kept = [keyword for number, keyword in enumerate(node.keywords) if number != position]
        yield ast.Call(node.func, node.args, kept)
    for arguments in _neighbours_exchanged(node.args):
        yield ast.Call(node.func, arguments, node.keywords)


def _range(node: ast.Call) -> Iterator[ast.AST]:
    if isinstance(node.func, ast.Name) and node.func.id == "range" and len(node.args) == 1:
        (stop,), one = node.args, ast.Constant(1)
        yield ast.Call(node.func, [one, stop], [])
        yield ast.Call(node.func, [ast.BinOp(stop, ast.Sub(), one)], [])
        yield ast.Call(node.func, [ast.BinOp(stop, ast.Add(), one)], [])
        yield ast.Call(node.func, [stop, ast.Constant(0), ast.Constant(-1)], [])


def _order(node: ast.Tuple | ast.List) -> Iterator[ast.AST]:
    for elements in _neighbours_exchanged(node.elts):
        yield _with(node, elts=elements)


def _neighbours_exchanged(items: list[ast.expr]) -> Iterator[list[ast.expr]]:
    for position in range(len(items) - 1):
        one, other = items[position : position + 2]
        if ast.dump(one) != ast.dump(other):
            yield [*items[:position], other, one, *items[position + 2 :]]


def _slice(node: ast.Slice) -> Iterator[ast.AST]:
    if node.lower is not None:
        yield ast.Slice(None, node.upper, node.step)
    if node.upper is not None:
        yield ast.Slice(node.lower, None, node.step)
    if node.lower is None or node.upper is None:
        yield ast.Slice(node.upper, node.lower, node.step)
    for lower, upper in _moved_bounds(node):
        yield ast.Slice(lower, upper, node.step)
    yield ast.Slice(node.lower, node.upper, None if node.step else ast.UnaryOp(ast.USub(), ast.Constant(1)))


def _moved_bounds(node: ast.Slice) -> Iterator[tuple[ast.expr | None, ast.expr | None]]:
    for operation in (ast.Add, ast.Sub):
        if isinstance(node.lower, ast.Name):
            yield ast.BinOp(node.lower, operation(), ast.Constant(1)), node.upper
        if isinstance(node.upper, ast.Name):
            yield node.lower, ast.BinOp(node.upper, operation(), ast.Constant(1))


def _index(node: ast.Subscript) -> Iterator[ast.AST]:
    """The subscript with an index that is one too high or one too low, or with all of it dropped."""
    indices = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    for position, index in enumerate(indices):
        if isinstance(index, ast.Name):
            for operation in (ast.Add, ast.Sub):
                moved = ast.BinOp(index, operation(), ast.Constant(1))
                changed = [*indices[:position], moved, *indices[position + 1 :]]
                where = ast.Tuple(changed, ast.Load()) if isinstance(node.slice, ast.Tuple) else moved
                yield ast.Subscript(node.value, where, node.ctx)
    if isinstance(node.ctx, ast.Load):
        yield node.value


def _deleted(node: ast.stmt) -> Iterator[ast.AST]:
    if not isinstance(node, ast.Pass):
        yield ast.Pass()


def _loop(node: ast.For | ast.While) -> Iterator[ast.AST]:
    yield _with(node, body=[*node.body, ast.Break()])


def _branch(node: ast.If) -> Iterator[ast.AST]:
    yield _with(node, test=ast.UnaryOp(ast.Not(), node.test))


def _with(node: Any, **changed: Any) -> ast.AST:
    """A copy of the node with other fields."""
    fields = {name: getattr(node, name) for name in node._fields if hasattr(node, name)}
    copied: ast.AST = type(node)(**{**fields, **changed})
    return copied


Operator = Callable[[Any], Iterator[ast.AST]]

OPERATORS: tuple[tuple[Any, Operator], ...] = (
    (ast.BinOp, _arithmetic),
    (ast.BinOp, _transposed),
    (ast.AugAssign, _augmented),
    (ast.Compare, _comparison),
    ((ast.IfExp, ast.BoolOp), _choice),
    (ast.Constant, _constant),
    (ast.UnaryOp, _sign),
    ((ast.Assign, ast.AugAssign, ast.Return), _negated),
    (ast.Attribute, _attribute),
    (ast.Call, _call),
    (ast.Call, _range),
    ((ast.Tuple, ast.List), _order),
    (ast.Slice, _slice),
    (ast.Subscript, _index),
    ((ast.For, ast.While), _loop),
    (ast.If, _branch),
    (ast.stmt, _deleted),
)
