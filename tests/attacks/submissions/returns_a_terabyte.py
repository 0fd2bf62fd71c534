"""Returns an array that takes no memory, and a terabyte once it is copied."""

import numpy as np

WHEN, INSIDE, EXPECT = "import", True, {"split_halves": "killed"}


def attack():
    return split_halves(None, None).nbytes == 2**40


def split_halves(wide, tail):
    return np.broadcast_to(np.float64(0), (2**37,))
