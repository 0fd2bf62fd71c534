"""Lists the folder in which the grader keeps its results."""

import os


def attack():
    return "hidden.plan" in os.listdir("@SECRET@")
