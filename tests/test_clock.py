"""A clock that jumps while a batch is under way changes nothing: only the date of a record is taken from it.

The clock is that of the grader's own processes, changed on its way to them: the machine's stays as it is.
"""

import datetime
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import replace

import pytest

from grader import gradebook
from tests import small_course
from tests.kills import what_is_known
from tests.render.examples import every_verdict
from tests.small_course import NO_BIAS, SOLUTION, make_class, make_project, start

DAYS = 400
# Every quarter of a second the wall clock is set that far ahead, or back; the steady clocks go on.
_JUMPING = """
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static time_t offset(void) {
    struct timespec steady;
    syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &steady);
    long quarter = steady.tv_sec * 4 + steady.tv_nsec / 250000000L;
    return (quarter % 2 ? 1 : -1) * DAYS * 86400L;
}

int clock_gettime(clockid_t clock, struct timespec *found) {
    int code = syscall(SYS_clock_gettime, clock, found);
    if (code == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        found->tv_sec += offset();
    return code;
}

int gettimeofday(struct timeval *found, void *zone) {
    struct timespec now;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &now);
    found->tv_sec = now.tv_sec;
    found->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *found) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (found)
        *found = now.tv_sec;
    return now.tv_sec;
}
"""


@pytest.fixture
def jumping(tmp_path, monkeypatch):
    """Makes the wall clock of all commands that are started jump to and fro."""
    compiler = shutil.which("cc")
    if sys.platform != "linux" or compiler is None:
        pytest.skip("no C compiler to make such a clock with")
    (tmp_path / "jumping.c").write_text(_JUMPING)
    library = tmp_path / "jumping.so"
    command = [compiler, "-shared", "-fPIC", f"-DDAYS={DAYS}L", "-o", str(library), str(tmp_path / "jumping.c")]
    subprocess.run(command, check=True)
    monkeypatch.setenv("LD_PRELOAD", str(library))


def graded(project, submissions, folder, **options):
    command = ("grade", "affine", submissions, "--to", folder, "--seed", "5", "--jobs", "2", "--timeout", "2")
    process = start(project, *command, **options)
    _, err = process.communicate(timeout=240)
    assert process.returncode == 0, err
    return err


def test_a_clock_that_jumps_between_results_loses_none_and_changes_none(tmp_path, jumping, monkeypatch):
    slow = "import time\ntime.sleep(0.2)\n"
    sources = {f"student-{n}": f"{slow}{NO_BIAS if n % 3 else SOLUTION}# {n}\n" for n in range(10)}
    sources["endless"] = SOLUTION.replace("out = x @ w + b\n", "while True:\n        pass\n")
    project, submissions = make_project(tmp_path / "project"), make_class(tmp_path / "class", sources)
    graded(project, submissions, tmp_path / "jumping")
    dates = recorded(tmp_path / "jumping" / "gradebook.db")
    now = datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
    ahead, behind = ({date for date in dates if sign * (date - now).days > DAYS / 2} for sign in (1, -1))
    assert min(len(ahead), len(behind)) > 0, f"the clock has not jumped: {dates}"
    assert len(ahead) + len(behind) == len(dates)
    assert "12 unchanged" in graded(project, submissions, tmp_path / "jumping")
    monkeypatch.delenv("LD_PRELOAD")
    graded(project, submissions, tmp_path / "steady")
    known = what_is_known(tmp_path / "jumping")
    assert sorted(known) == sorted([*sources, "zoe"])
    assert known == what_is_known(tmp_path / "steady")
    assert list(small_course.lines(tmp_path / "jumping")) == sorted(known)


def recorded(path):
    """The dates of all records, as the clock told them."""
    with sqlite3.connect(path) as database:
        found = database.execute("SELECT recorded_at FROM gradebook_reports").fetchall()
    return [datetime.datetime.fromisoformat(text) for (text,) in found]


def test_the_report_that_came_last_counts_though_the_clock_was_set_back(tmp_path, monkeypatch):
    class Clock(datetime.datetime):
        years = iter((2030, 1999))

        @classmethod
        def now(cls, tz=None):
            return datetime.datetime(next(cls.years), 1, 1, tzinfo=tz)

    monkeypatch.setattr(gradebook, "datetime", Clock)
    with gradebook.Gradebook(tmp_path / "gradebook.db") as book:
        book.record(every_verdict())
        book.record(replace(every_verdict(), sha256="second"))
        assert [report.sha256 for report in book.reports("layers")] == ["second"]
    assert [date.year for date in recorded(tmp_path / "gradebook.db")] == [1999]
