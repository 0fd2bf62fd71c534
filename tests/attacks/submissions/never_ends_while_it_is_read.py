"""Loops while it is read, and swallows the exception that would stop it."""

INSIDE, EXPECT, ALIVE = True, {"*": "unreadable"}, "hangs"


def attack():
    while True:
        try:
            while True:
                pass
        except BaseException:
            continue
