"""Says on which cores the process that started it may run: those it has."""

import os


def attack():
    os.sched_setaffinity(os.getppid(), os.sched_getaffinity(os.getppid()))
    return True
