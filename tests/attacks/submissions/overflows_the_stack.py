"""Recurses in compiled code until the stack is full."""

import faulthandler

WHEN, INSIDE, EXPECT, ALIVE = "split_halves", True, {"split_halves": "killed"}, "ends"


def attack():
    faulthandler._stack_overflow()
