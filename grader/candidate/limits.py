"""What one submission may use, and behind which walls it runs."""

from dataclasses import dataclass

BEST = "best"  # the strongest tier that this machine has


@dataclass(frozen=True, slots=True)
class Limits:
    """CPU seconds for a program, memory and file size in bytes, descriptors; the tier of isolation.

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
