"""Opens the gradebook as the database it is."""

import sqlite3


def attack():
    with sqlite3.connect("file:@SECRET@/gradebook.db?mode=ro", uri=True) as book:
        return book.execute("select 1").fetchone() == (1,)
