"""The notebook: the same functions as the stub, one cell each, with the task above and the check below.

It is written as plain JSON (nbformat 4.5), so that making a release needs no Jupyter. The ids of the cells come
from the names of the exercises: the same bytes every time, and no cell moves when another is inserted.
"""

import json
from typing import Any

from grader.exercise import Assignment, Exercise
from grader.release.errata import errata_section
from grader.release.prose import CACHE_PHRASE, has_cache, number_of, points_phrase, shapes_table
from grader.release.stub import given_function, stub_function

_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def notebook(assignment: Assignment) -> str:
    """The text of `<name>.ipynb` as a student receives it."""
    cells = [_markdown("intro", _intro(assignment)), _code("imports", "import numpy as np")]
    cells += [_code(f"{one.__name__}-given", given_function(one).rstrip("\n")) for one in assignment.given]
    for exercise in assignment.exercises:
        cells += _exercise_cells(assignment, exercise)
    document = {"cells": cells, "metadata": _METADATA, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _intro(assignment: Assignment) -> str:
    paragraphs = [
        f"# {assignment.title}",
        assignment.intro,
        "Write the functions below. **Save the notebook before you run a check**: the check reads the file."
        f" Hand in this notebook or `{assignment.name}.py`, not both.",
    ]
    if has_cache(assignment):
        paragraphs.append(CACHE_PHRASE)
    paragraphs += filter(None, [errata_section(assignment)])
    return "\n\n".join(paragraphs)


def _exercise_cells(assignment: Assignment, exercise: Exercise) -> list[dict[str, Any]]:
    return [
        _markdown(f"{exercise.name}-task", _task(assignment, exercise)),
        _code(f"{exercise.name}-code", stub_function(assignment, exercise).rstrip("\n")),
        _code(f"{exercise.name}-check", f"!grader check {assignment.name}.ipynb -q {exercise.name}"),
    ]


def _task(assignment: Assignment, exercise: Exercise) -> str:
    heading = f"## {number_of(assignment, exercise)}. `{exercise.name}` ({points_phrase(exercise.contract.points)})"
    words = " ".join(filter(None, [exercise.summary, exercise.task]))
    return "\n\n".join([heading, words, shapes_table(exercise)])


def _markdown(identity: str, source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": identity, "metadata": {}, "source": _lines(source)}


def _code(identity: str, source: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": identity,
        "metadata": {},
        "outputs": [],
        "source": _lines(source),
    }


def _lines(source: str) -> list[str]:
    return source.splitlines(keepends=True)
