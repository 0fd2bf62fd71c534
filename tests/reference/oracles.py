"""Derivatives by complex steps, of equations written a second time in the lectures' form: columns and loops.

A complex step has no cancellation, so its step can be tiny and the derivative is exact to rounding. The equations
here share nothing with the reference: no caches, no batches, no gate stacking, one time step after the other.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from grader.candidate.program import Generator
from grader.exercise import Arrays, Assignment, Exercise
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
    arguments: list[Any] = [at_home(argument_of(item, inputs)) for item in contract.takes]
    if contract.of:
        taken = assignment.exercise(contract.of).contract.takes
        arguments.append(functions[contract.of](*(argument_of(item, inputs) for item in taken))[-1])
    result = functions[exercise.name](*arguments)
    values = result if isinstance(result, tuple) else (result,)
    pairs = zip(contract.gives, values, strict=False)
    return {name: as_array(value) for item, got in pairs for name, value in flat(item.name, got)}


def at_home(argument: Any) -> Any:
    """An argument as it is where no border was crossed: a generator is one."""
    return np.random.default_rng(argument.seed) if isinstance(argument, Generator) else argument


def as_array(value: Any) -> np.ndarray:
    """What came out, as the grader holds it: a text is its code points."""
    return code_points(value) if isinstance(value, str) else np.asarray(value)


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
