"""Lifts the caps on frames, on its own side."""

import sys

WHEN, INSIDE = "import", True


def attack():
    wire = sys.modules.get("grader.wire")
    if wire is not None:
        wire.MAX_HEAD = wire.MAX_BODY = 2**62
    return True
