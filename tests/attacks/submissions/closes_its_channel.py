"""Closes every descriptor, and lives on for a while."""

import os
import time

WHEN, INSIDE, EXPECT = "split_halves", True, {"split_halves": "killed"}


def attack():
    os.closerange(3, 64)
    time.sleep(0.1)
    return True
