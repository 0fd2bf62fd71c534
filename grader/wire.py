"""Frames: the only thing that crosses the border, and the only module that both sides import.

A frame is two lengths, a JSON head and the raw bytes of its arrays, one after the other:

    <head length: u32> <body length: u32> <head> <body>

The head's "arrays" lists type and shape of each, so that nothing is parsed but JSON: no pickle, no `.npy`.
Lengths are checked before anything is allocated. Bytes from the other side are foreign: whatever is wrong with
them is one fault, `MalformedFrame`.
"""

import json
import math
import struct
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any

import numpy as np

LENGTHS = struct.Struct("<II")
MAX_HEAD = 8 << 20  # a program of a thousand calls needs 0.2 MB
MAX_BODY = 64 << 20  # the largest honest answer is below 1 MB
MAX_AXES = 32
MAX_PARTS = 1000  # of a dictionary or list that comes back
TEXT = -1  # the form of an output that is a text
NUMBERS = -2  # and of one that may come as a list of numbers
CODES = ("f8", "f4", "f2", "i8", "i4", "i2", "i1", "u8", "u4", "u2", "u1", "b1", "c16", "c8")
_ENCODE = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode


class MalformedFrame(Exception):
    """The bytes are not a frame; the text says why."""


@cache
def code_of(dtype: np.dtype) -> str:
    """The wire's name for a type (`f8`, `b1`, …); empty if arrays of it do not cross."""
    code = f"{dtype.kind}{dtype.itemsize}"
    return code if code in CODES else ""


class Body:
    """Arrays on their way into a frame, copied as they are at this moment."""

    def __init__(self, arrays: Iterable[np.ndarray] = ()) -> None:
        self.table: list[tuple[str, tuple[int, ...]]] = []
        self.pieces: list[bytes] = []
        for array in arrays:
            self.add(array)

    def add(self, array: np.ndarray) -> int:
        """The number of an array that joins; it must have a type that crosses (`code_of`)."""
        self.table.append((code_of(array.dtype), array.shape))
        self.pieces.append(_little_endian(array).tobytes())
        return len(self.table) - 1

    def arrays(self) -> list[np.ndarray]:
        """Read-only copies of the arrays."""
        pairs = zip(self.table, self.pieces, strict=True)
        return [np.ndarray(shape, f"<{code}", piece) for (code, shape), piece in pairs]


def pack(head: dict[str, Any], arrays: Iterable[np.ndarray] | Body) -> bytes:
    """The frame of a head and its arrays."""
    body = arrays if isinstance(arrays, Body) else Body(arrays)
    text = _ENCODE({**head, "arrays": body.table}).encode()
    content = b"".join(body.pieces)
    return b"".join((LENGTHS.pack(len(text), len(content)), text, content))


def _little_endian(array: np.ndarray) -> np.ndarray:
    if sys.byteorder == "little" and array.dtype.isnative:
        return array
    return array.astype(array.dtype.newbyteorder("<"), copy=False)


def lengths(prefix: bytes) -> tuple[int, int]:
    """The lengths of head and body, refused before anything of that size is read."""
    head, body = LENGTHS.unpack(prefix)
    if head > MAX_HEAD or body > MAX_BODY:
        raise MalformedFrame(f"a frame of {head} + {body} bytes; at most {MAX_HEAD} + {MAX_BODY} cross")
    return head, body


class Layout:
    """Where in a body the arrays stand that a head announces; `size` is the body's, in bytes."""

    def __init__(self, table: Sequence[Any]) -> None:
        self.size = 0
        self._places: list[tuple[np.dtype, int, int, Any]] = []
        kinds: dict[tuple[Any, ...], tuple[np.dtype, int]] = {}  # few, while the arrays are many
        for code, shape in table:
            key = (str(code), *shape)
            if key not in kinds:
                kinds[key] = _kind(code, shape)
            dtype, count = kinds[key]
            self._places.append((dtype, count, self.size, shape))
            self.size += count * dtype.itemsize
        self.is_double = all(str(dtype) == "float64" for dtype, _ in kinds.values())

    def arrays(self, body: bytes) -> list[np.ndarray]:
        """Read-only views of the arrays."""
        if self.size != len(body):
            raise MalformedFrame(f"{len(body)} bytes of arrays, {self.size} of them announced")
        try:
            return [np.frombuffer(body, dtype, count, at).reshape(shape) for dtype, count, at, shape in self._places]
        except ValueError as error:  # axes whose product is 0, and which are too long for numpy
            raise MalformedFrame("ValueError while reading arrays") from error


def parse(head: bytes) -> tuple[dict[str, Any], Layout]:
    """What a head says, and where its arrays stand; anything wrong is a `MalformedFrame`."""
    try:
        fields = json.loads(head)
        return fields, Layout(fields.pop("arrays"))
    except MalformedFrame:
        raise
    except Exception as error:  # foreign bytes can make any parser raise anything; all of it is their fault
        raise MalformedFrame(f"{type(error).__name__} while reading a frame") from error


def unpack(head: bytes, body: bytes) -> tuple[dict[str, Any], list[np.ndarray]]:
    """What the head says, and read-only views of the arrays; anything wrong is a `MalformedFrame`."""
    fields, layout = parse(head)
    return fields, layout.arrays(body)


def _kind(code: Any, shape: Any) -> tuple[np.dtype, int]:
    """Type and number of entries of an announced array, refused before anything is made of it."""
    if code not in CODES or len(shape) > MAX_AXES or not all(type(n) is int and n >= 0 for n in shape):
        raise MalformedFrame(f"an array of type {code!r:.20} and shape {shape!r:.60}")
    count = math.prod(shape)
    if count > MAX_BODY:
        raise MalformedFrame(f"an array of {count:.3g} entries")
    return np.dtype(f"<{code}"), count


def read(read_exactly: Callable[[int], bytes]) -> tuple[dict[str, Any], list[np.ndarray]]:
    """The next frame from a function that gives exactly so many bytes or raises."""
    return unpack(*read_unparsed(read_exactly))


def read_unparsed(read_exactly: Callable[[int], bytes]) -> tuple[bytes, bytes]:
    """The next frame's head and body as they come."""
    head, body = lengths(read_exactly(LENGTHS.size))
    return read_exactly(head), read_exactly(body)
