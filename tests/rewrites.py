"""Correct rewrites of every function of the course, made mechanically, and a measurement of what they lose: nothing.

    python -m tests.rewrites --seeds 200

Bases are whole correct modules: the reference, the solutions among the submissions, and the project's styles. The
plainest two are rewritten by transforms that change no value beyond its last digits (`a @ b` as `np.einsum`,
`1 - h**2` as `(1 - h) * (1 + h)`), take their arguments in other forms, and give their outputs in other forms
(read-only, in Fortran order, with negative strides, as a list). A grader that takes a point from one is wrong.
"""

import argparse
import ast
import itertools
import random
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from grader.candidate.inprocess import InProcess
from grader.compile import compile_plan
from grader.examine import Examiner
from grader.exercise import Assignment
from reference import lstm, rnn

ASSIGNMENTS = {"rnn": rnn.ASSIGNMENT, "lstm": lstm.ASSIGNMENT}
SUBMISSIONS = Path(__file__).parent / "submissions"
STYLES = Path(__file__).parents[1] / "reference" / "styles"
PLAIN = ("reference", "submission")  # bases without inner functions, tricks and reuse of memory
MIXTURES = 15  # random sets of transforms for each of them
SHARE = 0.5  # of the transforms, in a mixture

Transform = Callable[[ast.expr], str | None]


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A whole correct module; `made_by` says how."""

    made_by: str
    source: str


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

_FINISHED = """
def finished(result, cached):
    if not isinstance(result, (tuple, list)):
        return shaped(result)
    outputs = [shaped(value) for value in (result[:-1] if cached else result)]
    return {kind}([*outputs, *(result[-1:] if cached else ())])
