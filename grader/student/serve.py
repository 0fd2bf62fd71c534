"""One submission's life: its source comes in a frame, then programs until the input ends."""

import os
from collections.abc import Sequence

from grader import wire
from grader.student.runner import Session, Task
from grader.student.source import load
from grader.student.traces import seed, steady_chance


def serve(requests: int, answers: int, programs: Sequence[Task] = ()) -> None:
    """Answer frames from one descriptor on the other; ends the process when the input ends.

    A frame holds a program, or is the number of one of the `programs` that this process was born with.
    """

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
    seed()  # forks share the state of the process they come from, and cold starts none
    steady_chance()
    loaded = load(head["filename"], arrays[0].tobytes())
    send(wire.pack({"loaded": loaded.facts()}, []))
    session = Session(loaded.namespace, head["filename"], loaded.place)
    while True:
        head, arrays = wire.read(read_exactly)
        task = programs[head["program"]] if "program" in head else Task(head, arrays)
        for reply in session.replies(task):
            send(wire.pack(*reply))
