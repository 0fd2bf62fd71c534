"""Whether gradients are the derivative of a candidate's OWN forward, right or wrong as that may be."""

from collections.abc import Mapping

import numpy as np

from grader.candidate.program import Candidate
from grader.exercise import Arrays, Contract
from grader.gradients import agrees, derivative_along, moved, tangent
from grader.plan import Case
from grader.programs import arrays_of, points_program

SAMPLES = 3  # cases on which a student's gradients are held against the student's forward


def is_derivative(
    contract: Contract, contracts: Mapping[str, Contract], case: Case, gradients: Arrays, candidate: Candidate
) -> bool | None:
    """True or False where the candidate's forward can answer; None where it raises, is not finite or not float64.

    For a backward the cotangents are the case's upstream gradients. For a function that returns slopes of its
    own value, it is its own forward, and the cotangent of that value is 1.
    """
    forward = contracts[contract.of] if contract.of else contract
    wrt = contract.with_respect_to(case.dims)
    if contract.of:
        upstream = [tensor.name for tensor in contract.inputs(case.dims)]
        cotangents = {name.removeprefix("d"): case.inputs[name] for name in upstream}
    else:
        cotangents = {value: np.ones(()) for value, _ in contract.slopes.values()}
    rng = np.random.default_rng(case.seed)
    direction = tangent(case.inputs, list(wrt.values()), rng)
    answer = candidate.call(points_program(forward, moved(case.inputs, direction)))
    values = []
    for outcome in answer.outcomes:
        arrays = arrays_of(forward, outcome)
        if arrays is None or not all(_is_exact(arrays[name]) for name in cotangents if name in arrays):
            return None
        values.append(arrays)
    if any(name not in values[0] or values[0][name].shape != d.shape for name, d in cotangents.items()):
        return None
    derivative, tolerance = derivative_along(values, cotangents)
    return agrees({wrt[name]: gradients[name] for name in wrt}, direction, derivative, tolerance)


def _is_exact(item: np.ndarray) -> bool:
    """Finite doubles: in single precision the differences drown in rounding."""
    return item.dtype == np.float64 and bool(np.isfinite(item).all())
