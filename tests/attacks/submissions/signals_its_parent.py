"""Signals the process that started it; signal 0 only asks whether it may."""

import os


def attack():
    os.kill(os.getppid(), 0)
    return True
