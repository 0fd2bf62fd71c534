"""What is asked of a student's functions, and what can come of it.

A `Program` is a sequence of calls, sent in one message. A `Candidate` is the seam: anything that can run a program
and give one outcome for each call. Outcomes are values or the lack of them; none is a verdict.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol, overload

import numpy as np

from grader import wire
from grader.compare import NotAnArray
from grader.report import Verdict
from grader.student.runner import Task

MAX_TEXT = 500  # of a foreign text that we repeat
MAX_LINE = 10_000_000
MAX_PRINTED = 10**12  # that no message is flooded with digits
MAX_DEPTH = 3
MAX_KEPT = 1 << 18  # bytes of a head that is kept; of the course's assignments none has a tenth of it


@dataclass(frozen=True, slots=True)
class CacheOf:
    """An argument: the cache that an earlier call of the same program returned."""

    call: int


@dataclass(frozen=True, slots=True)
class Generator:
    """An argument: a fresh random number generator with this seed."""

    seed: int


@dataclass(frozen=True, slots=True)
class Call:
    """One call: `gives` counts the outputs without the cache; unwanted values stay on the other side.

    An argument is an array, a `CacheOf`, a `Generator`, a number or a text, or a dict, list or tuple of these.
    `forms` says of each output how many containers its arrays lie in, `wire.TEXT` or `wire.NUMBERS`; empty if all of
    them are arrays.
    """

    function: str
    arguments: tuple[Any, ...]
    gives: int
    cache: bool = False
    wanted: bool = True
    forms: tuple[int, ...] = ()


@dataclass(frozen=True)
class Program:
    """Calls that are sent together; encoded once, however many submissions answer it."""

    calls: tuple[Call, ...]

    @cached_property
    def content(self) -> tuple[dict[str, Any], list[np.ndarray]]:
        """Head and arrays as the wire carries them."""
        arrays: list[np.ndarray] = []
        numbers: dict[int, int] = {}  # an array that several calls are given crosses once
        calls = [
            {
                "function": call.function,
                "args": [_encode(argument, arrays, numbers) for argument in call.arguments],
                "gives": call.gives,
                "cache": call.cache,
                "wanted": call.wanted,
                "forms": call.forms,
            }
            for call in self.calls
        ]
        return {"calls": calls}, arrays

    @cached_property
    def frame(self) -> bytes:
        return wire.pack(*self.content)

    @cached_property
    def task(self) -> Task:
        """The program as it is run in a process of ours."""
        return Task(*self.content)

    @cached_property
    def forms(self) -> "Forms":
        return Forms(len(self.calls))


def _encode(argument: Any, arrays: list[np.ndarray], numbers: dict[int, int]) -> list[Any]:
    """An argument as the head of a frame carries it; arrays join the frame's list, and `numbers` knows where."""
    match argument:
        case np.ndarray():
            if id(argument) not in numbers:
                numbers[id(argument)] = len(arrays)
                arrays.append(argument)
            return ["array", numbers[id(argument)]]
        case CacheOf():
            return ["cache", argument.call]
        case Generator():
            return ["generator", argument.seed]
        case dict():
            return ["dict", [[key, _encode(part, arrays, numbers)] for key, part in argument.items()]]
        case list() | tuple():
            return [type(argument).__name__, [_encode(part, arrays, numbers) for part in argument]]
        case _:
            return ["plain", argument]


@dataclass(frozen=True, slots=True)
class Values:
    """A call returned. `count` is the number of values with the cache, `mutated` positions of changed arguments.

    An item is an array, the name of another type, or a dict or tuple of items. With `draws` it stands for so many
    calls, and its items are their moments.
    """

    items: tuple[Any, ...]
    count: int
    mutated: tuple[int, ...] = ()
    draws: int = 0


@dataclass(frozen=True, slots=True)
class Raised:
    """A call raised; `where` is the last line of the student's file on the way, empty if there is none."""

    type: str
    message: str
    where: str

    def __str__(self) -> str:
        text = f"{self.type}: {self.message}" if self.message else self.type
        return f"{text} ({self.where})" if self.where else text


