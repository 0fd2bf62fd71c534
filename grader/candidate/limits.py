"""What one submission may use, and behind which walls it runs."""

from dataclasses import dataclass

BEST = "best"  # the strongest tier that this machine has
CALLS = 500  # of a program; with the usual limit, each one beyond is allowed 10 ms


@dataclass(frozen=True, slots=True)
class Limits:
    """CPU seconds for a program, memory and file size in bytes, descriptors; the tier of isolation.

    The CPU seconds are for a program of up to `CALLS` calls, and grow with the calls beyond. They follow what is asked
    and not what was measured: a multiple of a reference's milliseconds would drown in the machine's noise, and the
    verdict would depend on the machine that measured them. Of seven assignments all but three programs have at most 69
    calls, for which the references take 0.2 to 20 ms, or 115 ms where they train a network; functions that draw have
    up to 2,803, and take up to 149 ms. So the dearest are allowed 40 times and more of what the reference takes, most
    over 200 times, and what reaches the limit are loops that do not end.

    `cold` starts a fresh interpreter for every process instead of forking a warm one.
    """

    cpu_seconds: float = 5.0
    memory: int = 2 << 30
    file_size: int = 1 << 20
    descriptors: int = 32
    isolation: str = BEST
    cold: bool = False

    def seconds_for(self, calls: int) -> float:
        """CPU seconds for a program of so many calls."""
        return self.cpu_seconds * max(1.0, calls / CALLS)

    def to_json(self) -> dict[str, int]:
        """The limits as the process sets them on itself; its CPU limit only catches an orphan."""
        return {
            "RLIMIT_AS": self.memory,
            "RLIMIT_CPU": int(self.cpu_seconds * 20) + 10,
            "RLIMIT_FSIZE": self.file_size,
            "RLIMIT_NOFILE": self.descriptors,
            "RLIMIT_CORE": 0,
            "RLIMIT_NPROC": 0,
        }
