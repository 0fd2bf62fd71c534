"""What the judge says: a verdict with its reason for each exercise, and a report for each submission.

A report is plain data. `Report.line` is one line of `results.jsonl`, an interface that others build on.
WHAT failed (`rationale`) is kept apart from PERHAPS WHY (`hint`).
"""

import enum
from dataclasses import dataclass, replace
from typing import Any

from grader.shapes import Dims, format_dims


class Verdict(enum.StrEnum):
    """The verdict on one exercise; only `UNJUDGED` is our fault, and then there is no grade."""

    PASSED = "passed"
    FAILED = "failed"
    RAISED = "raised"
    TIMED_OUT = "timed_out"
    KILLED = "killed"
    MALFORMED = "malformed"
    NOT_ATTEMPTED = "not_attempted"
    MISSING = "missing"
    BLOCKED = "blocked"
    UNREADABLE = "unreadable"
    UNJUDGED = "unjudged"

    @property
    def label(self) -> str:
        return self.value.replace("_", " ")


@dataclass(frozen=True, slots=True)
class CaseRef:
    """Which case a verdict speaks of, and how to see it again.

    `plan` is "public" or "hidden"; a hidden case is named by its shape alone. `repeat` is the command.
    """

    index: int
    group: str
    dims: Dims
    seed: int | None
    plan: str
    repeat: str

    def __str__(self) -> str:
        return f"({format_dims(self.dims)})"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One tensor of one case, small enough to look at: what came, what was wanted, where they differ.

    `got` and `want` are nested lists, `wrong` the flat indices (C order) of the entries that differ. Where the
    shapes differ, `wrong` is empty and the message says why.
    """

    tensor: str
    shape: tuple[int, ...]
    got: Any
    want: Any
    wrong: tuple[int, ...]
    inputs: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Example:
    """A failure that is small enough to be followed by hand: source text that shows it without the grader."""

    dims: Dims
    snippet: str

    @property
    def title(self) -> str:
        return format_dims(self.dims)


@dataclass(frozen=True, slots=True)
class Curve:
    """Numbers in the order in which they came, such as a loss while something learns; long ones are thinned."""

    title: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class ExerciseResult:
    """The verdict on one exercise, with its reason, in words a student can act on."""

    exercise: str
    verdict: Verdict
    points: float | None
    max_points: float
    rationale: str = ""
    hint: str | None = None
    mistake: str | None = None
    case: CaseRef | None = None
    notes: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    examples: tuple[Example, ...] = ()
    curves: tuple[Curve, ...] = ()

    def line(self) -> dict[str, Any]:
        """What `Report.line` has of it: all but evidence, examples and curves."""
        return {
            "exercise": self.exercise,
            "verdict": self.verdict,
            "points": self.points,
            "max_points": self.max_points,
            "rationale": self.rationale,
            "hint": self.hint,
            "mistake": self.mistake,
            "case": _fields(self.case) if self.case else None,
            "notes": list(self.notes),
        }

    def evidence_to_json(self) -> dict[str, Any]:
        """Evidence, examples and curves."""
        kinds = {"evidence": self.evidence, "examples": self.examples, "curves": self.curves}
        return {name: [_fields(one) for one in kind] for name, kind in kinds.items()}


@dataclass(frozen=True, slots=True)
class Report:
    """All that is known of one submission. `score` is None when any exercise is unjudged: no grade."""

    submission: str
    assignment: str
    sha256: str
    seed: int
    plan: str
    isolation: str
    versions: dict[str, str]
    cpu_seconds: float
    exercises: tuple[ExerciseResult, ...]
    notes: tuple[str, ...] = ()

    @property
    def score(self) -> float | None:
        points = [result.points for result in self.exercises]
        known = [point for point in points if point is not None]
        return round(sum(known), 6) if len(known) == len(points) else None

    @property
    def max_score(self) -> float:
        return round(sum(result.max_points for result in self.exercises), 6)

    @property
    def is_graded(self) -> bool:
        return self.score is not None

    def to_json(self) -> dict[str, Any]:
        """The report with its evidence."""
        data = self.line()
        data["exercises"] = [{**result.line(), **result.evidence_to_json()} for result in self.exercises]
        return data

    def line(self) -> dict[str, Any]:
        """One line of `results.jsonl`: the report without evidence and examples, keys in the interface's order."""
        return {
            "submission": self.submission,
            "assignment": self.assignment,
            "score": self.score,
            "max_score": self.max_score,
            "sha256": self.sha256,
            "seed": self.seed,
            "plan": self.plan,
            "isolation": self.isolation,
            "versions": self.versions,
            "cpu_seconds": self.cpu_seconds,
            "notes": list(self.notes),
            "exercises": [result.line() for result in self.exercises],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Report":
        fields = {key: value for key, value in data.items() if key not in ("score", "max_score")}
        fields["exercises"] = tuple(_result_from_json(result) for result in data["exercises"])
        fields["notes"] = tuple(data["notes"])
        return cls(**fields)

    def without_evidence(self) -> "Report":
        """The report without evidence, examples and curves: most of its size, which tables do not need."""
        bare = (replace(result, evidence=(), examples=(), curves=()) for result in self.exercises)
        return replace(self, exercises=tuple(bare))

    def without_time(self) -> "Report":
        """The report but for `cpu_seconds`: the part that is the same at every run."""
        return replace(self, cpu_seconds=0.0)


def _fields(value: Any) -> dict[str, Any]:
    """A flat record's fields by name, none of them copied."""
    return {name: getattr(value, name) for name in value.__slots__}


def _result_from_json(data: dict[str, Any]) -> ExerciseResult:
    fields = dict(data)
    fields["verdict"] = Verdict(data["verdict"])
    fields["notes"] = tuple(data["notes"])
    fields["case"] = CaseRef(**data["case"]) if data["case"] else None
    fields["evidence"] = tuple(
        Evidence(**{**item, "shape": tuple(item["shape"]), "wrong": tuple(item["wrong"])})
        for item in data.get("evidence", ())
    )
    fields["examples"] = tuple(Example(**item) for item in data.get("examples", ()))
    curves = data.get("curves", ())
    fields["curves"] = tuple(Curve(item["title"], tuple(item["values"])) for item in curves)
    return ExerciseResult(**fields)
