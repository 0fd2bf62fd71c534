"""Opens a descriptor of the process that started it."""

import os


def attack():
    return os.pidfd_open(os.getppid()) >= 0
