"""Many machines: a real scheduler and workers on loopback grade as the local pool does, also when one is killed."""

import contextlib
import json
import os
import signal

import pytest

from grader import cluster
from grader.batch import grade_class
from grader.candidate import isolation
from grader.candidate.limits import Limits
from grader.cluster import Brief, grade_on_cluster
from grader.collect import Submission
from grader.errors import UsageError
from grader.grading import versions
from grader.report import Verdict
from tests.dask_cluster import Cluster
from tests.exercises.affine import ASSIGNMENT
from tests.small_course import CLASS, NO_BIAS, SOLUTION, lines, make_class, make_project, run

distributed = pytest.importorskip("distributed", reason="distributed is not installed (the extra `cluster`)")

SLOW = "import time\ntime.sleep(0.2)\n"


@pytest.fixture(scope="module")
def two_workers(tmp_path_factory):
    running = Cluster(tmp_path_factory.mktemp("dask"), 2, "--no-nanny")
    yield running
    running.stop()


def submissions_of(count):
    """Right and wrong ones by turns, each of which takes its time to be read."""
    texts = [SLOW + (NO_BIAS if number % 3 == 0 else SOLUTION) + f"# {number}\n" for number in range(count)]
    return [Submission(f"student-{number:02}", "affine.py", text.encode()) for number, text in enumerate(texts)]


def as_text(reports):
    """What the gradebook would keep of each report, but for the time it took."""
    return {report.submission: json.dumps(report.without_time().to_json()) for report in reports}


def test_a_cluster_gives_the_local_pools_reports_byte_for_byte_and_loses_none_with_a_worker(
    two_workers, affine_hidden, affine_public
):
    submissions, local, remote = submissions_of(12), [], []
    limits = Limits(isolation="none")
    grade_class(submissions, affine_hidden, affine_public, limits, 2, local.append, ASSIGNMENT.solution)

    def keep(report):
        remote.append(report)
        if len(remote) == 3:  # each worker has a task under way and one in its queue
            two_workers.workers[0].send_signal(signal.SIGKILL)

    grade_on_cluster(
        submissions, affine_hidden, affine_public, limits, two_workers.address, keep, ASSIGNMENT.solution, unsafe=True
    )
    assert two_workers.workers[0].wait(10) == -signal.SIGKILL
    assert len(remote) == len(submissions), "a report came twice, or not at all"
    assert as_text(remote) == as_text(local)
    assert all(report.is_graded for report in remote)


def test_the_command_grades_a_class_on_a_cluster(two_workers, tmp_path):
    project, submissions = make_project(tmp_path / "project"), make_class(tmp_path / "class", CLASS)
    grade = ("grade", "affine", submissions, "--seed", "5", "--to")
    here = run(project, *grade, tmp_path / "here")
    there = run(project, *grade, tmp_path / "there", "--scheduler", two_workers.address)
    assert (here.code, there.code) == (0, 0), there.err
    for name, line in lines(tmp_path / "here").items():
        assert {**lines(tmp_path / "there")[name], "cpu_seconds": 0} == {**line, "cpu_seconds": 0}
    for page in ("index.html", "grades.csv", "feedback/bob.html"):
        assert (tmp_path / "there" / page).exists()


class Failing:
    """Stands for a client of a cluster of which one task went wrong, beside others that are done."""

    def __init__(self, outcomes):
        self.outcomes = iter(outcomes)

    def submit(self, *_, **__):
        return next(self.outcomes)


class Ended:
    def __init__(self, outcome):
        self.outcome = outcome

    def exception(self):
        return self.outcome if isinstance(self.outcome, Exception) else None

    def result(self):
        return self.outcome


def test_what_was_done_beside_a_task_that_ends_the_batch_is_kept(monkeypatch):
    client, found = Failing(map(Ended, ["one", "two", UsageError("a worker is too old")])), []
    monkeypatch.setattr(cluster, "_done", lambda _, running: running)
    with pytest.raises(UsageError, match="too old"):
        cluster._grade_all(client, submissions_of(3), None, 3, found.append, contextlib.nullcontext)
    assert found == ["one", "two"]


class Poison(Submission):
    """A submission that ends the process that grades it: it stands for a bug of ours."""

    @property
    def sha256(self):
        if os.getpid() != int(self.id):
            os._exit(1)
        return "0" * 64


def test_what_takes_workers_along_is_unjudged_and_alone(tmp_path, affine_hidden, affine_public):
    running = Cluster(tmp_path, 1, DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="0")  # its nanny starts it again
    try:
        poison = Poison(str(os.getpid()), "affine.py", b"")
        submissions, found = [poison, *submissions_of(2)], []
        limits = Limits(isolation="none")
        grade_on_cluster(submissions, affine_hidden, affine_public, limits, running.address, found.append, unsafe=True)
    finally:
        running.stop()
    verdicts = {report.submission: {result.verdict for result in report.exercises} for report in found}
    assert len(found) == 3
    assert verdicts.pop(poison.id) == {Verdict.UNJUDGED}
    assert verdicts
    assert all(Verdict.UNJUDGED not in each for each in verdicts.values())


def test_a_cluster_that_is_not_there_is_one_clear_line(tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1)
    project, submissions = make_project(tmp_path / "project"), make_class(tmp_path / "class", CLASS)
    for address in ("tcp://127.0.0.1:9", "nowhere"):
        done = run(project, "grade", "affine", submissions, "--to", tmp_path / "to", "--scheduler", address)
        assert done.code == 2
        assert f"grader: cluster {address}: " in done.err
        assert "wanted a Dask scheduler, as tcp://HOST:PORT" in done.err


