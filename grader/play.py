"""Plays a behaviour on a candidate: call after call through the border, then the bounds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.behaviour import Bound, parse_step, reduced
from grader.candidate.program import Call, Candidate, Ended, Outcome, Program, Raised, Values
from grader.compare import Comparison, NotAnArray, compare
from grader.exercise import Contract
from grader.plan import PlannedBehaviour
from grader.programs import forms_of, given
from grader.shapes import Dims, Tensor, code_points, text_of
from grader.structures import Group, Item, flat


@dataclass(frozen=True, slots=True)
class Course:
    """How it went: `problem` is empty if every bound is kept; `values` are all that was computed, by name."""

    outcome: Outcome
    problem: str
    values: Mapping[str, Any]


def play(
    behaviour: PlannedBehaviour,
    contracts: Mapping[str, Contract],
    candidate: Candidate,
    reference: Candidate | None = None,
) -> Course:
    """Run the steps on a candidate and hold what comes out against the bounds."""
    values = dict(behaviour.inputs)
    outcome: Outcome = Values((), 0)
    for step in map(parse_step, behaviour.steps):
        contract = contracts[step.function]
        by_reference = step.measured and reference is not None
        runner = reference if by_reference and reference is not None else candidate
        arguments = [values[name] for name in step.arguments]
        outcome = runner.call(Program((_call(contract, arguments),))).outcomes[0]
        problem = _problem(contract, outcome, _dims(contract, arguments))
        if problem:
            blame = f"what came of it can't be used: in {step.function}, " if by_reference else f"{step.function} "
            return Course(outcome, f"{blame}{problem}", values)
        assert isinstance(outcome, Values)
        values.update(zip(step.results, outcome.items, strict=False))
    problems = [problem for bound in behaviour.bounds if (problem := broken(bound, values))]
    return Course(outcome, "; ".join(problems), values)


def _call(contract: Contract, arguments: list[Any]) -> Call:
    passed = tuple(_passed(item, value) for item, value in zip(contract.takes, arguments, strict=True))
    return Call(contract.name, passed, len(contract.gives), contract.cache, forms=forms_of(contract))


def _passed(item: Item, value: Any) -> Any:
    """A value as a function gets it: what an earlier call gave has come as arrays."""
    if isinstance(item, Tensor):
        return value if item.words and isinstance(value, str) else given(item, _array(value))
    if isinstance(value, dict):
        kinds = {member.name: member for member in item.members}
        return {key: _passed(kinds[key], part) if key in kinds else part for key, part in value.items()}
    if item.repeat:
        return [tuple(_passed(kind, part) for kind, part in zip(item.members, layer, strict=True)) for layer in value]
    return [_passed(kind, part) for kind, part in zip(item.members, value, strict=True)]


def _array(value: Any) -> np.ndarray:
    return code_points(value) if isinstance(value, str) else np.asarray(value)


def _problem(contract: Contract, outcome: Outcome, dims: Dims) -> str:
    """Why a behaviour can't go on after a call; empty if it can."""
    if isinstance(outcome, Raised):
        return f"raises {outcome}"
    if isinstance(outcome, Ended):
        return outcome.message
    if not isinstance(outcome, Values):
        return "gave no answer"
    if len(outcome.items) != len(contract.gives):
        return f"returns {outcome.count} values, wanted {contract.returns}"
    pairs = zip(contract.gives, outcome.items, strict=True)
    return next((problem for item, got in pairs for problem in _misfits(item, got, dims)), "")


def _misfits(item: Item, got: Any, dims: Dims) -> list[str]:
    """What is wrong with the form of an output, as far as the call's own inputs tell the shape."""
    if isinstance(item, Group) and not set(item.letters) <= dims.keys():
        return [] if isinstance(got, (dict, tuple)) else [f"returns no {item.form_text} as its {item.name}"]
    if isinstance(item, Group) and (problem := item.misfit(got, dims)):
        return [f"gives something of another form: {problem}"]
    arrays = dict(flat(item.name, got))
    wrong = [_misfit(tensor, arrays[tensor.name], dims) for tensor in item.leaves(dims)]
    return [f"gives something of another form: {one.why}" for one in wrong if not one.right]


def _misfit(tensor: Tensor, got: Any, dims: Dims) -> Comparison:
    if isinstance(got, NotAnArray):
        return compare(tensor, dims, got, np.zeros(()))
    known = not tensor.is_text and set(tensor.letters) <= dims.keys()
    if known and got.shape != tensor.shape(dims):
        return compare(tensor, dims, got, np.zeros(tensor.shape(dims)))
    return Comparison(tensor.name, True)


def _dims(contract: Contract, arguments: list[Any]) -> dict[str, int]:
    """The lengths that the arguments give to the letters."""
    dims: dict[str, int] = {}
    for item, value in zip(contract.takes, arguments, strict=True):
        if isinstance(item, Tensor):
            _bind(item, _array(value), dims)
        elif isinstance(value, dict):
            for member in item.members:
                if isinstance(value.get(member.name), np.ndarray):
                    _bind(member, value[member.name], dims)
        elif item.repeat:
            dims[item.repeat] = len(value)
    return dims


def _bind(tensor: Tensor, array: np.ndarray, dims: dict[str, int]) -> None:
    if tensor.ends and tensor.ends[0] == tensor.ends[1] and not array.ndim:  # "n:, S to S" is a length
        dims.setdefault(tensor.ends[0], int(array))
    for axis, length in zip(tensor.axes, array.shape, strict=False):
        if len(axis.terms) == 1 and not axis.first and axis.terms[0][1]:
            factor, letter = axis.terms[0]
            dims.setdefault(letter, length // factor)


def broken(bound: Bound, values: Mapping[str, Any]) -> str:
    """How a bound is broken, in words; empty if it is kept."""
    got = values.get(bound.of)
    if not isinstance(got, np.ndarray) or not got.size:
        return f"{bound.of} is no array of numbers"
    if bound.equals is not None:
        want = _array(bound.equals)
        if got.shape == want.shape and np.array_equal(got, want):
            return ""
        shown = [repr(text_of(one)) if isinstance(bound.equals, str) else one.tolist() for one in (got, want)]
        return f"{bound.of} is {shown[0]}, wanted {shown[1]}"
    value = reduced(got, bound.take)
    name = bound.of if bound.take == "value" else f"the {bound.take} of {bound.of}"
    if bound.at_most is not None and not value <= bound.at_most:
        return f"{name} is {value:.4g}, wanted at most {bound.at_most:.4g}"
    if bound.at_least is not None and not value >= bound.at_least:
        return f"{name} is {value:.4g}, wanted at least {bound.at_least:.4g}"
    return ""
