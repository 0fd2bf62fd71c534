"""What stands in a terminal: a class after `grader grade`, one student's `grader check`.

Functions give text; colour is a `Paint` they are handed. `rich` is optional: a student may have numpy,
hypothesis and pytest alone, so it is imported where it is needed and its absence means plain text.
"""

import textwrap
from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest
from typing import TextIO

from grader.render.arrays import Cell, Slice, compare
from grader.render.cleaning import clean_line, clean_report
from grader.render.curve import sparkline
from grader.render.overview import ClassOverview, overview, slowest
from grader.render.wording import (
    UNSAFE,
    WORDING,
    family,
    plural,
    points_text,
    rationale_text,
    repeat_command,
    terminal_mark,
)
from grader.report import Evidence, ExerciseResult, Report, Verdict

Paint = Callable[[str, str], str]  # text and a style in rich's words ("bold red") -> text
WIDTH = 100
_INDENT = "    "
_COLOURS = {"right": "green", "partial": "yellow", "wrong": "red", "broke": "red", "ours": "bold magenta"}
_ASCII = str.maketrans({"✓": "+", "✗": "x", "–": "-", "…": "~", "│": "|", "×": "x", "█": "#", "·": "-"})


def plain(text: str, style: str) -> str:
    """The text without colour."""
    return text


def paint_for(stream: TextIO) -> Paint:
    """Colour where `rich` is installed, the stream is a terminal and NO_COLOR is not set; else `plain`."""
    try:
        from rich.console import COLOR_SYSTEMS, Console
        from rich.style import Style
    except ImportError:
        return plain
    console = Console(file=stream)
    colours = COLOR_SYSTEMS.get(console.color_system or "")
    if not console.is_terminal or console.no_color or colours is None or console.legacy_windows:
        return plain
    return lambda text, style: Style.parse(style).render(text, color_system=colours)


def show(text: str, stream: TextIO) -> None:
    """Write the text, in ASCII where the stream's encoding has no word for a mark."""
    try:
        text.encode(stream.encoding or "utf-8")
    except UnicodeEncodeError:
        text = text.translate(_ASCII).encode("ascii", "backslashreplace").decode()
    stream.write(text)
    stream.flush()


def student_summary(report: Report, paint: Paint = plain, width: int = WIDTH) -> str:
    """One student's results: a line for each exercise, and below it what is to be said of it."""
    report = clean_report(report)
    score = f"{points_text(report.score)} of {points_text(report.max_score)} points"
    lines = [f"{paint(report.assignment, 'bold')}  {score}", ""]
    for result in report.exercises:
        lines += _exercise_lines(result, paint, width)
    if len(report.exercises) == 1:  # asked for this one alone: there is room for a case to try by hand
        lines += _snippet(report.exercises[0])
    lines += [""] * bool(report.notes) + [f"note: {note}" for note in report.notes]
    return "\n".join(lines) + "\n"


def class_summary(reports: Sequence[Report], paint: Paint = plain) -> str:
    """A class on one screen: scores, verdicts, what it got wrong, who took longest."""
    reports = [clean_report(report) for report in reports]
    if not reports:
        return "no submission was graded\n"
    whole = overview(reports)
    blocks = [_warnings(whole, paint), _headline(whole, paint), _verdicts(whole), _hardest(whole, paint)]
    blocks += [_ideas(whole), _slowest(reports)]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _exercise_lines(result: ExerciseResult, paint: Paint, width: int) -> Iterator[str]:
    colour = _COLOURS.get(family(result), "dim")
    mark = paint(terminal_mark(result), colour)
    points = f"{points_text(result.points)}/{points_text(result.max_points)}"
    if result.verdict is Verdict.PASSED:
        yield f"{mark} {result.exercise:<32} {points:>8}"
    else:
        yield f"{mark} {result.exercise:<32} {points:>8}  {paint(result.verdict.label, colour)}"
        yield from _wrapped(rationale_text(result) or WORDING[result.verdict].meaning, width)
    if result.hint:
        yield from (paint(line, "cyan") for line in _wrapped(f"hint: {result.hint}", width))
    for note in result.notes:
        yield from _wrapped(f"note: {note}", width)
    for evidence in result.evidence:
        yield from _evidence(evidence, paint, width)
    for curve in result.curves:
        if curve.values:
            ends = f"{curve.values[0]:.3g} to {curve.values[-1]:.3g}"
            yield f"{_INDENT}{curve.title}: {paint(sparkline(curve.values), 'dim')} {ends}"
    if command := repeat_command(result.case):
        yield from _wrapped(f"again: {command}", width)


def _snippet(result: ExerciseResult) -> Iterator[str]:
    for example in result.examples[:1]:
        yield ""
        yield f"{_INDENT}The smallest failing case, without the grader:"
        yield from (f"{_INDENT * 2}{line}".rstrip() for line in example.snippet.splitlines())


