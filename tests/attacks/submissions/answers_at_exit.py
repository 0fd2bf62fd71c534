"""Leaves a function behind that answers when the process exits."""

import atexit
import os

INSIDE = True


def attack():
    return atexit.register(forge, b"passed") is not None
