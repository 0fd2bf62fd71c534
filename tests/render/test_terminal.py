"""What stands in a terminal, with and without colour, with and without rich."""

import io
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from grader.render.terminal import class_summary, paint_for, plain, show, student_summary
from grader.report import CaseRef
from tests.render.examples import HIDDEN_SEED, every_verdict, example_class, hostile_report, unjudged_report

ROOT = Path(__file__).parents[2]


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> _Terminal:
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    return _Terminal()


def test_a_right_exercise_is_one_line_and_a_wrong_one_gives_its_reason() -> None:
    text = student_summary(every_verdict())
    assert re.search(r"^✓ affine_forward +2/2\n✗ affine_backward +0/3  failed\n    dW differs at \[1, 2\]", text, re.M)
    assert "    hint: Over which axis do the rows share one bias?" in text
    assert "… masked_softmax_loss                   0/5  blocked\n    waits for scan_step_forward to be right" in text


def test_wrong_entries_are_marked_beside_what_was_wanted() -> None:
    text = student_summary(every_verdict())
    wrong = sum(len(evidence.wrong) for evidence in every_verdict().exercises[1].evidence)
    assert len(re.findall(r"\d✗|nan✗", text)) == wrong
    assert re.search(r"^ {8}got +│ wanted$", text, re.M)


def test_arrays_stand_below_each_other_where_the_terminal_is_narrow() -> None:
    text = student_summary(every_verdict(), width=40)
    assert "│" not in text
    assert re.search(r"^ {8}wanted$", text, re.M)


def test_the_command_of_a_hidden_case_is_not_shown() -> None:
    report = every_verdict()
    for plan, shown in [("hidden", False), ("public", True)]:
        case = CaseRef(1, "fixed", {"N": 2}, HIDDEN_SEED, plan, f"grader check --seed {HIDDEN_SEED}")
        text = student_summary(replace(report, exercises=(replace(report.exercises[1], case=case),)))
        assert (str(HIDDEN_SEED) in text) is shown


def test_what_a_student_says_cannot_drive_the_terminal() -> None:
    text = student_summary(hostile_report()) + class_summary([hostile_report()])
    assert not set(text) & set("\x00\x07\x08\x1b\u202e\u2066\u2028")


def test_a_class_is_summed_up_on_one_screen() -> None:
    text = class_summary(example_class(40))
    assert text.startswith("layers  40 submissions · median ")
    assert "what the class got wrong\n" in text
    assert "ideas that were misunderstood\n" in text
    assert "most CPU time: " in text
    assert len(text.splitlines()) < 40


def test_the_hardest_exercise_comes_first() -> None:
    shares = [int(share) for share in re.findall(r"(\d+)% █", class_summary(example_class(40)))]
    assert shares == sorted(shares, reverse=True)
    assert len(shares) > 3


def test_faults_of_ours_and_missing_isolation_are_shouted() -> None:
    text = class_summary([unjudged_report(), replace(every_verdict(), isolation="none")])
    assert "UNSAFE: 1 submission graded without isolation" in text
    assert "NO GRADE for 1 submission" in text
    assert "UNSAFE" not in class_summary([every_verdict()])


def test_an_empty_class_is_said() -> None:
    assert class_summary([]) == "no submission was graded\n"


def test_colour_changes_nothing_but_colour(terminal: _Terminal) -> None:
    pytest.importorskip("rich")
    coloured = student_summary(every_verdict(), paint_for(terminal))
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == student_summary(every_verdict())


def test_no_colour_where_it_is_not_wanted(terminal: _Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    assert paint_for(io.StringIO()) is plain
    monkeypatch.setenv("NO_COLOR", "1")
    assert paint_for(terminal) is plain


def test_no_colour_without_rich(terminal: _Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rich.console", None)
    assert paint_for(terminal) is plain


def test_a_students_machine_needs_nothing_of_the_report_extra() -> None:
    code = (
        "import sys\n"
        "for name in ('rich', 'jinja2', 'markupsafe', 'matplotlib', 'sqlalchemy'): sys.modules[name] = None\n"
        "from grader.render import terminal, tables, continuous\n"
        "print(terminal.paint_for(sys.stdout) is terminal.plain)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"


def test_a_terminal_without_unicode_gets_marks_in_ascii() -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    show(student_summary(every_verdict("李雷")), stream)
    written = stream.buffer.getvalue().decode()
    assert "+ affine_forward" in written
    assert "x affine_backward" in written
