"""Writes, while it is read, a frame that says it was read."""

import json
import os
import struct

EXPECT = {"*": "unreadable"}
INSIDE = True


def attack():
    head = json.dumps({"loaded": {"functions": {"split_halves": "yes"}}, "arrays": []}).encode()
    return forge(struct.pack("<II", len(head), 0) + head)
