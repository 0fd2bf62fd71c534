"""The grader: values cross the border, a verdict never does. See README.md."""

from grader.exercise import Assignment, Exercise, Mistake, Probe, backward, forward, plain
from grader.mistakes import misconception

__all__ = ["Assignment", "Exercise", "Mistake", "Probe", "backward", "forward", "misconception", "plain"]
__version__ = "0.1.0"
