"""The stub: a module of functions to write, with signature and docstring, that imports numpy alone."""

import inspect
import textwrap
from collections.abc import Callable, Iterator
from typing import Any

from grader.exercise import Assignment, Contract, Exercise
from grader.release.prose import CACHE_PHRASE, has_cache, item_lines, number_of

_LINE_LENGTH = 100


def stub_module(assignment: Assignment) -> str:
    """The text of `<name>.py` as a student receives it."""
    functions = [stub_function(assignment, exercise) for exercise in assignment.exercises]
    given = map(given_function, assignment.given)
    return "\n\n".join([_module_head(assignment), *given, *functions])


def stub_function(assignment: Assignment, exercise: Exercise) -> str:
    """One function to write: signature, docstring, and an error that names the exercise."""
    message = f"{exercise.name} is not written yet (exercise {number_of(assignment, exercise)} of {assignment.name})"
    lines = [
        f"def {exercise.contract.signature}:",
        *_indented(_docstring(exercise)),
        f"    raise NotImplementedError({_quoted(message)})",
    ]
    return "\n".join(lines) + "\n"


def given_function(function: Callable[..., Any]) -> str:
    """A function that students need not write, as it is."""
    return inspect.getsource(function).rstrip("\n") + "\n"


def _module_head(assignment: Assignment) -> str:
    about = [f"{assignment.title}.", "", "Write the body of every function below; the handout is README.md."]
    if has_cache(assignment):
        about += ["", *textwrap.wrap(CACHE_PHRASE, _LINE_LENGTH)]
    return "\n".join(_triple_quoted(about)) + "\n\nimport numpy as np\n"


def _docstring(exercise: Exercise) -> list[str]:
    return _triple_quoted([exercise.summary, "", *_contract_lines(exercise.contract)])


def _contract_lines(contract: Contract) -> Iterator[str]:
    yield "Takes"
    yield from (f"    {line}" for item in contract.takes for line in item_lines(item))
    if contract.of:
        yield f"    cache, as {contract.of} returned it"
    yield "Returns"
    yield from (f"    {line}" for item in contract.gives for line in item_lines(item))
    if contract.cache:
        yield "    cache"


def _triple_quoted(lines: list[str]) -> list[str]:
    """The lines as a docstring, whatever backslashes or quotes they hold."""
    text = "\n".join(lines).replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return f'"""{text}\n"""'.split("\n")


def _indented(lines: list[str]) -> list[str]:
    return [f"    {line}" if line else "" for line in lines]


def _quoted(text: str) -> str:
    return f'"{text}"'
