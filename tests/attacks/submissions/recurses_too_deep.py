"""Recurses until Python stops it, and goes on."""

WHEN, INSIDE = "import", True


def attack():
    try:
        return attack()
    except RecursionError:
        return True
