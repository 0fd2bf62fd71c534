"""The notebook: the same functions as the stub, one cell each, with the task above and the check below.

Pictures travel inside it, as attachments. A figure stands behind the last exercise that it is drawn by.

It is written as plain JSON (nbformat 4.5), so that making a release needs no Jupyter. The ids of the cells come
from the names of the exercises: the same bytes every time, and no cell moves when another is inserted.
"""

import base64
import json
from collections.abc import Iterator
from typing import Any

from grader.exercise import Assignment, Exercise
from grader.illustrations import Figure, Picture, pictures_of
from grader.release.errata import errata_section
from grader.release.prose import CACHE_PHRASE, has_cache, number_of, points_phrase, shapes_table
from grader.release.stub import given_function, stub_function

_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def notebook(assignment: Assignment) -> str:
    """The text of `<name>.ipynb` as a student receives it."""
    document = {"cells": list(_cells(assignment)), "metadata": _METADATA, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _cells(assignment: Assignment) -> Iterator[dict[str, Any]]:
    pictures = pictures_of(assignment.pictures)
    yield _with_pictures(_markdown("intro", _intro(assignment, pictures)), pictures)
    yield _code("imports", "import numpy as np\n\nimport grader")
    yield from (_code(f"{one.__name__}-given", given_function(one).rstrip("\n")) for one in assignment.given)
    for exercise in assignment.exercises:
        pictures = pictures_of(assignment.pictures, exercise.name)
        yield _with_pictures(_markdown(f"{exercise.name}-task", _task(assignment, exercise, pictures)), pictures)
        yield _code(f"{exercise.name}-code", stub_function(assignment, exercise).rstrip("\n"))
        yield _code(f"{exercise.name}-check", f'grader.check("{exercise.name}")')
        for figure in _figures_behind(assignment, exercise):
            yield _markdown(f"{figure.name}-text", f"### {figure.title}\n\n{figure.text.strip()}")
            yield _code(f"{figure.name}-figure", f"@grader.figure\n{figure.source}")


def _shown(picture: Picture) -> str:
    return f"![{picture.alt}](attachment:{picture.filename})"


def _with_pictures(cell: dict[str, Any], pictures: list[Picture]) -> dict[str, Any]:
    """The cell with the pictures in it: seen wherever the notebook goes, without the files beside it."""
    if not pictures:
        return cell
    data = {
        picture.filename: {"image/svg+xml": base64.b64encode(picture.svg.encode()).decode()} for picture in pictures
    }
    return {**cell, "attachments": data}


def _figures_behind(assignment: Assignment, exercise: Exercise) -> Iterator[Figure]:
    """The figures whose last function this exercise is."""
    names = [each.name for each in assignment.exercises]
    return (figure for figure in assignment.figures if max(figure.needs, key=names.index) == exercise.name)


def _intro(assignment: Assignment, pictures: list[Picture]) -> str:
    paragraphs = [
        f"# {assignment.title}",
        assignment.intro,
        *map(_shown, pictures),
        "Write the functions below. The cell under each checks it *as it is in this notebook now*: run the cell of the"
        " function, then the check. Nothing needs to be saved for that. Before you hand in, restart the kernel and run"
        f" all cells once: what you have deleted is still there until then. Hand in this notebook or"
        f" `{assignment.name}.py`, not both.",
    ]
    if assignment.figures:
        paragraphs.append(
            "Some cells draw a figure by your own functions. They need matplotlib, the checks do not, and no points"
            " hang on them."
        )
    if has_cache(assignment):
        paragraphs.append(CACHE_PHRASE)
    paragraphs += filter(None, [errata_section(assignment)])
    return "\n\n".join(paragraphs)


def _task(assignment: Assignment, exercise: Exercise, pictures: list[Picture]) -> str:
    heading = f"## {number_of(assignment, exercise)}. `{exercise.name}` ({points_phrase(exercise.contract.points)})"
    words = " ".join(filter(None, [exercise.summary, exercise.task]))
    return "\n\n".join([heading, words, *map(_shown, pictures), shapes_table(exercise)])


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
