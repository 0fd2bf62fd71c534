"""Limits that a process sets on itself."""

from collections.abc import Mapping


def set_limits(limits: Mapping[str, int]) -> None:
    """Cap memory, CPU time, files and processes for good: soft and hard limit alike."""
    try:
        import resource
    except ImportError:  # Windows has none of these
        return
    for name, value in limits.items():
        kind = getattr(resource, name, None)
        if kind is not None:
            try:
                resource.setrlimit(kind, (value, value))
            except (ValueError, OSError):  # already lower, or not known to this system
                continue
