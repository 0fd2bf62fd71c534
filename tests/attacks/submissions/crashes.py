"""Reads memory that is not there."""

import ctypes

WHEN, INSIDE, EXPECT, ALIVE = "split_halves", True, {"split_halves": "killed"}, "ends"


def attack():
    ctypes.string_at(0)
