"""What a check shows: escaped HTML that needs no style sheet, and text where there is no page."""

import html.parser
import sys

import pytest

from grader.inline.heat import HeatMap
from grader.inline.shown import Advice, Shown
from grader.report import CaseRef, Curve, Evidence, Example, ExerciseResult, Report, Verdict

HOSTILE = "<script>alert(1)</script>\x1b[2J\u202e'\""
CASE = CaseRef(4, "ordinary", {"N": 2, "D": 3}, 7, "public", "grader check work.ipynb -q f --case 4")
EVIDENCE = Evidence("dx", (2,), [1.0, 2.5], [1.0, 3.5], (1,), {"x": [[4.25]]})
MAP = HeatMap("N=2 D=3", "dx: 1 of 2 wrong", "<svg></svg>")


def result(verdict=Verdict.FAILED, **fields):
    told = {"rationale": "dx[1] is 2.5. See it again: grader check work.ipynb -q f --case 4", "case": CASE}
    return ExerciseResult("f", verdict, 0.0, 4.0, **{**told, **fields})


def report(*results, notes=()):
    return Report("this notebook", "work", "", 1, "", "inner", {}, 0.0, results, notes)


def page(*results, maps=(), notes=()):
    return Shown(report(*results, notes=notes), maps)._repr_html_()


class _Reader(html.parser.HTMLParser):
    """Which elements there are, that each is closed, and the text."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.attributes, self.text = [], set(), set(), ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.open.append(tag)
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attributes}

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def test_a_failure_shows_reason_hint_map_numbers_and_example():
    found = _Reader(
        page(
            result(hint="Which way?", evidence=(EVIDENCE,), examples=(Example({"N": 1}, "print(f(1))"),)),
            maps=(("f", (MAP,)),),
        )
    )
    for text in (
        "failed", "0 of 4 points", "dx[1] is 2.5.", "Which way?", "dx: 1 of 2 wrong", "at N=2 D=3", "2.5✗", "3.5",
        "4.25", "print(f(1))", 'grader.check("f", case=4)',
    ):  # fmt: skip
        assert text in found.text
    assert "--case" not in found.text  # that command reads the file, not the session
    assert "svg" in found.tags


def test_the_arrays_behind_the_first_are_folded():
    second = Evidence("dw", (1,), [7.5], [8.5], (0,), {})
    shown = page(result(evidence=(EVIDENCE, second, second)))
    before, after = shown.split("2 more arrays of this case")
    assert "2.5" in before
    assert "7.5" not in before
    assert after.count("7.5") == 2
    assert "more array" not in page(result(evidence=(EVIDENCE,)))


def test_a_curve_is_drawn_beside_a_pass():
    shown = page(result(Verdict.PASSED, curves=(Curve("losses", (2.5, 1.5, 0.25)), Curve("empty", ()))))
    found = _Reader(shown)
    assert "losses: begins at 2.5, ends at 0.25" in found.text
    assert "polyline" in found.tags
    assert "empty" not in found.text


def test_a_pass_is_one_line():
    found = _Reader(page(result(Verdict.PASSED, rationale="", case=None)))
    assert found.text == "✓f passed4 of 4 points".replace("4 of", "0 of")
    assert "note" not in _Reader(page(result(Verdict.PASSED), notes=("a note",))).text


def test_several_results_have_a_sum():
    assert "work: 0 of 8 points" in _Reader(page(result(), result(Verdict.PASSED))).text


def test_the_style_stands_in_the_elements_and_nothing_runs():
    found = _Reader(page(result(evidence=(EVIDENCE,), hint="x"), notes=("n",)))
    assert not found.tags & {"style", "script", "link", "img"}
    assert not {name for name in found.attributes if name.startswith("on")}


@pytest.mark.parametrize(
    "shown",
    [
        Shown(
            report(
                result(
                    rationale=HOSTILE,
                    hint=HOSTILE,
                    notes=(HOSTILE,),
                    evidence=(Evidence(HOSTILE, (1,), [HOSTILE], [HOSTILE], (0,), {HOSTILE: [HOSTILE]}),),
                    examples=(Example({"N": 1}, HOSTILE),),
                ),
                notes=(HOSTILE,),
            ),
            (("f", (HeatMap(HOSTILE, HOSTILE, "<svg></svg>"),)),),
        ),
        Advice(HOSTILE),
    ],
    ids=["result", "advice"],
)
def test_foreign_text_is_escaped_and_cleaned(shown):
    source = shown._repr_html_()
    assert "<script" not in source
    assert "&lt;script&gt;" in source
    for text in (source, repr(shown)):
        assert "\x1b" not in text
        assert "\u202e" not in text


def test_cells_are_told_by_their_numbers_in_brackets():
    told = result(rationale="raises ValueError (code cell 12, line 3).", case=None)
    assert "(cell [12], line 3)" in page(told)
    assert "(cell [12], line 3)" in repr(Shown(report(told)))


def test_what_is_said_of_a_handed_in_notebook_is_not_said_of_a_session():
    note = "a notebook is read for its definitions: 3 other statements were not run"
    assert "read for its definitions" not in page(result(), notes=(note,))
    assert "another" in page(result(), notes=("another",))


def test_a_terminal_shows_text(capsys):
    text = repr(Shown(report(result(evidence=(EVIDENCE,), hint="Which way?"))))
    assert text.splitlines()[0] == "work  0 of 4 points"
    assert "hint: Which way?" in text
    assert 'again: grader.check("f", case=4)' in text
    assert not text.endswith("\n")


def test_no_jinja_is_needed(monkeypatch):
    monkeypatch.setitem(sys.modules, "jinja2", None)
    assert "failed" in page(result())
