"""How fast a class is graded, and where the time goes: `make bench`."""
