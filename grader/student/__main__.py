"""The student's process: takes one submission, then programs, until its input ends; or forks such processes.

Started as `python -P -s -S __main__.py FOLDER CONFIG` where FOLDER holds numpy, `wire` and this package and nothing
else. CONFIG is JSON: either the limits of one submission, set before a byte of it is read, or what a zygote needs.
The channel to the judge is what was stdin; a submission sees neither.
"""

import json
import os
import sys

FOLDER, CONFIG = sys.argv[1], json.loads(sys.argv[2])


def main() -> None:
    """Serve what was stdin."""
    channel = os.dup(0)
    _silence(0, 1)
    sys.path.insert(0, FOLDER)
    if "readable" in CONFIG:
        _run_zygote(channel)
    else:
        from grader.student.limits import set_limits
        from grader.student.serve import serve

        _silence(2)
        set_limits(CONFIG["limits"])
        serve(channel, channel)


def _run_zygote(channel: int) -> None:
    import socket

    from grader.student import zygote

    walls = zygote.Walls(CONFIG["readable"], CONFIG["keep_reading"])
    _silence(2)  # until here it tells the judge why it could not start
    zygote.run(socket.socket(fileno=channel), walls)


def _silence(*standard: int) -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in standard:
        os.dup2(nothing, descriptor)
    os.close(nothing)


main()
