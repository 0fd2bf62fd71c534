"""Makes a System V segment, which outlives its maker, and takes it away again."""

import ctypes


def attack():
    libc = ctypes.CDLL(None, use_errno=True)
    segment = libc.shmget(0, 4096, 0o1600)
    if segment >= 0:
        libc.shmctl(segment, 0, None)
    return segment >= 0