def _wrapped(text: str, width: int) -> Iterator[str]:
    for line in text.splitlines():
        wrapped = textwrap.wrap(line, width - len(_INDENT), subsequent_indent="  ", break_long_words=False)
        yield from (_INDENT + part for part in wrapped)


def _evidence(evidence: Evidence, paint: Paint, width: int) -> Iterator[str]:
    """What came beside what was wanted; one below the other where the terminal is too narrow."""
    yield f"{_INDENT}{clean_line(evidence.tensor)} {evidence.shape}, wrong entries marked ✗"
    for pair in compare(evidence):
        got, want = _matrix(pair.got, paint), _matrix(pair.want, plain, marks=False)
        label = next((side.label for side in (pair.got, pair.want) if side and side.label), "")
        left = max([len("got"), *(size for _, size in got)])
        right = max([len("wanted"), *(size for _, size in want)])
        if 2 * len(_INDENT) + left + right + 3 <= width:
            rows = zip_longest([("got", 3), *got], [("wanted", 6), *want], fillvalue=("", 0))
            text = [f"{a}{' ' * (left - size)} │ {b}".rstrip() for (a, size), (b, _) in rows]
        else:
            text = ["got", *(row for row, _ in got), "wanted", *(row for row, _ in want)]
        yield from (f"{_INDENT * 2}{line}" for line in ([label] if label else []) + text)


def _matrix(part: Slice | None, paint: Paint, marks: bool = True) -> list[tuple[str, int]]:
    """The rows of a slice with the width each has on screen, which colour codes would hide."""
    if part is None:
        return []
    columns = zip_longest(*part.rows, fillvalue=Cell(""))
    sizes = [max(len(clean_line(cell.text)) for cell in column) for column in columns]
    return [
        (
            "".join(_cell(cell, size, paint, marks) for cell, size in zip(row, sizes, strict=False)),
            sum(sizes) + 2 * len(row),
        )
        for row in part.rows
    ]


def _cell(cell: Cell, size: int, paint: Paint, marks: bool) -> str:
    text = f"{clean_line(cell.text):>{size}}"
    return paint(f"{text}✗ ", "bold red") if cell.wrong and marks else f"{text}  "


def _warnings(whole: ClassOverview, paint: Paint) -> list[str]:
    lines = []
    if whole.unsafe:
        lines.append(paint(f"UNSAFE: {plural(whole.unsafe, 'submission')} {UNSAFE}", "bold red"))
    if whole.ungraded:
        lines.append(paint(f"NO GRADE for {plural(whole.ungraded, 'submission')}: a fault of ours", "bold magenta"))
    return lines


def _headline(whole: ClassOverview, paint: Paint) -> list[str]:
    figures = [plural(whole.students, "submission")]
    if whole.scores:
        figures += [
            f"median {points_text(whole.median)} of {points_text(whole.max_score)}",
            f"mean {points_text(whole.mean)}",
            f"from {points_text(min(whole.scores))} to {points_text(max(whole.scores))}",
            f"{whole.full_marks:,} with full marks",
        ]
    return [f"{paint(whole.assignment, 'bold')}  " + " · ".join(figures)]


def _verdicts(whole: ClassOverview) -> list[str]:
    return ["verdicts: " + ", ".join(f"{count:,} {verdict.label}" for verdict, count in _ranked(whole.verdicts))]


def _hardest(whole: ClassOverview, paint: Paint) -> list[str]:
    lines = ["what the class got wrong"]
    for exercise in whole.hardest:
        bar = paint("█" * round(20 * exercise.not_right_share), "red")
        blank = " " * (20 - round(20 * exercise.not_right_share))
        wrong: dict[Verdict, int] = {
            verdict: count for verdict, count in exercise.verdicts.items() if verdict is not Verdict.PASSED
        }
        counts = ", ".join(f"{count} {verdict.label}" for verdict, count in _ranked(wrong))
        lines.append(f"  {exercise.exercise:<32} {exercise.not_right_share:>4.0%} {bar}{blank} {counts}")
    return lines if len(lines) > 1 else []


def _ideas(whole: ClassOverview) -> list[str]:
    lines = [f"  {plural(each.students, 'student'):<12} {clean_line(each.hint)}" for each in whole.ideas[:8]]
    return ["ideas that were misunderstood", *lines] if lines else []


def _slowest(reports: Sequence[Report]) -> list[str]:
    named = ", ".join(f"{report.submission} {report.cpu_seconds:.2f} s" for report in slowest(reports))
    return [f"most CPU time: {named}"]


def _ranked(counts: dict[Verdict, int]) -> list[tuple[Verdict, int]]:
    return sorted(counts.items(), key=lambda item: -item[1])
