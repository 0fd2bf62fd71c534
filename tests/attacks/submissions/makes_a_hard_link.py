"""Makes a file and a second name for it."""

import os


def attack():
    open("mine", "w").close()
    os.link("mine", "mine too")
    return os.stat("mine").st_nlink == 2
