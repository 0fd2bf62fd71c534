"""Looks for secrets in the environment."""

import os


def attack():
    return "GRADER_SECRET" in os.environ
