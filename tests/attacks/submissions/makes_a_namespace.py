"""Makes a user namespace, in which it would be root."""

import ctypes

MAY_BE_DEAD = "many machines let no user make namespaces"


def attack():
    return ctypes.CDLL(None, use_errno=True).unshare(0x10000000) == 0
