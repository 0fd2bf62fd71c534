"""Writes a file where temporary files go."""

import tempfile


def attack():
    with tempfile.TemporaryFile() as file:
        return file.write(b"x") == 1
