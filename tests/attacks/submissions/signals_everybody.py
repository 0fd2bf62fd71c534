"""Signals every process it may; signal 0 only asks."""

import os


def attack():
    os.kill(-1, 0)
    return True
