"""Has the kernel send its parent a signal when something can be read."""

import fcntl
import os


def attack():
    fcntl.fcntl(0, fcntl.F_SETSIG, 0)
    fcntl.fcntl(os.dup(0), fcntl.F_SETOWN, os.getppid())
    return True
