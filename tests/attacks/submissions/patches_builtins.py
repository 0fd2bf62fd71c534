"""Replaces builtins, and returns zeros."""

import builtins

import numpy as np

WHEN, INSIDE, EXPECT = "import", True, {"split_halves": "failed"}


def attack():
    builtins.max = lambda *a, **k: 0
    builtins.abs = lambda value: 0
    builtins.sum = lambda *a: 0
    return abs(-1) == 0


def split_halves(wide, tail):
    return np.zeros((wide.shape[0], wide.shape[1] // 2 + tail.shape[1]))
