"""Raises an exception whose class is named in escape codes and whose text raises."""

WHEN, INSIDE, EXPECT, ALIVE = "split_halves", True, {"split_halves": "raised"}, "raises"


def attack():
    raise type("\x1b]0;passed\x07" * 100, (Exception,), {"__str__": lambda self: 1 / 0})()
