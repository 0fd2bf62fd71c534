"""Puts something in the place of its output that raises."""

import sys

INSIDE = True


class Broken:
    def write(self, text):
        raise RuntimeError("broken")


def attack():
    sys.stdout = sys.stderr = Broken()
    return True
