"""A push: summary, annotations and JUnit XML, each escaped for its own reader."""

import re
from xml.etree import ElementTree

import pytest

from grader.render.continuous import annotations, job_summary, junit
from grader.report import Verdict
from tests.render.examples import every_verdict, hostile_report, unjudged_report


def _cases(text: str) -> dict[str, ElementTree.Element]:
    return {case.attrib["name"]: case for case in ElementTree.fromstring(text).iter("testcase")}


def test_the_summary_has_a_row_for_each_exercise_and_a_reason_for_each_not_right() -> None:
    text = job_summary(every_verdict())
    assert text.startswith("## layers: 2 of 33 points\n")
    assert len(re.findall(r"^\| [✓✗–…] \|", text, re.MULTILINE)) == 9
    assert text.count("<pre>") == 8
    assert "hint: Over which axis" in text


def test_hostile_text_is_no_markdown_and_no_markup() -> None:
    outside = re.sub(r"<pre>.*?</pre>", "", job_summary(hostile_report()), flags=re.DOTALL)
    assert "<" not in outside
    assert "![" not in outside
    assert "](" not in outside
    assert "<script>" not in job_summary(hostile_report())
    assert job_summary(hostile_report()).count("</pre>") == 9


def test_an_annotation_stands_at_the_line_of_its_function() -> None:
    first, *_ = annotations(every_verdict(), "layers.py", {"affine_backward": 41}).splitlines()
    assert first.startswith("::error file=layers.py,line=41,title=affine_backward%3A failed::dW differs at [1, 2]: got")


def test_what_waits_is_noted_and_what_is_right_is_not_mentioned() -> None:
    lines = annotations(every_verdict(), "layers.py").splitlines()
    assert len(lines) == 8
    assert sum(line.startswith("::notice ") for line in lines) == 2


@pytest.mark.parametrize(
    ("file", "said"), [("a,b:c%.py", "file=a%2Cb%3Ac%25.py,"), ("a\r\n::error::x", "file=a%0D%0A%3A%3Aerror%3A%3Ax,")]
)
def test_a_file_name_cannot_end_its_property(file: str, said: str) -> None:
    assert said in annotations(every_verdict(), file)


def test_what_a_student_says_starts_no_command() -> None:
    lines = annotations(hostile_report(), "layers.py").splitlines()
    assert len(lines) == 9
    assert all(line.startswith("::error file=layers.py,title=") for line in lines)
    assert "owned %250A" in lines[0]


@pytest.mark.parametrize(
    ("report", "counts"),
    [(every_verdict(), ("9", "6", "0", "2")), (unjudged_report(), ("9", "0", "1", "0"))],
    ids=["verdicts", "unjudged"],
)
def test_junit_counts_failures_errors_and_skipped(report: object, counts: tuple[str, ...]) -> None:
    root = ElementTree.fromstring(junit([report]))  # type: ignore[list-item]
    for element in (root, root[0]):
        assert tuple(element.attrib[name] for name in ("tests", "failures", "errors", "skipped")) == counts


def test_junit_has_the_points_as_properties() -> None:
    case = _cases(junit([every_verdict()]))["affine_backward"]
    assert {item.attrib["name"]: item.attrib["value"] for item in case.iter("property")} == {
        "verdict": Verdict.FAILED,
        "points": "0",
        "max_points": "3",
    }


def test_no_points_is_no_property() -> None:
    case = _cases(junit([unjudged_report()]))["scan_forward"]
    assert [item.attrib["name"] for item in case.iter("property")] == ["verdict", "max_points"]


def test_hostile_text_is_well_formed_xml() -> None:
    cases = _cases(junit([hostile_report("]]>\x00\ufffe"), hostile_report()]))
    assert "<script>alert(1)</script>" in (cases["affine_forward"][1].text or "")
