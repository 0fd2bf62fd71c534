"""A plan: the cases of an assignment with what is expected of each, compiled once and used for everybody.

Plain data, saved and loaded without pickle. The public plan ships to students; a hidden one, from another seed,
never leaves the judge. Cases come in groups that are worth different things:

    ordinary          decides: if one of these fails, the exercise earns nothing
    size 1            shapes in which some axis has length 1
    upstream x 100    a vjp is linear in its upstream gradient
    called again      the same call with another in between: nothing may be kept between calls
    and one group for each probe and each behaviour that the exercise declares
"""

import hashlib
import os
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from grader import wire
from grader.behaviour import Bound
from grader.errors import PlanError
from grader.exercise import Arrays, Contract
from grader.shapes import Dims

ORDINARY = "ordinary"
SIZE_1 = "size 1"
SCALED = "upstream × 100"
AGAIN = "called again"
SIZE_1_SHARE = 0.10  # of an exercise's points: seven of 282 real files fail there and nowhere else
PROBE_SHARE = 0.25
FORMAT = "grader plan 3"


def share_of(group: str) -> float:
    """The part of an exercise's points that is lost when this group fails."""
    return {ORDINARY: 1.0, SIZE_1: SIZE_1_SHARE}.get(group, PROBE_SHARE)


@dataclass(frozen=True, slots=True)
class Case:
    """One call to make: inputs by name and the outputs wanted. A backward's inputs include its forward's."""

    index: int
    group: str
    dims: Dims
    seed: int
    inputs: Arrays
    want: Arrays

    @property
    def size(self) -> int:
        return sum(array.size for array in self.inputs.values())


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What a known mistake gives on the diagnostic cases: arrays by name, or the name of what it raises.

    `slide` is the place in the lectures that leads to it, empty for most.
    """

    mistake: str
    hint: str
    outcomes: tuple[Arrays | str, ...]
    slide: str = ""


@dataclass(frozen=True, slots=True)
class PlannedBehaviour:
    """A behaviour with its inputs drawn: arrays, numbers and texts by name, and dicts and lists of them."""

    name: str
    inputs: Mapping[str, Any]
    steps: tuple[str, ...]
    bounds: tuple[Bound, ...]
    hint: str
    curve: str = ""


@dataclass(frozen=True)
class PlannedExercise:
    """The cases of one exercise; `diagnostic` are the indices of the cases that fingerprints speak of."""

    contract: Contract
    cases: tuple[Case, ...]
    probe_hints: Mapping[str, str]
    diagnostic: tuple[int, ...] = ()
    fingerprints: tuple[Fingerprint, ...] = ()
    behaviours: tuple[PlannedBehaviour, ...] = ()

    @property
    def name(self) -> str:
        return self.contract.name


@dataclass(frozen=True)
class Plan:
    """All exercises of an assignment for one seed."""

    assignment: str
    title: str
    seed: int
    public: bool
    exercises: tuple[PlannedExercise, ...]

    @property
    def kind(self) -> str:
        return "public" if self.public else "hidden"

    @cached_property
    def contracts(self) -> dict[str, Contract]:
        return {exercise.name: exercise.contract for exercise in self.exercises}

    @cached_property
    def content(self) -> bytes:
        """The plan as one frame: what is hashed, saved and sent to workers."""
        arrays: list[np.ndarray] = []
        head = {
            "format": FORMAT,
            "assignment": self.assignment,
            "title": self.title,
            "seed": self.seed,
            "public": self.public,
            "exercises": [_exercise_to_json(exercise, arrays) for exercise in self.exercises],
        }
        return wire.pack(head, arrays)

    @cached_property
    def digest(self) -> str:
        """A short name for exactly these cases and expectations; stands in every report."""
        return hashlib.sha256(self.content).hexdigest()[:16]

    def save(self, path: Path) -> None:
        """Write the plan, whole or not at all."""
        partial = path.with_name(path.name + ".part")
        partial.write_bytes(zlib.compress(self.content, 9))
        os.replace(partial, path)

    @classmethod
    def load(cls, path: Path) -> "Plan":
        """The plan that was saved at `path`; a `PlanError` says what is wrong with the file."""
        try:
            return cls.from_content(zlib.decompress(path.read_bytes()))
        except OSError as error:
            raise PlanError(f"cannot read the plan {path}: {error.strerror or error}") from error
        except zlib.error as error:
            raise PlanError(f"{path} is not a plan or is damaged ({error}); fetch the assignment again") from error

    @classmethod
    def from_content(cls, content: bytes) -> "Plan":
        """The plan whose `content` this is."""
        prefix, rest = content[: wire.LENGTHS.size], content[wire.LENGTHS.size :]
        try:
            size, _ = wire.lengths(prefix)
            head, arrays = wire.unpack(rest[:size], rest[size:])
            if head["format"] != FORMAT:
                raise PlanError(f"the plan has the format {head['format']!r}, wanted {FORMAT!r}: fetch it again")
            exercises = tuple(_exercise_from_json(data, arrays) for data in head["exercises"])
            return cls(head["assignment"], head["title"], head["seed"], head["public"], exercises)
        except PlanError:
            raise
        except Exception as error:  # whatever a damaged file makes the parser raise
            raise PlanError(
                f"the plan is damaged ({type(error).__name__}: {error}); fetch the assignment again"
            ) from error


def _put(named: Arrays, arrays: list[np.ndarray]) -> dict[str, int]:
    """Numbers for the arrays, which join the frame's list."""
    numbers = {}
    for name, array in named.items():
        numbers[name] = len(arrays)
        arrays.append(np.asarray(array))
    return numbers


