"""What an instructor declares: an exercise once, from which everything else is derived.

An exercise is one function that a student writes. Its `Contract` is the part that is plain data and that
travels (in plans, to students); the `Exercise` adds what stays with the instructor: the reference function,
the probes and the mistakes. An `Assignment` is a module of exercises, in the order of the handout.

Three kinds of function are known:

    plain       inputs -> outputs
    forward     inputs -> outputs, cache        the cache is opaque: it never leaves the student's process
    backward    upstream gradients, cache -> gradients     the vector-Jacobian product (vjp) of a forward

What goes in and comes out is written in the notation of `grader.shapes` and `grader.structures`.
A gradient is named after its tensor: `dx` belongs to `x`, in both directions.
"""

import ast
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from grader.behaviour import Behaviour
from grader.errors import DeclarationError
from grader.illustrations import Figure, Picture, check_illustrations
from grader.shapes import Dims, Tensor, parse_dims
from grader.structures import Item, flat, gradient_of, leaves, parse_item

Arrays = dict[str, np.ndarray]
DEFAULT_FOLLOW_THROUGH = 0.5
ERRATA_TITLE = "Read the slides with care"  # of the section of the handout that holds them


@dataclass(frozen=True, slots=True)
class Contract:
    """What a function takes and gives, and what it is worth: the part of an exercise that is plain data.

    `takes` and `gives` leave the cache out. For a backward, `of` names its forward, `takes` are the upstream
    gradients and `gives` the gradients. `slopes` pairs an output with (value, input) when a plain function
    returns a gradient of one of its own values: `{"dx": ("loss", "x")}`. Whoever changes the arguments of a function
    that `keeps` them is wrong; of any other it is a note. A function that takes a generator is judged by its
    distribution, over so many `draws`.

    `scans` names the step that a sequence applies along one axis: inputs of the same name are shared, or cut along
    that axis; the step's other inputs are its states, which it hands on in its first outputs and which start from
    the sequence's other inputs, or from zero. `follow_through` is the share of the points for work that is true to
    the student's own wrong forward or step.
    """

    name: str
    takes: tuple[Item, ...]
    gives: tuple[Item, ...]
    points: float
    cache: bool = False
    of: str = ""
    slopes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    requires: tuple[str, ...] = ()
    scans: str = ""
    follow_through: float = DEFAULT_FOLLOW_THROUGH
    keeps: bool = False
    draws: int = 0

    def __post_init__(self) -> None:
        if self.points <= 0:
            raise DeclarationError(f"exercise {self.name}: points are {self.points}, wanted more than 0")
        if not 0 <= self.follow_through <= 1:
            raise DeclarationError(
                f"exercise {self.name}: follow_through is {self.follow_through}, wanted a share from 0 to 1"
            )
        names = [item.name for item in self.takes]
        if len(set(names)) < len(names):
            raise DeclarationError(f"exercise {self.name}: takes {', '.join(names)}, and one name stands twice")
        generators = sum(isinstance(item, Tensor) and item.kind == "generator" for item in self.takes)
        if generators != bool(self.draws):
            raise DeclarationError(
                f"exercise {self.name}: takes {generators} generators and has draws={self.draws}; wanted one generator"
                " and the number of draws, or neither"
            )

    @property
    def signature(self) -> str:
        """The head as a stub writes it: `layer_backward(dout, cache)`."""
        names = [item.name for item in self.takes] + (["cache"] if self.of else [])
        return f"{self.name}({', '.join(names)})"

    @property
    def returns(self) -> str:
        """What comes back, as a handout writes it: `out, cache`."""
        return ", ".join([item.name for item in self.gives] + (["cache"] if self.cache else []))

    def inputs(self, dims: Dims) -> tuple[Tensor, ...]:
        """The arrays that go in, those of dictionaries and lists one by one."""
        return leaves(self.takes, dims)

    def outputs(self, dims: Dims) -> tuple[Tensor, ...]:
        """The arrays that come out, those of dictionaries and lists one by one."""
        return leaves(self.gives, dims)

    def by_name(self, items: Sequence[Any]) -> dict[str, Any]:
        """What came out, array by array; the items are those of `gives`."""
        pairs = zip(self.gives, items, strict=True)
        return {name: value for item, got in pairs for name, value in flat(item.name, got)}

    def with_respect_to(self, dims: Dims) -> dict[str, str]:
        """For each gradient that comes out the input whose gradient it is."""
        if self.of:
            return {tensor.name: tensor.name.removeprefix("d") for tensor in self.outputs(dims)}
        return {
            tensor.name: tensor.name.replace(root, wrt, 1)
            for root, (_, wrt) in self.slopes.items()
            for tensor in leaves([item for item in self.gives if item.name == root], dims)
        }

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "takes": [str(tensor) for tensor in self.takes],
            "gives": [str(tensor) for tensor in self.gives],
            "points": self.points,
            "cache": self.cache,
            "of": self.of,
            "slopes": {name: list(pair) for name, pair in self.slopes.items()},
            "requires": list(self.requires),
            "scans": self.scans,
            "follow_through": self.follow_through,
            "keeps": self.keeps,
            "draws": self.draws,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Contract":
        return cls(
            name=data["name"],
            takes=tuple(map(parse_item, data["takes"])),
            gives=tuple(map(parse_item, data["gives"])),
            points=data["points"],
            cache=data["cache"],
            of=data["of"],
            slopes={name: (value, wrt) for name, (value, wrt) in data["slopes"].items()},
            requires=tuple(data["requires"]),
            scans=data["scans"],
            follow_through=data["follow_through"],
            keeps=data["keeps"],
            draws=data["draws"],
        )


