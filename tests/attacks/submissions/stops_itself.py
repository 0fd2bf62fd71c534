"""Stops itself by a signal, and waits to be woken."""

import os
import signal

WHEN, INSIDE, EXPECT, ALIVE = "split_halves", True, {"split_halves": "timed_out"}, "hangs"


def attack():
    os.kill(os.getpid(), signal.SIGSTOP)
