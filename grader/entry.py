"""A report as the gradebook keeps it, in columns: what tables need stands apart from what only its page shows.

The `line` is the report's line of `results.jsonl`, character by character. The `evidence`, three quarters of a
report's bytes, is read only where a page is made of it. `shown` is a digest of all that a page can show: neither of
the time it took nor of the seed, which nobody shall find by trying.
"""

import hashlib
import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from grader.errors import UsageError
from grader.report import ExerciseResult, Report, Verdict

# What a page, a terminal or a line-based reader would take for a command instead of reading it.
UNSAFE = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 and C1 but for newline and tab
    "\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069"  # bidi marks, overrides, isolates; invisible spaces
    "\ud800-\udfff"  # lone surrogates
    "\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f"  # noncharacters, BOM, annotations, tags
)
_UNSAFE_OR_LINE_END = re.compile(f"[{UNSAFE}\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Line:
    """A report without its evidence: its line of `results.jsonl`, and what tells whether its page is still true."""

    text: str
    shown: str

    def summary(self) -> Report:
        """What the class page and the tables need of the report; reasons, notes and cases are left out.

        Verdicts, names and hints are shared between all summaries: a class of 20,000 takes 50 MB.
        """
        with _readable():
            data = json.loads(self.text)
            exercises = tuple(map(_summary, data["exercises"]))
            fields = {key: value for key, value in data.items() if key not in ("score", "max_score", "notes")}
            return Report(**{**fields, "exercises": exercises})


@dataclass(frozen=True, slots=True)
class Entry:
    """A whole report as text."""

    line: Line
    evidence: str

    @classmethod
    def of(cls, report: Report) -> "Entry":
        evidence = json.dumps([result.evidence_to_json() for result in report.exercises])
        visible = line_text(replace(report.without_time(), seed=0))
        shown = hashlib.sha256(f"{visible}\n{evidence}".encode()).hexdigest()
        return cls(Line(line_text(report), shown), evidence)

    @classmethod
    def from_json(cls, text: str) -> "Entry":
        """Of a report as one text, as `Report.to_json` gives it."""
        with _readable():
            return cls.of(Report.from_json(json.loads(text)))

    def report(self) -> Report:
        """The report, as it went in."""
        with _readable():
            data = json.loads(self.line.text)
            for result, evidence in zip(data["exercises"], json.loads(self.evidence), strict=True):
                result |= evidence
            return Report.from_json(data)


def line_text(report: Report) -> str:
    """The report's line of `results.jsonl`; a reader gets every string exactly as it was."""
    return _UNSAFE_OR_LINE_END.sub(_json_escape, json.dumps(report.line(), ensure_ascii=False))


def _json_escape(match: re.Match[str]) -> str:
    """The character as JSON writes it in ASCII: harmless in an editor or a shell, and read back as it was."""
    return json.dumps(match[0])[1:-1]


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UsageError(
            f"gradebook: a report in it cannot be read ({type(error).__name__}: {error}); grade again with --fresh"
        ) from error


def _summary(data: dict[str, Any]) -> ExerciseResult:
    return ExerciseResult(
        sys.intern(data["exercise"]),
        Verdict(data["verdict"]),
        data["points"],
        data["max_points"],
        hint=data["hint"] and sys.intern(data["hint"]),
        mistake=data["mistake"] and sys.intern(data["mistake"]),
    )
