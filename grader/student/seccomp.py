"""The filter of system calls that a submission runs under: an allow-list, written as a BPF program by hand.

The kernel runs the program at every system call, on {number, architecture, instruction pointer, arguments}. What
is not on the list fails with EPERM, so that an honest `open` of a socket gives an exception and no crash.
"""

import ctypes
import errno
import os
import platform
import struct
from collections.abc import Iterable
from functools import cache

from grader.student.kernel import ConfinementError, call_prctl
from grader.student.syscalls import NUMBERS

_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 22, 2
_LOAD, _JUMP_EQUAL, _JUMP_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06  # BPF_LD|W|ABS, BPF_JMP|JEQ|K, |JGE|K, BPF_RET|K
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16  # offsets in the kernel's struct seccomp_data
_ALLOW, _KILL, _FAIL = 0x7FFF0000, 0x80000000, 0x00050000

# By machine: the kernel's name for the architecture, and the column of `NUMBERS`.
_MACHINES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
_X32 = 0x40000000  # numbers from here on are a second way into the x86-64 kernel

_F_DUPFD, _F_GETFD, _F_SETFD, _F_GETFL, _F_DUPFD_CLOEXEC = 0, 1, 2, 3, 1030
_ONESELF = 0x7FED_CAFE  # no pid, for Linux counts to 2**22, and no other value in a program
_Instruction = tuple[int, int, int, int]


def is_known(machine: str = platform.machine()) -> bool:
    """Whether there is a table for this kind of machine."""
    return machine in _MACHINES


def filter_calls() -> None:
    """Leave this process the calls of the list, for good; needs PR_SET_NO_NEW_PRIVS."""
    code = prepared().replace(struct.pack("<I", _ONESELF), struct.pack("<I", os.getpid()))
    buffer = ctypes.create_string_buffer(code, len(code))
    # struct sock_fprog: the number of instructions, and behind padding where they stand
    head = ctypes.create_string_buffer(struct.pack("@HP", len(code) // 8, ctypes.addressof(buffer)))
    call_prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(head))


@cache
def prepared() -> bytes:
    """The program of this machine with `_ONESELF` for a pid: made by a zygote once for all its children."""
    if not is_known():
        raise ConfinementError(f"no table of system calls for {platform.machine()}")
    return b"".join(struct.pack("<HBBI", *instruction) for instruction in program(platform.machine(), _ONESELF))


def program(machine: str, pid: int) -> list[_Instruction]:
    """The BPF program for a machine and the process `pid`, which alone may be signalled."""
    architecture, column = _MACHINES[machine]
    numbers = {name: pair[column] for name, pair in NUMBERS.items() if pair[column] is not None}
    conditions: dict[str, tuple[int, Iterable[int]]] = {
        "kill": (0, [pid]),
        "tgkill": (0, [pid]),
        "prlimit64": (0, [0, pid]),  # its own limits, and those it can only lower
        # Not F_SETOWN and F_SETSIG, which have the kernel signal somebody else.
        "fcntl": (1, [_F_DUPFD, _F_GETFD, _F_SETFD, _F_GETFL, _F_DUPFD_CLOEXEC]),
    }
    code: list[_Instruction] = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_JUMP_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
    ]
    if machine == "x86_64":
        code += [(_JUMP_AT_LEAST, 0, 1, _X32), (_RETURN, 0, 0, _KILL)]
    for name, number in numbers.items():
        assert number is not None
        if name == "ioctl":  # Python asks every file whether it is a terminal: none is
            code += _returns(number, _FAIL | errno.ENOTTY)
        elif name not in conditions:
            code += _returns(number, _ALLOW)
    for name, (position, values) in conditions.items():
        number = numbers[name]
        assert number is not None
        code += _allowed_with(number, position, list(values))
    return [*code, (_RETURN, 0, 0, _FAIL | errno.EPERM)]


def _returns(number: int, action: int) -> list[_Instruction]:
    return [(_JUMP_EQUAL, 0, 1, number), (_RETURN, 0, 0, action)]


def _allowed_with(number: int, position: int, values: list[int]) -> list[_Instruction]:
    """Allow the call if the lower half of an argument, all that the kernel reads of it, has one of the values."""
    tests = [instruction for value in values for instruction in _returns(value, _ALLOW)]
    body = [(_LOAD, 0, 0, _ARGUMENTS + 8 * position), *tests, (_RETURN, 0, 0, _FAIL | errno.EPERM)]
    return [(_JUMP_EQUAL, 0, len(body), number), *body]
