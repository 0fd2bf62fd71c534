"""Reads from every descriptor, to steal the judge's next question."""

import os

WHEN, INSIDE, EXPECT = "split_halves", True, {"split_halves": "timed_out"}
ALIVE = "hangs"


def attack():
    for descriptor in range(3, 32):
        try:
            while os.read(descriptor, 65536):
                pass
        except OSError:
            continue
    while True:
        pass
