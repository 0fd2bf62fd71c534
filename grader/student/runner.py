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
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from grader.student.traces import Traces, containers, seed
from grader.wire import MAX_PARTS, NUMBERS, TEXT, code_of

FLUSH_SECONDS = 0.05  # an answer is sent in one piece unless the program takes longer than this
MAX_TEXT = 2000
MAX_WARNINGS = 5


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


def outcomes(
    namespace: dict[str, Any],
    calls: list[dict[str, Any]],
    arrays: list[np.ndarray],
    filename: str,
    place: Callable[[int], str],
    traces: Traces,
) -> Iterator[tuple[dict[str, Any], list[np.ndarray]]]:
    """Each call's outcome with the arrays it refers to, in the order of the calls."""
    awaited = {argument[1] for call in calls for argument in call["args"] if argument[0] == "cache"}
    caches: dict[int, Any] = {}
    for number, call in enumerate(calls):
        needs = [argument[1] for argument in call["args"] if argument[0] == "cache"]
        if any(index not in caches for index in needs):
            yield {"skipped": True}, []
            continue
        given = [pair for index in needs for pair in containers(caches[index])]
        arguments = [_argument(argument, arrays, caches) for argument in call["args"]]
        try:
            returned = namespace[call["function"]](*arguments)
        except BaseException as error:  # SystemExit and KeyboardInterrupt are the student's too
            yield {"raised": describe(error, filename, place)}, []
            continue
        if given and any(len(container) < count for container, count in given):
            traces.uses_up_cache = True
        items = _items(returned, call["gives"] + call["cache"])
        count = len(items)
        # Without a cache the backward still gets its turn: what it makes of None is its own affair.
        cache = items.pop() if call["cache"] and count == call["gives"] + 1 else None
        if number in awaited:
            caches[number] = cache
        if call["wanted"]:
            values, sent = _values(items, call["forms"])
            yield {"values": values, "count": count, "mutated": _mutated(call, arguments, arrays)}, sent
        else:
            yield {"values": [], "count": count, "mutated": []}, []


def _items(returned: Any, wanted: int) -> list[Any]:
    """The outputs one by one; a single output comes bare, so a list is one output where one is wanted."""
    if isinstance(returned, tuple) or (isinstance(returned, list) and wanted > 1):
        return list(returned)
    return [returned]


def _argument(argument: list[Any], arrays: list[np.ndarray], caches: dict[int, Any]) -> Any:
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


def _values(items: list[Any], forms: list[int]) -> tuple[list[Any], list[np.ndarray]]:
    """Numbers of the arrays to send, and type names for what is no array."""
    sent: list[np.ndarray] = []
    if len(forms) != len(items):
        forms = [0] * len(items)
    return [_value(item, form, sent) for item, form in zip(items, forms, strict=True)], sent


def _value(item: Any, form: int, sent: list[np.ndarray]) -> Any:
    """One output, or a part of one that lies in `form` containers; its arrays join those to send."""
    if form > 0 and isinstance(item, dict) and len(item) <= MAX_PARTS:
        return ["dict", [[str(key)[:MAX_TEXT], _value(part, form - 1, sent)] for key, part in item.items()]]
    if form > 0 and isinstance(item, (list, tuple)) and len(item) <= MAX_PARTS:
        return ["list", [_value(part, form - 1, sent) for part in item]]
    array = _text(item) if form == TEXT else _array(_numbers(item) if form == NUMBERS else item)
    if isinstance(array, str):
        return array
    sent.append(array)
    return len(sent) - 1


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


def _mutated(call: dict[str, Any], arguments: list[Any], arrays: list[np.ndarray]) -> list[int]:
    """Positions of the arguments that the call has changed."""
    return [
        position
        for position, (given, argument) in enumerate(zip(call["args"], arguments, strict=True))
        if _is_changed(given, argument, arrays)
    ]


def _is_changed(given: list[Any], argument: Any, arrays: list[np.ndarray]) -> bool:
    kind, value = given
    if kind == "array":
        return bool(not isinstance(argument, np.ndarray) or argument.tobytes() != arrays[value].tobytes())
    if kind == "dict":
        return list(argument) != [key for key, _ in value] or any(
            _is_changed(part, argument[key], arrays) for key, part in value
        )
    if kind in ("list", "tuple"):
        return len(argument) != len(value) or any(
            _is_changed(part, own, arrays) for part, own in zip(value, argument, strict=True)
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


def _shifted(value: Any, by: int) -> Any:
    """A value whose arrays stand so many places further on."""
    if type(value) is int:
        return value + by
    if isinstance(value, str):
        return value
    kind, parts = value
    if kind == "dict":
        return [kind, [[key, _shifted(part, by)] for key, part in parts]]
    return [kind, [_shifted(part, by) for part in parts]]


class Session:
    """A loaded submission and what its calls have shown besides their values; `place` puts a line into words."""

    def __init__(self, namespace: dict[str, Any], filename: str, place: Callable[[int], str]) -> None:
        self.namespace = namespace
        self.filename = filename
        self.place = place
        self._traces = Traces(namespace)

    def replies(
        self, head: dict[str, Any], arrays: list[np.ndarray]
    ) -> Iterator[tuple[dict[str, Any], list[np.ndarray]]]:
        """The answer in as few frames as possible: one, unless the program is slow."""
        seed()
        output, stdout, started = CountingOutput(), sys.stdout, time.monotonic()
        batch: list[dict[str, Any]] = []
        sent: list[np.ndarray] = []
        sys.stdout = output
        try:
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                answers = outcomes(self.namespace, head["calls"], arrays, self.filename, self.place, self._traces)
                for outcome, values in answers:
                    if sent and "values" in outcome:
                        outcome["values"] = [_shifted(value, len(sent)) for value in outcome["values"]]
                    sent += values
                    batch.append(outcome)
                    if time.monotonic() - started > FLUSH_SECONDS:
                        yield {"outcomes": batch, "done": False}, sent
                        batch, sent, started = [], [], time.monotonic()
        finally:
            sys.stdout = stdout
        texts = sorted({str(warning.message)[:MAX_TEXT] for warning in caught})[:MAX_WARNINGS]
        seen = {"printed": output.characters, "warnings": texts, **self._traces.facts()}
        yield {"outcomes": batch, "done": True, "seen": seen}, sent
