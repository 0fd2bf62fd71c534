"""The student's side of the border: runs the calls of a program and answers with values.

It decides nothing. Whatever a submission does to this process can only change that submission's own values.
Standard library and numpy; of ours only `wire` and the sibling that sees what calls leave behind.

A call names a function and its arguments, each one of

    ["array", k]         array k of the frame, a fresh writable copy every time
    ["cache", k]         what call k returned last
    ["plain", value]     a number or a text
    ["generator", seed]  a fresh random number generator
    ["dict", [[key, argument], ...]], ["list", [argument, ...]], ["tuple", [argument, ...]]

Its `forms` say of each output in how many containers the arrays lie, or `TEXT` or `NUMBERS`; without them all are
arrays. An outcome is one of

    {"values": [...], "count": n, "mutated": [...]}    an array's number, or the name of the type that came instead, or
                                                       ["dict", [[key, value], ...]] or ["list", [value, ...]];
                                                       n counts the cache, mutated the arguments
    {"raised": [type, message, where]}     the line of the student's file in words, empty if it is not there
    {"skipped": true}                      the call whose cache it needs has raised
"""

import sys
import time
import traceback
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from grader.student.traces import Traces, containers, seed
from grader.wire import MAX_PARTS, NUMBERS, TEXT, Body, code_of

FLUSH_SECONDS = 0.05  # an answer is sent in one piece unless the program takes longer than this
MAX_TEXT = 2000
MAX_WARNINGS = 5
DOUBLE = np.dtype(np.float64)


class CountingOutput:
    """A stand-in for stdout that keeps nothing but how much was written."""

    def __init__(self) -> None:
        self.characters = 0

    def write(self, text: str) -> int:
        self.characters += len(text)
        return len(text)

    def flush(self) -> None:
        pass

    def isatty(self) -> bool:
        return False


class Call:
    """One call of a frame, made ready."""

    __slots__ = ("arguments", "cache", "forms", "function", "gives", "is_awaited", "is_flat", "needs", "wanted")

    def __init__(self, call: dict[str, Any]) -> None:
        self.function: str = call["function"]
        self.arguments: list[tuple[str, Any]] = [(kind, value) for kind, value in call["args"]]
        self.gives: int = call["gives"]
        self.cache: bool = call["cache"]
        self.wanted: bool = call["wanted"]
        self.forms: list[int] = call["forms"]
        self.needs = [value for kind, value in self.arguments if kind == "cache"]
        self.is_flat = all(kind in ("array", "cache") for kind, _ in self.arguments)
        self.is_awaited = False  # whether a later call needs its cache


class Task:
    """A program made ready: by a zygote once for all its children, else when it comes."""

    def __init__(self, head: dict[str, Any], arrays: list[np.ndarray]) -> None:
        self.calls = [Call(call) for call in head["calls"]]
        self.arrays = arrays
        self.contents = [array.tobytes() for array in arrays]
        for call in self.calls:
            for number in call.needs:
                self.calls[number].is_awaited = True


def outcomes(
    namespace: dict[str, Any],
    task: Task,
    body: Callable[[], Body],
    filename: str,
    place: Callable[[int], str],
    traces: Traces,
) -> Iterator[dict[str, Any]]:
    """Each call's outcome, in the order of the calls; the arrays that it refers to join what `body` gives."""
    caches: dict[int, Any] = {}
    arrays = task.arrays
    for number, call in enumerate(task.calls):
        if call.needs and any(index not in caches for index in call.needs):
            yield {"skipped": True}
            continue
        given = [pair for index in call.needs for pair in containers(caches[index])]
        if call.is_flat:
            arguments = [
                caches.pop(value) if kind == "cache" else arrays[value].copy() for kind, value in call.arguments
            ]
        else:
            arguments = [_argument(argument, arrays, caches) for argument in call.arguments]
        try:
            returned = namespace[call.function](*arguments)
        except BaseException as error:  # SystemExit and KeyboardInterrupt are the student's too
            yield {"raised": describe(error, filename, place)}
            continue
        if given and any(len(container) < count for container, count in given):
            traces.uses_up_cache = True
        items = _items(returned, call.gives + call.cache, call.forms)
        count = len(items)
        # Without a cache the backward still gets its turn: what it makes of None is its own affair.
        cache = items.pop() if call.cache and count == call.gives + 1 else None
        if call.is_awaited:
            caches[number] = cache
        if call.wanted:
            changed = _mutated(call, arguments, task.contents)
            yield {"values": _values(items, call.forms, body()), "count": count, "mutated": changed}
        else:
            yield {"values": [], "count": count, "mutated": []}


def _items(returned: Any, wanted: int, forms: list[int]) -> list[Any]:
    """The outputs one by one; a single output comes bare, so a list is one output where one is wanted.

    Where that one is a list itself, a tuple will do for it.
    """
    if wanted == 1 and forms and forms[0] > 0 and isinstance(returned, tuple) and len(returned) != 1:
        return [returned]
    if isinstance(returned, tuple) or (isinstance(returned, list) and wanted > 1):
        return list(returned)
    return [returned]


