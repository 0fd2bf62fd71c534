"""Writes a pickle where a frame is awaited."""

import os
import pickle

WHEN, INSIDE, EXPECT = "split_halves", True, {"split_halves": "malformed"}


def attack():
    return forge(pickle.dumps(print))
