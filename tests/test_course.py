"""The main job from end to end: what is written, what a second run does, and that nothing graded is ever lost."""

import csv
import os
import shutil
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from grader import course
from grader.batch import ATTEMPTS, grade_class
from grader.candidate.subprocess import Limits
from grader.collect import Submission
from grader.gradebook import Gradebook
from grader.report import Verdict
from tests.exercises.affine import ASSIGNMENT
from tests.small_course import CLASS, NO_BIAS, SOLUTION, lines, make_class, make_project, run, start

LINE_KEYS = [
    *("submission", "assignment", "score", "max_score", "sha256", "seed", "plan", "isolation", "versions"),
    *("cpu_seconds", "notes", "exercises"),
]
EXERCISE_KEYS = [
    *("exercise", "verdict", "points", "max_points", "rationale", "hint", "mistake", "case", "notes"),
]


@dataclass(frozen=True)
class Place:
    """A project, a class and the folder of its results."""

    project: Path
    submissions: Path
    results: Path

    def grade(self, *options):
        return run(self.project, "grade", "affine", self.submissions, "--to", self.results, "--jobs", "2", *options)


@pytest.fixture(scope="session")
def graded_once(tmp_path_factory):
    """A class that was graded, and what the command said."""
    root = tmp_path_factory.mktemp("course")
    place = Place(make_project(root / "project"), make_class(root / "class", CLASS), root / "results")
    return place, place.grade()


@pytest.fixture
def place(graded_once, tmp_path):
    """The graded class, to be changed."""
    shutil.copytree(graded_once[0].project.parent, tmp_path / "copy")
    return Place(*(tmp_path / "copy" / name for name in ("project", "class", "results")))


@pytest.fixture
def asked(monkeypatch):
    """The ids of the submissions that are handed to the workers."""
    seen = []

    def spy(submissions, *rest):
        seen.extend(submission.id for submission in submissions)
        grade_class(submissions, *rest)

    monkeypatch.setattr(course, "grade_class", spy)
    return seen


# --- what is written -------------------------------------------------------------------------------------------------


def test_a_graded_class_leaves_a_gradebook_tables_and_pages(graded_once):
    place, done = graded_once
    assert done.code == 0, done.err
    found = {str(path.relative_to(place.results)) for path in place.results.rglob("*") if path.is_file()}
    pages = {f"feedback/{name}.html" for name in ("ada", "bob", "eve", "zoe")}
    assert found == {"gradebook.db", "grades.csv", "results.jsonl", "index.html", *pages}
    assert done.out.splitlines()[-1] == str(place.results / "index.html")
    assert "graded 4 of 4" in done.err


def test_everybody_has_the_grade_they_earned(graded_once):
    found = lines(graded_once[0].results)
    assert list(found) == ["ada", "bob", "eve", "zoe"]
    assert found["ada"]["score"] == found["ada"]["max_score"] == ASSIGNMENT.points
    assert 0 < found["bob"]["score"] < ASSIGNMENT.points
    assert found["eve"]["score"] == found["zoe"]["score"] == 0
    assert {result["verdict"] for result in found["zoe"]["exercises"]} == {"missing"}
    assert "no affine.py or affine.ipynb from zoe" in found["zoe"]["notes"][0]


def test_a_line_has_exactly_the_documented_names(graded_once):
    for line in lines(graded_once[0].results).values():
        assert list(line) == LINE_KEYS
        assert [result["exercise"] for result in line["exercises"]] == [e.name for e in ASSIGNMENT.exercises]
        assert all(list(result) == EXERCISE_KEYS for result in line["exercises"])


def test_everybody_faces_the_same_hidden_cases(graded_once):
    found = lines(graded_once[0].results).values()
    assert len({line["seed"] for line in found}) == len({line["plan"] for line in found}) == 1
    assert ASSIGNMENT.public_seed not in {line["seed"] for line in found}


def test_the_hidden_seed_is_told_to_no_student(graded_once):
    place, _ = graded_once
    seed = str(lines(place.results)["ada"]["seed"])
    assert not [path for path in place.results.glob("feedback/*.html") if seed in path.read_text(encoding="utf-8")]


def test_grades_csv_has_a_row_for_each_student_and_a_column_for_each_exercise(graded_once):
    with (graded_once[0].results / "grades.csv").open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    assert set(head) >= {exercise.name for exercise in ASSIGNMENT.exercises}
    assert [row[0] for row in rows] == ["ada", "bob", "eve", "zoe"]


# --- again -----------------------------------------------------------------------------------------------------------


def test_a_second_run_grades_nothing_and_changes_nothing(place, asked):
    before = {
        path: path.read_bytes() for path in place.results.rglob("*.*") if path.suffix in (".html", ".csv", ".jsonl")
    }
    done = place.grade()
    assert done.code == 0
    assert asked == []
    assert "4 unchanged since they were graded, 0 to grade" in done.err
    assert {path: path.read_bytes() for path in before} == before


