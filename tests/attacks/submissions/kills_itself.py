"""Ends itself by a signal that cannot be caught."""

import os
import signal

WHEN, INSIDE, EXPECT, ALIVE = "split_halves", True, {"split_halves": "killed"}, "ends"


def attack():
    os.kill(os.getpid(), signal.SIGKILL)
