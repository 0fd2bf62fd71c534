"""What can be written in another way: expressions, the form of arguments and the form of outputs."""

import ast
from collections.abc import Callable

Transform = Callable[[ast.expr], str | None]  # the text to put in place of an expression, or None to leave it


def _matmul(pattern: str) -> Transform:
    def rewritten(node: ast.expr) -> str | None:
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
            return pattern.format(a=_text(node.left), b=_text(node.right))
        return None

    return rewritten


def _square(pattern: str) -> Transform:
    def rewritten(node: ast.expr) -> str | None:
        match node:
            case ast.BinOp(left=base, op=ast.Pow(), right=ast.Constant(value=2)):
                return pattern.format(a=_text(base))
        return None

    return rewritten


def _one_minus_square(node: ast.expr) -> str | None:
    match node:
        case ast.BinOp(
            left=ast.Constant(value=1),
            op=ast.Sub(),
            right=ast.BinOp(left=base, op=ast.Pow(), right=ast.Constant(value=2)),
        ):
            return f"(1 - {_text(base)}) * (1 + {_text(base)})"
    return None


def _commuted(kind: type[ast.operator], sign: str) -> Transform:
    def rewritten(node: ast.expr) -> str | None:
        if isinstance(node, ast.BinOp) and isinstance(node.op, kind):
            return f"{_text(node.right)} {sign} {_text(node.left)}"
        return None

    return rewritten


def _subtraction_as_sum(node: ast.expr) -> str | None:
    match node:
        case ast.BinOp(left=left, op=ast.Sub(), right=right):
            return f"{_text(left)} + -1 * {_text(right)}"
    return None


def _call(function: str, pattern: str) -> Transform:
    """A call of one argument, `np.f(a)`."""

    def rewritten(node: ast.expr) -> str | None:
        if isinstance(node, ast.Call) and ast.unparse(node.func) == function and not node.keywords:
            return pattern.format(a=_text(node.args[0])) if len(node.args) == 1 else None
        return None

    return rewritten


def _method_sum(pattern: str) -> Transform:
    def rewritten(node: ast.expr) -> str | None:
        match node:
            case ast.Call(
                func=ast.Attribute(value=value, attr="sum"),
                args=[],
                keywords=[ast.keyword(arg="axis", value=ast.Constant(value=0))],
            ):
                return pattern.format(a=_text(value))
        return None

    return rewritten


def _transposed(pattern: str) -> Transform:
    def rewritten(node: ast.expr) -> str | None:
        if isinstance(node, ast.Attribute) and node.attr == "T":
            return pattern.format(a=_text(node.value))
        return None

    return rewritten


def _exact(before: str, after: str) -> Transform:
    wanted = ast.unparse(ast.parse(before, mode="eval"))

    def rewritten(node: ast.expr) -> str | None:
        return after if ast.unparse(node) == wanted else None

    return rewritten


def _text(node: ast.expr) -> str:
    return f"({ast.unparse(node)})"


