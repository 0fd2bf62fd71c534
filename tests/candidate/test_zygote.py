"""Warm processes: used again only when nothing was out of the ordinary, and gone when we are."""

import os
import signal
import subprocess
import sys
import time

import pytest

from grader.candidate import zygote
from grader.candidate.isolation import INNER, complaint, open_candidate
from grader.candidate.limits import Limits
from grader.candidate.program import Call, Ended, Program, Values
from grader.candidate.stage import stage
from grader.errors import BorderError

pytestmark = pytest.mark.skipif(bool(complaint(INNER)), reason=f"no isolation 'inner': {complaint(INNER)}")
ONE = b"def one():\n    return 1.0\n"
LIMITS = Limits(cpu_seconds=1, isolation=INNER)


@pytest.fixture(autouse=True)
def none_waiting():
    zygote.close_idle()
    yield
    zygote.close_idle()


def run(source: bytes = ONE, name: str = "one", limits: Limits = LIMITS):
    with open_candidate("a.py", source, limits) as candidate:
        return candidate.call(Program((Call(name, (), 1),))).outcomes[0]


def test_a_zygote_serves_one_submission_after_the_other():
    run()
    waiting = zygote.idle()
    run()
    assert zygote.idle() == waiting
    assert waiting[0].forks == 2


def test_two_submissions_at_once_have_a_zygote_each():
    with open_candidate("a.py", ONE, LIMITS), open_candidate("b.py", ONE, LIMITS):
        assert zygote.idle() == []
    assert len(zygote.idle()) == 2


@pytest.mark.parametrize("end", ["os._exit(0)", "os.kill(os.getpid(), 9)", "[None for _ in iter(int, 1)]"])
def test_a_zygote_is_not_used_again_after_an_end_that_is_out_of_the_ordinary(end):
    run()
    before = zygote.idle()
    assert isinstance(run(f"import os\ndef one():\n    {end}\n".encode()), Ended)
    assert zygote.idle() != before or not before


def test_a_zygote_is_replaced_on_schedule(monkeypatch):
    monkeypatch.setattr(zygote, "FORKS", 2)
    run()
    first = zygote.idle()
    assert len(first) == 1
    run()
    assert zygote.idle() == []
    run()
    assert zygote.idle() != first


def test_a_cold_submission_uses_no_warm_zygote_and_leaves_none():
    run(limits=Limits(isolation=INNER, cold=True))
    assert zygote.idle() == []


def test_a_zygote_that_died_while_it_waited_is_replaced():
    run()
    process = zygote.idle()[0]._process
    process.kill()
    process.wait()
    assert isinstance(run(), Values)


def planted(code: str):
    """A command that starts a zygote with a break planted in it."""
    command = zygote._command

    def broken(tier):
        *start, script, folder, config = command(tier)
        starter = (
            f"import runpy, sys; sys.path.insert(0, {folder!r})\n{code}\n"
            f"runpy.run_path({script!r}, run_name='__main__')"
        )
        return [*start, "-c", starter, folder, config]

    return broken


def test_a_zygote_whose_own_limits_were_changed_ends(monkeypatch):
    change = "from itertools import count; from grader.student import zygote; zygote._own_limits = count().__next__"
    monkeypatch.setattr(zygote, "_command", planted(change))
    with pytest.raises(BorderError, match="ended"):
        run()


def test_a_child_that_cannot_put_up_its_walls_reads_nothing_and_is_our_fault(monkeypatch):
    refuse = (
        "from grader.student import kernel, seccomp\n"
        "def refuse(): raise kernel.ConfinementError('no filter')\n"
        "seccomp.filter_calls = refuse"
    )
    monkeypatch.setattr(zygote, "_command", planted(refuse))
    with pytest.raises(BorderError, match="exit status 99"):
        run()


def test_more_memory_than_there_is_is_a_killed_call_and_the_next_goes_on():
    source = b"import numpy as np\ndef one():\n    return float(np.ones(1 << 28).sum())\n"
    assert not isinstance(run(source, limits=Limits(memory=1 << 29, isolation=INNER)), Values)
    assert isinstance(run(), Values)


def test_a_send_to_a_process_that_reads_nothing_ends_by_the_clock():
    """The kernel's buffer is full after some hundred kilobytes; then only a budget helps."""
    import numpy as np

    big = Call("one", (np.zeros(1 << 20),), 1)
    with open_candidate("a.py", b"def one(x):\n    pass\n", Limits(cpu_seconds=0.2, isolation=INNER)) as candidate:
        process = candidate._process
        os.kill(process._pid, signal.SIGSTOP)
        outcome = candidate.call(Program((big,))).outcomes[0]
    assert isinstance(outcome, Ended)
    assert "asleep" in outcome.message


def test_zygotes_end_with_the_grader_however_it_ends():
    code = (
        "import os, signal\n"
        "from tests.candidate.test_zygote import run, stage\n"
        "run(); print(stage(), flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=os.getcwd())
    folder = done.stdout.strip()
    assert folder.startswith("/"), done.stderr
    deadline = time.monotonic() + 5
    while _mentions(folder) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert _mentions(folder) == []
    subprocess.run(["rm", "-r", folder], check=True)  # nobody was left to do it


def _mentions(folder: str) -> list[str]:
    found = []
    for process in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{process}/cmdline", "rb") as line:
                found += [process] * (folder.encode() in line.read())
        except OSError:
            continue
    return found


def test_the_stage_holds_the_wire_and_the_runner_and_nothing_else_of_ours():
    ours = {path.relative_to(stage() / "grader").parts[0] for path in (stage() / "grader").rglob("*.py")}
    assert ours == {"__init__.py", "wire.py", "student"}


def test_what_kept_a_zygote_from_starting_is_told(monkeypatch):
    monkeypatch.setattr(zygote, "_command", planted("raise SystemExit('no room in this machine')"))
    with pytest.raises(BorderError, match="'inner' ended: no room in this machine"):
        run()
