"""Leaves a mark in numpy, and looks whether an earlier submission has left one."""

import numpy as np

MAY_BE_DEAD = "only in a process that serves two submissions, which is tried by itself"


def attack():
    found = hasattr(np, "mark_of_an_earlier_submission")
    np.mark_of_an_earlier_submission = True
    return found