@dataclass(frozen=True, slots=True)
class Skipped:
    """The call was not made: the one whose cache it needs has raised."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The process gave no further answer: `verdict` is TIMED_OUT, KILLED or MALFORMED."""

    verdict: Verdict
    message: str


@dataclass(frozen=True, slots=True)
class Unsteady:
    """A function that draws gave two results with one and the same generator."""


Outcome = Values | Raised | Skipped | Ended | Unsteady


@dataclass(frozen=True, slots=True)
class Seen:
    """What a program showed besides its outcomes, as its own process tells it: facts for notes, never for points.

    `printed` counts characters; `kept` names what of the module was changed; `draws` says whether random numbers that
    nobody seeded were drawn, `uses_up_cache` whether a call left less in the cache than there was.
    """

    printed: int = 0
    warnings: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    draws: bool = False
    uses_up_cache: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """One outcome for each call of a program, and what was seen besides."""

    outcomes: Sequence[Outcome]
    seen: Seen = Seen()


@dataclass(frozen=True, slots=True)
class Loaded:
    """What reading a submission showed, as its own process tells it: facts for messages, never for points.

    `functions` gives for each function its line and whether it holds statements of the student's own; `cut` the
    functions that do not compile; `unreadable` is empty unless nothing could be read.
    """

    functions: dict[str, dict[str, Any]] = field(default_factory=dict)
    cut: tuple[dict[str, Any], ...] = ()
    notes: tuple[str, ...] = ()
    unreadable: str = ""


class Candidate(Protocol):
    """Something that can run a student's functions: the seam of the border."""

    loaded: Loaded

    def call(self, program: Program) -> Answer: ...


