"""The grader inside a notebook: `grader.check("name")` below a function, `@grader.figure` above a drawing.

session     the code as it is in the running notebook, as a submission
checks      finds the plan, runs the checks in a process of their own, never raises
shown       what a check shows: HTML in a notebook, text in a terminal
heat        how far off each entry of a wrong array is, as a map
figures     drawings by the student's own functions
"""

from grader.inline.checks import check
from grader.inline.figures import figure

__all__ = ["check", "figure"]
