"""Arguments and results that hold several arrays: dictionaries, lists, lists of layers.

    "params: {w: D H, weight; b: H, bias}"                    a dictionary
    "grads: [dw: D H; db: H]"                                 a list with a place for each member
    "layers: L * (w: D|H H, weight; b: H, bias)"              a list of L tuples

Only the call itself has this form. Everywhere else there are leaves, arrays named by their Python path:
`params["w"]`, `grads[0]`, `layers[1][0]`.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.errors import DeclarationError
from grader.shapes import Dims, Tensor

MAX_NAMED = 5  # of the keys that are too many
DICT, LIST, LAYERS = "dict", "list", "layers"
_GROUP = re.compile(
    r"(?P<name>[A-Za-z_]\w*)\s*:\s*(?:(?P<repeat>[A-Z])\s*\*\s*\((?P<layers>.+)\)|\{(?P<dict>.+)\}|\[(?P<list>.+)\])"
)


@dataclass(frozen=True, slots=True)
class Group:
    """Several arrays under one name; `repeat` is the letter that counts the layers of a list."""

    name: str
    form: str
    members: tuple[Tensor, ...]
    repeat: str = ""

    def __post_init__(self) -> None:
        names = [member.name for member in self.members]
        if len(set(names)) < len(names):
            raise DeclarationError(f"{self.name}: {', '.join(names)}, and one name stands twice")

    def __str__(self) -> str:
        inner = "; ".join(map(str, self.members))
        return (
            f"{self.name}: "
            + {
                DICT: f"{{{inner}}}",
                LIST: f"[{inner}]",
                LAYERS: f"{self.repeat} * ({inner})",
            }[self.form]
        )

    @property
    def letters(self) -> tuple[str, ...]:
        letters = [letter for member in self.members for letter in member.letters]
        return tuple(dict.fromkeys([self.repeat, *letters] if self.repeat else letters))

    @property
    def is_real(self) -> bool:
        """Whether a derivative with respect to any of its members makes sense."""
        return any(member.is_real for member in self.members)

    def leaves(self, dims: Dims) -> tuple[Tensor, ...]:
        """The arrays it holds, named by their paths."""
        if self.form == LAYERS:
            return tuple(
                member.renamed(self._path(place, layer), layer)
                for layer in range(dims[self.repeat])
                for place, member in enumerate(self.members)
            )
        return tuple(member.renamed(self._path(place)) for place, member in enumerate(self.members))

    def _path(self, place: int, layer: int = 0) -> str:
        if self.form == DICT:
            return f'{self.name}["{self.members[place].name}"]'
        return f"{self.name}[{layer}][{place}]" if self.form == LAYERS else f"{self.name}[{place}]"

    def pack(self, leaves: Mapping[str, Any], given: Callable[[Tensor, Any], Any]) -> Any:
        """The dictionary or list as a function takes it, from values by path; `given` makes of each what is passed."""

        def members(layer: int = 0) -> list[Any]:
            return [given(member, leaves[self._path(place, layer)]) for place, member in enumerate(self.members)]

        if self.form == DICT:
            return dict(zip([member.name for member in self.members], members(), strict=True))
        if self.form == LIST:
            return members()
        layers: list[tuple[Any, ...]] = []
        while self._path(0, len(layers)) in leaves:
            layers.append(tuple(members(len(layers))))
        return layers

    @property
    def depth(self) -> int:
        """How many containers an array of it lies in."""
        return 2 if self.form == LAYERS else 1

    @property
    def form_text(self) -> str:
        """What it is, in words: `a dict of w and b`, `a list of L tuples (w, b)`."""
        names = ", ".join(member.name for member in self.members)
        if self.form == DICT:
            return f"a dict with the keys {names}"
        return f"a list of {self.repeat} tuples ({names})" if self.form == LAYERS else f"a list [{names}]"

    def misfit(self, got: Any, dims: Dims) -> str:
        """What is wrong with the form of something returned; empty if every array has its place."""
        if not isinstance(got, dict if self.form == DICT else tuple):
            return f"{self.name} is {_kind(got)}, wanted {self.form_text}"
        if self.form == DICT:
            return self._misfit_of_keys(set(got))
        if self.form == LIST:
            return self._misfit_of_length(self.name, tuple(got), len(self.members), self.form_text)
        wanted = dims[self.repeat]
        problems = [self._misfit_of_length(self.name, tuple(got), wanted, f"one for each of the {self.repeat} layers")]
        for layer, part in enumerate(got):
            name = f"{self.name}[{layer}]"
            names = ", ".join(member.name for member in self.members)
            if isinstance(part, tuple):
                problems.append(self._misfit_of_length(name, part, len(self.members), f"({names})"))
            else:
                problems.append(f"{name} is {_kind(part)}, wanted a tuple ({names})")
        return next(filter(None, problems), "")

    def _misfit_of_keys(self, got: set[str]) -> str:
        wanted = {member.name for member in self.members}
        missing = ", ".join(repr(member.name) for member in self.members if member.name not in got)
        extra = ", ".join(repr(key) for key in sorted(got - wanted)[:MAX_NAMED])
        return "; ".join(
            filter(
                None,
                (
                    f"{self.name} lacks {missing}" if missing else "",
                    f"{self.name} has {extra}, which nobody asked for" if extra else "",
                ),
            )
        )

    def _misfit_of_length(self, name: str, got: tuple[Any, ...], wanted: int, what: str) -> str:
        has = "1 member" if len(got) == 1 else f"{len(got)} members"
        return "" if len(got) == wanted else f"{name} has {has}, wanted {wanted}: {what}"

    def of_gradients(self) -> "Group":
        """The same form for the gradients of its real members."""
        members = tuple(member for member in self.members if member.is_real)
        if self.form != DICT and members != self.members:
            raise DeclarationError(f"{self.name}: some members are not real, so gradients would stand at other places")
        return Group(f"d{self.name}", self.form, tuple(Tensor(one.name, one.axes) for one in members), self.repeat)


def _kind(got: Any) -> str:
    """What something is that has not the form it should have: `a dict`, `None`."""
    known = {dict: "a dict", tuple: "a list or tuple", np.ndarray: "an array"}.get(type(got))
    if known or got.type == "NoneType":
        return known or "None"
    return f"{'an' if got.type[:1] in 'aeiou' else 'a'} {got.type}"


Item = Tensor | Group


def parse_item(text: str) -> Item:
    """A tensor or a group, as it is written."""
    match = _GROUP.fullmatch(text.strip())
    if match is None:
        return Tensor.parse(text)
    form = next(form for form in (DICT, LIST, LAYERS) if match[form])
    members = tuple(Tensor.parse(part) for part in match[form].split(";"))
    return Group(match["name"], form, members, match["repeat"] or "")


def gradient_of(item: Item) -> Item:
    """What holds the gradients of an item: of the same shape or form, its name led by a d."""
    return item.of_gradients() if isinstance(item, Group) else Tensor(f"d{item.name}", item.axes)


def leaves(items: Sequence[Item], dims: Dims) -> tuple[Tensor, ...]:
    """All arrays of the items, in order."""
    return tuple(leaf for item in items for leaf in item.leaves(dims))


def flat(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """The arrays of a dictionary, list or tuple with their paths; anything else is a leaf."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from flat(f'{name}["{key}"]', part)
    elif isinstance(value, (list, tuple)):
        for place, part in enumerate(value):
            yield from flat(f"{name}[{place}]", part)
    else:
        yield name, value
