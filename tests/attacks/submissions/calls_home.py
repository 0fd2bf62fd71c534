"""Sends a datagram; the port is the one that throws everything away."""

import socket


def attack():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        return out.sendto(b"x", ("127.0.0.1", 9)) == 1
