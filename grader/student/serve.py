"""One submission's life: its source comes in a frame, then programs until the input ends."""

import os

from grader import wire
from grader.student.runner import Session
from grader.student.source import load
from grader.student.traces import seed, steady_chance


def serve(requests: int, answers: int) -> None:
    """Answer frames from one descriptor on the other; ends the process when the input ends."""

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
        for reply in session.replies(*wire.read(read_exactly)):
            send(wire.pack(*reply))
