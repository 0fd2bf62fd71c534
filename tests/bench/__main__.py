"""`python -m tests.bench [NAME…]`: how fast a class is graded, as ratios within one run, and where the time goes.

A module of this name is not imported by the pool's workers, and neither is that of the command `grader`.
"""

import sys

from grader.compile import compile_plan
from grader.exercise import Assignment
from grader.mistakes import edited_solution
from grader.project import Project
from tests.bench.measure import (
    CLASS,
    FLOOR_RUNS,
    JOBS,
    LIMITS,
    PYTEST_RUNS,
    Cost,
    floor,
    graded,
    measure,
    plain_pytest,
)
from tests.bench.phases import phases


def bench(assignment: Assignment) -> tuple[list[str], list[str]]:
    """Rows of both tables for one assignment."""
    public = compile_plan(assignment, assignment.public_seed, public=True)
    plan = compile_plan(assignment, 12345, public=False)
    right = assignment.solution
    wrong = [
        edited_solution(assignment, exercise, mistake)
        for exercise in assignment.exercises
        for mistake in exercise.mistakes
    ]
    least = measure(floor([right] * FLOOR_RUNS, plan), FLOOR_RUNS)
    passing = measure(graded([right] * CLASS, assignment, plan, public), CLASS)
    failing = measure(graded(wrong, assignment, plan, public), len(wrong))
    plain = measure(plain_pytest(right, assignment, plan), PYTEST_RUNS)
    name = assignment.name
    each = phases(assignment, plan, public)
    rest = passing.cpu - each.judge - each.all_below
    parts = (each.calling, each.loading, each.forking, each.judge, rest)
    cells = " | ".join(f"{1000 * part:.1f}" for part in parts)
    return [
        row(name, "floor: the calls alone", least, least, None),
        row(name, "ours, right", passing, least, JOBS),
        row(name, "ours, wrong and explained", failing, least, JOBS),
        row(name, "a pytest process each", plain, least, 1),
    ], [f"| `{name}` | {1000 * least.cpu:.1f} | {cells} |"]


def row(name: str, what: str, cost: Cost, least: Cost, jobs: int | None) -> str:
    rate = "" if jobs is None else f"{JOBS / jobs / cost.wall:.1f}"
    return f"| `{name}` | {what} | {1000 * cost.cpu:.0f} | {cost.cpu / least.cpu:.1f} | {rate} |"


def main() -> None:
    print(f"isolation: {LIMITS.isolation}\n")
    print(f"| | way | CPU ms for each | × floor | submissions per second on {JOBS} cores |")
    print("|---|---|---|---|---|")
    breakdown: list[str] = []
    for name, assignment in Project.find().assignments.items():
        if sys.argv[1:] and name not in sys.argv[1:]:
            continue
        rows, parts = bench(assignment)
        print(*rows, sep="\n", flush=True)
        breakdown += parts
    print(f"\nWhere the CPU ms of a right submission go, in a class of {CLASS}:\n")
    print("| | floor | its calls | its walls and its source | its fork and end | the judge | start of the pool |")
    print("|---|---|---|---|---|---|---|")
    print(*breakdown, sep="\n")


if __name__ == "__main__":
    main()
