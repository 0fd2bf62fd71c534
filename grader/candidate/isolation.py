"""The tiers of isolation: which this machine has, found out by trying, and candidates behind them.

full    bubblewrap's namespaces, and in them the inner walls
inner   rlimits, Landlock and a filter of system calls in the student's own process; needs no privilege
none    a process of its own with limits: for one's own code, and where there is nothing better
"""

import sys
from collections.abc import Sequence
from functools import cache, partial

import numpy as np

from grader.candidate import bubblewrap
from grader.candidate.limits import BEST, Limits
from grader.candidate.program import Call, Program, Values
from grader.candidate.remote import Remote
from grader.candidate.subprocess import Cold
from grader.candidate.zygote import FULL, INNER, Forked
from grader.errors import BorderError, UsageError

NONE = "none"
TIERS = (FULL, INNER, NONE)

# Tries in turn what no submission may; each that succeeds is a hole.
_PROBE = b"""
import os
import socket

import numpy as np


def holes():
    attempts = [
        lambda: open("/etc/passwd").read(),
        lambda: os.listdir("/var"),
        lambda: open("probe", "w"),
        lambda: socket.socket(),
        lambda: os.fork() or os._exit(0),
        lambda: os.kill(os.getppid(), 0),
    ]
    return np.array([_succeeds(attempt) for attempt in attempts])


def _succeeds(attempt):
    try:
        attempt()
    except OSError:
        return False
    return True
"""
_HOLES = ("reading files", "listing folders", "writing files", "sockets", "new processes", "signals to others")


def resolve(tier: str) -> str:
    """The tier that is meant: the strongest there is for `best`. One that cannot be had is a `BorderError`."""
    if tier == BEST:
        return next(each for each in TIERS if each == NONE or not complaint(each))
    if tier not in TIERS:
        raise BorderError(f"isolation {tier!r} is unknown; known are {', '.join(TIERS)}")
    if tier != NONE and (reason := complaint(tier)):
        raise BorderError(f"isolation {tier!r} cannot be had on this machine: {reason}")
    return tier


def resolve_for_strangers(tier: str, *, unsafe: bool = False) -> str:
    """The tier that is meant, for code that is not one's own: no isolation only for who has said `unsafe`."""
    found = resolve(tier)
    if found == NONE and not unsafe:
        raise UsageError(
            "there is no isolation: a submission could read your files and change grades; install bubblewrap"
            " (`grader doctor` says what is missing), or take the risk with --unsafe, which every report will say"
        )
    return found


def meant(tier: str, *, unsafe: bool = False) -> tuple[str, ...]:
    """The tiers in which a submission may have been judged, somewhere, where so much was asked."""
    if tier != BEST:
        return (tier,)
    return TIERS if unsafe else tuple(each for each in TIERS if each != NONE)


@cache
def complaint(tier: str) -> str:
    """Why a tier cannot be had here; empty if it can."""
    if sys.platform != "linux":
        return f"it needs Linux, this is {sys.platform}"
    if tier == FULL and bubblewrap.installed() is None:
        return "bubblewrap (bwrap) is not installed"
    try:
        with Remote("probe.py", _PROBE, Limits(isolation=tier), Forked) as candidate:
            answer = candidate.call(Program((Call("holes", (), 1),)))
    except BorderError as error:
        return str(error)
    outcome = answer.outcomes[0]
    found = outcome.items[0] if isinstance(outcome, Values) and outcome.items else None
    if not isinstance(found, np.ndarray) or found.shape != (len(_HOLES),):
        return f"a probe of its walls came back with {outcome}"
    return ", ".join(f"{hole} got through" for hole, open_ in zip(_HOLES, found, strict=True) if open_)


def open_candidate(filename: str, data: bytes, limits: Limits, programs: Sequence[Program] = ()) -> Remote:
    """A candidate behind the tier that the limits name, which has been resolved; `programs` are those it will be put.

    Others can be put to it as well, at the price of their way.
    """
    return Remote(filename, data, limits, Cold if limits.isolation == NONE else partial(Forked, programs=programs))
