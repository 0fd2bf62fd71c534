"""Writes an answer of its own before the runner does: done, and everything is zero."""

import json
import os
import struct

WHEN, INSIDE, EXPECT = "split_halves", True, {"split_halves": "malformed"}


def attack():
    seen = {"printed": 0, "warnings": [], "kept": [], "draws": False, "uses_up_cache": False}
    head = json.dumps({"outcomes": [], "done": True, "seen": seen, "arrays": []}).encode()
    return forge(struct.pack("<II", len(head), 0) + head)
