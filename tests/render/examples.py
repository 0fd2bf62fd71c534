"""A made-up class: realistic reports for tests and for looking at pages.

python -m tests.render.examples FOLDER [STUDENTS]      writes the pages of such a class
"""

import random
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from grader.entry import Entry
from grader.report import CaseRef, Evidence, Example, ExerciseResult, Report, Verdict

HIDDEN_SEED = 7_316_925_480_113  # must not stand in any page
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "{{ 7*7 }}{% raw %}",
    "\x1b]0;owned\x07\x1b[2J\x1b[31mred",
    "\u202egnp.exe\u202c \u2066inner\u2069",
    "nul\x00 bell\x07 back\x08space",
    "-->]]></pre></style></script>",
    "::error file=x,line=1::owned\n::warning::owned %0A",
    "| cell | [link](javascript:alert(1)) `code` **bold** ![x](http://example.org/x.png)",
    "lone \udce9 surrogate, \ufffe noncharacter, \u2028 separator",
)
STRANGE_IDS = (
    "../../etc/passwd",
    "CON",
    "nul.html",
    "Anna",
    "anna",
    "José Nuñez",
    "Jose\u0301 Nun\u0303ez",
    "李雷",
    "Ünal, Çağla",
    "=HYPERLINK(0)",
    "<b>bold</b>",
    "\u202etxt.exe",
    "x" * 300,
    ".hidden",
    "trailing. ",
    "a/b\\c:d",
    "line\nbreak",
    "",
)
EXERCISES = (
    ("affine_forward", 2.0),
    ("affine_backward", 3.0),
    ("scan_step_forward", 4.0),
    ("scan_step_backward", 6.0),
    ("scan_forward", 4.0),
    ("scan_backward", 6.0),
    ("lookup_forward", 1.0),
    ("lookup_backward", 2.0),
    ("masked_softmax_loss", 5.0),
)
_FIRST = ("abel", "amara", "bela", "chiara", "daan", "elif", "fatima", "hana")
_LAST = ("kovacs", "nwosu", "sato", "weber")
_NAMES = [f"{first}-{last}" for first in _FIRST for last in _LAST][:28]
_MISTAKES = {
    "affine_backward": ("bias-gradient-not-summed", "Over which axis do the rows share one bias?"),
    "scan_step_backward": ("slope-at-the-input", "Is the slope taken at the value before or after the squashing?"),
    "scan_backward": ("drops-the-carried-gradient", "How many paths lead from a state to the loss?"),
    "lookup_backward": ("repeats-overwrite", "What happens when one word comes twice in a row?"),
    "masked_softmax_loss": ("divides-by-the-mask", "By which count is the sum divided?"),
}
_UNATTEMPTED = (Verdict.NOT_ATTEMPTED, Verdict.MISSING)


def example_class(students: int = 40, seed: int = 5, hostile: bool = False) -> list[Report]:
    """Reports of a class, sorted by submission: every verdict, strange names, evidence; hostile text if wanted."""
    rng = random.Random(seed)
    ids = [*_NAMES, *STRANGE_IDS][:students]
    ids += [f"student-{number:04d}" for number in range(students - len(ids))]
    reports = [_report(rng, submission, skill=rng.betavariate(5, 1.6)) for submission in ids]
    reports[0] = every_verdict(ids[0])
    if hostile:
        reports[1] = hostile_report()
    reports[2] = _all_passed(reports[2])
    reports[3] = unreadable_report(ids[3])
    return sorted(reports, key=lambda report: report.submission)


def every_verdict(submission: str = "abel-kovacs") -> Report:
    """One report with all verdicts that one readable file can get."""
    verdicts = [verdict for verdict in Verdict if verdict not in (Verdict.UNJUDGED, Verdict.UNREADABLE)]
    results = [_result(random.Random(1), *pair, verdict) for pair, verdict in zip(EXERCISES, verdicts, strict=True)]
    return _of(submission, results)


def unreadable_report(submission: str = "two-seven") -> Report:
    """A report on a file that could not be read at all."""
    results = [_result(random.Random(1), *pair, Verdict.UNREADABLE) for pair in EXERCISES]
    return replace(_of(submission, results), notes=("this is Python 2: print without parentheses in line 3",))


def unjudged_report(submission: str = "unlucky") -> Report:
    """A report with a fault of ours in it: there is no score."""
    results = [_result(random.Random(2), *pair, Verdict.PASSED) for pair in EXERCISES]
    fault = replace(results[4], verdict=Verdict.UNJUDGED, points=None, rationale="the zygote did not answer")
    return _of(submission, [*results[:4], fault, *results[5:]])


def hostile_report(submission: str = HOSTILE[0]) -> Report:
    """A report with hostile text in every field that could hold text."""
    bad = "\n".join(HOSTILE)
    case = CaseRef(3, bad, {bad: 2}, HIDDEN_SEED, "hidden", f"grader check --seed {HIDDEN_SEED} {bad}")
    evidence = Evidence(bad, (2,), [bad, 1.0], [0.5, float("nan")], (0, 1), {bad: [bad]})
    result = ExerciseResult(
        "", Verdict.FAILED, 0.0, 3.0, bad, bad, bad, case, (bad,), (evidence,), (Example({bad: 2}, bad),)
    )
    results = [replace(result, exercise=name, max_points=points) for name, points in EXERCISES]
    return replace(_of(submission, results), notes=(bad,), versions={"grader": "0.1.0", bad: bad})