@dataclass(frozen=True, slots=True)
class Mistake:
    """A wrong version as data: edits of the reference's source and the hint it earns.

    The hint asks a question and names the idea, never the formula. The edits are made inside the function
    named `within` (the exercise's own unless said), and each must apply exactly once.
    """

    name: str
    edits: tuple[tuple[str, str], ...]
    hint: str
    within: str = ""


@dataclass(frozen=True, slots=True)
class Equivalent:
    """A mechanical slip that changes nothing: a statement of a function before and after it, and why it is harmless."""

    function: str
    before: str
    after: str
    reason: str


@dataclass(frozen=True, slots=True)
class Erratum:
    """A slip or a trap in the lectures: where it is, what is printed there and what is right.

    `shows` are lines of NumPy that print numbers; they are executed whenever the handout is made. `mistake` is the one
    of the catalogue that comes of believing what is printed, as `"exercise: mistake"`; empty if none does.
    """

    where: str
    printed: str
    right: str
    shows: str
    mistake: str = ""


@dataclass(frozen=True, slots=True)
class Probe:
    """A named check on inputs that ordinary cases never reach, such as scores of ±800."""

    name: str
    change: Callable[[np.random.Generator, Arrays], Arrays]
    hint: str


@dataclass(frozen=True)
class Exercise:
    """A function to write: its contract, its reference, the task in words, its probes, mistakes and behaviours."""

    function: Callable[..., Any]
    contract: Contract
    task: str = ""
    probes: tuple[Probe, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    behaviours: tuple[Behaviour, ...] = ()

    @property
    def name(self) -> str:
        return self.contract.name

    @property
    def summary(self) -> str:
        """The first line of the reference's docstring: what the function gives."""
        return (inspect.getdoc(self.function) or "").split("\n", 1)[0]


def plain(
    function: Callable[..., Any],
    *,
    takes: tuple[str, ...],
    gives: tuple[str, ...],
    points: float,
    slopes: Mapping[str, tuple[str, str]] | None = None,
    requires: tuple[str, ...] = (),
    task: str = "",
    probes: tuple[Probe, ...] = (),
    mistakes: tuple[Mistake, ...] = (),
    cache: bool = False,
    scans: Exercise | None = None,
    follow_through: float = DEFAULT_FOLLOW_THROUGH,
    keeps: bool = False,
    draws: int = 0,
    behaviours: tuple[Behaviour, ...] = (),
) -> Exercise:
    """Declare a function of arrays without a cache; `slopes` names outputs that are gradients of others.

    A sequence says which step it `scans`, and thereby requires it, as it does the other functions of its behaviours.
    `keeps` forbids to change an argument; a function that takes a generator says how many `draws` judge it.
    """
    played = [name for behaviour in behaviours for name in behaviour.functions if name != function.__name__]
    contract = Contract(
        name=function.__name__,
        takes=tuple(map(parse_item, takes)),
        gives=tuple(map(parse_item, gives)),
        points=points,
        cache=cache,
        slopes=dict(slopes or {}),
        requires=tuple(dict.fromkeys([*([scans.name] if scans else []), *requires, *played])),
        scans=scans.name if scans else "",
        follow_through=follow_through,
        keeps=keeps,
        draws=draws,
    )
    return _checked(Exercise(function, contract, task, probes, mistakes, behaviours))


def forward(function: Callable[..., Any], **declaration: Any) -> Exercise:
    """Declare a forward pass: like `plain`, and the function returns its cache last."""
    return plain(function, cache=True, **declaration)


def backward(
    function: Callable[..., Any],
    *,
    of: Exercise,
    points: float,
    requires: tuple[str, ...] = (),
    task: str = "",
    mistakes: tuple[Mistake, ...] = (),
    follow_through: float = DEFAULT_FOLLOW_THROUGH,
) -> Exercise:
    """Declare the vjp of a forward: upstream gradients and the cache in, a gradient for each real input out.

    Shapes follow from the forward's: `dx` has the shape of `x`.
    """
    contract = Contract(
        name=function.__name__,
        takes=tuple(gradient_of(item) for item in of.contract.gives if item.is_real),
        gives=tuple(gradient_of(item) for item in of.contract.takes if item.is_real),
        points=points,
        of=of.name,
        requires=(of.name, *requires),
        follow_through=follow_through,
    )
    return _checked(Exercise(function, contract, task, (), mistakes))


def _checked(exercise: Exercise) -> Exercise:
    """The exercise, once its declaration agrees with the signature of the reference function."""
    wanted = exercise.contract.signature
    got = f"{exercise.name}({', '.join(inspect.signature(exercise.function).parameters)})"
    if got != wanted:
        raise DeclarationError(f"exercise {exercise.name}: declared as {wanted}, but the reference reads {got}")
    return exercise


@dataclass(frozen=True)
class Assignment:
    """A module of exercises in the order of the handout.

    `shapes` are the fixed shapes every exercise is tried on (`"N=3 T=5 D=2 H=4"`), an exercise uses the letters
    it knows. `public_seed` makes the plan that ships to students. `equivalents` are the mutants of the solution that
    no check can catch, because they are right; `errata` are the places where the lectures mislead. Students receive
    the functions `given` as they are, builtins and numpy all they need, and the text `files` with their stub; what a
    file is stands beside it.
    `pictures` stand in handout and notebook, `figures` in the notebook.
    """

    name: str
    title: str
    intro: str
    exercises: tuple[Exercise, ...]
    shapes: tuple[str, ...]
    public_seed: int = 1
    equivalents: tuple[Equivalent, ...] = ()
    given: tuple[Callable[..., Any], ...] = ()
    files: Mapping[Path, str] = field(default_factory=dict)
    errata: tuple[Erratum, ...] = ()
    pictures: tuple[Picture, ...] = ()
    figures: tuple[Figure, ...] = ()

    def __post_init__(self) -> None:
        known: set[str] = set()
        for exercise in self.exercises:
            unknown = [name for name in exercise.contract.requires if name not in known]
            if unknown:
                raise DeclarationError(
                    f"assignment {self.name}: {exercise.name} requires {', '.join(unknown)}, which must stand before it"
                )
            if exercise.name in known:
                raise DeclarationError(f"assignment {self.name}: {exercise.name} stands twice")
            known.add(exercise.name)
        mistakes = {f"{exercise.name}: {mistake.name}" for exercise in self.exercises for mistake in exercise.mistakes}
        for erratum in self.errata:
            if erratum.mistake and erratum.mistake not in mistakes:
                raise DeclarationError(
                    f"assignment {self.name}: the erratum at {erratum.where} leads to {erratum.mistake!r}, which no"
                    " exercise knows as 'exercise: mistake'"
                )
        names = [exercise.name for exercise in self.exercises]
        check_illustrations(self.name, names, self.pictures, self.figures)

    @cached_property
    def fixed_dims(self) -> tuple[Dims, ...]:
        return tuple(parse_dims(text) for text in self.shapes)

    @property
    def points(self) -> float:
        return sum(exercise.contract.points for exercise in self.exercises)

    def exercise(self, name: str) -> Exercise:
        for exercise in self.exercises:
            if exercise.name == name:
                return exercise
        raise DeclarationError(f"assignment {self.name}: no exercise is named {name!r}")

    def misled_by(self, exercise: Exercise, mistake: Mistake) -> str:
        """The place in the lectures that leads to a mistake; empty if none is known."""
        name = f"{exercise.name}: {mistake.name}"
        return next((erratum.where for erratum in self.errata if erratum.mistake == name), "")

    @cached_property
    def solution(self) -> str:
        """The reference as a student would hand it in: imports of numpy and the functions, nothing declared."""
        module = inspect.getmodule(self.exercises[0].function)
        assert isinstance(module, ModuleType)
        source = inspect.getsource(module)
        parts = ["import numpy as np\n"]
        for node in ast.parse(source).body:
            if isinstance(node, ast.FunctionDef):
                parts.append(ast.get_source_segment(source, node) or "")
        return "\n\n".join(parts) + "\n"
