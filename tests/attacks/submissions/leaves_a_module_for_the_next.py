"""Leaves modules that Python would import at its next start."""

import os


def attack():
    for name in ("sitecustomize.py", "usercustomize.py", "numpy.py", "x.pth", "conftest.py"):
        with open(name, "w") as file:
            file.write("raise SystemExit\n")
    return os.path.exists("sitecustomize.py")