def _take(numbers: Mapping[str, int], arrays: list[np.ndarray]) -> Arrays:
    return {name: arrays[number] for name, number in numbers.items()}


def _exercise_to_json(exercise: PlannedExercise, arrays: list[np.ndarray]) -> dict[str, Any]:
    return {
        "contract": exercise.contract.to_json(),
        "probe_hints": dict(exercise.probe_hints),
        "diagnostic": list(exercise.diagnostic),
        "cases": [
            [case.index, case.group, dict(case.dims), case.seed, _put(case.inputs, arrays), _put(case.want, arrays)]
            for case in exercise.cases
        ],
        "fingerprints": [
            [
                fingerprint.mistake,
                fingerprint.hint,
                [outcome if isinstance(outcome, str) else _put(outcome, arrays) for outcome in fingerprint.outcomes],
                *filter(None, [fingerprint.slide]),
            ]
            for fingerprint in exercise.fingerprints
        ],
        "behaviours": [
            [one.name, _put_tree(one.inputs, arrays), one.steps, list(map(asdict, one.bounds)), one.hint, one.curve]
            for one in exercise.behaviours
        ],
    }


def _exercise_from_json(data: Mapping[str, Any], arrays: list[np.ndarray]) -> PlannedExercise:
    return PlannedExercise(
        contract=Contract.from_json(data["contract"]),
        cases=tuple(
            Case(index, group, dims, seed, _take(inputs, arrays), _take(want, arrays))
            for index, group, dims, seed, inputs, want in data["cases"]
        ),
        probe_hints=data["probe_hints"],
        diagnostic=tuple(data["diagnostic"]),
        fingerprints=tuple(
            Fingerprint(
                mistake,
                hint,
                tuple(outcome if isinstance(outcome, str) else _take(outcome, arrays) for outcome in outcomes),
                *slide,
            )
            for mistake, hint, outcomes, *slide in data["fingerprints"]
        ),
        behaviours=tuple(
            PlannedBehaviour(
                name, _take_tree(inputs, arrays), tuple(steps), tuple(Bound(**bound) for bound in bounds), hint, curve
            )
            for name, inputs, steps, bounds, hint, curve in data["behaviours"]
        ),
    )


def _put_tree(value: Any, arrays: list[np.ndarray]) -> list[Any]:
    """A value of a behaviour as JSON; arrays join the frame's list."""
    if isinstance(value, np.ndarray):
        arrays.append(value)
        return ["array", len(arrays) - 1]
    if isinstance(value, Mapping):
        return ["dict", [[key, _put_tree(part, arrays)] for key, part in value.items()]]
    if isinstance(value, (list, tuple)):
        return [type(value).__name__, [_put_tree(part, arrays) for part in value]]
    return ["plain", value]


def _take_tree(value: list[Any], arrays: list[np.ndarray]) -> Any:
    kind, content = value
    if kind == "array":
        return arrays[content]
    if kind == "dict":
        return {key: _take_tree(part, arrays) for key, part in content}
    if kind == "plain":
        return content
    parts = [_take_tree(part, arrays) for part in content]
    return tuple(parts) if kind == "tuple" else parts
