"""Asks to be told when files change."""

import ctypes


def attack():
    return ctypes.CDLL(None, use_errno=True).inotify_init() >= 0
