"""The one place where text of unknown origin is made harmless to look at.

A student chooses file names, exception texts and whatever a rationale quotes. Control characters drive a
terminal, bidirectional overrides make a text read as another, lone surrogates and noncharacters make XML and
UTF-8 writers fail. Each becomes U+FFFD: seen, and without effect. Markup is not our business here: every
renderer escapes for its own language.
"""

import re
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any

from grader.report import Report

_UNSAFE = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 and C1 but for newline and tab
    "\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069"  # bidi marks, overrides, isolates; invisible spaces
    "\ud800-\udfff"  # lone surrogates
    "\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f"  # noncharacters, BOM, annotations, tags
)
UNSAFE = re.compile(f"[{_UNSAFE}]")
_LINE_ENDS = re.compile("\r\n?|[\u2028\u2029]")


def clean(text: str) -> str:
    """The text with every invisible or commanding character replaced, and one kind of line end."""
    if text.isascii() and text.isprintable():
        return text
    return UNSAFE.sub("\ufffd", _LINE_ENDS.sub("\n", text))


def clean_line(text: str) -> str:
    """The text as one clean line."""
    return clean(text).replace("\n", " ").replace("\t", " ")


def clean_report(report: Report) -> Report:
    """The report with every string in it clean, and its submission on one line with a name to click on."""
    cleaned: Report = _cleaned(report)
    return replace(cleaned, submission=clean_line(cleaned.submission).strip() or "(no name)")


def _cleaned(value: Any) -> Any:
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, (list, tuple)):
        return type(value)(map(_cleaned, value))
    if isinstance(value, dict):
        return {_cleaned(key): _cleaned(item) for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: _cleaned(getattr(value, field.name)) for field in fields(value)})
    return value
