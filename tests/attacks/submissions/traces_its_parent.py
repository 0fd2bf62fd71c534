"""Attaches to the process that started it, as a debugger does."""

import ctypes
import os


def attack():
    seize, detach = 0x4206, 17
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.ptrace(seize, os.getppid(), None, None) != 0:
        return False
    libc.ptrace(detach, os.getppid(), None, None)
    return True
