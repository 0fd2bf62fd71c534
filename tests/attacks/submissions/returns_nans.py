"""Returns values for which no comparison says that they are wrong."""

import numpy as np

WHEN, INSIDE, EXPECT = "import", True, {"split_halves": "failed"}


def attack():
    return not (np.nan > 1e-9)


def split_halves(wide, tail):
    return np.full((wide.shape[0], wide.shape[1] // 2 + tail.shape[1]), np.nan)
