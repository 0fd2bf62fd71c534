"""What an instructor declares of a behaviour: what comes of a student's functions together, such as learning.

A behaviour is a straight-line program, one call a line, and bounds on what it ends with:

    losses, params = train(text, params, steps)
    measure: accuracy = evaluate(params, fresh)

Names are the behaviour's own inputs or what an earlier line gave. What `measure:` leads is run by the reference where
the judge has one, so that no submission can speak well of itself. Lines are data: nothing of a plan is executed.
"""

import ast
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.errors import DeclarationError

MEASURE = "measure:"


@dataclass(frozen=True, slots=True)
class Bound:
    """What a result must be: one number taken from it lies between bounds, or the whole equals something.

    `take` is `value` (the last one), `largest`, `mean of first 5` or `mean of last 20`; `equals` is a text or a list
    of integers.
    """

    of: str
    take: str = "value"
    at_most: float | None = None
    at_least: float | None = None
    equals: Any = None

    def __post_init__(self) -> None:
        if self.at_most is None and self.at_least is None and self.equals is None:
            raise DeclarationError(f"the bound of {self.of!r} bounds nothing")
        reduced(np.ones(1), self.take)


@dataclass(frozen=True, slots=True)
class Behaviour:
    """A named program over the student's functions. `inputs` draws what it starts from, values by name.

    `curve` names a result to be shown as a curve; the hint asks a question, as that of a mistake does.
    """

    name: str
    inputs: Callable[[np.random.Generator], dict[str, Any]]
    steps: tuple[str, ...]
    bounds: tuple[Bound, ...]
    hint: str
    curve: str = ""

    @property
    def functions(self) -> tuple[str, ...]:
        """The functions that it calls, each once."""
        return tuple(dict.fromkeys(parse_step(step).function for step in self.steps))


@dataclass(frozen=True, slots=True)
class Step:
    """One line: what is called, with which names, and how its results are called."""

    function: str
    arguments: tuple[str, ...]
    results: tuple[str, ...]
    measured: bool


def parse_step(text: str) -> Step:
    """A line of a behaviour; anything but one call of a function with names is a `DeclarationError`."""
    measured = text.startswith(MEASURE)
    try:
        (node,) = ast.parse(text.removeprefix(MEASURE).strip()).body
        assert isinstance(node, ast.Assign)
        (target,) = node.targets
        call = node.value
        assert isinstance(call, ast.Call)
        assert isinstance(call.func, ast.Name)
        assert not call.keywords
        targets = target.elts if isinstance(target, ast.Tuple) else [target]
        return Step(call.func.id, tuple(map(_name, call.args)), tuple(map(_name, targets)), measured)
    except (AssertionError, SyntaxError, ValueError) as error:
        raise DeclarationError(f"step {text!r}: wanted 'results = function(names)', names only") from error


def _name(node: ast.expr) -> str:
    assert isinstance(node, ast.Name)
    return node.id


def reduced(array: np.ndarray, take: str) -> float:
    """The one number that a bound speaks of: `value`, `largest`, `mean of first 5`, `mean of last 20`."""
    numbers = array.astype(np.float64).ravel()
    match take.split():
        case ["value"]:
            return float(numbers[-1])
        case ["largest"]:
            return float(numbers.max())
        case ["mean", "of", "first", count]:
            return float(numbers[: int(count)].mean())
        case ["mean", "of", "last", count]:
            return float(numbers[-int(count) :].mean())
    raise DeclarationError(f"a bound takes {take!r}; wanted value, largest, 'mean of first N' or 'mean of last N'")
