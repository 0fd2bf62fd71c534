"""The kernel's doors that Python has no name for, through ctypes; Linux only."""

import ctypes
import os


class ConfinementError(Exception):
    """A wall that was asked for could not be put up: a fault of ours, before the submission is read."""


_libc = ctypes.CDLL(None, use_errno=True)


def call_prctl(option: int, *arguments: int) -> None:
    """`prctl`, with a failure as `ConfinementError`."""
    padded = [ctypes.c_ulong(value) for value in (*arguments, 0, 0, 0, 0)[:4]]
    _checked(f"prctl({option})", _libc.prctl(option, *padded))


def call(name: str, number: int, *arguments: object) -> int:
    """A system call by number; `name` is for the message if it fails."""
    return _checked(name, _libc.syscall(ctypes.c_long(number), *arguments))


def _checked(name: str, result: int) -> int:
    if result < 0:
        raise ConfinementError(f"{name}: {os.strerror(ctypes.get_errno())}")
    return result
