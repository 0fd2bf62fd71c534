"""What a proof of an assignment found; plain data, which a page or a terminal can show."""

from dataclasses import dataclass, field

from grader.matrix import KillMatrix
from grader.mutants import Mutant


@dataclass(frozen=True, slots=True)
class MutantProof:
    """How many mutants were tried, how many are equivalent, and which others survived each seed."""

    tried: int
    equivalent: int
    survivors: dict[int, tuple[Mutant, ...]]

    @property
    def killable(self) -> int:
        return self.tried - self.equivalent


@dataclass(frozen=True, slots=True)
class Proof:
    """What was tried on an assignment, and every complaint about it."""

    assignment: str
    solutions: int = 0
    mistakes: int = 0
    named: int = 0
    complaints: tuple[str, ...] = ()
    matrix: KillMatrix = field(default_factory=lambda: KillMatrix((), ()))
    mutants: MutantProof | None = None

    @property
    def is_tried(self) -> bool:
        """Whether anything could be tried: not if it was refused as declared."""
        return self.solutions > 0