def test_a_changed_submission_is_graded_again_and_no_other(place, asked):
    (place.submissions / "bob" / "affine.py").write_text(SOLUTION)
    assert place.grade().code == 0
    assert asked == ["bob"]
    assert lines(place.results)["bob"]["score"] == ASSIGNMENT.points


def test_a_new_submission_is_graded_and_no_other(place, asked):
    make_class(place.submissions, {"kim": SOLUTION})
    assert place.grade().code == 0
    assert asked == ["kim"]
    assert list(lines(place.results)) == ["ada", "bob", "eve", "kim", "zoe"]


def test_fresh_grades_everything_by_the_same_cases(place, asked):
    before = lines(place.results)
    assert place.grade("--fresh").code == 0
    assert sorted(asked) == ["ada", "bob", "eve", "zoe"]
    after = lines(place.results)
    for name, line in before.items():
        assert {**line, "cpu_seconds": 0} == {**after[name], "cpu_seconds": 0}


def test_a_named_seed_is_used_and_kept(place, asked):
    assert place.grade("--seed", "5").code == 0
    assert len(asked) == 4  # other cases, so everybody anew
    assert {line["seed"] for line in lines(place.results).values()} == {5}
    assert place.grade().code == 0
    assert len(asked) == 4
    assert {line["seed"] for line in lines(place.results).values()} == {5}


def test_two_gradebooks_draw_two_seeds(place, graded_once, asked):
    shutil.rmtree(place.results)
    assert place.grade().code == 0
    assert lines(place.results)["ada"]["seed"] != lines(graded_once[0].results)["ada"]["seed"]


def test_another_file_name_can_be_asked_for(place):
    (place.submissions / "ada" / "affine.py").rename(place.submissions / "ada" / "layers.py")
    assert place.grade("--file", "layers.py").code == 0
    found = lines(place.results)
    assert found["ada"]["score"] == ASSIGNMENT.points
    assert found["bob"]["score"] == 0


def test_the_gradebook_may_lie_elsewhere(place, tmp_path):
    url = f"sqlite:///{tmp_path / 'elsewhere.db'}"
    shutil.rmtree(place.results)
    assert place.grade("--gradebook", url).code == 0
    assert not (place.results / "gradebook.db").exists()
    with Gradebook(url) as book:
        assert [report.submission for report in book.reports("affine")] == ["ada", "bob", "eve", "zoe"]


# --- one clear line --------------------------------------------------------------------------------------------------


def refused(done, *words):
    """One clear line on stderr and exit code 2."""
    assert done.code == 2
    assert done.out == ""
    (line,) = done.err.strip().splitlines()
    assert line.startswith("grader: ")
    assert all(word in line for word in words), line
    return True


def test_the_folder_of_another_assignment_is_refused(place):
    text = (place.results / "results.jsonl").read_text().replace('"assignment": "affine"', '"assignment": "other"')
    (place.results / "results.jsonl").write_text(text.replace('"assignment":"affine"', '"assignment":"other"'))
    assert refused(place.grade(), "holds the results of 'other'", "--to")


def test_an_unknown_assignment_is_named_with_the_known_ones(place):
    done = run(place.project, "grade", "afine", place.submissions, "--to", place.results)
    assert refused(done, "no assignment is named 'afine'; known are: affine")


def test_a_missing_folder_is_named(place):
    done = run(place.project, "grade", "affine", place.submissions / "nowhere", "--to", place.results)
    assert refused(done, "nowhere does not exist")


def test_an_empty_folder_is_named(place, tmp_path):
    (tmp_path / "empty").mkdir()
    assert refused(run(place.project, "grade", "affine", tmp_path / "empty", "--to", tmp_path / "r"), "no submissions")
    assert not (tmp_path / "r").exists()


def test_a_folder_that_cannot_be_written_is_named(place, tmp_path):
    (tmp_path / "file").write_text("in the way")
    for folder in (tmp_path / "file", tmp_path / "file" / "results"):
        done = run(place.project, "grade", "affine", place.submissions, "--to", folder)
        assert refused(done, f"cannot write results to {folder}", "choose another --to")


def test_a_gradebook_that_is_none_is_named(place):
    (place.results / "gradebook.db").write_text("not a database, but long enough to look like a file of one\n" * 50)
    assert refused(place.grade(), "gradebook.db")


def test_a_wrong_file_name_is_named(place):
    assert refused(place.grade("--file", "homework.docx"), "--file homework.docx", "wanted the name of a module")


def test_a_command_outside_of_a_project_says_where_it_belongs(place, tmp_path):
    done = run(tmp_path, "grade", "affine", place.submissions, "--to", tmp_path / "r")
    assert refused(done, "no pyproject.toml with a [tool.grader] table")


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--jobs", "0"], "0 is not a number of workers from 1 to 1000"),
        (["--jobs", "many"], "many is not a number of workers from 1 to 1000"),
        (["--jobs", "1.5"], "1.5 is not a number of workers from 1 to 1000"),
        (["--timeout", "0"], "0 is not a number of seconds above 0"),
        (["--timeout", "-1"], "-1 is not a number of seconds above 0"),
        (["--timeout", "nan"], "nan is not a number of seconds above 0"),
        (["--timeout", "inf"], "inf is not a number of seconds above 0"),
        (["--timeout", "soon"], "soon is not a number of seconds above 0"),
        (["--seed", "x"], "invalid int value: 'x'"),
        (["--colour"], "unrecognized arguments: --colour"),
    ],
)
def test_a_bad_option_is_refused_by_name(place, options, complaint):
    done = place.grade(*options)
    assert done.code == 2
    assert done.err.strip().splitlines()[-1].endswith(complaint)


