"""Fills the text templates that lie beside this file."""

import string
from importlib.resources import files


class _Template(string.Template):
    """Places are written `@@{name}`: a dollar sign belongs to shells and to GitHub's expressions."""

    delimiter = "@@"


def fill(template: str, /, **values: str) -> str:
    """The template file of that name with every place filled; a place without a value is a `KeyError`."""
    text = (files("grader.release") / "templates" / template).read_text(encoding="utf-8")
    return _Template(text).substitute(values)
