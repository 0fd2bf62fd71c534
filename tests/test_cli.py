"""The command line: exit codes, outputs that others read, and one clear line for whatever is wrong."""

import json
import re
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser

import pytest

from grader import cli, diagnosis_figures
from grader.errors import PlanError
from tests.course import COURSE
from tests.exercises.affine import ASSIGNMENT
from tests.small_course import NO_BIAS, PROJECT, SOLUTION, make_project, run
from tests.test_course import EXERCISE_KEYS, LINE_KEYS, refused

COMMANDS = ("check", "grade", "release", "validate", "demo", "hook", "doctor")


@pytest.fixture
def kit(affine_public, tmp_path):
    """A student's folder: the public plan and a right solution, and no project around it."""
    affine_public.save(tmp_path / "affine.plan")
    (tmp_path / "affine.py").write_text(SOLUTION)
    return tmp_path


@pytest.fixture
def wrong(kit):
    """The same with one mistake."""
    (kit / "affine.py").write_text(NO_BIAS)
    return kit


# --- check -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [[], ["affine.py"], ["--plan", "affine.plan"], ["-q", "affine_backward"]])
def test_a_right_file_is_checked_with_0(kit, arguments):
    done = run(kit, "check", *arguments)
    assert (done.code, done.err) == (0, "")
    assert "affine_backward" in done.out


def test_a_wrong_file_is_checked_with_1_and_told_why(wrong):
    done = run(wrong, "check")
    assert (done.code, done.err) == (1, "")
    assert "out[" in done.out
    assert "Does every input of the layer have a say in its output?" in done.out
    assert "grader check affine.py -q affine_forward --case" in " ".join(done.out.split())


def test_only_the_named_exercises_count(wrong):
    assert run(wrong, "check", "-q", "lookup_forward", "-q", "affine_backward").code == 0
    assert run(wrong, "check", "-q", "lookup_forward", "-q", "affine_forward").code == 1


def test_a_stub_is_not_passed(kit):
    (kit / "affine.py").write_text("def affine_forward(x, w, b):\n    raise NotImplementedError\n")
    done = run(kit, "check", "-q", "affine_forward")
    assert done.code == 1
    assert "not attempted" in done.out


def test_a_notebook_is_found_too(kit):
    (kit / "affine.py").unlink()
    cell = {"cell_type": "code", "metadata": {}, "source": SOLUTION, "outputs": [], "execution_count": None}
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (kit / "affine.ipynb").write_text(json.dumps(notebook))
    assert run(kit, "check").code == 0


def test_json_is_one_line_with_exactly_the_documented_names(wrong):
    done = run(wrong, "check", "--json")
    assert done.code == 1
    (text,) = done.out.splitlines()
    line = json.loads(text)
    assert list(line) == LINE_KEYS
    assert all(list(result) == EXERCISE_KEYS for result in line["exercises"])
    assert line["exercises"][0]["verdict"] == "failed"
    assert set(line["exercises"][0]["case"]) == {"index", "group", "dims", "seed", "plan", "repeat"}


def test_every_output_for_others_is_written_and_can_be_read(wrong):
    names = ("summary.md", "result.xml", "page.html")
    summary, junit, page = (wrong / name for name in names)
    (summary).write_text("before\n")
    done = run(wrong, "check", "--annotations", "--summary", summary, "--junit", junit, "--html", page)
    assert done.code == 1
    assert summary.read_text(encoding="utf-8").startswith("before\n## affine: ")
    root = ElementTree.parse(junit).getroot()
    assert root.attrib["tests"] == str(len(ASSIGNMENT.exercises))
    assert int(root.attrib["failures"]) >= 1
    assert {case.attrib["name"] for case in root.iter("testcase")} == {e.name for e in ASSIGNMENT.exercises}
    (annotation,) = [line for line in done.out.splitlines() if line.startswith("::error")]
    assert "file=affine.py" in annotation
    assert "title=affine_forward" in annotation
    text = page.read_text(encoding="utf-8")
    HTMLParser().feed(text)
    assert "affine_forward" in text
    assert "</html>" in text


