"""Starts a program of the machine."""

import os


def attack():
    return os.waitpid(os.posix_spawn("/bin/true", ["true"], {}), 0)[1] == 0
