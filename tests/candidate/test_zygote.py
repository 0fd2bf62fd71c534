"""Warm processes: used again only when nothing was out of the ordinary, and gone when we are."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
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


# --- what a zygote knows ---------------------------------------------------------------------------------------------

DOUBLED = b"def double(x):\n    return 2 * x\n"


def doubling(*values):
    return Program(tuple(Call("double", (np.array(value),), 1) for value in values))


def numbers(answer):
    return [outcome.items[0].tolist() for outcome in answer.outcomes]


@pytest.mark.parametrize("cold", [False, True], ids=["warm", "cold"])
def test_programs_that_a_zygote_was_taught_are_answered_like_others(cold):
    known, other = doubling([1.0, 2.0], [3.0]), doubling([5.0])
    limits = replace(LIMITS, cold=cold)
    for _ in range(2):
        with open_candidate("a.py", DOUBLED, limits, [known]) as candidate:
            assert numbers(candidate.call(known)) == [[2.0, 4.0], [6.0]]
            assert numbers(candidate.call(other)) == [[10.0]]


def test_a_zygote_is_taught_a_program_once_and_asked_by_number():
    first, second = doubling([1.0]), doubling([2.0], [3.0])
    for programs in ([first], [first, second], [second]):
        with open_candidate("a.py", DOUBLED, LIMITS, programs) as candidate:
            assert [len(candidate._process.request(program)) < len(program.frame) for program in programs]
            assert [numbers(candidate.call(program)) for program in programs] == [
                [[2 * array.tolist()[0]] for call in program.calls for array in call.arguments] for program in programs
            ]
    assert list(zygote.idle()[0].known) == [first.frame, second.frame]


def test_what_one_submission_does_to_its_arguments_reaches_no_other():
    spoiling = b"import gc\nimport numpy as np\ndef double(x):\n    x[:] = 7\n    for one in gc.get_objects():\n"
    spoiling += b"        if type(one) is np.ndarray and one.flags.writeable:\n            one[...] = 7\n    return x\n"
    program = doubling([1.0, 2.0])
    with open_candidate("a.py", spoiling, LIMITS, [program]) as candidate:
        candidate.call(program)
    with open_candidate("b.py", DOUBLED, LIMITS, [program]) as candidate:
        assert numbers(candidate.call(program)) == [[2.0, 4.0]]


def test_a_rehearsal_leaves_nothing_behind():
    source = (
        b"import linecache, sys\nimport numpy as np\n"
        b"def one():\n    names = [*sys.modules, *linecache.cache]\n"
        b"    return float(sum('rehearsal' in name and 'grader' not in name for name in names))\n"
    )
    assert run(source).items[0] == 0.0
