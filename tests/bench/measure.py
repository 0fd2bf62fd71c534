"""What grading costs, three ways to put the same cases of the same plan to the same submissions.

    ours     a class through the border and the judge, by the pool
    pytest   a plain pytest process for each submission, cases as tests, student and judge in one process
    floor    the students' own calls in one warm process, and nothing else

CPU seconds are this process and all it has waited for; they are compared, wall time only makes the rates.
"""

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from grader.batch import grade_class
from grader.candidate.inprocess import InProcess
from grader.candidate.isolation import resolve
from grader.candidate.limits import BEST, Limits
from grader.collect import Submission
from grader.exercise import Assignment
from grader.mistakes import load_solution
from grader.plan import Plan
from grader.programs import case_program
from grader.report import Report

JOBS = 2
CLASS = 200
PYTEST_RUNS = 6
FLOOR_RUNS = 40
LIMITS = Limits(isolation=resolve(BEST))

PLAIN_TEST = """
from pathlib import Path
import numpy as np, pytest
import {name} as student
from grader.plan import Plan
from grader.programs import argument_of

PLAN = Plan.load(Path("{name}.plan"))
CASES = [(exercise, case) for exercise in PLAN.exercises for case in exercise.cases if not exercise.contract.draws]

@pytest.mark.parametrize(("exercise", "case"), CASES)
def test_case(exercise, case):
    contract = exercise.contract
    inputs = {{name: array.copy() for name, array in case.inputs.items()}}
    take = lambda c: [argument_of(item, inputs) for item in c.takes]
    arguments = take(contract)
    if contract.of:
        of = PLAN.contracts[contract.of]
        arguments.append(getattr(student, of.name)(*take(of))[-1])
    got = getattr(student, contract.name)(*arguments)
    got = list(got) if isinstance(got, tuple) else [got]
    for name, value in contract.by_name(got[: len(contract.gives)]).items():
        want = case.want[name]
        if isinstance(value, str):
            value = [ord(character) for character in value]
        assert np.shape(value) == want.shape
        np.testing.assert_allclose(value, want, rtol=1e-7, atol=1e-9)
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a number of submissions took: CPU and wall seconds for each."""

    cpu: float
    wall: float


def measure(work: Callable[[], None], submissions: int) -> Cost:
    """The cost of `work` for each of so many submissions."""
    cpu, wall = _cpu(), time.perf_counter()
    work()
    return Cost((_cpu() - cpu) / submissions, (time.perf_counter() - wall) / submissions)


def _cpu() -> float:
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def graded(sources: list[str], assignment: Assignment, plan: Plan, public: Plan) -> Callable[[], None]:
    """The class graded by the pool; its reports must all be grades."""
    submissions = [Submission(f"s{n:04}", f"{assignment.name}.py", text.encode()) for n, text in enumerate(sources)]

    def work() -> None:
        reports: list[Report] = []
        grade_class(submissions, plan, public, LIMITS, JOBS, reports.append, assignment.solution)
        assert all(report.is_graded for report in reports)
        assert len(reports) == len(submissions)

    return work


def floor(sources: list[str], plan: Plan) -> Callable[[], None]:
    """The students' own calls, one submission after the other in this process."""
    programs = [case_program(exercise, plan.contracts).program for exercise in plan.exercises]

    def work() -> None:
        for source in sources:
            candidate = InProcess(load_solution(source, "<floor>"))
            for program in programs:
                candidate.call(program)

    return work


def plain_pytest(source: str, assignment: Assignment, plan: Plan) -> Callable[[], None]:
    def work() -> None:
        for _ in range(PYTEST_RUNS):
            with tempfile.TemporaryDirectory() as folder:
                plan.save(Path(folder, f"{assignment.name}.plan"))
                Path(folder, f"{assignment.name}.py").write_text(source, encoding="utf-8")
                Path(folder, "test_plain.py").write_text(PLAIN_TEST.format(name=assignment.name), encoding="utf-8")
                done = subprocess.run(
                    [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
                    cwd=folder,
                    capture_output=True,
                    text=True,
                    check=False,
                )
                assert done.returncode == 0, done.stdout

    return work
