"""Listens on a port of the machine."""

import socket


def attack():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        return True
