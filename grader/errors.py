"""The faults that are ours, never the student's: exit code 2 and no grade.

    GraderError
     ├─ UsageError         the command line, a path or the project's set-up
     ├─ DeclarationError   an exercise or a mistake that contradicts itself
     ├─ PlanError          a plan that cannot be trusted or read
     └─ BorderError        the student's process could not be started or spoken to

A student's fault is a verdict (`grader.report.Verdict`) and never an exception that leaves the judge.
"""


class GraderError(Exception):
    """A fault of ours; its text says what, where, got, wanted and what to do."""


class UsageError(GraderError):
    """The command line, a path or the project's set-up is wrong."""


class DeclarationError(GraderError):
    """A declaration in the reference contradicts itself or the code beside it."""


class PlanError(GraderError):
    """A plan is damaged, or its expectations are not trustworthy."""


class BorderError(GraderError):
    """The student's process could not be started, for a reason that is not in the submission."""
