"""The same class gives the same bytes: run twice, with other numbers of workers, in any order of submissions."""

import json
import random
import re
from pathlib import Path

import pytest

from grader.candidate.limits import Limits
from grader.course import Course
from grader.mistakes import edited_solution
from tests.exercises import scaling

SEED = 5
# The only time on a page, and the digest at the end of the one that shows it.
CLOCK = re.compile(r'<tr><th scope="row">most CPU time</th>.*?</tr>|<!-- [0-9a-f]{32} -->\n$', re.DOTALL)


def sources() -> dict[str, str]:
    """A small class: right, wrong in every known way, random, stateful, printing, broken."""
    right = scaling.ASSIGNMENT.solution
    found = {"right": right, "right too": right + "\n# another file\n", "empty": "", "broken": right + "\n}{\n"}
    for exercise in scaling.ASSIGNMENT.exercises:
        for mistake in exercise.mistakes:
            found[mistake.name] = edited_solution(scaling.ASSIGNMENT, exercise, mistake)
    found["random"] = right.replace("dout * w", "dout * w + np.random.randn(*dout.shape)")
    found["hash"] = right.replace("dout * w", "dout * w + hash('a string') % 7 + 1")
    found["set"] = right.replace("x * w", "x * w + float(next(iter({'1', '2', '3', '4'})))")
    found["prints"] = right.replace("    x, w = cache", "    print(cache)\n    x, w = cache")
    found["raises"] = right.replace("dout * w", "{}['no such key']")
    return found


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> list[Path]:
    """Each submission in a folder of its own."""
    folder = tmp_path_factory.mktemp("class")
    written = []
    for name, source in sources().items():
        file = folder / name / "scaling.py"
        file.parent.mkdir()
        file.write_text(source)
        written.append(file.parent)
    return written


def graded(files: list[Path], folder: Path, jobs: int) -> dict[str, bytes]:
    """Every file that grading writes, by its name; times are left out."""
    Course(scaling.ASSIGNMENT, folder, None, jobs, Limits()).grade(files, None, SEED, fresh=False)
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.startswith("gradebook.db"):
            found[str(path.relative_to(folder))] = without_times(path.name, path.read_bytes())
    return found


def without_times(name: str, content: bytes) -> bytes:
    if name == "results.jsonl":
        return b"\n".join(
            re.sub(rb'"cpu_seconds": [\d.e-]+', b'"cpu_seconds": 0', line) for line in content.split(b"\n")
        )
    if name == "index.html":
        return CLOCK.sub("", content.decode()).encode()
    return content


@pytest.fixture(scope="module")
def first(files, tmp_path_factory):
    return graded(files, tmp_path_factory.mktemp("first"), jobs=1)


def test_the_class_is_judged_in_many_ways(first):
    lines = [json.loads(line) for line in first["results.jsonl"].splitlines()]
    assert len(lines) == len(sources())
    assert {result["verdict"] for line in lines for result in line["exercises"]} >= {
        "passed",
        "failed",
        "raised",
        "missing",
    }
    assert sum(name.startswith("feedback/") for name in first) == len(sources())


@pytest.mark.parametrize("jobs", [1, 3])
def test_another_run_gives_the_same_bytes_whatever_the_number_of_workers(files, first, tmp_path, jobs):
    assert graded(files, tmp_path, jobs) == first


@pytest.mark.parametrize("shuffle", [1, 2])
def test_the_order_of_submissions_changes_nothing(files, first, tmp_path, shuffle):
    shuffled = random.Random(shuffle).sample(files, len(files))
    assert shuffled != files
    assert graded(shuffled, tmp_path, jobs=2) == first


def test_a_class_that_comes_in_two_parts_gives_the_same_bytes(files, first, tmp_path):
    graded(files[5:], tmp_path, jobs=1)
    assert graded(files, tmp_path, jobs=2) == first


def test_another_seed_is_seen_by_this_comparison(files, first, tmp_path):
    Course(scaling.ASSIGNMENT, tmp_path, None, 1, Limits()).grade(files, None, SEED + 1, fresh=False)
    assert without_times("results.jsonl", (tmp_path / "results.jsonl").read_bytes()) != first["results.jsonl"]
