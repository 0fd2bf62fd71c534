"""`python -m tests.kills [N] [SEED]`: kills a grading command N times at random moments, and looks at what is left.

The same command is started again and again on one folder, and it or one of its workers is killed by SIGKILL at some
moment of the time that it takes undisturbed, or a bit later. After each kill everything that is there must be whole;
when a run comes through, the class must be graded as if nothing had happened, and a new folder is begun.
"""

import csv
import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from unittest.mock import patch

from grader.candidate.stage import NAME
from grader.gradebook import Gradebook
from grader.leftovers import sweep
from grader.render.pages import PARTIAL
from grader.report import Report
from tests.processes import workers_of
from tests.small_course import NO_BIAS, SOLUTION, lines, make_class, make_project, start

CLASS = {f"student-{number:02}": text + f"# {number}\n" for number, text in enumerate([SOLUTION, NO_BIAS, ""] * 4)}
WORKERS_SHARE = 1 / 3
PATIENCE = 120.0  # seconds for a command that has lost a worker
MARGIN = 1.5  # of the usual time, so that some runs come through
PAGES = ("index.html", "feedback/*.html")


def kill_at_random(kills: int, seed: int, root: Path) -> dict[str, int]:
    """Kill so many times and complete every class; how many runs were killed, came through, and had begun to grade.

    One kill in three takes a worker instead of the command, which must then come through by itself.
    """
    chance = random.Random(seed)
    project, submissions = make_project(root / "project"), make_class(root / "class", CLASS)
    temporary = root / "tmp"
    temporary.mkdir()
    counts = {"killed": 0, "came through": 0, "killed with grades": 0, "workers killed": 0}

    def run(folder: Path, seconds: float | None) -> int | None:
        """The exit code of a run that may take so long, or None for a killed one."""
        process = start(project, "grade", "affine", submissions, "--to", folder, "--seed", "5", "--jobs", "2")
        try:
            process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            if chance.random() > WORKERS_SHARE or not kill_a_worker(process.pid, chance):
                return None
            counts["workers killed"] += 1
            process.communicate(timeout=PATIENCE)
        finally:
            process.kill()
            process.communicate()
        return process.returncode

    with patch.dict(os.environ, {"TMPDIR": str(temporary)}):
        began = time.monotonic()
        assert run(root / "undisturbed", None) == 0
        usual = time.monotonic() - began
        wanted = what_is_known(root / "undisturbed")
        assert sorted(wanted) == sorted([*CLASS, "zoe"])
        while counts["killed"] + counts["workers killed"] < kills:
            folder = root / f"round-{counts['came through']}"
            code = run(folder, chance.uniform(0.0, MARGIN * usual))
            known = what_is_known(folder)
            assert known.items() <= wanted.items(), "a report that is not what it should be"
            if code is None:
                counts["killed"] += 1
                counts["killed with grades"] += bool(known)
            else:
                finished(code, folder, wanted)
                counts["came through"] += 1
        finished(run(folder, None), folder, wanted)
    assert nothing_is_left_in(temporary)
    return counts


def kill_a_worker(command: int, chance: random.Random) -> bool:
    """End one of a command's workers; False where it has none."""
    with suppress(IndexError, ProcessLookupError):
        os.kill(chance.choice(workers_of(command)), signal.SIGKILL)
        return True
    return False


def nothing_is_left_in(temporary: Path) -> bool:
    """Whether the next of our processes finds nothing of the killed ones, or removes it."""
    deadline = time.monotonic() + PATIENCE  # the workers of the command killed last may just be ending
    while stages := [path for path in temporary.iterdir() if path.name.startswith(NAME)]:
        if time.monotonic() > deadline:
            return False
        sweep(temporary, NAME)
        time.sleep(0.1 * len(stages))
    return True


def finished(code: int | None, folder: Path, wanted: dict[str, str]) -> None:
    """A run has come through: everybody has one result, in the gradebook and in every table."""
    assert code == 0
    assert what_is_known(folder) == wanted
    assert list(lines(folder)) == sorted(wanted)
    assert not list(folder.rglob(f"{PARTIAL}*")), "half a file is left"


def what_is_known(folder: Path) -> dict[str, str]:
    """The reports in a gradebook by submission, without the time they took; all files that exist are whole."""
    if not (folder / "gradebook.db").exists():
        return {}
    with sqlite3.connect(folder / "gradebook.db") as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    with Gradebook(folder / "gradebook.db") as book:
        reports = book.reports("affine")
    assert len({report.submission for report in reports}) == len(reports)
    assert all(report.is_graded for report in reports)
    _look_at_files(folder)
    return {report.submission: _text(report) for report in reports}


def _text(report: Report) -> str:
    return json.dumps(report.without_time().to_json())


def _look_at_files(folder: Path) -> None:
    """Every table and page that is there is whole."""
    for page in (page for pattern in PAGES for page in folder.glob(pattern)):
        assert re.search(r"</html>\n(<!-- \w+ -->\n)?\Z", page.read_text(encoding="utf-8")), page
    if (folder / "results.jsonl").exists():
        text = (folder / "results.jsonl").read_text(encoding="utf-8")
        assert text.endswith("\n")
        assert all(json.loads(line)["exercises"] for line in text.splitlines())
    if (folder / "grades.csv").exists():
        with (folder / "grades.csv").open(encoding="utf-8", newline="") as file:
            head, *rows = csv.reader(file)
        assert all(len(row) == len(head) for row in rows)


def main() -> None:
    kills, seed = (int(argument) for argument in (sys.argv[1:] + ["50", "1"][len(sys.argv) - 1 :]))
    with tempfile.TemporaryDirectory() as root:
        print(kill_at_random(kills, seed, Path(root)))


if __name__ == "__main__":
    main()
