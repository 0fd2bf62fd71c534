"""Hands a descriptor of its own to another process."""

import os
import socket


def attack():
    one, other = socket.socketpair(socket.AF_UNIX)
    return socket.send_fds(one, [b"x"], [0]) == 1
