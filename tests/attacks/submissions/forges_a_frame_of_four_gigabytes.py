"""Announces a frame of four gigabytes."""

import os
import struct

WHEN, INSIDE, EXPECT = "split_halves", True, {"split_halves": "malformed"}


def attack():
    return forge(struct.pack("<II", 2**32 - 1, 0))
