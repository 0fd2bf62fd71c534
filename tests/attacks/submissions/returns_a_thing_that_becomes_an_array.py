"""Returns an object that turns into whatever array is asked for."""

import numpy as np

WHEN, INSIDE, EXPECT = "import", True, {"split_halves": "failed"}


class Chameleon:
    dtype, shape, ndim = np.dtype("f8"), (1,), 1

    def __array__(self, *a, **k):
        return np.zeros(1)


def attack():
    return np.asarray(Chameleon()).shape == (1,)


def split_halves(wide, tail):
    return Chameleon()
