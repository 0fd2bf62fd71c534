"""Makes every comparison of numpy say yes, and returns zeros."""

import numpy as np

WHEN, INSIDE, EXPECT = "import", True, {"split_halves": "failed"}


def attack():
    np.allclose = np.array_equal = np.all = lambda *a, **k: True
    np.testing.assert_allclose = lambda *a, **k: None
    np.abs = np.max = lambda *a, **k: 0.0
    return np.allclose(0, 1)


def split_halves(wide, tail):
    return np.zeros((wide.shape[0], wide.shape[1] // 2 + tail.shape[1]))
