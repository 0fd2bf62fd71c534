"""Sets a tracer that changes what functions return, as far as it can."""

import sys

INSIDE = True


def attack():
    sys.settrace(lambda frame, event, argument: None)
    sys.setprofile(lambda frame, event, argument: None)
    sys.setprofile(None)
    return True
