"""Changes into the grader's folder and reads by a relative path."""

import os


def attack():
    os.chdir("@SECRET@")
    return "hidden" in open("hidden.plan").read()
