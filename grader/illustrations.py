"""What an assignment shows besides words: pictures that come with it, and figures that a student's own code draws.

A picture is an SVG that stands in the handout and in the notebook. A figure is a function of the notebook:

    def norms(figure, layer_forward, layer_backward):
        axes = figure.add_subplot()
        ...

Its first argument is an empty figure of matplotlib, the others are the student's own functions, by the names of
their exercises. It stands behind the last of these. Where it yields, what was drawn so far is shown, and what it
yields stands below as text: so a training run can be watched.
"""

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from grader.errors import DeclarationError

_FILE_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Picture:
    """An SVG by the name of its file, without suffix; `alt` says in a sentence what it shows, for who can't see it.

    It stands in the section of the exercise that it names, or below the intro where it names none.
    """

    name: str
    svg: str
    alt: str
    exercise: str = ""

    def __post_init__(self) -> None:
        if not _FILE_NAME.fullmatch(self.name):
            raise DeclarationError(f"picture {self.name!r}: wanted a name of a-z, 0-9 and _ for its file")
        if not self.svg.startswith("<svg ") or not self.svg.endswith("</svg>\n"):
            raise DeclarationError(f"picture {self.name}: wanted one <svg> element and a newline")
        if not self.alt or set(self.alt) & set("[]\n"):
            raise DeclarationError(f"picture {self.name}: wanted a sentence in `alt`, without brackets and newlines")

    @property
    def filename(self) -> str:
        return f"{self.name}.svg"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that the notebook draws with the student's functions, under a title and a text in Markdown."""

    function: Callable[..., Any]
    title: str
    text: str

    def __post_init__(self) -> None:
        parameters = list(inspect.signature(self.function).parameters)
        if parameters[:1] != ["figure"] or len(parameters) < 2:
            raise DeclarationError(
                f"figure {self.name}: takes ({', '.join(parameters)}), wanted `figure` and the functions it is drawn by"
            )

    @property
    def name(self) -> str:
        return self.function.__name__

    @property
    def needs(self) -> tuple[str, ...]:
        """The exercises whose functions draw it."""
        return tuple(inspect.signature(self.function).parameters)[1:]

    @property
    def source(self) -> str:
        """The function as it stands in the reference."""
        return inspect.getsource(self.function).rstrip("\n")


def pictures_of(pictures: tuple[Picture, ...], exercise: str = "") -> list[Picture]:
    """The pictures of an exercise, or without a name those of the intro."""
    return [picture for picture in pictures if picture.exercise == exercise]


def check_illustrations(
    assignment: str, exercises: list[str], pictures: tuple[Picture, ...], figures: tuple[Figure, ...]
) -> None:
    """Refuse what names an exercise that is not there, and two things of one name."""
    named = [(f"picture {picture.name}", picture.exercise) for picture in pictures if picture.exercise]
    named += [(f"figure {figure.name}", name) for figure in figures for name in figure.needs]
    for what, name in named:
        if name not in exercises:
            raise DeclarationError(f"assignment {assignment}: {what} names {name}, which is no exercise of it")
    for names in ([picture.name for picture in pictures], [figure.name for figure in figures] + exercises):
        twice = {name for name in names if names.count(name) > 1}
        if twice:
            raise DeclarationError(f"assignment {assignment}: {', '.join(sorted(twice))} stands twice")