def test_cases_of_another_seed_can_be_compiled_inside_the_project(tmp_path):
    project = make_project(tmp_path)
    (project / "affine.py").write_text(SOLUTION)
    done = run(project, "check", "affine.py", "--seed", "77", "--json")
    assert done.code == 0
    assert json.loads(done.out)["seed"] == 77


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["-q", "afine_forward"], ["no exercise of affine is named 'afine_forward'", "affine_forward"]),
        (["--case", "0"], ["--case goes with one -q EXERCISE"]),
        (["--case", "0", "-q", "affine_forward", "-q", "lookup_forward"], ["--case goes with one"]),
        (["--case", "999", "-q", "affine_forward"], ["affine_forward has no case 999; its cases are 0 to"]),
        (["--case", "-1", "-q", "affine_forward"], ["affine_forward has no case -1"]),
        (["missing.py"], ["missing.py does not exist"]),
        (["affine.plan"], ["affine.plan"]),
        (["--plan", "missing.plan"], ["cannot read the plan missing.plan"]),
        (["--plan", "affine.py"], ["affine.py is not a plan or is damaged"]),
        (["--seed", "1"], ["--seed needs the FILE to check"]),
        (["affine.py", "--seed", "1"], ["no pyproject.toml with a [tool.grader] table"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_a_check_that_cannot_be_run_is_refused_in_one_line(kit, arguments, words):
    assert refused(run(kit, "check", *arguments), *words)


def test_a_folder_without_a_plan_says_where_to_go(tmp_path):
    (tmp_path / "affine.py").write_text(SOLUTION)
    assert refused(run(tmp_path, "check", "affine.py"), "no *.plan file", "--plan FILE")


def test_several_plans_are_told_apart_by_the_files_name(kit):
    (kit / "other.plan").write_bytes((kit / "affine.plan").read_bytes())
    assert run(kit, "check", "affine.py").code == 0
    assert refused(run(kit, "check"), "several plans (affine.plan, other.plan)")


def test_a_folder_without_a_file_names_what_it_looks_for(kit):
    (kit / "affine.py").unlink()
    assert refused(run(kit, "check"), "neither affine.py nor affine.ipynb")


def test_an_output_that_cannot_be_written_is_named(kit):
    assert refused(run(kit, "check", "--json", "--junit", kit / "nowhere" / "result.xml"), "nowhere") is True


# --- the instructor's commands ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", COURSE)
def test_an_assignment_of_the_course_is_proven(name):
    done = run(PROJECT, "validate", name)
    assert done.code == 0, done.out
    assert f"{name}: " in done.out
    assert ", 0 complaints" in done.out


def planted(tmp_path, old, new):
    """A project whose assignment is the small one with one change."""
    source = (PROJECT / "tests" / "exercises" / "affine.py").read_text()
    assert source.count(old) == 1
    module = f"planted_{tmp_path.name.replace('-', '_')}"
    project = make_project(tmp_path, module)
    (project / f"{module}.py").write_text(source.replace(old, new))
    return project


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('(("x @ w + b", "x @ w"),)', '(("x @ w + b", "b + x @ w"),)', "affine_forward: the mistake 'no bias' passes"),
        (
            "Does every input of the layer have a say in its output?",
            "It is x @ w + b, is it not?",
            "affine_forward: mistake 'no bias': the hint",
        ),
    ],
    ids=["a mistake that is right", "a hint that tells"],
)
def test_an_assignment_with_a_planted_fault_is_not_proven(tmp_path, old, new, complaint):
    done = run(planted(tmp_path, old, new), "validate")
    assert done.code == 1
    assert complaint in done.out


def test_the_figures_of_the_diagnosis_are_printed_when_asked_for(tmp_path):
    project = make_project(tmp_path, "tests.exercises.scaling")
    done = run(project, "validate", "--diagnosis")
    assert done.code == 0, done.out
    for kind in ("single", "unlisted", "two at once"):
        assert re.search(rf"^  {kind} +\d+ trials: ", done.out, re.MULTILINE), done.out
    assert "trials" not in run(project, "validate").out


def test_a_diagnosis_that_names_what_was_not_made_is_not_proven(tmp_path, monkeypatch):
    """A planted break: it names the first mistake that it knows, whatever it sees."""
    monkeypatch.setattr(
        diagnosis_figures, "known_mistakes", lambda examination, traits: [((), examination.exercise.fingerprints[0])]
    )
    done = run(make_project(tmp_path), "validate", "--diagnosis")
    assert done.code == 1
    assert "affine: unlisted: " in done.out
    assert "of the trials, at most 1% may be" in done.out


def test_a_style_that_is_wrong_is_a_complaint(tmp_path):
    project = make_project(tmp_path)
    styles = project / "reference" / "styles" / "affine"
    styles.mkdir(parents=True)
    (styles / "odd.py").write_text(NO_BIAS)
    done = run(project, "validate")
    assert done.code == 1
    assert "affine_forward: odd is failed with seed 1, wanted passed" in done.out


