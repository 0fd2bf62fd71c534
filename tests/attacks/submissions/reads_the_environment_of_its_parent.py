"""Reads the environment of the process that started it, from /proc."""

import os


def attack():
    return len(open(f"/proc/{os.getppid()}/environ", "rb").read()) > 0
