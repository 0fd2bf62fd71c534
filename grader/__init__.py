"""The grader: values cross the border, a verdict never does. See README.md."""

from grader.behaviour import Behaviour, Bound
from grader.exercise import Assignment, Equivalent, Erratum, Exercise, Mistake, Probe, backward, forward, plain
from grader.mistakes import equivalents, misconception

__all__ = [
    "Assignment",
    "Behaviour",
    "Bound",
    "Equivalent",
    "Erratum",
    "Exercise",
    "Mistake",
    "Probe",
    "backward",
    "equivalents",
    "forward",
    "misconception",
    "plain",
]
__version__ = "0.1.0"
