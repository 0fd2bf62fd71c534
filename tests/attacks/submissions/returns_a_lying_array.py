"""Returns an array of a class that calls itself equal to everything."""

import numpy as np

WHEN, INSIDE, EXPECT = "import", True, {"split_halves": "failed"}


class Liar(np.ndarray):
    __eq__ = __ge__ = __le__ = lambda self, other: np.array(True)

    def __array_function__(self, *a, **k):
        return True

    def __array_ufunc__(self, *a, **k):
        return 0.0


def attack():
    return bool(np.zeros(1).view(Liar) == 7)


def split_halves(wide, tail):
    return np.zeros((wide.shape[0], wide.shape[1] // 2 + tail.shape[1])).view(Liar)
