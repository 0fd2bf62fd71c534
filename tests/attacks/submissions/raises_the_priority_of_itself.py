"""Asks for another priority and another policy of the scheduler."""

import os


def attack():
    os.nice(1)
    return True
