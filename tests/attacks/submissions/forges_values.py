"""Writes an answer of its own before the runner does: done, and everything is zero."""

import json
import os
import struct

WHEN, INSIDE, EXPECT = "split_halves", True, {"split_halves": "malformed"}


def attack():
    head = json.dumps({"outcomes": [], "done": True, "printed": 0, "warnings": [], "arrays": []}).encode()
    return forge(struct.pack("<II", len(head), 0) + head)
