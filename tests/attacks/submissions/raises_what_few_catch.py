"""Raises what passes through `except Exception`."""

WHEN, INSIDE, EXPECT, ALIVE = "split_halves", True, {"split_halves": "raised"}, "raises"


def attack():
    raise GeneratorExit
