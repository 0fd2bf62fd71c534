"""Lists the root of the file system."""

import os


def attack():
    return "etc" in os.listdir("/")
