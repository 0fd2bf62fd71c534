"""`make soak` or `python -m tests.soak [N]`: N submissions (5,000), a tenth of them hostile, through the warm pool.

Prints memory of workers and zygotes, descriptors and processes as the batch goes on, and fails if they grow: the last
quarter of the batch may hold no more than the first half had already needed, but for the slack stated below.
"""

import itertools
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from grader.batch import grade_class
from grader.candidate.isolation import resolve_for_strangers
from grader.candidate.limits import BEST, Limits
from grader.collect import Submission
from grader.compile import compile_plan
from grader.mistakes import edited_solution
from grader.report import Report
from tests.attacks.table import attacks, plant_secrets, submission
from tests.exercises.affine import ASSIGNMENT
from tests.processes import descendants, descriptors, megabytes, workers_of

JOBS = 2
HOSTILE_EVERY = 10
WARM = 0.2  # of the batch: until then caches fill and every worker has had its first zygote
SLACK_MB = 8.0  # for the allocator; over 5,000 submissions a leak of two pages for each is seen
SLACK_COUNT = 4  # descriptors or processes of one submission under way


@dataclass(frozen=True, slots=True)
class Use:
    """What the pool holds at one moment: MB of the largest process of a kind, and counts over all of them."""

    done: int
    parent_mb: float
    worker_mb: float
    zygote_mb: float
    descriptors: int
    processes: int

    def row(self) -> str:
        sizes = f"{self.parent_mb:.0f} | {self.worker_mb:.0f} | {self.zygote_mb:.0f}"
        return f"| {self.done} | {sizes} | {self.descriptors} | {self.processes} |"


@dataclass(slots=True)
class Watch:
    """Looks at this process and all that it started, after each so many reports."""

    every: int
    uses: list[Use] = field(default_factory=list)
    verdicts: Counter[str] = field(default_factory=Counter)
    done: int = 0

    def keep(self, report: Report) -> None:
        self.done += 1
        self.verdicts.update(result.verdict.value for result in report.exercises)
        assert report.is_graded, report.notes
        if self.done % self.every == 0:
            self.uses.append(use_now(self.done))
            print(self.uses[-1].row(), flush=True)


def use_now(done: int) -> Use:
    """What is held now, as /proc tells it. A worker is a Python of ours; what it started serves submissions."""
    workers = workers_of(os.getpid())
    zygotes = [pid for worker in workers for pid in descendants(worker)]
    everyone = [os.getpid(), *descendants(os.getpid())]
    return Use(
        done,
        megabytes(os.getpid()),
        max(map(megabytes, workers), default=0.0),
        max(map(megabytes, zygotes), default=0.0),
        sum(map(descriptors, (os.getpid(), *workers))),
        len(everyone),
    )


def growth(uses: list[Use]) -> list[str]:
    """Where the last quarter holds more than the first half, once warm, had needed."""
    total = uses[-1].done
    before = [use for use in uses if WARM * total < use.done <= total / 2]
    after = [use for use in uses if use.done > total * 3 / 4]
    slack = {"parent_mb": SLACK_MB, "worker_mb": SLACK_MB, "zygote_mb": SLACK_MB}
    complaints = []
    for name in ("parent_mb", "worker_mb", "zygote_mb", "descriptors", "processes"):
        # The least of the later ones: a leak lifts them all, a hostile one under way lifts one.
        most, least = max(getattr(use, name) for use in before), min(getattr(use, name) for use in after)
        if least > most + slack.get(name, SLACK_COUNT):
            complaints.append(f"{name} grew: at most {most:g} in the first half, at least {least:g} at the end")
    return complaints


def soaked(count: int, secret: Path) -> Iterator[Submission]:
    """Right, wrong and hostile submissions by turns."""
    hostile = itertools.cycle(attack.handed_in(secret) for attack in attacks())
    sources = [ASSIGNMENT.solution] + [
        edited_solution(ASSIGNMENT, exercise, mistake)
        for exercise in ASSIGNMENT.exercises
        for mistake in exercise.mistakes
    ]
    honest = itertools.cycle(submission("honest", source) for source in sources)
    for number in range(count):
        kind = next(hostile if number % HOSTILE_EVERY == HOSTILE_EVERY - 1 else honest)
        yield Submission(f"{number:05}-{kind.id}", kind.filename, kind.data)


def soak(count: int, secret: Path) -> list[str]:
    """Grade so many and give what grew."""
    plan = compile_plan(ASSIGNMENT, 7, public=False)
    public = compile_plan(ASSIGNMENT, ASSIGNMENT.public_seed, public=True)
    limits = Limits(cpu_seconds=0.5, memory=1 << 30, isolation=resolve_for_strangers(BEST))
    print("| submissions | this process, MB | worker | zygote or child | descriptors | processes |")
    print("|---|---|---|---|---|---|")
    watch, began = Watch(max(1, count // 20)), time.monotonic()
    at_first = use_now(0)
    grade_class(list(soaked(count, secret)), plan, public, limits, JOBS, watch.keep, ASSIGNMENT.solution)
    at_last = use_now(count)
    print(f"\n{count} in {time.monotonic() - began:.0f} s, isolation {limits.isolation}: {dict(watch.verdicts)}")
    left = at_last.processes - at_first.processes
    # A worker's own helper (multiprocessing's resource tracker) may stay.
    return [*growth(watch.uses), *([f"{left} processes are left"] if left > 1 else [])]


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        complaints = soak(int(sys.argv[1]) if sys.argv[1:] else 5000, plant_secrets(Path(folder)))
    print(*complaints or ["flat"], sep="\n")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
