"""Ends the process in a call, with the status of success."""

import os

WHEN, INSIDE, EXPECT, ALIVE = "split_halves", True, {"split_halves": "killed"}, "ends"


def attack():
    os._exit(0)
