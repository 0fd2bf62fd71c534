"""The pages: nothing gets through the escaping, nothing is told to the wrong person, no byte is left to chance."""

import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest

pytest.importorskip("jinja2")
pytest.importorskip("matplotlib")

from grader.render.html import index_page, student_page
from grader.render.wording import WORDING
from grader.report import CaseRef, Report, Verdict
from tests.render.examples import (
    EXERCISES,
    HIDDEN_SEED,
    HOSTILE,
    every_verdict,
    example_class,
    hostile_report,
    unjudged_report,
    unreadable_report,
    write_reports,
)

_NO_PART_OF_A_PAGE = {"img", "iframe", "object", "embed", "link", "form", "base", "audio", "video"}
_UNSEEN = ("\x00", "\x07", "\x08", "\x1b", "\u202e", "\u2066", "\u2028", "\ufffe")


class _Page(HTMLParser):
    """What a browser would see: elements, links, visible words by element."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def links(self) -> list[str]:
        return [attributes["href"] or "" for tag, attributes in self.tags if tag == "a"]


def _dangers(text: str, scripts: int = 0) -> list[str]:
    """What a page holds that it must not: foreign elements, handlers, addresses, control characters."""
    page = _Page(text)
    found = [tag for tag, _ in page.tags if tag in _NO_PART_OF_A_PAGE]
    found += [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
    found += ["script"] * (sum(tag == "script" for tag, _ in page.tags) - scripts)
    addresses = [attributes.get(name) or "" for _, attributes in page.tags for name in ("href", "src", "xlink:href")]
    found += [address for address in addresses if ":" in address or address.startswith("/")]
    return found + [repr(unseen) for unseen in _UNSEEN if unseen in text]


def test_hostile_text_in_every_field_becomes_text() -> None:
    assert _dangers(student_page(hostile_report())) == []
    assert _dangers(index_page([hostile_report(submission) for submission in HOSTILE]), scripts=1) == []


@pytest.mark.parametrize("hole", [*HOSTILE[:2], "<p onclick=x>", "<a href='javascript:x'>", "<a href=//x>", "\x1b[2J"])
def test_a_hole_in_the_escaping_would_be_seen(hole: str) -> None:
    assert _dangers(student_page(every_verdict()).replace("</main>", f"{hole}</main>")) != []


def test_hostile_text_is_shown_not_swallowed() -> None:
    words = "".join(_Page(student_page(hostile_report())).words)
    assert "<script>alert(1)</script>" in words
    assert "{{ 7*7 }}" in words


def test_no_page_tells_the_hidden_seed() -> None:
    reports = example_class(20, hostile=True)
    for page in [index_page(reports), *map(student_page, reports)]:
        assert str(HIDDEN_SEED) not in page


def test_a_public_case_can_be_repeated() -> None:
    """And so the test above would see a seed, were one there."""
    case = CaseRef(3, "fixed", {"N": 2}, HIDDEN_SEED, "public", f"grader check --seed {HIDDEN_SEED}")
    report = every_verdict()
    shown = replace(report, exercises=(replace(report.exercises[1], case=case),))
    assert f"grader check --seed {HIDDEN_SEED}" in student_page(shown)


def test_the_smallest_case_stands_open_and_the_other_one_closed() -> None:
    page = student_page(every_verdict())
    assert page.count('<details class="example" open>') == 1
    assert page.count('<details class="example">') == 1
    assert "<code>import numpy as np\n\nx = np.array([[0.5]])\nprint(affine(x))\n</code></pre>" in page
    assert "snippet" not in index_page([every_verdict()]).split("</style>")[1]


def test_a_student_sees_no_other_student() -> None:
    reports = example_class(46)
    anna, others = reports[10], [report.submission for report in reports if len(report.submission) > 4]
    page = student_page(anna)
    assert [name for name in others if name in page] == [anna.submission]
    assert all(link.startswith("#") for link in _Page(page).links)


def test_the_heat_map_has_each_student_once_with_a_verdict_for_each_exercise() -> None:
    reports = example_class(46)
    links = _Page(index_page(reports)).links
    pages = Counter(link for link in links if "#" not in link)
    assert len(pages) == len(reports)
    assert set(pages.values()) == {1}
    assert len([link for link in links if "#" in link]) == len(reports) * len(EXERCISES)


def test_every_link_of_the_index_leads_to_a_page_that_is_written(tmp_path: Path) -> None:
    write_reports(tmp_path, example_class(46, hostile=True))
    index = tmp_path / "index.html"
    for link in _Page(index.read_text()).links:
        name, _, section = unquote(link).partition("#")
        assert (tmp_path / name).is_file(), link
        assert f'id="{section}"' in (tmp_path / name).read_text() or not section


def test_the_same_reports_give_the_same_bytes_in_any_order() -> None:
    reports = example_class(20)
    assert index_page(reports) == index_page(reports[::-1])
    assert student_page(reports[3]) == student_page(Report.from_json(reports[3].to_json()))


@pytest.mark.parametrize("verdict", list(Verdict))
def test_every_verdict_is_explained_in_words(verdict: Verdict) -> None:
    shown = {Verdict.UNJUDGED: unjudged_report(), Verdict.UNREADABLE: unreadable_report()}
    words = " ".join("".join(_Page(student_page(shown.get(verdict, every_verdict()))).words).split())
    if verdict is not Verdict.PASSED:
        assert f"{verdict.label}: {WORDING[verdict].meaning}" in words


def test_marks_tell_verdicts_apart_without_colour() -> None:
    assert len({word.mark for word in WORDING.values()}) == len(Verdict)


def test_wrong_entries_are_marked_by_more_than_colour() -> None:
    page = student_page(every_verdict())
    wrong = sum(len(evidence.wrong) for result in every_verdict().exercises for evidence in result.evidence)
    assert page.count("<i>✗</i>") == wrong
    assert page.count('<td class="off">') == 2 * wrong


@pytest.mark.parametrize("page", [student_page, lambda report: index_page([report])])
def test_a_grade_without_isolation_is_called_unsafe(page: object) -> None:
    assert callable(page)
    assert "UNSAFE" in page(replace(every_verdict(), isolation="none"))
    assert "UNSAFE" not in page(every_verdict())


def test_a_fault_of_ours_is_not_a_grade() -> None:
    assert "No grade yet" in student_page(unjudged_report())
    assert "1 submission without a grade" in index_page([unjudged_report(), every_verdict()])


def test_the_script_is_the_one_the_policy_allows() -> None:
    import base64
    import hashlib

    page = index_page(example_class(5))
    script = page.split("<script>")[1].split("</script>")[0]
    assert base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() in page


@pytest.mark.parametrize("reports", [[], [unjudged_report()]], ids=["nobody", "nobody graded"])
def test_a_class_without_scores_still_has_a_page(reports: list[Report]) -> None:
    assert "<svg" not in index_page(reports)


def _luminance(colour: str) -> float:
    """The relative luminance of `#rrggbb` (WCAG 2)."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    dark, light = sorted(map(_luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


def test_text_has_good_contrast_in_light_and_dark() -> None:
    light, dark = student_page(every_verdict()).split("prefers-color-scheme: dark")
    for half in (light, dark):
        colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", half))
        pairs = [(name, f"on-{name}") for name in colours if f"on-{name}" in colours]
        assert len(pairs) == 8
        for paper, ink in [*pairs, ("paper", "ink"), ("paper", "quiet"), ("paper", "link"), ("raised", "ink")]:
            assert _contrast(colours[paper], colours[ink]) >= 4.5, (paper, ink)  # WCAG 2, level AA
