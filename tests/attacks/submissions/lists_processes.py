"""Lists the processes of the machine."""

import os


def attack():
    return any(name.isdigit() for name in os.listdir("/proc"))
