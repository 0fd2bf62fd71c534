"""Takes priority from the process that started it; here none is left to take."""

import os


def attack():
    now = os.getpriority(os.PRIO_PROCESS, os.getppid())
    os.setpriority(os.PRIO_PROCESS, os.getppid(), now)
    return True
