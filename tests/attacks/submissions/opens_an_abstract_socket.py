"""Listens on a name that no file system guards."""

import os
import socket


def attack():
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(f"\0grader-{os.getpid()}")
        return True
