"""Makes the clocks of Python stand still, and then takes its time."""

import time

WHEN, INSIDE, EXPECT = "split_halves", True, {"split_halves": "timed_out"}
ALIVE = "hangs"


def attack():
    time.monotonic = time.process_time = time.perf_counter = time.thread_time = lambda: 0.0
    while True:
        pass
