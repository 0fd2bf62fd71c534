"""Lists the root of the file system."""

import os


def attack():
    return "var" in os.listdir("/")
