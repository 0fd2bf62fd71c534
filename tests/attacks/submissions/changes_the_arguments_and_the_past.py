"""Changes its arguments and everything that looks like an array of the judge's, and answers right."""

import gc

import numpy as np

WHEN, INSIDE = "import", True


def attack():
    for thing in gc.get_objects():
        if type(thing) is np.ndarray and thing.flags.writeable and thing.dtype == np.float64:
            thing[...] = 0
    return True
