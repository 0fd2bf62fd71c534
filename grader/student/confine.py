"""The inner walls: what a process takes away from itself before it reads a byte of a submission.

In this order, since each step needs what a later one takes: limits; no new privileges; death with the parent;
Landlock; the filter of system calls. Who is root has become nobody before. None of it needs a privilege, and
nothing gives any of it back.
"""

import os
import signal
import struct
from collections.abc import Mapping

from grader.student import landlock, seccomp
from grader.student.kernel import call, call_prctl
from grader.student.limits import set_limits

NOBODY = 65534
_PR_SET_PDEATHSIG, _PR_SET_KEEPCAPS, _PR_SET_NO_NEW_PRIVS = 1, 8, 38
_CAPSET = {"x86_64": 126, "aarch64": 91}
_CAPABILITIES_VERSION = 0x20080522
_CAP_DAC_READ_SEARCH = 1 << 2


def become_nobody(keep_reading: bool) -> None:
    """Give up root, if we are; with `keep_reading` all capabilities but that of reading what is root's alone.

    It is kept where the interpreter itself is root's alone, and Landlock then says what is read. A root that may not
    read so, or not change its user (containers), stays the user 0 and gives up what capabilities it has.
    """
    if os.geteuid() != 0:
        return
    if keep_reading and not _holds(_CAP_DAC_READ_SEARCH):
        _keep_capabilities(0)
        return
    if keep_reading:
        call_prctl(_PR_SET_KEEPCAPS, 1)
    try:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    except PermissionError:
        _keep_capabilities(0)
        return
    if keep_reading:
        _keep_capabilities(_CAP_DAC_READ_SEARCH)


def _holds(capability: int) -> bool:
    with open("/proc/self/status", encoding="utf-8") as status:
        permitted = next(line for line in status if line.startswith("CapPrm:"))
    return bool(int(permitted.split()[1], 16) & capability)


def _keep_capabilities(kept: int) -> None:
    head = struct.pack("<Ii", _CAPABILITIES_VERSION, 0)
    sets = struct.pack("<6I", kept, kept, 0, 0, 0, 0)  # effective, permitted, inheritable; then the upper halves
    call("capset", _CAPSET[os.uname().machine], head, sets)


def die_with_parent() -> None:
    """Be killed when the parent ends; to be set anew after a change of user."""
    call_prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL))


def lock_in(limits: Mapping[str, int], ruleset: int | None) -> None:
    """All inner walls, for good. Raises `ConfinementError` if one cannot be put up; then nothing foreign may run."""
    set_limits(limits)
    call_prctl(_PR_SET_NO_NEW_PRIVS, 1)
    die_with_parent()
    if ruleset is not None:
        landlock.restrict(ruleset)
        os.close(ruleset)
    seccomp.filter_calls()
