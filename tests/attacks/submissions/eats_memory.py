"""Takes more memory than it is allowed."""

import numpy as np


def attack():
    return np.zeros(3 << 30, np.uint8).nbytes == 3 << 30
