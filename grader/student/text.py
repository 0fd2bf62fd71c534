"""The text of a submission's bytes, as Python would read it, or as near as can be told."""

import codecs
import io
import tokenize

# What is handed in under a .py name by mistake: the first bytes, and what it is.
_OTHER_FILES = (
    (b"PK\x03\x04", "a zip or Word file"),
    (b"%PDF", "a PDF"),
    (b"{\\rtf", "an RTF document"),
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
    (b"\x89png", "a picture"),
    (b"\x1f\x8b", "a gzip file"),
)
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Unreadable(Exception):
    """Nothing can be made of the file; the text says why and what to do."""


def decode(data: bytes) -> tuple[str, list[str]]:
    """The text with `\\n` line ends, and notes; a BOM and a PEP 263 cookie are obeyed, utf-8 comes before latin-1."""
    start = data[:20].lower()
    for mark, what in _OTHER_FILES:
        if start.startswith(mark.lower()):
            raise Unreadable(f"the file is {what}, not Python source; hand in the source itself")
    if data.startswith(_UTF_16):
        raise Unreadable("the file is in UTF-16, which Python does not read; save it as UTF-8")
    if b"\0" in data:
        line = data[: data.index(b"\0")].count(b"\n") + 1
        raise Unreadable(f"the file holds a NUL byte in line {line}, so it is not Python source; save it anew as UTF-8")
    text, notes = _decoded(data)
    return text.replace("\r\n", "\n").replace("\r", "\n"), notes


def _decoded(data: bytes) -> tuple[str, list[str]]:
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return data.decode(encoding), []
    except (SyntaxError, LookupError, UnicodeError):
        pass  # a cookie that is unknown or untrue, or no cookie and not utf-8
    try:
        return data.decode("utf-8-sig"), ["the file's coding line is wrong; it was read as UTF-8, which it is"]
    except UnicodeError:
        return data.decode("latin-1"), ["the file is not UTF-8; it was read as latin-1, save it as UTF-8"]
