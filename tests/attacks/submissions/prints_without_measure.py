"""Prints ten megabytes."""

WHEN, INSIDE = "import", True


def attack():
    for _ in range(100):
        print("x" * 100_000)
    return True