def test_a_seed_out_of_range_is_refused(place):
    assert refused(place.grade("--seed", "-1"), "seed -1: wanted a number from 0")


# --- interrupted -----------------------------------------------------------------------------------------------------

SLOW = "import time\ntime.sleep(0.25)\n" + SOLUTION
CROWD = [f"student-{number}" for number in range(6)]


@pytest.fixture
def crowd(tmp_path):
    """Six students whose files take their time."""
    submissions = make_class(tmp_path / "class", {name: SLOW + f"# {name}\n" for name in CROWD})
    (submissions / "zoe").rmdir()
    return Place(make_project(tmp_path / "project"), submissions, tmp_path / "results")


def started(place):
    """The command at work in a process of its own, with at least one grade in the gradebook."""
    process = start(place.project, "grade", "affine", place.submissions, "--to", place.results, "--jobs", "1")
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        if (place.results / "gradebook.db").exists() and kept(place):
            return process
        time.sleep(0.02)
    process.kill()
    raise AssertionError(f"nothing was graded: {process.communicate()}")


def kept(place):
    """The names that have a grade by now."""
    with Gradebook(place.results / "gradebook.db") as book:
        return [report.submission for report in book.reports("affine")]


needs_signals = pytest.mark.skipif(sys.platform != "linux", reason="sends signals, reads /proc")


@needs_signals
def test_after_kill_9_the_next_run_finishes_the_rest(crowd, asked):
    process = started(crowd)
    process.kill()
    process.communicate()
    before = kept(crowd)
    assert 1 <= len(before) < len(CROWD)
    assert crowd.grade().code == 0
    assert asked == [name for name in CROWD if name not in before]
    assert list(lines(crowd.results)) == CROWD
    assert {line["score"] for line in lines(crowd.results).values()} == {ASSIGNMENT.points}
    assert len({line["seed"] for line in lines(crowd.results).values()}) == 1


@needs_signals
def test_ctrl_c_keeps_what_was_graded_and_shows_it(crowd, asked):
    process = started(crowd)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err.strip().splitlines()[-1] == "grader: interrupted"
    before = kept(crowd)
    assert 1 <= len(before) < len(CROWD)
    assert list(lines(crowd.results)) == before
    assert (crowd.results / "index.html").is_file()
    assert crowd.grade().code == 0
    assert asked == [name for name in CROWD if name not in before]


def workers_of(pid):
    """The worker processes of a grading process."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in children if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()]


@needs_signals
def test_a_worker_that_dies_loses_nothing(crowd):
    process = started(crowd)
    (worker,) = workers_of(process.pid)
    os.kill(worker, signal.SIGKILL)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, out + err
    assert {line["score"] for line in lines(crowd.results).values()} == {ASSIGNMENT.points}
    assert list(lines(crowd.results)) == CROWD


class Poison(Submission):
    """A submission that takes along the worker that it is handed to: it stands for a bug of ours."""

    def __reduce__(self):
        return os._exit, (1,)


def test_what_takes_three_workers_along_is_unjudged_and_alone(affine_public, affine_hidden):
    submissions = [
        Submission("ada", "affine.py", SOLUTION.encode()),
        Poison("mal", "affine.py", b""),
        Submission("zoe", "affine.py", NO_BIAS.encode()),
    ]
    found = {}
    grade_class(
        submissions, affine_hidden, affine_public, Limits(), 2, lambda report: found.update({report.submission: report})
    )
    assert sorted(found) == ["ada", "mal", "zoe"]
    assert found["ada"].score == ASSIGNMENT.points
    assert found["zoe"].is_graded
    assert {result.verdict for result in found["mal"].exercises} == {Verdict.UNJUDGED}
    assert f"died {ATTEMPTS} times" in found["mal"].notes[0]
    assert found["mal"].score is None


def test_a_class_with_somebody_unjudged_exits_with_2_and_tries_again_next_time(place, monkeypatch, asked):
    from grader.grading import unjudged

    def broken(submissions, plan, public, limits, jobs, keep, solution):
        for submission in submissions:
            keep(unjudged(submission, plan, limits.isolation, "planted"))

    (place.submissions / "bob" / "affine.py").write_text(SOLUTION)
    with monkeypatch.context() as patch:
        patch.setattr(course, "grade_class", broken)
        assert place.grade().code == 2
    assert lines(place.results)["bob"]["score"] is None
    assert lines(place.results)["ada"]["score"] == ASSIGNMENT.points
    assert place.grade().code == 0
    assert asked == ["bob"]
