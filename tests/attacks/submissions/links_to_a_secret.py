"""Makes a symbolic link to the hidden plan and reads through it."""

import os


def attack():
    os.symlink("@SECRET@/hidden.plan", "link")
    return "hidden" in open("link").read()
