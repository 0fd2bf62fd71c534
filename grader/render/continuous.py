"""What a push gets to see: a job summary in Markdown, annotations in the diff, JUnit XML for every other tool.

A workflow command is a line of output, so what a student's code said must not start one; an annotation's
escapes are those of GitHub's actions toolkit.
"""

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from xml.etree import ElementTree

from grader.render.cleaning import clean_report
from grader.render.wording import WORDING, points_text, repeat_command, terminal_mark
from grader.report import ExerciseResult, Report, Verdict

_WAITING = (Verdict.BLOCKED, Verdict.NOT_ATTEMPTED)  # nothing was run: neither right nor wrong
_COUNTED = {"tests": "testcase", "failures": "failure", "errors": "error", "skipped": "skipped"}
_MARKDOWN = re.compile(r"[\\`*_{}\[\]()#+.!|<>~@:&$^-]")


def job_summary(report: Report) -> str:
    """Markdown: a table of the exercises, and below it the reason of each that is not right."""
    report = clean_report(report)
    lines = [
        f"## {_markdown(report.assignment)}: {points_text(report.score)} of {points_text(report.max_score)} points"
    ]
    lines += ["", "| | exercise | verdict | points |", "|-|-|-|-:|"]
    for result in report.exercises:
        points = f"{points_text(result.points)} / {points_text(result.max_points)}"
        name = _markdown(result.exercise)
        lines.append(f"| {terminal_mark(result)} | {name} | {result.verdict.label} | {points} |")
    for result in report.exercises:
        if result.verdict is not Verdict.PASSED:
            lines += [
                "",
                f"**{_markdown(result.exercise)}**: {result.verdict.label}",
                "",
                _preformatted(_reason(result)),
            ]
    lines += ["", *(f"- {_markdown(note)}" for note in report.notes)]
    return "\n".join(lines).rstrip() + "\n"


def annotations(report: Report, file: str, lines: Mapping[str, int] | None = None) -> str:
    """A workflow command for each exercise that is not right, at the line where its function starts."""
    report = clean_report(report)
    commands = (
        _annotation(result, file, (lines or {}).get(result.exercise))
        for result in report.exercises
        if result.verdict is not Verdict.PASSED
    )
    return "".join(f"{command}\n" for command in commands)


def junit(reports: Sequence[Report]) -> str:
    """JUnit XML: a suite for each submission, a case for each exercise; what waits is skipped, our fault an error."""
    root = ElementTree.Element("testsuites")
    for report in sorted(reports, key=lambda report: report.submission):
        _suite(root, clean_report(report))
    for element in (root, *root):
        _count(element)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _reason(result: ExerciseResult) -> str:
    """WHAT, and on lines of their own PERHAPS WHY and how to see it again."""
    parts = [result.rationale or WORDING[result.verdict].meaning]
    parts += [f"hint: {result.hint}"] if result.hint else []
    parts += [f"note: {note}" for note in result.notes]
    command = repeat_command(result.case)
    return "\n".join(parts + ([f"again: {command}"] if command else []))


def _markdown(text: str) -> str:
    """The text as one line of Markdown that means nothing but itself."""
    return _MARKDOWN.sub(lambda match: f"&#{ord(match[0])};", text.replace("\n", " "))


def _preformatted(text: str) -> str:
    """A block in which Markdown has no say: it ends at `</pre>` alone, and that can't stand inside."""
    return f"<pre>{html.escape(text)}</pre>"


def _annotation(result: ExerciseResult, file: str, line: int | None) -> str:
    level = "notice" if result.verdict in _WAITING else "error"
    where = {"file": file} | ({"line": str(line)} if line else {})
    properties = where | {"title": f"{result.exercise}: {result.verdict.label}"}
    said = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{level} {said}::{_message(_reason(result))}"


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")


def _suite(root: ElementTree.Element, report: Report) -> None:
    suite = ElementTree.SubElement(root, "testsuite", name=f"{report.assignment} {report.submission}")
    for result in report.exercises:
        case = ElementTree.SubElement(suite, "testcase", classname=report.assignment, name=result.exercise)
        properties = ElementTree.SubElement(case, "properties")
        for name, value in _properties(result):
            ElementTree.SubElement(properties, "property", name=name, value=value)
        if kind := _junit_kind(result):
            ElementTree.SubElement(case, kind, message=result.verdict.label).text = _reason(result)


def _properties(result: ExerciseResult) -> Iterator[tuple[str, str]]:
    yield "verdict", result.verdict.value
    yield "max_points", f"{result.max_points:.10g}"
    if result.points is not None:
        yield "points", f"{result.points:.10g}"


def _junit_kind(result: ExerciseResult) -> str:
    if result.verdict is Verdict.PASSED:
        return ""
    if result.verdict is Verdict.UNJUDGED:
        return "error"
    return "skipped" if result.verdict in _WAITING else "failure"


def _count(element: ElementTree.Element) -> None:
    """Write into a suite how many cases it holds, and of which kind."""
    for attribute, name in _COUNTED.items():
        element.set(attribute, str(sum(1 for _ in element.iter(name))))
