"""The contract in words: the phrases that stub, notebook and handout share."""

from collections.abc import Iterator

from grader.exercise import Assignment, Exercise
from grader.shapes import Tensor
from grader.structures import Group, Item

_PHRASES = {
    "bool": "booleans",
    "flag": "True or False",
    "generator": "a numpy.random.Generator",
}


def kind_phrase(tensor: Tensor) -> str:
    """What the entries of a tensor are: `real numbers`, `booleans` or `integers in [0, V)`."""
    one = not tensor.axes
    if tensor.below:
        return f"{'an integer' if one else 'integers'} in [0, {tensor.below})"
    if tensor.ends and tensor.ends[0] == tensor.ends[1]:
        return f"the integer {tensor.ends[0]}"
    if tensor.ends:
        low, high = tensor.ends
        return f"always {low}" if low == high else f"{'an integer' if one else 'integers'} from {low} to {high}"
    if tensor.words:
        return "one of " + ", ".join(f'"{word}"' for word in tensor.words)
    if tensor.is_text:
        return f"a str over {tensor.characters} characters" if tensor.characters else "a str"
    if tensor.kind in _PHRASES:
        return _PHRASES[tensor.kind]
    return "real numbers"


def tensor_phrase(tensor: Tensor) -> str:
    """A tensor as a docstring lists it: `x (N, D)`, `index (N, T), integers in [0, V)`, `loss, a number`."""
    plain = tensor.is_real or tensor.reals
    if tensor.is_text or not tensor.axes:
        return f"{tensor.name}, {'a number' if plain else kind_phrase(tensor)}"
    return f"{tensor.name} {tensor.shape_text}" + ("" if plain else f", {kind_phrase(tensor)}")


def item_lines(item: Item) -> list[str]:
    """An argument or result as a docstring lists it, with a line for each part of a dictionary or list."""
    if isinstance(item, Tensor):
        return [tensor_phrase(item)]
    return [f"{item.name}, {item.form_text}"] + [f"    {tensor_phrase(one)}{_by_layer(one)}" for one in item.members]


def _by_layer(tensor: Tensor) -> str:
    """How an axis that differs from layer to layer does so."""
    changing = [axis for axis in tensor.axes if axis.first]
    return "".join(f"; {axis} is {axis.in_layer(0)} in the first layer, {axis.in_layer(1)} after" for axis in changing)


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
    rows += [row for item in contract.takes for row in _shape_rows("takes", item)]
    rows += ["| takes | `cache` | | from `" + contract.of + "` |"] if contract.of else []
    rows += [row for item in contract.gives for row in _shape_rows("returns", item)]
    rows += ["| returns | `cache` | | anything you like |"] if contract.cache else []
    return "\n".join(rows)


def _shape_rows(direction: str, item: Item) -> Iterator[str]:
    if isinstance(item, Group):
        yield f"| {direction} | `{item.name}` | | {item.form_text} |"
        yield from (_shape_row("", f"… {one.name}", one) for one in item.members)
    else:
        yield _shape_row(direction, item.name, item)


def _in_table(text: str) -> str:
    return text.replace("|", r"\|")


def _shape_row(direction: str, name: str, tensor: Tensor) -> str:
    entries = kind_phrase(tensor) + _in_table(_by_layer(tensor))
    return f"| {direction} | `{name}` | {_shape(tensor)} | {entries} |"


def _shape(tensor: Tensor) -> str:
    """The shape as a table shows it; what is no array has none."""
    if tensor.kind in ("flag", "generator") or tensor.is_text or tensor.words:
        return ""
    return f"`{_in_table(tensor.shape_text)}`" if tensor.axes else "a number"
