"""Starts a thread that could go on after the answer."""

import threading


def attack():
    thread = threading.Thread(target=int)
    thread.start()
    thread.join()
    return True
