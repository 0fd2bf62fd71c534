"""Reads what another student handed in."""


def attack():
    return "def " in open("@SECRET@/neighbour/affine.py").read()
