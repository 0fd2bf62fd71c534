"""The student's side of the border: runs the calls of a program and answers with values.

It decides nothing. Whatever a submission does to this process can only change that submission's own values.
Standard library and numpy; of ours only `wire` and the sibling that sees what calls leave behind.

A call names a function and its arguments, each `["array", k]` (array k of the frame, a fresh writable copy every
time) or `["cache", k]` (what call k returned last). An outcome is one of

    {"values": [...], "count": n, "mutated": [...]}    an array's number, or the name of the type that came
                                                       instead; n counts the cache, mutated the arguments
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
from grader.wire import code_of

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
        arguments = [caches.pop(index) if kind == "cache" else arrays[index].copy() for kind, index in call["args"]]
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
            values, sent = _values(items)
            yield {"values": values, "count": count, "mutated": _mutated(call, arguments, arrays)}, sent
        else:
            yield {"values": [], "count": count, "mutated": []}, []


def _items(returned: Any, wanted: int) -> list[Any]:
    """The outputs one by one; a single output comes bare, so a list is one output where one is wanted."""
    if isinstance(returned, tuple) or (isinstance(returned, list) and wanted > 1):
        return list(returned)
    return [returned]


def _values(items: list[Any]) -> tuple[list[Any], list[np.ndarray]]:
    """Numbers of the arrays to send, and type names for what is no array."""
    values: list[Any] = []
    sent: list[np.ndarray] = []
    for item in items:
        array = _array(item)
        if isinstance(array, str):
            values.append(array)
        else:
            values.append(len(sent))
            sent.append(array)
    return values, sent


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
        for position, ((kind, index), argument) in enumerate(zip(call["args"], arguments, strict=True))
        if kind == "array" and argument.tobytes() != arrays[index].tobytes()
    ]


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
                    if "values" in outcome:
                        outcome["values"] = [v + len(sent) if type(v) is int else v for v in outcome["values"]]
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
