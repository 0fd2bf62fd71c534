"""Attacks without walls, to show that they are alive: `python -m tests.attacks.alive SECRET NAME…` prints JSON.

Each runs as a user who owns nothing, without capabilities, in an empty folder of its own, for half a second at
most; it refuses to run otherwise. The attacks are harmless when they work: they ask, and take back what they did.
"""

import ctypes
import importlib
import json
import os
import resource
import signal
import socket
import sys
import tempfile
import time
from pathlib import Path

from tests.attacks.table import Attack, attacks

NOBODY = 65534
SECONDS = 0.7
WORKED, FAILED, RAISED = 42, 43, 44
# Loaded before root is given up: behind that point the interpreter's own folder may be closed.
LOADED = [
    "atexit",
    "fcntl",
    "faulthandler",
    "gc",
    "importlib",
    "inspect",
    "_posixshmem",
    "numpy.testing",
    "grader.compile",
    "pickle",
    "sqlite3",
    "threading",
]
_PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 4, 38


def outcome(attack: Attack, secret: Path) -> str:
    """What came of an attack: "works", "fails", "raises", "ends" or "hangs"."""
    code = compile(attack.text(secret), attack.name, "exec")
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o777)
        victim = os.fork()
        if victim == 0:
            try:
                _be_attacked(code, folder)
            finally:
                os._exit(70)
        status = os.waitstatus_to_exitcode(os.waitpid(victim, 0)[1])
    if status == 70:
        raise SystemExit(f"{attack.name}: could not be tried; it must have no capabilities")
    if status == 71:
        return "hangs"
    return {WORKED: "works", FAILED: "fails", RAISED: "raises"}.get(status, "ends")


def _be_attacked(code: object, folder: str) -> None:
    """The parent that an attack finds: as unprivileged as the attack itself."""
    os.setsid()
    os.chdir(folder)
    os.environ["GRADER_SECRET"] = "x"
    give_up_everything()
    attacker = os.fork()
    if attacker == 0:
        _attack(code)
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        done, status = os.waitpid(attacker, os.WNOHANG)
        if done:
            code_of_end = os.waitstatus_to_exitcode(status)
            os._exit(code_of_end if code_of_end >= 0 else 1)
        time.sleep(0.01)
    os.kill(attacker, signal.SIGKILL)
    os._exit(71)


def give_up_everything() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    libc.prctl(_PR_SET_DUMPABLE, 1, 0, 0, 0)  # as any process of a user is
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    status = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    held = [line for line in status if line.startswith(("CapEff", "CapPrm", "CapAmb")) and int(line.split()[1], 16)]
    if held or os.geteuid() == 0:
        os._exit(70)


def _attack(code: object) -> None:
    """Run it where a judge in the same process would have its expected values."""
    expected = {"expected": [1.0], "points": [2.0]}
    os.closerange(3, 200)
    channel = socket.socketpair()
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    try:
        namespace: dict[str, object] = {"__name__": "attack"}
        exec(code, namespace)  # type: ignore[call-overload]
        os._exit(WORKED if namespace["attempt"]() else FAILED)  # type: ignore[operator]
    except BaseException:
        os._exit(RAISED if expected and channel else FAILED)


def main() -> None:
    secret, names = Path(sys.argv[1]), sys.argv[2:]
    for name in LOADED:
        importlib.import_module(name)
    chosen = [attack for attack in attacks() if not names or attack.name in names]
    print(json.dumps({attack.name: outcome(attack, secret) for attack in chosen}))


if __name__ == "__main__":
    main()
