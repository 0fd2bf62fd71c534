"""Asks the kernel to copy memory out of the process that started it; an address of 0 is enough to tell."""

import ctypes
import errno
import os


def attack():
    libc = ctypes.CDLL(None, use_errno=True)
    here, there = (ctypes.c_void_p * 2)(0, 8), (ctypes.c_void_p * 2)(0, 8)
    done = libc.process_vm_readv(os.getppid(), here, 1, there, 1, 0)
    return done >= 0 or ctypes.get_errno() == errno.EFAULT
