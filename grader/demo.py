"""A class to look at, made from what an assignment declares: right in many styles, wrong in every known way."""

import re
from collections.abc import Iterator
from pathlib import Path

from grader.exercise import Assignment
from grader.mistakes import edited_solution
from grader.release.stub import stub_module
from grader.validate import style_sources


def demo_class(assignment: Assignment, styles: Path) -> dict[str, str]:
    """Sources by the name of an imaginary student, which says what is to be expected."""
    solution, stub = assignment.solution, stub_module(assignment)
    submissions = {"right-reference": solution}
    for name, source in style_sources(assignment, styles).items():
        submissions[f"right-{_slug(name)}"] = source
    for exercise in assignment.exercises:
        for mistake in exercise.mistakes:
            name = f"wrong-{_slug(exercise.name)}-{_slug(mistake.name)}"
            submissions[name] = edited_solution(assignment, exercise, mistake)
    submissions["stub"] = stub
    submissions["empty"] = ""
    submissions |= _halves(assignment, solution, stub)
    submissions |= dict(_broken(assignment, solution))
    return submissions


def write_demo_class(assignment: Assignment, styles: Path, folder: Path) -> Path:
    """The class as a folder of folders, as a course's platform would hand it over."""
    for name, source in demo_class(assignment, styles).items():
        student = folder / name
        student.mkdir(parents=True, exist_ok=True)
        (student / f"{assignment.name}.py").write_text(source, encoding="utf-8")
    return folder


def _halves(assignment: Assignment, solution: str, stub: str) -> dict[str, str]:
    """Students who stopped a third and two thirds through: the stub with the first functions filled in."""
    names = [exercise.name for exercise in assignment.exercises]
    halves = {}
    for thirds in (1, 2):
        source = stub
        for name in names[: len(names) * thirds // 3]:
            source = source.replace(_function(stub, name), _function(solution, name))
        # What the filled-in functions call may be no exercise: the solution's other functions come along.
        others = [name for name in re.findall(r"^def (\w+)", solution, re.MULTILINE) if name not in names]
        halves[f"half-{thirds}-of-3"] = "\n\n".join([source, *(_function(solution, name) for name in others)])
    return halves


def _broken(assignment: Assignment, solution: str) -> Iterator[tuple[str, str]]:
    """Files that are right but for one thing that stops Python."""
    first, last = (_function(solution, assignment.exercises[index].name) for index in (0, -1))
    yield "broken-syntax-error", solution.replace(last, last.rstrip() + "\n    return (\n")
    yield "broken-python-2", solution.replace(last, last.replace("\n    ", '\n    print "debug"\n    ', 1))
    yield "broken-raises-at-import", solution + "\nraise RuntimeError('left over')\n"
    yield "broken-missing-function", solution.replace(last, "")
    yield "broken-no-import", solution.replace("import numpy as np\n", "")
    yield "broken-endless-loop", solution.replace(last, _with_first_statement(last, "while True: pass"))
    yield "broken-exits", solution.replace(last, _with_first_statement(last, "raise SystemExit(0)"))
    yield "broken-returns-none", solution.replace(last, _with_first_statement(last, "return None"))
    yield "broken-everywhere", first + "\n\n}{ this is not Python\n"


def _with_first_statement(function: str, statement: str) -> str:
    head, body = re.match(r"(def .*?:\n(?:    \"\"\".*?\"\"\"\n)?)(.*)", function, re.DOTALL).groups()  # type: ignore[union-attr]
    return f"{head}    {statement}\n{body}"


def _function(source: str, name: str) -> str:
    """The text of a top-level function."""
    match = re.search(rf"^def {name}\(.*?(?=^\S|\Z)", source, re.MULTILINE | re.DOTALL)
    assert match is not None, f"no function {name}"
    return match[0]


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
