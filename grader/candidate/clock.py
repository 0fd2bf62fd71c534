"""The CPU clock of another process, read from outside."""

import sys
import time


def cpu_seconds(pid: int) -> float:
    """CPU seconds of a process that has not been waited for; 0 where there is no such clock."""
    if sys.platform != "linux":
        return 0.0  # elsewhere wall time is all there is
    try:
        # The kernel's clock of another process: its number is made of the inverted pid and the kind 2, CPU time.
        return time.clock_gettime((~pid << 3) | 2)
    except OSError:
        return 0.0
