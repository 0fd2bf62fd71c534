"""Writes an answer whose numbers are infinite, and lines that are not a number."""

import os
import struct

WHEN, INSIDE, EXPECT = "split_halves", True, {"split_halves": "malformed"}


def attack():
    head = b'{"outcomes":[{"raised":["E","m",Infinity]}],"done":true,"printed":1e999,"warnings":[],"arrays":[]}'
    return forge(struct.pack("<II", len(head), 0) + head)
