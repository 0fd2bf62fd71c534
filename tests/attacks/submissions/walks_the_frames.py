"""Walks up the stack to the expected values, which a judge in the same process would hold."""

import sys


def attack():
    frame = sys._getframe()
    while frame is not None:
        if {"expected", "want", "expectations"} & set(frame.f_locals):
            return True
        frame = frame.f_back
    return False
