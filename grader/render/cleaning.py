"""The one place where text of unknown origin is made harmless to look at.

A student chooses file names, exception texts and whatever a rationale quotes. Control characters drive a
terminal, bidirectional overrides make a text read as another, lone surrogates and noncharacters make XML and
UTF-8 writers fail. Each becomes U+FFFD: seen, and without effect. Markup is not our business here: every
renderer escapes for its own language.
"""

import re
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from functools import cache
from operator import is_
from typing import Any

from grader.entry import UNSAFE
from grader.report import Report

_UNSAFE = re.compile(f"[{UNSAFE}]")
_LINE_ENDS = re.compile("\r\n?|[\u2028\u2029]")


def clean(text: str) -> str:
    """The text with every invisible or commanding character replaced, and one kind of line end."""
    if text.isascii() and text.isprintable():
        return text
    return _UNSAFE.sub("\ufffd", _LINE_ENDS.sub("\n", text))


def clean_line(text: str) -> str:
    """The text as one clean line."""
    return clean(text).replace("\n", " ").replace("\t", " ")


def clean_report(report: Report) -> Report:
    """The report with every string in it clean, and its submission on one line with a name to click on."""
    cleaned: Report = _cleaned(report)
    return replace(cleaned, submission=clean_line(cleaned.submission).strip() or "(no name)")


def _cleaned(value: Any) -> Any:
    """The value itself where there is nothing to clean: most of a report is numbers and plain text."""
    if isinstance(value, str):
        return value if isinstance(value, Enum) else clean(value)
    if value is None or isinstance(value, (float, int)):
        return value
    if isinstance(value, (list, tuple)):
        cleaned = [_cleaned(item) for item in value]
        return value if all(map(is_, cleaned, value)) else type(value)(cleaned)
    if isinstance(value, dict):
        return dict(zip(_cleaned(tuple(value)), _cleaned(tuple(value.values())), strict=True))
    if is_dataclass(value) and not isinstance(value, type):
        changed = {}
        for name in _names(type(value)):
            before = getattr(value, name)
            if (after := _cleaned(before)) is not before:
                changed[name] = after
        return replace(value, **changed) if changed else value
    return value


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))
