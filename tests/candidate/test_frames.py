"""Whatever bytes come from the other side, they give a value or the one fault."""

import json
import math

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from grader import wire
from grader.candidate.program import Loaded, Reply, clean, decode_loaded, decode_outcomes, decode_reply
from grader.wire import MalformedFrame

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=20,
)
OUTCOMES = st.lists(
    st.fixed_dictionaries({"values": JSON, "count": JSON, "mutated": JSON})
    | st.fixed_dictionaries({"raised": JSON | st.tuples(JSON, JSON, JSON)})
    | st.fixed_dictionaries({"skipped": JSON})
    | JSON,
    max_size=4,
)


def reader(data: bytes):
    """Gives exactly so many bytes, or says that the frame is cut off, as a channel does."""
    position = 0

    def read_exactly(count: int) -> bytes:
        nonlocal position
        if count > len(data) - position:
            raise MalformedFrame("cut off")
        position += count
        return data[position - count : position]

    return read_exactly


def framed(head: bytes, body: bytes = b"") -> bytes:
    return wire.LENGTHS.pack(len(head), len(body)) + head + body


def value_or_fault(function, *arguments):
    """What the function gives; None for the one fault. Anything else it raises fails the test."""
    try:
        return function(*arguments)
    except MalformedFrame:
        return None


@given(st.binary(max_size=300))
def test_any_bytes_are_a_frame_or_the_fault(data):
    value_or_fault(wire.read, reader(data))
    value_or_fault(wire.read, reader(framed(data)))


@given(JSON, JSON, st.binary(max_size=64))
def test_any_head_is_a_frame_or_the_fault(head, arrays, body):
    frame = {**head, "arrays": arrays} if isinstance(head, dict) else head
    value_or_fault(wire.read, reader(framed(json.dumps(frame).encode(), body)))


@given(st.lists(st.tuples(st.sampled_from(wire.CODES) | st.text(), st.lists(st.integers(), max_size=40)), max_size=3))
def test_any_table_of_arrays_is_arrays_or_the_fault(table):
    found = value_or_fault(wire.unpack, json.dumps({"arrays": table}).encode(), b"\0" * 64)
    if found is not None:
        assert sum(array.nbytes for array in found[1]) == 64


@given(JSON)
def test_any_json_as_loaded_facts_is_facts_or_the_fault(facts):
    assert isinstance(value_or_fault(decode_loaded, facts), Loaded | None)


@given(st.fixed_dictionaries({"functions": JSON, "cut": JSON, "notes": JSON, "unreadable": JSON}))
def test_facts_of_the_right_form_hold_clean_text(facts):
    loaded = value_or_fault(decode_loaded, facts)
    if loaded is not None:
        texts = (*loaded.functions, *loaded.notes, loaded.unreadable)
        assert all(text == clean(text) for text in texts)


SEEN = st.fixed_dictionaries({"printed": JSON, "warnings": JSON, "kept": JSON, "draws": JSON, "uses_up_cache": JSON})


@given(OUTCOMES, JSON, SEEN | JSON)
def test_any_json_as_an_answer_is_outcomes_or_the_fault(outcomes, done, seen):
    arrays = [np.zeros(2)]
    value_or_fault(decode_outcomes, outcomes, arrays)
    head = {"outcomes": outcomes, "done": done, "seen": seen}
    assert isinstance(value_or_fault(decode_reply, head, arrays), Reply | None)
    assert isinstance(value_or_fault(decode_reply, {"outcomes": outcomes}, arrays), Reply | None)


@pytest.mark.parametrize(
    ("frame", "complaint"),
    [
        (wire.LENGTHS.pack(2**32 - 1, 0), "at most"),
        (wire.LENGTHS.pack(0, 2**32 - 1), "at most"),
        (framed(b'{"arrays":[["f8",[4611686018427387904,4611686018427387904,0]]]}'), None),
        (framed(b'{"arrays":[["f8",[4611686018427387904]]]}'), "entries"),
        (framed(b'{"arrays":[["O8",[1]]]}', b"\0" * 8), "type 'O8'"),
        (framed(b'{"arrays":[["f8",[true]]]}', b"\0" * 8), "shape"),
        (framed(b'{"arrays":[["f8",[1]]]}', b"\0" * 16), "16 bytes of arrays, 8 of them announced"),
        (framed(b"[" * 100_000), "RecursionError"),
        (framed(b"9" * 10_000), "ValueError"),
        (framed(b"\x80\x04\x8c\x08builtins"), "UnicodeDecodeError"),
    ],
)
def test_a_frame_that_lies_is_refused_before_anything_is_allocated(frame, complaint):
    with pytest.raises(MalformedFrame) if complaint is None else pytest.raises(MalformedFrame, match=complaint):
        wire.read(reader(frame))


def test_a_right_frame_still_goes_through():
    arrays = [np.arange(6.0).reshape(2, 3), np.array(True), np.zeros((0, 2), np.float32)]
    head, back = wire.read(reader(wire.pack({"a": 1}, arrays)))
    assert head == {"a": 1}
    assert all(map(np.array_equal, arrays, back))


@pytest.mark.parametrize("number", [math.inf, -math.inf, math.nan, -1, 1e300, "x", None])
def test_a_line_that_is_none_is_refused(number):
    function = {"line": number, "own_statements": True}
    with pytest.raises(MalformedFrame):
        decode_loaded({"functions": {"f": function}, "cut": [], "notes": [], "unreadable": ""})


@given(st.text(st.characters(), max_size=200))
def test_a_clean_text_can_be_printed_anywhere(text):
    cleaned = clean(text)
    cleaned.encode()
    assert all(
        character.isprintable() or character.isspace() or character == "\ufffd" or ord(character) > 127
        for character in cleaned
    )
    assert "\x1b" not in cleaned
    assert "\u202e" not in cleaned
