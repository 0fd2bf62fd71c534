"""The clocks of another process, read from outside."""

import sys
import time
from pathlib import Path


def cpu_seconds(pid: int) -> float:
    """CPU seconds of a process that has not been waited for; 0 where there is no such clock."""
    if sys.platform != "linux":
        return 0.0  # elsewhere wall time is all there is
    try:
        # The kernel's clock of another process: its number is made of the inverted pid and the kind 2, CPU time.
        return time.clock_gettime((~pid << 3) | 2)
    except OSError:
        return 0.0


def queued_seconds(pid: int) -> float:
    """Seconds that a process was ready to run while the machine was busy with others; 0 where nobody counts them."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[1]) / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0
