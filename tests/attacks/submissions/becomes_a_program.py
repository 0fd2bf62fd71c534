"""Becomes another program, which does not speak the protocol."""

import os

WHEN, ALIVE = "import", "ends"


def attack():
    os.execv("/bin/true", ["true"])
