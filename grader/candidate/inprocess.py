"""A candidate in our own process: for our own reference and its mistakes, never for a stranger's file."""

from collections.abc import Mapping
from typing import Any

from grader.candidate.program import Answer, Loaded, Outcome, Program, Seen, decode_reply
from grader.student.runner import Session


class InProcess:
    """Runs functions from a namespace that we trust."""

    def __init__(self, namespace: Mapping[str, Any], filename: str = "<reference>") -> None:
        self.loaded = Loaded(
            functions={
                name: {"line": 0, "own_statements": True} for name, value in namespace.items() if callable(value)
            }
        )
        self._session = Session(dict(namespace), filename, "line {}".format)

    def call(self, program: Program) -> Answer:
        outcomes: list[Outcome] = []
        seen = Seen()
        for head, body in self._session.replies(program.task):
            reply = decode_reply(head, body.arrays())
            outcomes += reply.outcomes
            seen = reply.seen or seen
        return Answer(tuple(outcomes), seen)
