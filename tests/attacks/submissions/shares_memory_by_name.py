"""Makes shared memory that other processes find by its name, and takes it away again."""

import os

import _posixshmem


def attack():
    name = f"/grader-{os.getpid()}"
    descriptor = _posixshmem.shm_open(name, os.O_CREAT | os.O_EXCL | os.O_RDWR, mode=0o600)
    _posixshmem.shm_unlink(name)
    os.close(descriptor)
    return True
