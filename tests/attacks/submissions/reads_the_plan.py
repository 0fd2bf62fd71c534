"""Reads the hidden plan from its file."""


def attack():
    return "hidden" in open("@SECRET@/hidden.plan").read()
