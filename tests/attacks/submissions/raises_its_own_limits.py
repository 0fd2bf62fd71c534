"""Raises a limit that it was given."""

import resource


def attack():
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, max(64, hard)))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0] == 64
