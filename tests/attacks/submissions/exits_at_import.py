"""Ends the process while it is read, with the status of success."""

import os

EXPECT, ALIVE, INSIDE = {"*": "unreadable"}, "ends", True


def attack():
    os._exit(0)
