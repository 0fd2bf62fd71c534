"""Writes a head that is nested a hundred thousand deep."""

import os
import struct

WHEN, INSIDE, EXPECT = "split_halves", True, {"split_halves": "malformed"}


def attack():
    head = b"[" * 100000 + b"]" * 100000
    return forge(struct.pack("<II", len(head), 0) + head)
