"""Becomes another program, which does not speak the protocol."""

import os

WHEN, ALIVE = "import", "ends"
UNGUARDED = {"*": "unreadable"}  # there it may, and the process that should answer is gone


def attack():
    os.execv("/bin/true", ["true"])
