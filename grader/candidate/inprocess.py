"""A candidate in our own process: for our own reference and its mistakes, never for a stranger's file."""

from collections.abc import Mapping
from typing import Any

from grader.candidate.program import Answer, Loaded, Program, decode_outcomes
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
        outcomes = []
        for reply, arrays in self._session.replies(*program.content):
            outcomes += decode_outcomes(reply["outcomes"], arrays)
        return Answer(tuple(outcomes), reply["printed"], tuple(reply["warnings"]))