def _argument(argument: Sequence[Any], arrays: list[np.ndarray], caches: dict[int, Any]) -> Any:
    """What is passed for an argument of the frame."""
    kind, value = argument
    if kind == "array":
        return arrays[value].copy()
    if kind == "cache":
        return caches.pop(value)
    if kind == "generator":
        return np.random.default_rng(value)
    if kind == "dict":
        return {key: _argument(part, arrays, caches) for key, part in value}
    if kind in ("list", "tuple"):
        parts = [_argument(part, arrays, caches) for part in value]
        return tuple(parts) if kind == "tuple" else parts
    return value


def _values(items: list[Any], forms: list[int], body: Body) -> list[Any]:
    """Numbers of the arrays, which join the body, and type names for what is no array."""
    if len(forms) != len(items):
        return [
            body.add(item) if type(item) is np.ndarray and item.dtype is DOUBLE else _value(item, 0, body)
            for item in items
        ]
    return [_value(item, form, body) for item, form in zip(items, forms, strict=True)]


def _value(item: Any, form: int, body: Body) -> Any:
    """One output, or a part of one that lies in `form` containers; its arrays join those to send."""
    if form > 0 and isinstance(item, dict) and len(item) <= MAX_PARTS:
        return ["dict", [[str(key)[:MAX_TEXT], _value(part, form - 1, body)] for key, part in item.items()]]
    if form > 0 and isinstance(item, (list, tuple)) and len(item) <= MAX_PARTS:
        return ["list", [_value(part, form - 1, body) for part in item]]
    array = _text(item) if form == TEXT else _array(_numbers(item) if form == NUMBERS else item)
    return array if isinstance(array, str) else body.add(array)


def _numbers(item: Any) -> Any:
    """A list of numbers as an array; anything else as it is."""
    if isinstance(item, (list, tuple)) and all(isinstance(part, (int, float, np.number)) for part in item):
        return np.array(item)
    return item


def _text(item: Any) -> np.ndarray | str:
    """A text, whole or as a list of its characters, as an array of code points; else the name of its type."""
    if isinstance(item, (list, tuple)) and all(isinstance(part, str) for part in item):
        item = "".join(item)
    return np.array([ord(character) for character in item], np.int64) if isinstance(item, str) else type(item).__name__


def _array(item: Any) -> np.ndarray | str:
    """The item as an array that crosses, or the name of its type."""
    if not isinstance(item, (np.ndarray, np.generic, bool, int, float, complex)):
        return type(item).__name__
    array = np.array(item, order="C", subok=False)
    if code_of(array.dtype):
        return array
    return array.astype(np.float64) if array.dtype == np.longdouble else f"{array.dtype} array"


def _mutated(call: Call, arguments: list[Any], contents: list[bytes]) -> list[int]:
    """Positions of the arguments that the call has changed."""
    return [
        position
        for position, (given, argument) in enumerate(zip(call.arguments, arguments, strict=True))
        if _is_changed(given, argument, contents)
    ]


def _is_changed(given: Sequence[Any], argument: Any, contents: list[bytes]) -> bool:
    kind, value = given
    if kind == "array":
        return bool(not isinstance(argument, np.ndarray) or argument.tobytes() != contents[value])
    if kind == "dict":
        return list(argument) != [key for key, _ in value] or any(
            _is_changed(part, argument[key], contents) for key, part in value
        )
    if kind in ("list", "tuple"):
        return len(argument) != len(value) or any(
            _is_changed(part, own, contents) for part, own in zip(value, argument, strict=True)
        )
    return False


def describe(error: BaseException, filename: str, place: Callable[[int], str]) -> list[str]:
    """Type, message and the last line of the student's own file that the error passed through, in words."""
    line = 0
    for frame, number in traceback.walk_tb(error.__traceback__):
        if frame.f_code.co_filename == filename:
            line = number
    try:
        message = str(error)[:MAX_TEXT]
    except BaseException:  # a hostile __str__
        message = ""
    return [type(error).__name__[:100], message, place(line) if line else ""]


class Session:
    """A loaded submission and what its calls have shown besides their values; `place` puts a line into words."""

    def __init__(self, namespace: dict[str, Any], filename: str, place: Callable[[int], str]) -> None:
        self.namespace = namespace
        self.filename = filename
        self.place = place
        self._traces = Traces(namespace)

    def replies(self, task: Task) -> Iterator[tuple[dict[str, Any], Body]]:
        """The answer in as few frames as possible: one, unless the program is slow."""
        seed()
        output, stdout, started = CountingOutput(), sys.stdout, time.monotonic()
        batch: list[dict[str, Any]] = []
        body = Body()
        sys.stdout = output
        try:
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                answers = outcomes(self.namespace, task, lambda: body, self.filename, self.place, self._traces)
                for outcome in answers:
                    batch.append(outcome)
                    if time.monotonic() - started > FLUSH_SECONDS:
                        yield {"outcomes": batch, "done": False}, body
                        batch, body, started = [], Body(), time.monotonic()
        finally:
            sys.stdout = stdout
        texts = sorted({str(warning.message)[:MAX_TEXT] for warning in caught})[:MAX_WARNINGS]
        seen = {"printed": output.characters, "warnings": texts, **self._traces.facts()}
        yield {"outcomes": batch, "done": True, "seen": seen}, body
