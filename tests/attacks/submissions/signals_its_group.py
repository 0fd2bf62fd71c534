"""Signals its own group of processes, which the zygote is in; signal 0 only asks."""

import os


def attack():
    os.killpg(os.getpgrp(), 0)
    return True
