"""The contract in words: the phrases that stub, notebook and handout share."""

from grader.exercise import Assignment, Exercise
from grader.shapes import Tensor


def kind_phrase(tensor: Tensor) -> str:
    """What the entries of a tensor are: `real numbers`, `booleans` or `integers in [0, V)`."""
    if tensor.below:
        return f"integers in [0, {tensor.below})"
    return "real numbers" if tensor.is_real else "booleans"


def tensor_phrase(tensor: Tensor) -> str:
    """A tensor as a docstring lists it: `x (N, D)`, `index (N, T), integers in [0, V)`, `loss, a number`."""
    shape = f" {tensor.shape_text}" if tensor.axes else ", a number"
    return f"{tensor.name}{shape}" + ("" if tensor.is_real else f", {kind_phrase(tensor)}")


def points_phrase(points: float) -> str:
    """`1 point`, `2.5 points`."""
    return f"{points:g} point" + ("" if points == 1 else "s")


def number_of(assignment: Assignment, exercise: Exercise) -> int:
    """The place of an exercise in its assignment, counted from 1."""
    return assignment.exercises.index(exercise) + 1


def has_cache(assignment: Assignment) -> bool:
    return any(exercise.contract.cache for exercise in assignment.exercises)


CACHE_PHRASE = (
    "A `cache` is yours: a forward function puts into it whatever its own backward function will need, in any form."
    " Nothing else looks inside."
)


def shapes_table(exercise: Exercise) -> str:
    """The contract as a Markdown table: what is taken, what is given, in which shape."""
    contract = exercise.contract
    rows = ["| | name | shape | entries |", "|---|---|---|---|"]
    rows += [_shape_row("takes", tensor) for tensor in contract.takes]
    rows += ["| takes | `cache` | | from `" + contract.of + "` |"] if contract.of else []
    rows += [_shape_row("returns", tensor) for tensor in contract.gives]
    rows += ["| returns | `cache` | | anything you like |"] if contract.cache else []
    return "\n".join(rows)


def _shape_row(direction: str, tensor: Tensor) -> str:
    shape = f"`{tensor.shape_text}`" if tensor.axes else "a number"
    return f"| {direction} | `{tensor.name}` | {shape} | {kind_phrase(tensor)} |"
