"""The folder of an assignment, `assignments/<name>/`: written from the reference, and known to be stale or fresh."""

import itertools
from pathlib import Path

from grader.errors import PlanError, UsageError
from grader.exercise import Assignment
from grader.release.handout import handout
from grader.release.leaks import refuse_leaks
from grader.release.notebook import notebook
from grader.release.stub import stub_module
from grader.release.template import fill


def text_files(assignment: Assignment) -> dict[str, str]:
    """The text files of an assignment by name: handout, stub, notebook, pytest module, and what lies beside them."""
    name = assignment.name
    return {
        "README.md": handout(assignment),
        f"{name}.py": stub_module(assignment),
        f"{name}.ipynb": notebook(assignment),
        f"test_{name}.py": _pytest_module(assignment),
        **{picture.filename: picture.svg for picture in assignment.pictures},
        **{path.name: path.read_text(encoding="utf-8") for path in assignment.files},
    }


def plan_name(assignment: Assignment) -> str:
    return f"{assignment.name}.plan"


def write_assignment(assignment: Assignment, directory: Path) -> list[Path]:
    """Write all that is derived from an assignment, the public plan included; the paths, in order.

    Nothing is written when a line of the solution would go out.
    """
    from grader.compile import compile_plan

    files = {name: text.encode() for name, text in text_files(assignment).items()}
    refuse_leaks(assignment, files)
    plan = compile_plan(assignment, assignment.public_seed, public=True)
    plan_path = directory / plan_name(assignment)
    refuse_leaks(assignment, {plan_path.name: plan.content})
    paths = write_files(files, directory)
    plan.save(plan_path)
    return [*paths, plan_path]


def write_files(files: dict[str, bytes], directory: Path) -> list[Path]:
    """Write each file under its name, `/` for folders; a `UsageError` names what cannot be written."""
    paths = []
    for name, data in files.items():
        path = directory / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        except OSError as error:
            raise UsageError(f"cannot write {path}: {error.strerror}") from error
        paths.append(path)
    return paths


def stale_files(assignment: Assignment, directory: Path) -> list[str]:
    """What in a folder differs from what the reference gives, as `<path>: <how>`; empty when it is fresh."""
    how = {directory / name: _difference(directory / name, text) for name, text in text_files(assignment).items()}
    plan = directory / plan_name(assignment)
    how[plan] = _plan_difference(assignment, plan)
    orphans = [path for path in directory.glob("*.svg") if path not in how]
    how.update(dict.fromkeys(orphans, "a picture that the reference no longer gives: delete it"))
    return [f"{path}: {difference}" for path, difference in how.items() if difference]


def _plan_difference(assignment: Assignment, path: Path) -> str:
    from grader.stale import plan_is_stale

    if not path.exists():
        return "missing"
    try:
        return plan_is_stale(assignment, path) or ""
    except PlanError as error:
        return str(error)


def _difference(path: Path, wanted: str) -> str:
    """How a file differs from the wanted text, in a few words; empty when byte for byte the same."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return "missing"
    if data == wanted.encode():
        return ""
    pairs = zip(data.decode("utf-8", errors="replace").split("\n"), wanted.split("\n"), strict=False)
    same = itertools.takewhile(lambda pair: pair[0] == pair[1], pairs)
    return f"differs from what the reference gives, from line {1 + len(list(same))} on"


def _pytest_module(assignment: Assignment) -> str:
    names = "\n".join(f'    "{exercise.name}",' for exercise in assignment.exercises)
    return fill("test_module.txt", name=assignment.name, exercises=names)
