"""Announces a frame, writes half of it and exits."""

import os
import struct

WHEN, INSIDE, EXPECT, ALIVE = "split_halves", True, {"split_halves": "killed"}, "ends"


def attack():
    forge(struct.pack("<II", 1000, 0) + b'{"outcomes"')
    os._exit(0)
