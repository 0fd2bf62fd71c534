"""Sends the zygote's own requests to every descriptor that is a socket of messages."""

import os
import socket

UNGUARDED = {"*": "unreadable"}  # there is no zygote: what it finds is its own channel, on which it talks nonsense


def attack():
    for descriptor in range(3, 32):
        try:
            kind = socket.socket(fileno=os.dup(descriptor))
            kind.send(b'{"reap": 1}')
        except OSError:
            continue
        return True
    return False
