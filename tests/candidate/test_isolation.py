"""The tiers: never weaker than asked, the same verdicts in each, and no walls only for who asks for none."""

import ast
import dataclasses
import os
import shutil
import subprocess
import sys

import pytest

from grader import cli
from grader.candidate import bubblewrap, isolation
from grader.candidate.isolation import NONE, TIERS, complaint, open_candidate, resolve
from grader.candidate.limits import BEST, Limits
from grader.candidate.program import Call, Ended, Program, Raised, Values
from grader.candidate.subprocess import ENVIRONMENT
from grader.compile import compile_plan
from grader.course import Course
from grader.demo import demo_class
from grader.errors import BorderError, UsageError
from grader.grading import grade
from grader.judge import Judge
from tests.attacks.table import submission
from tests.exercises import affine


@pytest.fixture(params=[tier for tier in TIERS if tier != NONE])
def tier(request):
    if reason := complaint(request.param):
        pytest.skip(f"isolation {request.param!r} cannot be had here: {reason}")
    return request.param


@pytest.fixture
def nothing(monkeypatch):
    """A machine that has no walls."""
    monkeypatch.setattr(isolation, "complaint", lambda tier: "it was taken away")


def test_the_best_tier_is_the_strongest_that_works(monkeypatch):
    assert resolve(BEST) == next(tier for tier in TIERS if tier == NONE or not complaint(tier))
    monkeypatch.setattr(isolation, "complaint", lambda tier: "broken" if tier == "full" else "")
    assert resolve(BEST) == "inner"


@pytest.mark.parametrize("tier", ["full", "inner"])
def test_a_tier_that_cannot_be_had_is_a_fault_and_nothing_weaker(tier, nothing):
    with pytest.raises(BorderError, match=f"'{tier}' cannot be had on this machine: it was taken away"):
        resolve(tier)


def test_full_without_bubblewrap_says_what_is_missing(monkeypatch):
    monkeypatch.setattr(bubblewrap, "installed", lambda: None)
    if sys.platform == "linux":
        assert "bubblewrap" in complaint.__wrapped__("full")


def test_an_unknown_tier_is_refused():
    with pytest.raises(BorderError, match="'thick' is unknown; known are full, inner, none"):
        resolve("thick")


def test_a_class_without_isolation_is_refused_unless_unsafe(tmp_path, nothing):
    course = Course(affine.ASSIGNMENT, tmp_path / "results", None, 1, Limits())
    with pytest.raises(UsageError, match="--unsafe"):
        course.grade([tmp_path], None, None, fresh=False)
    assert not (tmp_path / "results").exists()


def test_asking_for_no_isolation_is_not_yet_saying_that_one_knows(tmp_path):
    course = Course(affine.ASSIGNMENT, tmp_path / "results", None, 1, Limits(isolation=NONE))
    with pytest.raises(UsageError, match="--unsafe"):
        course.grade([tmp_path], None, None, fresh=False)


def test_an_unsafe_class_is_graded_and_every_report_says_so(tmp_path, nothing):
    (tmp_path / "class" / "ada").mkdir(parents=True)
    (tmp_path / "class" / "ada" / "affine.py").write_text(affine.ASSIGNMENT.solution, encoding="utf-8")
    course = Course(affine.ASSIGNMENT, tmp_path / "results", None, 1, Limits(isolation=NONE), unsafe=True)
    reports = course.grade([tmp_path / "class"], None, None, fresh=False).reports
    assert [(report.isolation, report.score) for report in reports] == [(NONE, reports[0].max_score)]


def test_the_command_line_refuses_an_isolation_that_is_not_there(tmp_path, nothing, capsys):
    command = ["grade", "rnn", str(tmp_path), "--to", str(tmp_path / "results"), "--isolation", "full"]
    assert cli.main(command) == 2
    assert "isolation 'full' cannot be had" in capsys.readouterr().err


def test_the_probe_finds_walls_that_are_missing(monkeypatch):
    """The planted break: the cold process without walls, called full."""
    monkeypatch.setattr(isolation, "Forked", isolation.Cold)
    monkeypatch.setattr(isolation, "_PROBE", isolation._PROBE.replace(b"os.fork() or os._exit(0)", b"None"))
    assert "reading files got through" in complaint.__wrapped__("inner")


@pytest.fixture(scope="module")
def students(tmp_path_factory):
    """A class by name; those that end by the clock would take most of the time, and are tried among the attacks."""
    sources = demo_class(affine.ASSIGNMENT, tmp_path_factory.mktemp("no styles"))
    return [submission(name, source) for name, source in sources.items() if "loop" not in name]


