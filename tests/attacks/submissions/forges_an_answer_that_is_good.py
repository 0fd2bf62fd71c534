"""Writes, while it is read, what a harmless file would answer, and so is one frame ahead of the judge."""

import json
import os
import struct

EXPECT = {"*": "malformed", "affine_backward": "blocked", "lookup_backward": "blocked", "two_affine_forward": "blocked"}
INSIDE = True


def attack():
    functions = {name: {"line": 1, "own_statements": True} for name in globals()}
    loaded = {"functions": functions, "cut": [], "notes": [], "unreadable": ""}
    head = json.dumps({"loaded": loaded, "arrays": []}).encode()
    return forge(struct.pack("<II", len(head), 0) + head)
