"""What A6 gives away: a text to learn from, and the function that reads one. Students receive both as they are."""

from pathlib import Path

SONNETS = Path(__file__).with_name("sonnets.txt")


def load_text(path):  # type: ignore[no-untyped-def]  # students receive it as it stands
    """The text of a file."""
    with open(path, encoding="utf-8") as file:
        return file.read()
