"""Writes an answer whose numbers are infinite, and lines that are not a number."""

import os
import struct

WHEN, INSIDE, EXPECT = "split_halves", True, {"split_halves": "malformed"}


def attack():
    seen = b'{"printed":1e999,"warnings":[],"kept":[],"draws":false,"uses_up_cache":false}'
    head = b'{"outcomes":[{"raised":["E","m",Infinity]}],"done":true,"seen":' + seen + b',"arrays":[]}'
    return forge(struct.pack("<II", len(head), 0) + head)