TRANSFORMS: dict[str, Transform] = {
    "np.dot": _matmul("np.dot({a}, {b})"),
    "np.matmul": _matmul("np.matmul({a}, {b})"),
    "method dot": _matmul("{a}.dot({b})"),
    "einsum": _matmul("(np.einsum('...i,ij->...j', {a}, {b}) if np.ndim({b}) == 2 else {a} @ {b})"),
    "tensordot": _matmul("np.tensordot({a}, {b}, axes=1)"),
    "product transposed": _matmul("np.swapaxes(np.swapaxes({b}, -1, -2) @ np.swapaxes({a}, -1, -2), -1, -2)"),
    "square as product": _square("{a} * {a}"),
    "np.square": _square("np.square({a})"),
    "np.power": _square("np.power({a}, 2.0)"),
    "one minus square": _one_minus_square,
    "sums commuted": _commuted(ast.Add, "+"),
    "products commuted": _commuted(ast.Mult, "*"),
    "quotient as product": lambda node: (
        f"{_text(node.left)} * (1.0 / {_text(node.right)})"
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)
        else None
    ),
    "difference as sum": _subtraction_as_sum,
    "tanh by exp": _call("np.tanh", "(2.0 / (1.0 + np.exp(-2.0 * {a})) - 1.0)"),
    "tanh by sinh": _call("np.tanh", "(np.sinh({a}) / np.cosh({a}))"),
    "exp as power": _call("np.exp", "np.power(np.e, {a})"),
    "log of 2": _call("np.log", "(np.log2({a}) * np.log(2.0))"),
    "abs by maximum": _call("np.abs", "np.maximum({a}, -{a})"),
    "zeros of shape": _call("np.zeros_like", "np.zeros(np.shape({a}))"),
    "zeros by full": _call("np.zeros_like", "np.full(np.shape({a}), 0.0)"),
    "zeros in Fortran order": _call("np.zeros_like", "np.zeros(np.shape({a}), order='F')"),
    "zeros of empty": _call("np.zeros", "np.full({a}, 0.0)"),
    "np.sum": _method_sum("np.sum({a}, axis=0)"),
    "sum by reduce": _method_sum("np.add.reduce({a}, axis=0)"),
    "sum by product": _method_sum("(np.ones(len({a})) @ {a})"),
    "sum by einsum": _method_sum("np.einsum('n...->...', {a})"),
    "np.transpose": _transposed("np.transpose({a})"),
    "swapaxes": _transposed("np.swapaxes({a}, 0, 1)"),
    "transposed copy": _transposed("np.array({a}.T, order='C')"),
    "countdown": _exact("reversed(range(T))", "range(T - 1, -1, -1)"),
    "range backwards": _exact("reversed(range(T))", "range(T)[::-1]"),
    "np.arange backwards": _exact("reversed(range(T))", "np.arange(T)[::-1]"),
    "np.arange": _exact("range(T)", "np.arange(T)"),
    "np.take": _exact("W[x]", "np.take(W, x, axis=0)"),
    "one hot": _exact("W[x]", "np.eye(len(W))[x] @ W"),
    "flat words": _exact("W[x]", "W[x.reshape(-1)].reshape(*x.shape, -1)"),
    "add words flat": _exact("np.add.at(dW, x, dout)", "np.add.at(dW, x.ravel(), dout.reshape(-1, dW.shape[1]))"),
    "add words one hot": _exact(
        "np.add.at(dW, x, dout)", "dW.__iadd__(np.einsum('ntv,ntd->vd', np.eye(len(dW))[x], dout))"
    ),
    "add words in a loop": _exact(
        "np.add.at(dW, x, dout)", "[dW[x[i]].__iadd__(dout[i]) for i in np.ndindex(x.shape) for _ in (0,)]"
    ),
    "two axes one by one": _exact("dout.sum(axis=(0, 1))", "dout.sum(axis=0).sum(axis=0)"),
    "two axes flat": _exact("dout.sum(axis=(0, 1))", "dout.reshape(-1, dout.shape[2]).sum(0)"),
    "two axes by einsum": _exact("dout.sum(axis=(0, 1))", "np.einsum('ntm->m', dout)"),
    "weights flat": _exact(
        "np.einsum('ntd,ntm->dm', x, dout)", "x.reshape(-1, x.shape[2]).T @ dout.reshape(-1, dout.shape[2])"
    ),
    "weights by tensordot": _exact("np.einsum('ntd,ntm->dm', x, dout)", "np.tensordot(x, dout, axes=([0, 1], [0, 1]))"),
    "concatenated": _exact("np.hstack([dai, daf, dao, dag])", "np.concatenate((dai, daf, dao, dag), axis=-1)"),
    "blocks": _exact("np.hstack([dai, daf, dao, dag])", "np.block([[dai, daf, dao, dag]])"),
    "hsplit": _exact("np.split(a, 4, axis=1)", "np.hsplit(a, 4)"),
    "reshaped gates": _exact("np.split(a, 4, axis=1)", "a.reshape(len(a), 4, -1).transpose(1, 0, 2)"),
    "gates by slices": _exact(
        "np.split(a, 4, axis=1)", "[a[:, k * (a.shape[1] // 4):(k + 1) * (a.shape[1] // 4)] for k in range(4)]"
    ),
    "rows concatenated": _exact("np.vstack([Wi, Wf, Wo, Wg])", "np.concatenate((Wi, Wf, Wo, Wg))"),
    "rows of a stack": _exact(
        "np.vstack([Wi, Wf, Wo, Wg])", "np.stack([Wi, Wf, Wo, Wg]).reshape(4 * len(Wi), Wi.shape[1])"
    ),
    "bias by hstack": _exact("np.concatenate([bi, bf, bo, bg])", "np.hstack((bi, bf, bo, bg))"),
    "bias by list": _exact("np.concatenate([bi, bf, bo, bg])", "np.array([*bi, *bf, *bo, *bg])"),
    "sigmoid by tanh": _exact("np.where(x >= 0, 1, e) / (1 + e)", "0.5 * (1.0 + np.tanh(0.5 * x))"),
    "sigmoid by parts": _exact("np.where(x >= 0, 1, e) / (1 + e)", "((x >= 0) + (x < 0) * e) / (1 + e)"),
    "sigmoid by select": _exact(
        "np.where(x >= 0, 1, e) / (1 + e)", "np.select([x > 0, x <= 0], [1 / (1 + e), e / (1 + e)])"
    ),
    "sigmoid by logaddexp": _exact("np.where(x >= 0, 1, e) / (1 + e)", "np.exp(-np.logaddexp(0.0, -x))"),
}

# How outputs come back: a function of one output, named `shaped` in the module.
OUTPUTS = {
    "as they are": "value",
    "Fortran order": "np.array(value, order='F')",
    "copies": "np.array(value)",
    "read-only": "np.broadcast_to(value, np.shape(value))",
    "negative strides": "np.array(value)[::-1].copy()[::-1] if np.ndim(value) else value",
    "transposed views": "np.array(np.transpose(value), order='C').T if np.ndim(value) else float(value)",
    "views of a larger array": (
        "np.repeat(np.array(value), 2, axis=0)[::2] if np.ndim(value) else np.array([value, value])[0]"
    ),
    "long double": "np.asarray(value, np.longdouble)",
    "zero-dimensional": "np.asarray(value)",
    "with a negative zero": "value + -0.0",
    "python scalars": "value if np.ndim(value) else float(value)",
    "newly laid out": "np.asfortranarray(value) if np.ndim(value) else np.float64(value)",
}

# What a function does with its arrays first.
ARGUMENTS = {
    "as they are": "",
    "as arrays": "{name} = np.asarray({name})",
    "copied": "{name} = np.array({name})",
    "Fortran order": "{name} = np.array({name}, order='F')",
    "read-only views": "{name} = np.broadcast_to({name}, {name}.shape)",
    "reversed strides": "{name} = {name}[::-1].copy()[::-1]",
}
