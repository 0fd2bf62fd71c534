"""A failing case as a few lines of plain numpy that run in the student's own interpreter, without the grader."""

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

import numpy as np

from grader.candidate.program import Generator, Raised
from grader.examine import Finding
from grader.exercise import Contract
from grader.programs import argument_of
from grader.shapes import Tensor, format_dims, text_of

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
    takes = (*(forward.takes if forward else ()), *contract.takes)
    lines += [f"{item.name} = {_source(argument_of(item, case.inputs), len(item.name) + 3)}" for item in takes]
    if forward:
        lines.append(f"*_, cache = {forward.signature}")
    problem = " ".join(finding.problem.split())  # a foreign text stays in its comment
    raises = isinstance(finding.outcome, Raised)
    lines += [f"{contract.returns} = {contract.signature}" + (f"  # {problem}" if raises else ""), ""]
    outputs = {tensor.name: tensor for tensor in contract.outputs(case.dims)}
    wrong = [one.tensor for one in finding.wrong if one.tensor in outputs] or list(outputs)
    for name in wrong[:MOST_OUTPUTS]:
        lines.append(_comparison(outputs[name], case.want[name]))
    return "\n".join(lines) + "\n"


def _import(filename: str, names: list[str]) -> str:
    path = PurePath(filename)
    if path.suffix == ".py" and path.stem.isidentifier():
        return f"from {path.stem} import {', '.join(names)}"
    return f"# put this below your {' and '.join(names)}"


def _source(value: Any, indent: int) -> str:
    """An argument as source text that begins at a column."""
    match value:
        case np.ndarray():
            return f"np.array({_literal(value, indent + len('np.array('), DIGITS)})"
        case Generator():
            return f"np.random.default_rng({value.seed})"
        case dict():
            inner = [f"{key!r}: {_source(part, indent + len(repr(key)) + 3)}" for key, part in value.items()]
            return "{" + _below(inner, indent) + "}"
        case list():
            return "[" + _below([_source(part, indent + 1) for part in value], indent) + "]"
        case tuple():
            inner = [_source(part, indent + 1) for part in value]
            return "(" + _below(inner, indent) + ("," if len(inner) == 1 else "") + ")"
        case float():
            return f"{value:.{DIGITS}g}"
        case _:
            return repr(value)


def _below(parts: list[str], indent: int) -> str:
    """Parts of a dictionary or list: arrays one below the other, numbers and words in a row."""
    if not any("np." in part for part in parts):
        return ", ".join(parts)
    return (",\n" + " " * (indent + 1)).join(parts)


def _comparison(tensor: Tensor, want: np.ndarray) -> str:
    """The line that prints an output and what it should be: one number beside the other, arrays one below the other."""
    name = tensor.name.replace('"', "'")
    if tensor.is_text:
        return f'print("{name} is", {name}, "and should be", {text_of(want)!r})'
    if want.size == 1:
        number = want.item() if want.dtype.kind in "iu" else f"{want.item() + 0.0:.{SHOWN_DIGITS}g}"
        return f'print("{name} is", {name}, "and should be", {number})'
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
