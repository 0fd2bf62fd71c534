"""Follow-through: work that is true to the student's own wrong beginning earns a stated share.

Three questions, answered by numbers that the candidate's own functions give. Is a backward the derivative of its own
forward? Is a sequence its own step, applied again and again? Is a sequence's backward its own step's backward, walked
from the end to the start? A beginning that is degenerate makes all of them easy, so nothing is earned on one that is
not finite, or has an output that does not feel every one of its inputs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from grader.candidate.program import Candidate, Outcome, Program
from grader.compare import same
from grader.consistency import SAMPLES, is_derivative
from grader.examine import Examination, Finding
from grader.exercise import Arrays, Contract
from grader.plan import AGAIN, ORDINARY, SCALED, Case
from grader.programs import arrays_of, call_of
from grader.report import Verdict
from grader.scan import scan_of, step_backward_of
from grader.shapes import Tensor
from grader.values import draw
from grader.walk import unrolled, unrolled_back

FELT = 1e-3  # of an output's magnitude, when an input is replaced: the references move by several percent
REDRAWS = 20  # until an input of few integers is another one
FACTORS = {SCALED: 100.0, AGAIN: 1.0}  # what a vjp must give there, in units of the ordinary case


@dataclass(frozen=True, slots=True)
class Following:
    """How failing work stands to its own beginnings.

    `true` says whether it is what its beginning makes it (None: it can't be told), `to` to which wrong one it is
    true, and `refused` why that earns nothing. `alone` is work that is wrong whatever its beginnings are.
    """

    true: bool | None = None
    to: str = ""
    refused: str = ""
    alone: bool = False

    @property
    def earns(self) -> bool:
        return bool(self.to) and not self.refused


def following(examination: Examination, candidate: Candidate, wrong: Mapping[str, Verdict]) -> Following:
    """How a failing exercise stands to the student's own beginnings; `wrong` are the exercises it waits for."""
    contract = examination.contract
    if contract.scans:
        return _following_step(examination, candidate) if contract.scans in wrong else Following()
    consistent = is_consistent(examination, candidate)
    if consistent and contract.of in wrong:
        forward = examination.plan.contracts[contract.of]
        cases = [finding.case for finding in _samples(examination)]
        return Following(True, contract.of, degeneracy(forward, cases, candidate) or _irregularity(examination))
    step_backward = step_backward_of(contract, examination.plan.contracts)
    # Only where the forward is no other thing than its step: on another, the walk would be another too.
    if consistent is False and step_backward in wrong and wrong.get(contract.of) in (None, Verdict.BLOCKED):
        back = _is_scan_back(examination, candidate, step_backward)
        if back:
            step = examination.plan.contracts[contract.of].scans if contract.of in wrong else ""
            refused = _degenerate_step(examination, candidate, step) or _vanished(examination)
            return Following(False, step_backward, refused or _irregularity(examination))
        return Following(False, alone=back is False)
    return Following(consistent)


def _following_step(examination: Examination, candidate: Candidate) -> Following:
    contract = examination.contract
    true = _is_scan(examination, candidate)
    if not true:
        return Following(true, alone=true is False)
    refused = _degenerate_step(examination, candidate, contract.scans) or _irregularity(examination)
    return Following(True, contract.scans, refused)


def _degenerate_step(examination: Examination, candidate: Candidate, step: str) -> str:
    """Why a step is too little to build on, on its own cases; empty if it is not, or if there is none to ask."""
    planned = next((exercise for exercise in examination.plan.exercises if exercise.name == step), None)
    if planned is None:
        return ""
    cases = [case for case in planned.cases if case.group == ORDINARY][:SAMPLES]
    return degeneracy(planned.contract, cases, candidate)


def _samples(examination: Examination) -> tuple[Finding, ...]:
    return examination.of_group(ORDINARY)[:SAMPLES]


def _outputs(finding: Finding) -> Arrays | None:
    """The outputs by name if all of them have the wanted shape."""
    outputs = {
        comparison.tensor: comparison.got
        for comparison in finding.comparisons
        if comparison.got is not None and comparison.got.shape == finding.case.want[comparison.tensor].shape
    }
    return outputs if len(outputs) == len(finding.case.want) else None


def is_consistent(examination: Examination, candidate: Candidate) -> bool | None:
    """Whether the gradients are the derivative of the student's own forward; None where that can't be told."""
    contract = examination.contract
    if not (contract.of or contract.slopes):
        return None
    answers = []
    for finding in _samples(examination):
        gradients = _outputs(finding)
        if gradients is None:
            return None
        answers.append(is_derivative(contract, examination.plan.contracts, finding.case, gradients, candidate))
    return all(answers) if answers and None not in answers else None


def _is_scan(examination: Examination, candidate: Candidate) -> bool | None:
    """Whether the outputs are those of the student's own step, applied along the sequence by the judge."""
    scan = scan_of(examination.contract, examination.plan.contracts)
    findings = _samples(examination)
    answers = []
    walked = unrolled(scan, [finding.case for finding in findings], candidate)
    for finding, wanted in zip(findings, walked, strict=True):
        outputs = _outputs(finding)
        if outputs is None or wanted is None:
            return None
        answers.append(all(same(outputs[name], value) for name, value in wanted.items()))
    return all(answers) if answers else None


def _is_scan_back(examination: Examination, candidate: Candidate, step_backward: str) -> bool | None:
    """Whether the gradients are those of the student's own step and its backward, walked back by the judge."""
    contracts = examination.plan.contracts
    scan = scan_of(contracts[examination.contract.of], contracts)
    findings = _samples(examination)
    cases = [finding.case for finding in findings]
    answers = []
    for finding, wanted in zip(findings, unrolled_back(scan, contracts[step_backward], cases, candidate), strict=True):
        outputs = _outputs(finding)
        if outputs is None or wanted is None:
            return None
        answers.append(all(same(value, wanted[name]) for name, value in outputs.items()))
    return all(answers) if answers else None


def _vanished(examination: Examination) -> str:
    """A gradient that is next to nothing where it should be something: there is no walk to be seen in it."""
    for finding in _samples(examination):
        for name, value in (_outputs(finding) or {}).items():
            if np.max(np.abs(value), initial=0.0) <= FELT * np.max(np.abs(finding.case.want[name]), initial=0.0):
                return f"its {name} is next to nothing"
    return ""


def _irregularity(examination: Examination) -> str:
    """What a vjp does that no vjp does: it is linear in its upstream gradient and the same when called again."""
    ordinary = {finding.case.seed: finding for finding in examination.of_group(ORDINARY)}
    for group, factor in FACTORS.items():
        for finding in examination.of_group(group):
            base = ordinary.get(finding.case.seed)
            got, once = _outputs(finding), _outputs(base) if base is not None else None
            if got is None or once is None or not all(same(got[name], factor * once[name]) for name in once):
                return f"the group “{group}” shows that it is no such thing in general"
    return ""


def degeneracy(forward: Contract, cases: Sequence[Case], candidate: Candidate) -> str:
    """Why a forward is too little to build on; empty if each of its outputs feels each of its inputs."""
    bases = []
    for case in cases:
        rng = np.random.default_rng(case.seed)
        takes, gives = forward.inputs(case.dims), forward.outputs(case.dims)
        felt = [tensor for tensor in takes if tensor.axes]  # a number or a flag may choose between two ways
        points = [case.inputs, *(_replaced(case, tensor, rng) for tensor in felt)]
        answer = candidate.call(Program(tuple(call_of(forward, inputs) for inputs in points)))
        rows = [_numbers(forward, outcome) for outcome in answer.outcomes]
        if [len(row) for row in rows] != [len(gives)] * len(points):
            return f"your {forward.name} does not give its outputs for other inputs"
        if not all(np.isfinite(item).all() for row in rows for item in row):
            return f"your {forward.name} gives values that are not finite"
        for tensor, row in zip(felt, rows[1:], strict=True):
            for output, before, after in zip(gives, rows[0], row, strict=True):
                if not _moves(before, after):
                    return f"your {forward.name} gives the same {output.name} whatever {tensor.name} is"
        bases.append(rows[0])
    return _flatness(forward, bases)


def _numbers(forward: Contract, outcome: Outcome) -> list[np.ndarray]:
    arrays = arrays_of(forward, outcome) or {}
    return [array for array in arrays.values() if array.dtype.kind in "fiub"]


def _flatness(forward: Contract, bases: Sequence[Sequence[np.ndarray]]) -> str:
    """An axis along which an output is the same everywhere, in every case: one number, spread over an array."""
    for number, output in enumerate(forward.gives):
        if not isinstance(output, Tensor):
            continue  # how many arrays it holds may differ from case to case
        arrays = [row[number] for row in bases]
        for place, axis in enumerate(output.axes):
            if arrays and all(array.ndim > place and np.ptp(array, axis=place).max() == 0 for array in arrays):
                return f"your {forward.name} gives the same {output.name} at every place along {axis}"
    return ""


def _replaced(case: Case, tensor: Tensor, rng: np.random.Generator) -> Arrays:
    """The inputs with another draw of one of them."""
    value = case.inputs[tensor.name]
    other = value
    for _ in range(REDRAWS):
        other = draw(tensor, case.dims, rng, case.inputs)
        if not np.array_equal(other, value):
            break
    return {**case.inputs, tensor.name: other}


def _moves(before: np.ndarray, after: np.ndarray) -> bool:
    if before.shape != after.shape:
        return False
    scale = max(float(np.max(np.abs(before), initial=0.0)), float(np.max(np.abs(after), initial=0.0)))
    return bool(np.max(np.abs(after.astype(np.float64) - before), initial=0.0) > FELT * scale)
