"""Writes a file of two megabytes, more than it is allowed."""


def attack():
    with open("big", "wb") as file:
        file.write(bytes(2 << 20))
    return True
