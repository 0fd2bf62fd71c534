"""The student's process: takes one submission, then programs, until its input ends.

Started as `python -I -S __main__.py FOLDER LIMITS` where FOLDER holds numpy, `wire` and this package and nothing
else, and LIMITS is JSON. The limits are set before a byte of the submission is read.
"""

import json
import os
import sys

FOLDER, LIMITS = sys.argv[1], json.loads(sys.argv[2])


def set_limits() -> None:
    """Cap memory, CPU time, files and processes for good: soft and hard limit alike."""
    try:
        import resource
    except ImportError:  # Windows has none of these
        return
    for name, value in LIMITS.items():
        kind = getattr(resource, name, None)
        if kind is not None:
            try:
                resource.setrlimit(kind, (value, value))
            except (ValueError, OSError):  # already lower, or not known to this system
                continue


def main() -> None:
    """Serve frames from what was stdin to what was stdout; the submission sees neither."""
    requests, answers = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    sys.path.insert(0, FOLDER)
    import numpy  # noqa: F401 - before the limits: a process that can't import numpy is our fault

    from grader import wire
    from grader.student.runner import Session
    from grader.student.source import load

    set_limits()

    def read_exactly(count: int) -> bytes:
        pieces = []
        while count:
            piece = os.read(requests, min(count, 1 << 20))
            if not piece:
                os._exit(0)
            pieces.append(piece)
            count -= len(piece)
        return b"".join(pieces)

    def send(frame: bytes) -> None:
        view = memoryview(frame)
        while view:
            view = view[os.write(answers, view) :]

    send(wire.pack({"ready": True}, []))
    head, arrays = wire.read(read_exactly)
    loaded = load(head["filename"], arrays[0].tobytes())
    send(wire.pack({"loaded": loaded.facts()}, []))
    session = Session(loaded.namespace, head["filename"])
    while True:
        for reply in session.replies(*wire.read(read_exactly)):
            send(wire.pack(*reply))


main()
