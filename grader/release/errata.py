"""Where the lectures mislead, with numbers that are computed when the text is made, and so cannot be mistyped."""

import contextlib
import io

import numpy as np

from grader.errors import DeclarationError
from grader.exercise import ERRATA_TITLE, Assignment, Erratum

LEAD = (
    "What is printed on a slide is not always what is meant. Below each remark stand a few lines, and what they print."
)


def errata_section(assignment: Assignment) -> str:
    """All errata of an assignment as Markdown; empty if there are none."""
    if not assignment.errata:
        return ""
    return "\n\n".join([f"## {ERRATA_TITLE}", LEAD, *map(_remark, assignment.errata)])


def shown(erratum: Erratum) -> str:
    """What the lines of an erratum print; a `DeclarationError` where they raise, or print nothing."""
    where = f"the erratum at {erratum.where}"
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            exec(compile(erratum.shows, where, "exec"), {"np": np})  # our own text, like a reference
    except Exception as error:
        raise DeclarationError(f"{where}: its lines raise {type(error).__name__}: {error}") from error
    if not printed.getvalue().strip():
        raise DeclarationError(f"{where}: its lines print nothing")
    return printed.getvalue().rstrip("\n")


def _remark(erratum: Erratum) -> str:
    remark = f"**{erratum.where}.** *Printed:* {erratum.printed} *Read:* {erratum.right}"
    return f"{remark}\n\n```python\n{erratum.shows.strip()}\n```\n\n```\n{shown(erratum)}\n```"
