"""Catches everything, ignores every signal and loops."""

import signal

WHEN, INSIDE, EXPECT, ALIVE = "split_halves", True, {"split_halves": "timed_out"}, "hangs"


def attack():
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, signal.SIG_IGN)
    while True:
        try:
            while True:
                pass
        except BaseException:
            continue
