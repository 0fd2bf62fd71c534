"""Sleeps, and uses no CPU time at all."""

import time

WHEN, INSIDE, EXPECT, ALIVE = "split_halves", True, {"split_halves": "timed_out"}, "hangs"


def attack():
    while True:
        time.sleep(1)
