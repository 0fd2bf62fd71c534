"""Announces an array whose size overflows 64 bits."""

import json
import os
import struct

WHEN, INSIDE, EXPECT = "split_halves", True, {"split_halves": "malformed"}


def attack():
    head = json.dumps({"outcomes": [], "done": True, "arrays": [["f8", [2**62, 2**62, 0]]]}).encode()
    return forge(struct.pack("<II", len(head), 0) + head)
