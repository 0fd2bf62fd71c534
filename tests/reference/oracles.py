"""Derivatives by complex steps, of equations written a second time in the lectures' form: columns and loops.

A complex step has no cancellation, so its step can be tiny and the derivative is exact to rounding. The equations
here share nothing with the reference: no caches, no batches, no gate stacking, one time step after the other.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from grader.candidate.program import Generator
from grader.chance import compare_moments, moments, seeds
from grader.compare import Comparison, compare
from grader.exercise import Arrays, Assignment, Contract, Exercise
from grader.programs import argument_of, inputs_of
from grader.shapes import Dims, code_points
from grader.structures import flat
from grader.values import draw_all

Equation = Callable[..., tuple[np.ndarray, ...]]  # the outputs without a cache

STEP = 1e-30
CLOSE = 1e-12  # of the largest entry; the reference and the equations only differ in the order of their sums


def benign_inputs(assignment: Assignment, exercise: Exercise, dims: Dims, seed: int = 0) -> Arrays:
    """Benign values for all that the exercise takes and, before that, for all that its forward takes."""
    contracts = {one.name: one.contract for one in assignment.exercises}
    return draw_all(inputs_of(exercise.contract, contracts, dims), dims, np.random.default_rng(seed))


def run(
    functions: Mapping[str, Callable[..., Any]], assignment: Assignment, exercise: Exercise, inputs: Arrays
) -> Arrays:
    """The outputs of an exercise by name, its forward run first where it needs a cache."""
    contract = exercise.contract
    arguments = arguments_of(contract, inputs)
    if contract.of:
        taken = arguments_of(assignment.exercise(contract.of).contract, inputs)
        arguments.append(functions[contract.of](*taken)[-1])
    result = functions[exercise.name](*arguments)
    several = len(contract.gives) + contract.cache > 1 and isinstance(result, (tuple, list))
    pairs = zip(contract.gives, result if several else (result,), strict=False)
    return {name: as_array(value) for item, got in pairs for name, value in flat(item.name, got)}


def arguments_of(contract: Contract, inputs: Arrays) -> list[Any]:
    """What a function of this contract is called with."""
    given = [argument_of(item, inputs) for item in contract.takes]
    return [np.random.default_rng(one.seed) if isinstance(one, Generator) else one for one in given]


def as_array(value: Any) -> np.ndarray:
    """A result as the grader holds it: of a text the code points."""
    return code_points(value) if isinstance(value, str) else np.asarray(value)


def drawn(
    functions: Mapping[str, Callable[..., Any]], assignment: Assignment, exercise: Exercise, dims: Dims, inputs: Arrays
) -> Arrays:
    """The moments of the outputs of an exercise that draws, by name."""
    (name,) = (tensor.name for tensor in exercise.contract.inputs(dims) if tensor.kind == "generator")
    rows = [
        run(functions, assignment, exercise, inputs | {name: np.asarray(seed)})
        for seed in seeds(int(inputs[name]), exercise.contract.draws)
    ]
    outputs = exercise.contract.outputs(dims)
    return {tensor.name: moments(tensor, dims, [row[tensor.name] for row in rows]) for tensor in outputs}


def compared(exercise: Exercise, dims: Dims, got: Arrays, want: Arrays) -> list[Comparison]:
    """Every output of an exercise by the rule that judges students; of one that draws the moments."""
    draws = exercise.contract.draws
    return [
        compare_moments(tensor, dims, got[tensor.name], want[tensor.name], draws)
        if draws
        else compare(tensor, dims, got[tensor.name], want[tensor.name])
        for tensor in exercise.contract.outputs(dims)
    ]


def gradients(equation: Equation, inputs: Arrays, cotangents: tuple[np.ndarray, ...]) -> Arrays:
    """The vector-Jacobian product of the equation with respect to each real input, entry by entry."""
    found = {}
    for name, value in inputs.items():
        if value.dtype.kind == "f":
            found[f"d{name}"] = np.zeros(value.shape)
            for index in np.ndindex(value.shape):
                moved = value.astype(complex)
                moved[index] += 1j * STEP
                outputs = equation(**{**inputs, name: moved})
                change = sum(np.sum(d * out.imag) for d, out in zip(cotangents, outputs, strict=True))
                found[f"d{name}"][index] = change / STEP
    return found


def assert_close(got: Arrays, want: Arrays) -> None:
    """Every tensor has the wanted shape and its values, relative to its largest one."""
    assert list(got) == list(want)
    for name, wanted in want.items():
        assert got[name].shape == wanted.shape, name
        scale = np.max(np.abs(wanted)) or 1.0
        assert np.all(np.abs(got[name] - wanted) <= CLOSE * scale), name


def assert_backward_is_right(
    functions: Mapping[str, Callable[..., Any]],
    assignment: Assignment,
    exercise: Exercise,
    equation: Equation,
    dims: Dims,
) -> None:
    """The exercise's gradients are the derivatives of the equation."""
    inputs = benign_inputs(assignment, exercise, dims)
    upstream = [tensor.name for tensor in exercise.contract.takes]
    forward_inputs = {name: value for name, value in inputs.items() if name not in upstream}
    want = gradients(equation, forward_inputs, tuple(inputs[name] for name in upstream))
    assert_close(run(functions, assignment, exercise, inputs), want)


def functions_of(assignment: Assignment) -> dict[str, Callable[..., Any]]:
    return {exercise.name: exercise.function for exercise in assignment.exercises}
