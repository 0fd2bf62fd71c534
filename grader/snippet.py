"""A failing case as a few lines of plain numpy that run in the student's own interpreter, without the grader."""

from collections.abc import Mapping
from pathlib import PurePath

import numpy as np

from grader.candidate.program import Raised
from grader.examine import Finding
from grader.exercise import Contract
from grader.shapes import format_dims

LARGEST = 160  # numbers that go in: more than that nobody follows by hand
MOST_OUTPUTS = 3
DIGITS = 8  # of the numbers that go in; those made to be followed by hand have two decimals
SHOWN_DIGITS = 6


def snippet(finding: Finding, contracts: Mapping[str, Contract], exercise: str, filename: str) -> str:
    """The case of a finding as source text that prints what comes and what was wanted; empty if it is too large."""
    case, contract = finding.case, contracts[exercise]
    if case.size > LARGEST:
        return ""
    forward = contracts[contract.of] if contract.of else None
    lines = [f"# {exercise} at {format_dims(case.dims)}", "import numpy as np"]
    lines += [_import(filename, [*([forward.name] if forward else []), exercise]), ""]
    lines += [_assign(name, array) for name, array in case.inputs.items()]
    if forward:
        lines.append(f"*_, cache = {forward.signature}")
    problem = " ".join(finding.problem.split())  # a foreign text stays in its comment
    raises = isinstance(finding.outcome, Raised)
    lines += [f"{contract.returns} = {contract.signature}" + (f"  # {problem}" if raises else ""), ""]
    wrong = [comparison.tensor for comparison in finding.wrong] or [tensor.name for tensor in contract.gives]
    for name in wrong[:MOST_OUTPUTS]:
        lines.append(_comparison(name, case.want[name]))
    return "\n".join(lines) + "\n"


def _import(filename: str, names: list[str]) -> str:
    path = PurePath(filename)
    if path.suffix == ".py" and path.stem.isidentifier():
        return f"from {path.stem} import {', '.join(names)}"
    return f"# put this below your {' and '.join(names)}"


def _assign(name: str, array: np.ndarray) -> str:
    head = f"{name} = np.array("
    return f"{head}{_literal(array, len(head), DIGITS)})"


def _comparison(name: str, want: np.ndarray) -> str:
    """The line that prints an output and what it should be: one number beside the other, arrays one below the other."""
    if want.size == 1:
        return f'print("{name} is", {name}, "and should be", {want.item() + 0.0:.{SHOWN_DIGITS}g})'
    head = f'print("{name} is", {name}, "and should be", np.array('
    return f'{head}{_literal(want, len(head), SHOWN_DIGITS)}), sep="\\n")'


def _literal(array: np.ndarray, indent: int, digits: int) -> str:
    """The array as nested lists, one row a line."""
    if array.ndim == 0:
        return f"{array.item():.{digits}g}" if array.dtype.kind == "f" else repr(array.item())
    formatter = {"float_kind": lambda value: f"{value:.{digits}g}"}
    return np.array2string(
        array,
        separator=", ",
        threshold=array.size + 1,
        max_line_width=100_000,
        prefix=" " * indent,
        formatter=formatter if array.dtype.kind == "f" else None,  # type: ignore[arg-type]
    ).replace("\n\n", "\n")