@pytest.fixture(scope="module")
def judge():
    return Judge(compile_plan(affine.ASSIGNMENT, 11, public=True))


@pytest.fixture(scope="module")
def without_walls(students, judge):
    return graded(students, judge, isolation=NONE)


def graded(students, judge, **limits):
    """The reports without what may differ: the time, and the name of the tier."""
    reports = [grade(student, judge, Limits(**limits)) for student in students]
    return [dataclasses.replace(report.without_time(), isolation="") for report in reports]


def test_every_tier_gives_the_demo_class_the_same_reports(tier, students, judge, without_walls):
    assert len(students) > 10
    assert graded(students, judge, isolation=tier) == without_walls


def test_a_cold_start_gives_the_same_reports(tier, students, judge, without_walls):
    assert graded(students[::5], judge, isolation=tier, cold=True) == without_walls[::5]


def test_cpu_time_decides_and_is_read_from_outside(tier):
    source = b"import time\ntime.process_time = lambda: 0.0\ndef busy():\n    while True:\n        pass\n"
    with open_candidate("a.py", source, Limits(cpu_seconds=0.3, isolation=tier)) as candidate:
        outcome = candidate.call(Program((Call("busy", (), 1),))).outcomes[0]
        assert isinstance(outcome, Ended)
        assert outcome.message == "no answer within 0.3 s of CPU time"
        assert 0.3 <= candidate.cpu_seconds < 2


def test_a_candidate_goes_on_after_its_process_has_ended(tier):
    source = b"import os\ndef leave():\n    os._exit(3)\ndef one():\n    return 1.0\n"
    with open_candidate("a.py", source, Limits(isolation=tier)) as candidate:
        left = candidate.call(Program((Call("one", (), 1), Call("leave", (), 1), Call("one", (), 1))))
        assert [type(outcome) for outcome in left.outcomes] == [Ended] * 3
        assert "exit status 3" in str(left.outcomes[1])
        assert isinstance(candidate.call(Program((Call("one", (), 1),))).outcomes[0], Values)


def test_a_submission_may_import_the_standard_library_and_throw_output_away(tier):
    source = (
        b"def f():\n    import csv, sqlite3, ssl, xml.dom.minidom, zoneinfo\n    open('/dev/null', 'w').write('x')\n"
    )
    with open_candidate("a.py", source + b"    return 1.0\n", Limits(isolation=tier)) as candidate:
        assert isinstance(candidate.call(Program((Call("f", (), 1),))).outcomes[0], Values)


def test_packages_beside_numpy_are_not_there(tier):
    source = b"def f():\n    import hypothesis\n"
    with open_candidate("a.py", source, Limits(isolation=tier)) as candidate:
        outcome = candidate.call(Program((Call("f", (), 1),))).outcomes[0]
    assert isinstance(outcome, Raised)
    assert outcome.type == "ModuleNotFoundError"


def test_a_submission_finds_one_channel_and_no_environment(tier):
    source = b"""
import os
import numpy as np

def descriptors():
    found = []
    for number in range(32):
        try:
            os.fstat(number)
            found.append(number)
        except OSError:
            pass
    return np.array(found)

def environment():
    raise ValueError(sorted(os.environ))
"""
    with open_candidate("a.py", source, Limits(isolation=tier)) as candidate:
        answer = candidate.call(Program((Call("descriptors", (), 1), Call("environment", (), 1))))
    descriptors, environment = answer.outcomes
    assert isinstance(descriptors, Values)
    assert len(descriptors.items[0]) == 4
    assert isinstance(environment, Raised)
    assert set(ast.literal_eval(environment.message)) - {"LC_CTYPE", "PWD"} == set(ENVIRONMENT)


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="only root can play a poorer root")
@pytest.mark.parametrize("kept", ["-all", "-all,+setuid,+setgid,+dac_override,+kill", "-all,+setuid,+setgid"])
def test_inner_needs_no_privilege_of_root_either(kept):
    """As in a container, whose root may do little or nothing more than others."""
    if complaint("inner") or shutil.which("setpriv") is None:
        pytest.skip("no isolation 'inner' here, or no setpriv")
    code = "from grader.candidate.isolation import complaint; print(complaint('inner'))"
    command = ["setpriv", f"--bounding-set={kept}", "--inh-caps=-all", sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.stdout.strip(), done.stderr) == ("", "")