def _all_passed(report: Report) -> Report:
    results = [_result(random.Random(3), *pair, Verdict.PASSED) for pair in EXERCISES]
    return replace(report, exercises=tuple(results), notes=())


def _report(rng: random.Random, submission: str, skill: float) -> Report:
    results: list[ExerciseResult] = []
    for name, points in EXERCISES:
        if name == "scan_forward" and results[-2].verdict is not Verdict.PASSED:
            verdict = Verdict.BLOCKED
        elif rng.random() < skill:
            verdict = Verdict.PASSED
        else:
            verdict = rng.choice([*[Verdict.FAILED] * 6, *[Verdict.RAISED] * 2, *_UNATTEMPTED, Verdict.TIMED_OUT])
        results.append(_result(rng, name, points, verdict))
    notes = ("1 print was ignored",) if rng.random() < 0.1 else ()
    return replace(_of(submission, results), notes=notes, cpu_seconds=round(rng.lognormvariate(-0.7, 0.5), 3))


def _of(submission: str, results: list[ExerciseResult]) -> Report:
    return Report(
        submission=submission,
        assignment="layers",
        sha256="5f" * 32,
        seed=HIDDEN_SEED,
        plan="c0ffee" * 10 + "beef",
        isolation="full",
        versions={"grader": "0.1.0", "python": "3.11.7", "numpy": "2.4.6"},
        cpu_seconds=0.41,
        exercises=tuple(results),
    )


def _result(rng: random.Random, name: str, points: float, verdict: Verdict) -> ExerciseResult:
    rationales = {
        Verdict.PASSED: "",
        Verdict.FAILED: "dW differs at [1, 2]: got 0.448213, wanted 0.896426, relative error 5.0e-01,"
        " for N=2, D=3, H=4. This is not the derivative of your own forward.",
        Verdict.RAISED: "IndexError: index 4 is out of bounds for axis 1 with size 4\n  at line 87: dx[:, t] = step(…)",
        Verdict.TIMED_OUT: "no answer after 2 seconds of CPU time on a case that takes 0.001",
        Verdict.KILLED: "ended by the limit of 1 GB of memory",
        Verdict.MALFORMED: "returned 2 values, wanted 3: dx, dW, db",
        Verdict.NOT_ATTEMPTED: "the function is as the stub has it",
        Verdict.MISSING: f"the file defines no {name}",
        Verdict.BLOCKED: "waits for scan_step_forward to be right",
        Verdict.UNREADABLE: "line 141: '(' was never closed",
    }
    result = ExerciseResult(name, verdict, points if verdict is Verdict.PASSED else 0.0, points, rationales[verdict])
    if verdict is Verdict.FAILED:
        result = _failed(rng, result)
    return result


def _failed(rng: random.Random, result: ExerciseResult) -> ExerciseResult:
    named = result.exercise in _MISTAKES and rng.random() < 0.75
    mistake, hint = _MISTAKES[result.exercise] if named else (None, None)
    follows = result.exercise.endswith("_backward") and rng.random() < 0.4
    return replace(
        result,
        points=result.max_points * 0.5 if follows else 0.0,
        mistake=mistake,
        hint=hint,
        case=CaseRef(rng.randrange(30), "fixed", {"N": 2, "D": 3, "H": 4}, None, "hidden", ""),
        notes=("db came as (1, 4); judged as (4,)",) if rng.random() < 0.3 else (),
        evidence=(
            _evidence(rng, "dW", (3, 4)),
            _evidence(rng, "db", (4,)),
            _evidence(rng, "dx", (2, 3, 3)),
        ),
        examples=(
            Example({"N": 1, "D": 1}, "import numpy as np\n\nx = np.array([[0.5]])\nprint(affine(x))\n"),
            Example({"N": 2, "D": 3}, "import numpy as np\n\nx = np.ones((2, 3))\nprint(affine(x))\n"),
        ),
    )


def _evidence(rng: random.Random, tensor: str, shape: tuple[int, ...]) -> Evidence:
    size = 1
    for length in shape:
        size *= length
    want = [rng.uniform(-2, 2) for _ in range(size)]
    inputs = {"x": nested([index / 8 - 0.3 for index in range(6)], (2, 3)), "dout": nested([0.25] * 8, (2, 4))}
    wrong = tuple(sorted(rng.sample(range(size), max(1, size // 3))))
    got = [value * 0.5 if index in wrong else value for index, value in enumerate(want)]
    if rng.random() < 0.2:
        got[wrong[0]] = float("nan")
    return Evidence(tensor, shape, nested(got, shape), nested(want, shape), wrong, inputs)


def nested(flat: list[Any], shape: tuple[int, ...]) -> Any:
    """The flat values as nested lists of that shape, C order."""
    if not shape:
        return flat[0]
    step = len(flat) // shape[0]
    return [nested(flat[start : start + step], shape[1:]) for start in range(0, len(flat), step)]


def write_reports(directory: Path, reports: Sequence[Report], jobs: int = 1) -> list[str]:
    """Write a class's files as from a gradebook; gives whose evidence was asked for."""
    from grader.render.pages import write_class

    kept = {report.submission: Entry.of(report) for report in sorted(reports, key=lambda report: report.submission)}
    asked: list[str] = []

    def entries(submissions: Sequence[str]) -> list[Entry]:
        asked.extend(submissions)
        return [kept[submission] for submission in submissions]

    write_class(directory, [entry.line for entry in kept.values()], entries, jobs)
    return asked


if __name__ == "__main__":
    write_reports(Path(sys.argv[1]), example_class(int((sys.argv[2:] or ["40"])[0])))
