"""Opens the memory of the process that started it, as a debugger does."""

import os


def attack():
    with open(f"/proc/{os.getppid()}/mem", "rb"):
        return True
