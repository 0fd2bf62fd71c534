"""Puts a message into the keyring of the process, where a later one of the same user may find it."""

import ctypes
import platform

MAY_BE_DEAD = "some kernels have no keyrings"


def attack():
    add_key = {"x86_64": 248, "aarch64": 217}[platform.machine()]
    libc = ctypes.CDLL(None, use_errno=True)
    return libc.syscall(add_key, b"user", b"grader-test", b"x", ctypes.c_size_t(1), ctypes.c_int(-2)) > 0
