"""Frames: what goes in comes out, and whatever else arrives is a value or a `MalformedFrame`."""

import io
import json

import numpy as np
import pytest
from hypothesis import given, strategies
from hypothesis.extra import numpy as arrays_of

from grader import wire
from grader.wire import MalformedFrame

crossing = strategies.one_of(
    arrays_of.boolean_dtypes(),
    arrays_of.integer_dtypes(),
    arrays_of.unsigned_integer_dtypes(),
    arrays_of.floating_dtypes(sizes=(16, 32, 64)),
    arrays_of.complex_number_dtypes(sizes=(64, 128)),
).flatmap(lambda dtype: arrays_of.arrays(dtype, arrays_of.array_shapes(min_dims=0, max_dims=4, min_side=0)))
json_values = strategies.recursive(
    strategies.none() | strategies.booleans() | strategies.integers() | strategies.text(),
    lambda inner: strategies.lists(inner) | strategies.dictionaries(strategies.text(), inner),
    max_leaves=10,
)
heads = strategies.dictionaries(strategies.text().filter(lambda key: key != "arrays"), json_values, max_size=4)


def frame_of(head, body=b""):
    """A frame with any JSON, or any bytes, in the place of its head."""
    text = head if isinstance(head, bytes) else json.dumps(head).encode()
    return wire.LENGTHS.pack(len(text), len(body)) + text + body


def read(data):
    """What a reader makes of bytes; it gives up with EOFError where they end too early."""
    stream = io.BytesIO(data)

    def read_exactly(count):
        piece = stream.read(count)
        if len(piece) < count:
            raise EOFError
        return piece

    return wire.read(read_exactly)


@given(heads, strategies.lists(crossing, max_size=4))
def test_what_is_packed_is_read_again(head, arrays):
    got_head, got = read(wire.pack(head, arrays))
    assert got_head == head
    assert [array.shape for array in got] == [array.shape for array in arrays]
    assert [wire.code_of(array.dtype) for array in got] == [wire.code_of(array.dtype) for array in arrays]
    for one, other in zip(got, arrays, strict=True):
        np.testing.assert_array_equal(one, other)


@given(strategies.binary(max_size=200))
def test_any_bytes_are_a_frame_or_malformed_or_too_short(data):
    try:
        head, arrays = read(data)
    except (MalformedFrame, EOFError):
        return
    assert isinstance(head, dict)
    assert all(isinstance(array, np.ndarray) for array in arrays)


@given(json_values | strategies.fixed_dictionaries({"arrays": json_values}), strategies.binary(max_size=64))
def test_any_head_is_a_frame_or_malformed(head, body):
    try:
        fields, arrays = read(frame_of(head, body))
    except MalformedFrame:
        return
    assert isinstance(fields, dict)
    assert sum(array.nbytes for array in arrays) == len(body)


@given(strategies.lists(crossing, min_size=1, max_size=2), strategies.data())
def test_a_frame_with_one_byte_changed_is_a_frame_or_malformed_or_too_short(arrays, data):
    frame = bytearray(wire.pack({"outcomes": []}, arrays))
    frame[data.draw(strategies.integers(0, len(frame) - 1))] = data.draw(strategies.integers(0, 255))
    try:
        _, got = read(bytes(frame))
    except (MalformedFrame, EOFError):
        return
    assert all(isinstance(array, np.ndarray) for array in got)


@pytest.mark.parametrize(
    ("head", "body", "complaint"),
    [
        (b"", b"", "JSONDecodeError"),
        (b"not json", b"", "JSONDecodeError"),
        (b"\xff\xfe", b"", "Error"),
        (b"[" * 100_000, b"", "RecursionError"),
        (b'{"arrays":[["f8",[' + b"9" * 5000 + b"]]]}", b"", "ValueError"),
        ([], b"", "while reading a frame"),
        ({}, b"", "KeyError"),
        ({"arrays": 3}, b"", "TypeError"),
        ({"arrays": [["O8", [1]]]}, bytes(8), "an array of type 'O8'"),
        ({"arrays": [["V8", [1]]]}, bytes(8), "an array of type 'V8'"),
        ({"arrays": [["f8,O", [1]]]}, bytes(8), "an array of type"),
        ({"arrays": [[["f8"], [1]]]}, bytes(8), "an array of type"),
        ({"arrays": [["f8", [-1]]]}, bytes(8), "shape"),
        ({"arrays": [["f8", [True]]]}, bytes(8), "shape"),
        ({"arrays": [["f8", [1.0]]]}, bytes(8), "shape"),
        ({"arrays": [["f8", ["1"]]]}, bytes(8), "shape"),
        ({"arrays": [["f8", [1] * 33]]}, bytes(8), "shape"),
        ({"arrays": [["f8", [2**40, 2**40]]]}, bytes(8), "entries"),
        ({"arrays": [["f8", [2]]]}, bytes(8), "8 bytes of arrays, 16 of them announced"),
        ({"arrays": []}, bytes(8), "8 bytes of arrays, 0 of them announced"),
        ({"arrays": [["f8", [1]]]}, bytes(16), "16 bytes of arrays, 8 of them announced"),
    ],
)
def test_a_head_that_lies_is_malformed(head, body, complaint):
    with pytest.raises(MalformedFrame, match=complaint):
        read(frame_of(head, body))


@pytest.mark.parametrize("lengths", [(wire.MAX_HEAD + 1, 0), (0, wire.MAX_BODY + 1), (2**32 - 1, 2**32 - 1)])
def test_a_length_above_the_cap_is_refused_before_a_byte_of_it_is_asked_for(lengths):
    asked = []

    def read_exactly(count):
        asked.append(count)
        return wire.LENGTHS.pack(*lengths)

    with pytest.raises(MalformedFrame, match="at most"):
        wire.read(read_exactly)
    assert asked == [wire.LENGTHS.size]


def test_lengths_at_the_cap_are_accepted():
    prefix = wire.LENGTHS.pack(wire.MAX_HEAD, wire.MAX_BODY)
    assert wire.lengths(prefix) == (wire.MAX_HEAD, wire.MAX_BODY)


@pytest.mark.parametrize("order", ["<", ">"])
def test_numbers_cross_whatever_the_order_of_their_bytes(order):
    array = np.array([1.5, -2.25, 3e100]).astype(f"{order}f8")
    frame = wire.pack({}, [array])
    assert frame.endswith(np.array([1.5, -2.25, 3e100], "<f8").tobytes())
    assert np.array_equal(read(frame)[1][0], [1.5, -2.25, 3e100])


def test_an_array_crosses_by_its_values_whatever_its_layout():
    whole = np.arange(24.0).reshape(4, 6)
    for view in (whole.T, whole[::2, ::-1], np.broadcast_to(whole[0], (3, 6))):
        assert np.array_equal(read(wire.pack({}, [view]))[1][0], view)


@pytest.mark.parametrize(
    "dtype", [object, "U3", "S3", "V8", "M8[s]", "m8[s]", np.dtype([("a", "f8")]), np.longdouble], ids=str
)
def test_what_is_no_plain_number_has_no_code(dtype):
    assert wire.code_of(np.dtype(dtype)) == ""


def test_object_arrays_do_not_cross():
    with pytest.raises(MalformedFrame, match="an array of type ''"):
        read(wire.pack({}, [np.array([1, None], object)]))


def test_what_is_read_cannot_be_written_to():
    (array,) = read(wire.pack({}, [np.zeros(3)]))[1]
    with pytest.raises(ValueError, match="read-only"):
        array[0] = 1
