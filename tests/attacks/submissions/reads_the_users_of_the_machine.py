"""Reads a file that every user of the machine may read."""


def attack():
    return "root" in open("/etc/passwd").read()