def clean(text: object, limit: int = MAX_TEXT) -> str:
    """A foreign text made fit for terminals, logs and pages: no control, format or surrogate characters."""
    shown = str(text)[:limit]
    if shown.isascii() and shown.isprintable():
        return shown
    kept = (c if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co") else "�" for c in shown)
    return "".join(kept)


def decode_loaded(facts: Any) -> Loaded:
    """The facts that the other side tells of its submission; a wrong form is a `MalformedFrame`."""
    try:
        return Loaded(
            functions={
                clean(name): {"line": _line(fact["line"]), "own_statements": bool(fact["own_statements"])}
                for name, fact in list(facts["functions"].items())[:1000]
            },
            cut=tuple(
                {"name": clean(cut["name"]), "line": clean(cut["line"], 60), "message": clean(cut["message"])}
                for cut in facts["cut"][:100]
            ),
            notes=tuple(clean(note) for note in facts["notes"][:20]),
            unreadable=clean(facts["unreadable"]),
        )
    except Exception as error:  # foreign data
        raise wire.MalformedFrame(f"{type(error).__name__} while reading what was loaded") from error


@dataclass(frozen=True, slots=True)
class Reply:
    """One frame of an answer: the outcomes of some calls, and with the last of them what was `seen` besides."""

    outcomes: list[Outcome]
    seen: Seen | None = None

    @property
    def done(self) -> bool:
        return self.seen is not None


def decode_reply(head: dict[str, Any], arrays: Sequence[np.ndarray]) -> Reply:
    """A frame of an answer; a wrong form is a `MalformedFrame`."""
    try:
        outcomes = decode_outcomes(head["outcomes"], arrays)
        if head["done"] is not True:
            return Reply(outcomes)
        return Reply(outcomes, _decode_seen(head["seen"]))
    except wire.MalformedFrame:
        raise
    except Exception as error:  # foreign data
        raise wire.MalformedFrame(f"{type(error).__name__} while reading an answer") from error


class Form:
    """What the head of a whole answer says: everything but the numbers."""

    def __init__(self, fields: dict[str, Any], layout: wire.Layout, reply: Reply) -> None:
        self.seen = reply.seen or Seen()
        self.is_clean = all(isinstance(outcome, Values) and not outcome.mutated for outcome in reply.outcomes)
        self.size = layout.size
        self._entries = fields["outcomes"]
        self._layout = layout

    def outcomes(self, body: bytes) -> list[Outcome]:
        """The outcomes with the numbers of this body."""
        return decode_outcomes(self._entries, self._layout.arrays(body))


class Framed(Sequence[Outcome]):
    """The outcomes of an answer that came in one frame, all arrays doubles: made when somebody looks at one.

    Other answers may have the same `form`; `numbers` are its arrays, one after the other.
    """

    def __init__(self, form: Form, body: bytes) -> None:
        self.form = form
        self.numbers = np.frombuffer(body)
        self._body = body

    @cached_property
    def _outcomes(self) -> list[Outcome]:
        return self.form.outcomes(self._body)

    def __len__(self) -> int:
        return len(self._outcomes)

    @overload
    def __getitem__(self, place: int) -> Outcome: ...
    @overload
    def __getitem__(self, place: slice) -> list[Outcome]: ...
    def __getitem__(self, place: int | slice) -> Outcome | list[Outcome]:
        return self._outcomes[place]


class Forms:
    """The form of the last answer to a program: right submissions answer alike, and then it is parsed but once."""

    def __init__(self, calls: int) -> None:
        self._calls = calls
        self._head = b""
        self._form: Form | None = None

    def answer(self, head: bytes, body: bytes) -> Answer | None:
        """The answer, if its head is that of the last one."""
        if self._form is None or head != self._head or len(body) != self._form.size:
            return None
        return Answer(Framed(self._form, body), self._form.seen)

    def reply(self, head: bytes, body: bytes) -> Reply:
        """One frame of an answer; a wrong form is a `MalformedFrame`."""
        fields, layout = wire.parse(head)
        reply = decode_reply(fields, layout.arrays(body))
        if reply.done and layout.is_double and len(reply.outcomes) == self._calls and len(head) <= MAX_KEPT:
            self._head, self._form = head, Form(fields, layout, reply)
        return reply


def _decode_seen(seen: dict[str, Any]) -> Seen:
    return Seen(
        max(0, min(int(seen["printed"]), MAX_PRINTED)),
        tuple(clean(text) for text in seen["warnings"][:10]),
        tuple(clean(name, 60) for name in seen["kept"][:10]),
        seen["draws"] is True,
        seen["uses_up_cache"] is True,
    )


def decode_outcomes(entries: object, arrays: Sequence[np.ndarray]) -> list[Outcome]:
    """Outcomes from a reply; a wrong form is a `MalformedFrame`."""
    try:
        assert isinstance(entries, list)
        return [_decode_outcome(entry, arrays) for entry in entries]
    except Exception as error:  # foreign data
        raise wire.MalformedFrame(f"{type(error).__name__} while reading outcomes") from error


def _decode_outcome(entry: dict[str, Any], arrays: Sequence[np.ndarray]) -> Outcome:
    if "raised" in entry:
        kind, message, where = entry["raised"]
        return Raised(clean(kind, 100), clean(message), clean(where, 60))
    if "skipped" in entry:
        return Skipped()
    items = tuple(_decode_item(value, arrays) for value in entry["values"])
    return Values(items, int(entry["count"]), tuple(int(position) for position in entry["mutated"]))


def _decode_item(value: Any, arrays: Sequence[np.ndarray], depth: int = 0) -> Any:
    if type(value) is int and value >= 0:
        return arrays[value]
    if not isinstance(value, list):
        return NotAnArray(clean(value, 60))
    kind, parts = value
    if depth >= MAX_DEPTH or len(parts) > wire.MAX_PARTS:
        raise ValueError("an output of too many parts")
    if kind == "dict":
        return {clean(key, 60): _decode_item(part, arrays, depth + 1) for key, part in parts}
    return tuple(_decode_item(part, arrays, depth + 1) for part in parts)


def _line(number: Any) -> int:
    """A line of a file; a number that cannot be one is a fault, so that no message is flooded with digits."""
    line = int(number)
    if not 0 <= line <= MAX_LINE:
        raise ValueError("not a line of a file")
    return line
