"""What a check shows: a card in a notebook, the terminal's summary elsewhere.

Notebooks strip style sheets and scripts from what they did not make themselves, so each element carries its style.
Text takes the colour of the page, and fills are half transparent: the card lives in a light and in a dark notebook.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from html import escape
from types import MappingProxyType

from grader.inline.heat import HeatMap
from grader.render.arrays import Slice, compare, slices
from grader.render.cleaning import clean, clean_report
from grader.render.curve import polyline
from grader.render.terminal import student_summary
from grader.render.wording import WORDING, family, plural, points_text, rationale_text
from grader.report import Curve, Evidence, Example, ExerciseResult, Report, Verdict

_ACCENT: Mapping[str, str] = MappingProxyType(
    {
        "right": "#2f9e68",
        "partial": "#c79a1b",
        "wrong": "#d5552b",
        "broke": "#ad4d97",
        "absent": "#8b8f94",
        "blocked": "#5585c8",
        "ours": "#8b8f94",
    }
)
_SMALL = "font-size:0.85em;opacity:0.75"
_MONO = "font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,'Liberation Mono',monospace;font-size:0.85em"
_TEXT = "margin:0.35em 0 0;white-space:pre-wrap;overflow-wrap:anywhere"
_NOT_IN_A_SESSION = "a notebook is read for its definitions"  # said of a file that is handed in
_CELL_NUMBER = re.compile(r"\bcode cell (\d+)")


@dataclass(frozen=True, slots=True)
class Advice:
    """Why a check could not be made, and what to do about it."""

    text: str

    def __repr__(self) -> str:
        return f"not checked: {clean(self.text)}"

    def _repr_html_(self) -> str:
        return _card("absent", f"<b>not checked</b><p style='{_TEXT}'>{_text(self.text)}</p>")


@dataclass(frozen=True, slots=True)
class Shown:
    """A report in the notebook, with maps of errors by exercise."""

    report: Report
    maps: tuple[tuple[str, tuple[HeatMap, ...]], ...] = ()

    @property
    def passed(self) -> bool:
        """Whether all that was checked is right."""
        return all(result.verdict is Verdict.PASSED for result in self.report.exercises)

    def __repr__(self) -> str:
        return student_summary(_told(self.report)).rstrip("\n")

    def _repr_html_(self) -> str:
        report, maps = clean_report(_told(self.report)), dict(self.maps)
        cards = [_result_card(result, maps.get(result.exercise, ())) for result in report.exercises]
        if len(report.exercises) > 1:
            total = f"{points_text(report.score)} of {points_text(report.max_score)} points"
            cards.insert(0, f"<p style='margin:0.2em 0'><b>{_text(report.assignment)}</b>: {total}</p>")
        if not self.passed:
            cards += [f"<p style='{_TEXT};{_SMALL}'>Note: {_text(note)}</p>" for note in report.notes]
        return "".join(cards)


def _told(report: Report) -> Report:
    """The report in the words of a notebook: cells by their numbers in brackets, a case again by `grader.check`."""
    results = tuple(
        replace(
            result,
            rationale=_in_brackets(rationale_text(result)) or WORDING[result.verdict].meaning,
            case=replace(result.case, repeat=_again(result)) if result.case is not None else None,
        )
        for result in report.exercises
    )
    notes = tuple(_in_brackets(note) for note in report.notes if not note.startswith(_NOT_IN_A_SESSION))
    return replace(report, exercises=results, notes=notes)


def _again(result: ExerciseResult) -> str:
    assert result.case is not None
    return f'grader.check("{result.exercise}", case={result.case.index})'


def _in_brackets(text: str) -> str:
    return _CELL_NUMBER.sub(r"cell [\1]", text)


def _card(colours: str, inside: str) -> str:
    accent = _ACCENT[colours]
    return (
        f"<div style='border-left:4px solid {accent};background:{accent}14;padding:0.5em 0.9em;margin:0.3em 0;"
        f"max-width:60em;line-height:1.45'>{inside}</div>"
    )


def _result_card(result: ExerciseResult, maps: tuple[HeatMap, ...]) -> str:
    parts = [_headline(result)]
    if result.verdict is not Verdict.PASSED:
        parts.append(f"<p style='{_TEXT}'>{_text(result.rationale)}</p>")
    if result.hint:
        hint = f"padding:0.3em 0.8em;border-left:3px solid {_ACCENT['blocked']}"
        parts.append(f"<p style='{_TEXT};{hint}'><b>Perhaps:</b> {_text(result.hint)}</p>")
    parts += [f"<p style='{_TEXT};{_SMALL}'>Note: {_text(note)}</p>" for note in result.notes]
    if maps:
        parts += _maps(maps)
    if result.evidence:
        parts += _numbers(result)
    parts += [_example(example) for example in result.examples[:1]]
    parts += map(_curve, result.curves)
    return _card(family(result), "".join(parts))


def _headline(result: ExerciseResult) -> str:
    mark = {Verdict.PASSED: "✓", Verdict.NOT_ATTEMPTED: "–", Verdict.BLOCKED: "…"}.get(result.verdict, "✗")
    accent = _ACCENT[family(result)]
    points = f"{points_text(result.points)} of {points_text(result.max_points)} points"
    return (
        f"<div style='display:flex;gap:0.6em;align-items:baseline;flex-wrap:wrap'>"
        f"<b style='color:{accent};font-size:1.1em'>{mark}</b>"
        f"<b style='{_MONO}'>{_text(result.exercise)}</b> <span>{_text(result.verdict.label)}</span>"
        f"<span style='margin-left:auto;{_SMALL}'>{points}</span></div>"
    )


def _maps(maps: tuple[HeatMap, ...]) -> Iterator[str]:
    legend = f"<span style='{_SMALL}'>at {_text(maps[0].where)}; grey is right; the redder, the further off</span>"
    yield f"<p style='{_TEXT}'><b>Where it is wrong</b> {legend}</p>"
    yield "<div style='display:flex;flex-wrap:wrap;gap:0.2em 2em'>"
    for each in maps:
        title = f"<div style='{_SMALL};margin:0.5em 0 0'>{_text(each.title)}</div>"
        yield f"<div style='max-width:100%'>{title}<div style='overflow-x:auto'>{each.svg}</div></div>"
    yield "</div>"


def _numbers(result: ExerciseResult) -> Iterator[str]:
    """The smallest failing case in numbers: what came beside what was wanted, and its inputs."""
    where = f" at {result.case}" if result.case else ""
    again = f" · again: <code>{_text(result.case.repeat)}</code>" if result.case else ""
    yield f"<p style='{_TEXT}'><b>The smallest such case</b> <span style='{_SMALL}'>{_text(where)}{again}</span></p>"
    worst, *others = map(_evidence, result.evidence)
    yield worst
    if others:
        yield _folded(f"{plural(len(others), 'more array')} of this case", "".join(others))
    inputs = result.evidence[0].inputs
    tables = "".join(_matrix(part, name, "") for name, array in inputs.items() for part in slices(array))
    if tables:
        yield _folded("its inputs", f"<div style='display:flex;flex-wrap:wrap;gap:0.3em 1.6em'>{tables}</div>")


def _evidence(evidence: Evidence) -> str:
    wrong = f": {plural(len(evidence.wrong), 'wrong entry', 'wrong entries')}" if evidence.wrong else ""
    pairs = "".join(
        "<div style='display:flex;flex-wrap:wrap;gap:0.3em 1.6em'>"
        + (_matrix(pair.got, "got", "✗") if pair.got else "")
        + (_matrix(pair.want, "wanted", "") if pair.want else "")
        + "</div>"
        for pair in compare(evidence)
    )
    title = f"<code>{_text(evidence.tensor)}</code> of shape {_text(str(evidence.shape))}{wrong}"
    return f"<div style='{_SMALL};margin:0.5em 0 0'>{title}</div>{pairs}"


def _matrix(part: Slice, title: str, mark: str) -> str:
    """A slice as a table between two lines, the wrong entries filled and, where they came from the student, marked."""
    cell = "text-align:right;padding:0.05em 0.5em;white-space:pre;border:0;background:none"
    wrong = f"{cell};background:{_ACCENT['wrong']}44;font-weight:600"
    rows = "".join(
        "<tr style='background:none;border:0'>"
        + "".join(
            f"<td style='{wrong if each.wrong else cell}'>{_text(each.text)}{mark if each.wrong else ''}</td>"
            for each in row
        )
        + "</tr>"
        for row in part.rows
    )
    label = f" {part.label}" if part.label else ""
    return (
        f"<div style='overflow-x:auto'><div style='{_SMALL}'>{_text(title + label)}</div>"
        f"<table style='{_MONO};margin:0.1em 0;border-collapse:collapse;border:solid currentColor;border-width:0 1px'>"
        f"<tbody>{rows}</tbody></table></div>"
    )


def _example(example: Example) -> str:
    code = f"<pre style='{_MONO};overflow-x:auto;margin:0.3em 0 0;background:none'>{_text(example.snippet)}</pre>"
    return _folded(f"the same without the grader ({_text(example.title)}), to copy into a cell", code)


def _curve(curve: Curve) -> str:
    """Numbers in the order in which they came, such as a loss while something learns."""
    line = polyline(curve)
    if line is None:
        return ""
    text = 'fill="currentColor" font-family="sans-serif" font-size="12" text-anchor="end"'
    return (
        f"<div style='{_SMALL};margin:0.5em 0 0'><code>{_text(curve.title)}</code>: begins at {line.first},"
        f" ends at {line.last}</div>"
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-70 -12 690 150" width="552" height="120" role="img"'
        f' aria-label="the curve of {_text(curve.title)}">'
        '<path d="M0 0V120H600" fill="none" stroke="currentColor" opacity="0.4"/>'
        f'<polyline points="{line.points}" fill="none" stroke="{_ACCENT["blocked"]}" stroke-width="2"/>'
        f'<text x="-8" y="5" {text}>{line.high}</text><text x="-8" y="124" {text}>{line.low}</text></svg>'
    )


def _folded(title: str, inside: str) -> str:
    head = f"<summary style='cursor:pointer;{_SMALL}'>{title}</summary>"
    return f"<details style='margin:0.4em 0 0'>{head}{inside}</details>"


def _text(text: str) -> str:
    return escape(clean(text))