"""


class _Rewriter(ast.NodeTransformer):
    """Puts transforms to every expression, innermost first."""

    def __init__(self, transforms: Sequence[Transform]) -> None:
        self._transforms = transforms

    def visit(self, node: ast.AST) -> ast.AST:
        node = self.generic_visit(node)
        for transform in self._transforms:
            if isinstance(node, ast.expr) and not isinstance(getattr(node, "ctx", None), ast.Store):
                text = transform(node)
                if text is not None:
                    return ast.parse(text, mode="eval").body
        return node


class _Augmented(ast.NodeTransformer):
    """`a += b` as `a = a + b`."""

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        if not isinstance(node.target, ast.Name):
            return node
        return ast.Assign([node.target], ast.BinOp(ast.Name(node.target.id, ast.Load()), node.op, node.value))


def bases(assignment: Assignment) -> dict[str, str]:
    """Whole correct modules, by name."""
    found = {"reference": assignment.solution}
    base = (SUBMISSIONS / "_base" / f"{assignment.name}.py").read_text(encoding="utf-8")
    found["submission"] = base
    for folder in sorted(SUBMISSIONS.glob("style_*")):
        replacing = folder / "replace.py"
        if replacing.is_file() and ("lstm" in folder.name) == (assignment.name == "lstm"):
            found[folder.name] = _replaced(base, replacing.read_text(encoding="utf-8"))
    for file in sorted((STYLES / assignment.name).glob("*.py")):
        found[file.stem] = file.read_text(encoding="utf-8")
    return found


def _replaced(base: str, replacing: str) -> str:
    """The module with some of its functions defined anew, as the table of submissions has it."""
    future = "from __future__ import annotations\n"
    return (future if future in replacing else "") + base + "\n" + replacing.replace(future, "")


def rewrites(assignment: Assignment) -> Iterator[Rewrite]:
    """Every module to try, the same ones in the same order at every run."""
    rng = random.Random(assignment.name)
    outputs, arguments = itertools.cycle(OUTPUTS), itertools.cycle(ARGUMENTS)
    seen = set()
    for base, source in bases(assignment).items():
        yield Rewrite(base, source)
        if base not in PLAIN:
            continue
        alone = [[name] for name in TRANSFORMS] if base == "reference" else [[] for _ in OUTPUTS]
        mixed = [[name for name in TRANSFORMS if rng.random() < SHARE] for _ in range(MIXTURES)]
        for names in [*alone, *mixed]:
            rng.shuffle(names)
            output, argument, kind = next(outputs), next(arguments), rng.choice(("tuple", "list"))
            made = rewritten(assignment, source, names, output, argument, kind, augmented=rng.random() < 0.5)
            if made not in seen:
                seen.add(made)
                how = ", ".join(names) or "no transform"
                yield Rewrite(f"{base}: {how}; arguments {argument}; outputs {output}, in a {kind}", made)


def rewritten(
    assignment: Assignment,
    source: str,
    names: Sequence[str],
    output: str,
    argument: str,
    kind: str,
    *,
    augmented: bool,
) -> str:
    module = ast.parse(source)
    contracts = {exercise.name: exercise.contract for exercise in assignment.exercises}
    for node in module.body:
        if isinstance(node, ast.FunctionDef) and node.name in contracts:
            _Rewriter([TRANSFORMS[name] for name in names]).visit(node)
            if not augmented:
                _Augmented().visit(node)
            contract = contracts[node.name]
            inner = {inside for child in node.body if isinstance(child, ast.FunctionDef) for inside in ast.walk(child)}
            for returned in [inside for inside in ast.walk(node) if isinstance(inside, ast.Return)]:
                if returned not in inner and returned.value is not None:
                    value = ast.unparse(returned.value)
                    returned.value = ast.parse(f"finished(({value}), {contract.cache})", mode="eval").body
            if ARGUMENTS[argument]:
                start = 1 if ast.get_docstring(node) is not None else 0
                lines = [ARGUMENTS[argument].format(name=tensor.name) for tensor in contract.takes]
                node.body[start:start] = ast.parse("\n".join(lines)).body
    shaped = f"\ndef shaped(value):\n    return {OUTPUTS[output]}\n"
    return ast.unparse(ast.fix_missing_locations(module)) + "\n" + shaped + _FINISHED.format(kind=kind)


def load(source: str) -> dict[str, Callable[..., object]]:
    """The functions of a module of ours; a style may define classes, so the module has a name and a place."""
    name = "rewritten_solution"
    module = type(sys)(name)
    sys.modules[name] = module  # where a dataclass looks for its annotations
    exec(compile(source, f"<{name}>", "exec"), module.__dict__)
    return {key: value for key, value in vars(module).items() if callable(value)}


def distinct(assignment: Assignment) -> dict[str, int]:
    """For every function the number of different texts among its rewrites."""
    texts: dict[str, set[str]] = defaultdict(set)
    names = {exercise.name for exercise in assignment.exercises}
    for rewrite in rewrites(assignment):
        module = ast.parse(rewrite.source)
        shaped = "".join(ast.unparse(n) for n in module.body if getattr(n, "name", "") in ("shaped", "finished"))
        for node in module.body:
            if isinstance(node, ast.FunctionDef) and node.name in names:
                texts[node.name].add(ast.dump(node) + shaped)
    return {exercise.name: len(texts[exercise.name]) for exercise in assignment.exercises}


@cache
def candidates(name: str) -> list[tuple[Rewrite, InProcess]]:
    """The loaded rewrites of an assignment; they keep nothing between calls."""
    with np.errstate(all="ignore"):
        return [(rewrite, InProcess(load(rewrite.source))) for rewrite in rewrites(ASSIGNMENTS[name])]


def losses(name: str, seed: int) -> list[str]:
    """Every check that a rewrite of the assignment fails with a seed; wanted: none."""
    assignment = ASSIGNMENTS[name]
    examiner = Examiner(compile_plan(assignment, seed, public=False))
    found = []
    for rewrite, candidate in candidates(name):
        for exercise in assignment.exercises:
            examination = examiner.examine(exercise.name, candidate)
            if not examination.passed:
                first = examination.failing[0] if examination.failing else None
                why = "its forward raises" if first is None else first.problem or first.wrong[0].why
                groups = ", ".join(examination.failing_groups)
                found.append(f"seed {seed}: {exercise.name} loses {groups} ({why}) by {rewrite.made_by}")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description="Count the points that correct rewrites lose.")
    parser.add_argument("--seeds", type=int, default=10, metavar="N")
    parser.add_argument("--first", type=int, default=1000, metavar="S")
    parser.add_argument("--jobs", type=int, default=2, metavar="N")
    options = parser.parse_args()
    for name, assignment in ASSIGNMENTS.items():
        counts = distinct(assignment)
        print(f"{name}: {sum(1 for _ in rewrites(assignment))} modules; different rewrites of each function:")
        print("\n".join(f"  {function:<28}{count:>4}" for function, count in counts.items()))
    tasks = [(name, seed) for seed in range(options.first, options.first + options.seeds) for name in ASSIGNMENTS]
    lost = 0
    with ProcessPoolExecutor(options.jobs) as pool:
        for found in pool.map(losses, *zip(*tasks, strict=True)):
            lost += len(found)
            for loss in found:
                print(loss, flush=True)
    print(f"{options.seeds} seeds: {lost} exercises lost points")
    return 1 if lost else 0


if __name__ == "__main__":
    raise SystemExit(main())