def test_a_worker_of_another_version_is_refused(affine_hidden, affine_public):
    other = {**versions(), "numpy": "1.0"}
    brief = Brief("b", affine_hidden.content, affine_public.content, Limits(isolation="none"), "", other, True)
    with pytest.raises(UsageError, match=r"a worker on .* has numpy .*, wanted 1\.0"):
        cluster._grade_one(submissions_of(1)[0], brief)


def test_a_worker_keeps_one_judge_for_a_brief_and_forgets_the_last_one(affine_hidden, affine_public):
    for name in ("first", "first", "second"):
        brief = Brief(
            name, affine_hidden.content, affine_public.content, Limits(isolation="none"), "", versions(), True
        )
        assert cluster._grade_one(submissions_of(1)[0], brief).is_graded
        assert list(cluster._latest) == [name]


def brief_of(tier, hidden, public, *, unsafe=False, name="b"):
    return Brief(name, hidden.content, public.content, Limits(isolation=tier), "", versions(), unsafe)


@pytest.fixture
def walls(monkeypatch):
    """Sets what stands against each tier on this machine, as a worker finds it."""
    monkeypatch.setattr(cluster, "_latest", {})
    real = isolation.complaint
    return lambda **said: monkeypatch.setattr(isolation, "complaint", lambda tier: said.get(tier) or real(tier))


def test_each_worker_finds_its_own_tier_and_the_report_names_it(walls, affine_hidden, affine_public):
    brief = brief_of("best", affine_hidden, affine_public)
    assert cluster._grade_one(submissions_of(1)[0], brief).isolation == isolation.resolve("best")
    if isolation.complaint("inner"):
        pytest.skip("there is no weaker tier with walls here")
    walls(full="no bubblewrap here")
    weaker = cluster._grade_one(submissions_of(1)[0], brief_of("best", affine_hidden, affine_public, name="c"))
    assert (weaker.isolation, weaker.is_graded) == ("inner", True)


@pytest.mark.parametrize("tier", ["full", "inner", "best", "none"])
def test_a_worker_that_is_weaker_than_asked_refuses_and_gives_no_grade(walls, tier, affine_hidden, affine_public):
    walls(full="no bubblewrap here", inner="no Landlock here")
    said = "there is no isolation" if tier in ("best", "none") else f"isolation '{tier}' cannot be had"
    with pytest.raises(UsageError, match=f"a worker on .* cannot grade: {said}"):
        cluster._grade_one(submissions_of(1)[0], brief_of(tier, affine_hidden, affine_public))
    assert cluster._latest == {}


def test_no_walls_at_all_are_for_who_has_said_so_and_the_report_says_it(walls, affine_hidden, affine_public):
    walls(full="no bubblewrap here", inner="no Landlock here")
    brief = brief_of("best", affine_hidden, affine_public, unsafe=True)
    assert cluster._grade_one(submissions_of(1)[0], brief).isolation == "none"


def test_a_cluster_of_weaker_workers_ends_the_command_and_is_named(tmp_path):
    """The machine that runs the command may have the walls: it is not where submissions run."""
    project, submissions = make_project(tmp_path / "project"), make_class(tmp_path / "class", CLASS)
    (tmp_path / "dask").mkdir()
    running = Cluster(tmp_path / "dask", 1, "--no-nanny", PATH="/nowhere")  # so that there is no bubblewrap
    try:
        grade = ("grade", "affine", submissions, "--to", tmp_path / "to", "--scheduler", running.address)
        refused = run(project, *grade, "--isolation", "full")
        best = run(project, *grade)
    finally:
        running.stop()
    assert refused.code == 2
    assert "cannot grade: isolation 'full' cannot be had on this machine: bubblewrap (bwrap) is not" in refused.err
    if isolation.complaint("inner"):
        assert (best.code, lines(tmp_path / "to")) == (2, {})
    else:
        assert best.code == 0, best.err
        assert {line["isolation"] for line in lines(tmp_path / "to").values()} == {"inner"}
        again = run(project, *grade[:-2])  # here, where walls may be stronger: another tier is another grade
        assert again.code == 0
        assert {line["isolation"] for line in lines(tmp_path / "to").values()} == {isolation.resolve("best")}


def test_what_a_cluster_graded_behind_any_walls_is_not_graded_again_by_it(two_workers, tmp_path, monkeypatch):
    project, submissions = make_project(tmp_path / "project"), make_class(tmp_path / "class", CLASS)
    grade = ("grade", "affine", submissions, "--to", tmp_path / "to", "--scheduler", two_workers.address)
    assert run(project, *grade).code == 0
    again = run(project, *grade)
    assert again.code == 0
    assert "4 unchanged since they were graded, 0 to grade" in again.err


def test_a_cluster_without_workers_is_named(tmp_path, monkeypatch, affine_hidden, affine_public):
    monkeypatch.setattr(cluster, "LONELY_SECONDS", 1)
    running = Cluster(tmp_path, 0)
    try:
        with pytest.raises(UsageError, match="the cluster has no workers"):
            grade_on_cluster(
                submissions_of(1), affine_hidden, affine_public, Limits(isolation="none"), running.address, print
            )
    finally:
        running.stop()


def test_a_scheduler_that_dies_is_named_and_what_was_graded_is_kept(tmp_path, affine_hidden, affine_public):
    running, found = Cluster(tmp_path, 1, "--no-nanny"), []

    def keep(report):
        found.append(report)
        running.scheduler.kill()

    try:
        with pytest.raises(UsageError, match="the scheduler is gone; what was graded is kept"):
            grade_on_cluster(
                submissions_of(4),
                affine_hidden,
                affine_public,
                Limits(isolation="none"),
                running.address,
                keep,
                unsafe=True,
            )
    finally:
        running.stop()
    assert found