def test_a_reference_that_is_wrong_is_a_complaint(tmp_path):
    project = planted(tmp_path, "    dx = dout @ w.T\n", "    dx = dout @ w.T\n    dx *= 2\n")
    done = run(project, "validate")
    assert done.code == 1
    assert "affine_backward" in done.out
    assert "not the numerical derivatives" in done.out


@pytest.mark.parametrize("module", ["no_such_module", "tests.reference.oracles"])
def test_a_module_without_an_assignment_is_named(tmp_path, module):
    assert refused(run(make_project(tmp_path, module), "validate"), module, "gives no ASSIGNMENT")


def test_a_pyproject_that_is_no_toml_is_named(tmp_path):
    (tmp_path / "pyproject.toml").write_text("[tool.grader\n")
    assert refused(run(tmp_path, "validate"), "cannot read", "pyproject.toml")


@pytest.fixture(scope="module")
def demonstrated(tmp_path_factory):
    """The demo of the small assignment."""
    project = make_project(tmp_path_factory.mktemp("demo"))
    return project, run(project, "demo", "affine", "--jobs", "2")


def test_the_demo_grades_a_class_and_says_where_the_report_is(demonstrated):
    project, done = demonstrated
    assert done.code == 0, done.err
    assert (project / "demo" / "affine" / "results" / "index.html").as_uri() in done.out


def test_in_the_demo_what_is_right_gets_full_marks_and_no_mistake_does(demonstrated):
    project, _ = demonstrated
    text = (project / "demo" / "affine" / "results" / "results.jsonl").read_text(encoding="utf-8")
    scores = {line["submission"]: line["score"] for line in map(json.loads, text.splitlines())}
    mistakes = sum(len(exercise.mistakes) for exercise in ASSIGNMENT.exercises)
    assert sum(name.startswith("wrong-") for name in scores) == mistakes
    for name, score in scores.items():
        assert score is not None
        assert (score == ASSIGNMENT.points) == name.startswith(("right-", "broken-raises-at-import")), name
    assert scores["stub"] == scores["empty"] == 0


def test_the_doctor_finds_a_border_that_works():
    done = run(PROJECT, "doctor")
    assert done.code == 0
    assert "isolation" in done.out
    assert "BROKEN" not in done.out


def test_the_doctor_says_when_the_border_is_broken(monkeypatch):
    from grader import doctor
    from grader.errors import BorderError

    def broken(*arguments, **options):
        raise BorderError("planted")

    monkeypatch.setattr(doctor, "open_candidate", broken)
    done = run(PROJECT, "doctor")
    assert done.code == 2
    assert "BROKEN: planted" in done.out


# --- the command itself ----------------------------------------------------------------------------------------------


def test_help_names_every_command_and_the_exit_codes():
    done = run(PROJECT, "--help")
    assert done.code == 0
    assert all(f"    {command}" in done.out for command in COMMANDS)
    assert "exit codes:" in done.out


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command):
    done = run(PROJECT, command, "--help")
    assert done.code == 0
    assert done.out.startswith(f"usage: grader {command}")


def test_the_version_is_told():
    import grader

    assert run(PROJECT, "--version").out == f"grader {grader.__version__}\n"


@pytest.mark.parametrize("arguments", [[], ["grad"], ["grade"], ["grade", "affine"], ["check", "a.py", "b.py"]])
def test_a_command_that_is_none_is_a_fault_of_usage(arguments):
    done = run(PROJECT, *arguments)
    assert done.code == 2
    assert done.err.startswith("usage: grader")


@pytest.mark.parametrize(
    ("error", "code", "last"),
    [
        (PlanError("planted"), 2, "grader: planted"),
        (FileNotFoundError(2, "No such file", "here"), 2, "grader: here: No such file"),
        (OSError("odd"), 2, "grader: odd"),
        (KeyboardInterrupt(), 130, "grader: interrupted"),
        (ZeroDivisionError("planted"), 2, "grader: this is a fault of ours; nothing was graded by it"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_every_fault_has_its_exit_code_and_last_line(monkeypatch, error, code, last):
    def broken(options):
        raise error

    monkeypatch.setattr(cli, "_doctor", broken)
    done = run(PROJECT, "doctor")
    assert done.code == code
    assert done.err.splitlines()[-1] == last
    assert ("Traceback" in done.err) == isinstance(error, ZeroDivisionError)
