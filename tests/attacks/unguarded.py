"""Attacks in the tier `none`, to say what it does not guard: `python -m tests.attacks.unguarded SECRET NAME…`.

Prints JSON: for each attack what its exercises got, whether it says that it worked, and whether the next student's
report is what it should be. Judge and submission are the same user, one who owns nothing, without capabilities, in a
folder of their own; each attack has a judge of its own, which may be harmed. It refuses to run otherwise.
"""

import contextlib
import importlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from grader.candidate.isolation import NONE
from grader.candidate.stage import stage
from grader.report import Report
from tests.attacks.alive import LOADED, NOBODY, give_up_everything
from tests.attacks.table import Attack, attacks, graded, judge, neighbour, succeeds
from tests.small_course import PROJECT

SECONDS = 60.0  # for one attack: a cold start for every process, on a machine that is busy
GONE = {"verdicts": {}, "works": True, "next": False}


def told(secret: Path, *names: str) -> dict[str, dict[str, object]] | str:
    """What came of the named attacks, or of all; or why they cannot be tried here."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "only root, on Linux, can become a user who owns nothing"
    command = [*_way_to_the_interpreter(), sys.executable, "-m", "tests.attacks.unguarded", str(secret), *names]
    done = subprocess.run(command, capture_output=True, text=True)
    return json.loads(done.stdout) if done.returncode == 0 else done.stderr.strip()[-500:]


def _way_to_the_interpreter() -> list[str]:
    """Where it lies behind a folder that is closed to other users: a view in which that folder holds it alone."""
    closed: dict[Path, list[Path]] = {}
    for path in (Path(os.path.realpath(path)) for path in (sys.base_prefix, sys.prefix, PROJECT)):
        for folder in reversed(path.parents):
            if not folder.stat().st_mode & 1:
                closed.setdefault(folder, []).append(folder / path.relative_to(folder).parts[0])
                break
    if not closed or not shutil.which("bwrap"):
        return []
    view = ["bwrap", "--dev-bind", "/", "/"]
    for folder, kept in closed.items():
        view += ["--tmpfs", str(folder)]
        view += [argument for path in sorted(set(kept)) for argument in ("--ro-bind", str(path), str(path))]
    return [*view, "--"]


def outcome(attack: Attack, secret: Path, honest: Report) -> dict[str, object]:
    """What came of an attack on a judge that is there for it alone."""
    reading, writing = os.pipe()
    victim = os.fork()
    if victim == 0:
        os.close(reading)
        os.setsid()
        found = _graded(attack, secret, honest)
        os.write(writing, json.dumps(found).encode())
        os._exit(0)
    os.close(writing)
    try:
        return json.loads(_read(reading, time.monotonic() + SECONDS)) or GONE
    except ValueError:
        return GONE  # its judge has died, or was kept from speaking
    finally:
        os.close(reading)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(victim, signal.SIGKILL)
        os.waitpid(victim, 0)


def _graded(attack: Attack, secret: Path, honest: Report) -> dict[str, object]:
    report = graded(attack.handed_in(secret), NONE)
    return {
        "verdicts": {result.exercise: result.verdict.value for result in report.exercises},
        "works": succeeds(attack, NONE, secret),
        "next": graded(neighbour(), NONE) == honest,
    }


def _read(descriptor: int, deadline: float) -> bytes:
    """All that is written to a pipe until the deadline."""
    os.set_blocking(descriptor, False)
    data = b""
    while time.monotonic() < deadline:
        try:
            piece = os.read(descriptor, 1 << 16)
        except BlockingIOError:
            time.sleep(0.02)
            continue
        if not piece:
            break
        data += piece
    return data


def main() -> None:
    secret, names = Path(sys.argv[1]), sys.argv[2:]
    for name in LOADED:
        importlib.import_module(name)
    judge()
    with tempfile.TemporaryDirectory() as folder:
        os.chown(folder, NOBODY, NOBODY)
        status = os.fork()
        if status == 0:
            _try_all(secret, names, folder)
        sys.exit(os.waitstatus_to_exitcode(os.waitpid(status, 0)[1]))


def _try_all(secret: Path, names: list[str], folder: str) -> None:
    os.chdir(folder)
    os.environ.update({"GRADER_SECRET": "x", "TMPDIR": folder})
    tempfile.tempdir = folder
    give_up_everything()
    try:
        stage()
        honest = graded(neighbour(), NONE)
    except OSError as error:
        print(f"a user who owns nothing cannot read the grader: {error}", file=sys.stderr)
        os._exit(3)
    if honest.score != honest.max_score:
        print(f"a user who owns nothing cannot start the interpreter: {honest.notes}", file=sys.stderr)
        os._exit(3)
    chosen = [attack for attack in attacks() if not names or attack.name in names]
    print(json.dumps({attack.name: outcome(attack, secret, honest) for attack in chosen}), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
