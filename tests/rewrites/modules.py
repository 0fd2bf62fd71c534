"""Whole correct modules, and every rewrite of them."""

import ast
import itertools
import random
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.exercise import Assignment
from tests.rewrites.transforms import ARGUMENTS, OUTPUTS, TRANSFORMS, Transform

SUBMISSIONS = Path(__file__).parents[1] / "submissions"
STYLES = Path(__file__).parents[2] / "reference" / "styles"
PLAIN = ("reference", "submission")  # bases without inner functions, tricks and reuse of memory
MIXTURES = 15  # random sets of transforms for each of them
SHARE = 0.5  # of the transforms, in a mixture


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A whole correct module; `made_by` says how."""

    made_by: str
    source: str


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
            _finish(node, cached=contract.cache)
            if ARGUMENTS[argument]:
                start = 1 if ast.get_docstring(node) is not None else 0
                lines = [ARGUMENTS[argument].format(name=tensor.name) for tensor in contract.takes]
                node.body[start:start] = ast.parse("\n".join(lines)).body
    shaped = f"\ndef shaped(value):\n    return {OUTPUTS[output]}\n"
    return ast.unparse(ast.fix_missing_locations(module)) + "\n" + shaped + _FINISHED.format(kind=kind)


def _finish(function: ast.FunctionDef, *, cached: bool) -> None:
    """Give what the function returns another form; what functions inside it return is left alone."""
    inner = {node for child in function.body if isinstance(child, ast.FunctionDef) for node in ast.walk(child)}
    for node in ast.walk(function):
        if isinstance(node, ast.Return) and node.value is not None and node not in inner:
            node.value = ast.parse(f"finished(({ast.unparse(node.value)}), {cached})", mode="eval").body


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
