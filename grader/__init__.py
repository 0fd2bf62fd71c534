"""The grader: values cross the border, a verdict never does. See README.md."""

from typing import TYPE_CHECKING, Any

from grader.behaviour import Behaviour, Bound
from grader.exercise import Assignment, Equivalent, Erratum, Exercise, Mistake, Probe, backward, forward, plain
from grader.illustrations import Figure, Picture
from grader.mistakes import equivalents, misconception

if TYPE_CHECKING:
    from grader.inline import check, figure

__all__ = [
    "Assignment",
    "Behaviour",
    "Bound",
    "Equivalent",
    "Erratum",
    "Exercise",
    "Figure",
    "Mistake",
    "Picture",
    "Probe",
    "backward",
    "check",
    "equivalents",
    "figure",
    "forward",
    "misconception",
    "plain",
]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """`check` and `figure`, for notebooks: far heavier than the declarations, so imported when they are asked for."""
    if name in ("check", "figure"):
        from grader import inline

        return getattr(inline, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
