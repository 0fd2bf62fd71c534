"""Raises an exception whose text holds escape codes, markup and half a character."""

WHEN, INSIDE, EXPECT, ALIVE = "split_halves", True, {"split_halves": "raised"}, "raises"


def attack():
    raise ValueError("\x1b[31m\x07<script>alert(1)</script>\u202e\ud800\x00")
