"""Landlock: a process takes away its own access to files, to the network and to processes outside.

A ruleset is made once, while everything can still be opened; each submission's process then locks itself in.
"""

import ctypes
import os
import stat
import struct
from collections.abc import Sequence

from grader.student.kernel import ConfinementError, call

_CREATE, _ADD, _RESTRICT = 444, 445, 446  # the same on every architecture
_ASK_VERSION = 1
_BENEATH = 1
_READ_FILE, _READ_DIRECTORY, _WRITE_FILE, _TRUNCATE = 1 << 2, 1 << 3, 1 << 1, 1 << 14
# How many kinds of access to files a version of the kernel's interface knows; asking for more is an error.
_KINDS_OF_ACCESS = {1: 13, 2: 14, 3: 15, 4: 15}
_LATEST_KINDS = 16
_NET_BIND_AND_CONNECT = 0b11  # TCP, from version 4
_SCOPE_SOCKETS_AND_SIGNALS = 0b11  # to abstract sockets and processes outside, from version 6


def version() -> int:
    """The version of the kernel's interface, 0 where there is none."""
    try:
        return call("landlock_create_ruleset", _CREATE, None, ctypes.c_size_t(0), ctypes.c_uint(_ASK_VERSION))
    except ConfinementError:
        return 0


def ruleset(readable: Sequence[str]) -> int:
    """A descriptor that stands for: read these and what is beneath, write to the null device, and nothing else."""
    known = version()
    if not known:
        raise ConfinementError("the kernel has no Landlock")
    files = (1 << _KINDS_OF_ACCESS.get(known, _LATEST_KINDS)) - 1
    net = _NET_BIND_AND_CONNECT if known >= 4 else 0
    scope = _SCOPE_SOCKETS_AND_SIGNALS if known >= 6 else 0
    attributes = struct.pack("<QQQ", files, net, scope)[: 8 if known < 4 else 16 if known < 6 else 24]
    descriptor = call(
        "landlock_create_ruleset", _CREATE, attributes, ctypes.c_size_t(len(attributes)), ctypes.c_uint(0)
    )
    for path in readable:
        _allow(descriptor, path, _READ_FILE | _READ_DIRECTORY)
    _allow(descriptor, os.devnull, files & (_READ_FILE | _WRITE_FILE | _TRUNCATE))
    return descriptor


def restrict(descriptor: int) -> None:
    """Lock this process in, for good; needs PR_SET_NO_NEW_PRIVS."""
    call("landlock_restrict_self", _RESTRICT, ctypes.c_int(descriptor), ctypes.c_uint(0))


def _allow(descriptor: int, path: str, access: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # not here: then it need not be read either
    try:
        if not stat.S_ISDIR(os.fstat(place).st_mode):
            access &= ~_READ_DIRECTORY
        rule = ctypes.create_string_buffer(struct.pack("<Qi", access, place))
        call("landlock_add_rule", _ADD, ctypes.c_int(descriptor), ctypes.c_int(_BENEATH), rule, ctypes.c_uint(0))
    finally:
        os.close(place)
