"""Opens more files than it is allowed."""

import os


def attack():
    try:
        return [os.open(os.devnull, os.O_RDONLY) for _ in range(100)][-1] > 64
    finally:
        os.closerange(40, 120)
        for descriptor in range(31, 7, -1):
            if os.path.exists("/dev/null") and os.fstat(descriptor).st_rdev == os.stat(os.devnull).st_rdev:
                os.close(descriptor)
