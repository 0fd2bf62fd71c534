"""What one submission may use, and behind which walls it runs."""

from dataclasses import dataclass

BEST = "best"  # the strongest tier that this machine has


@dataclass(frozen=True, slots=True)
class Limits:
    """CPU seconds for a program, memory and file size in bytes, descriptors; the tier of isolation.

    The CPU limit is flat, and not a multiple of what the reference needs. All cases of an exercise are one program of
    at most some hundred calls on axes up to seven long: of the course's first two assignments the references take
    0.2 to 8 ms for one, the slowest right style 24 ms. So five seconds allow over 600 times the dearest reference,
    and are reached by loops that do not end. A multiple of a millisecond would drown in the machine's noise, and a
    measured one would make the verdict depend on the machine that compiled the plan.

    `cold` starts a fresh interpreter for every process instead of forking a warm one.
    """

    cpu_seconds: float = 5.0
    memory: int = 2 << 30
    file_size: int = 1 << 20
    descriptors: int = 32
    isolation: str = BEST
    cold: bool = False

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
