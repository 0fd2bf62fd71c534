"""Writes bytes without end to every descriptor."""

import os

WHEN, INSIDE, EXPECT, ALIVE = "split_halves", True, {"split_halves": "malformed"}, "hangs"


def attack():
    while True:
        forge(b"\xff" * 65536)
