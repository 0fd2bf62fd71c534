"""Sets a limit of the process that started it, to the value that it has; the next submission would inherit it."""

import os
import resource


def attack():
    now = resource.prlimit(os.getppid(), resource.RLIMIT_NOFILE)
    return resource.prlimit(os.getppid(), resource.RLIMIT_NOFILE, now) == now
