"""Returns an array of objects that run code when they are unpickled."""

import numpy as np

WHEN, INSIDE, EXPECT = "import", True, {"split_halves": "failed"}


class Bomb:
    def __reduce__(self):
        return print, ("unpickled",)


def attack():
    return np.array([Bomb()]).dtype == object


def split_halves(wide, tail):
    return np.array([[Bomb()] * (wide.shape[1] // 2 + tail.shape[1])] * wide.shape[0])
