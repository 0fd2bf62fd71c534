"""Every slip that can be made in the reference is caught, but for those that are argued to be right."""

import ast

from grader.compile import compile_plan
from grader.killing import survivors
from grader.mutants import mutants
from tests.course import each_assignment

HIDDEN_SEED = 20_240_229
TOO_LONG = ("sample",)  # a thousand draws for each mutant are minutes in all: `grader validate --mutants` does it


def as_mutants_write(statement):
    """The statement in the way of this Python's `ast`; the head of a loop or branch stays as it is."""
    try:
        return ast.unparse(ast.parse(statement))
    except SyntaxError:
        return statement


@each_assignment
def test_exactly_the_argued_mutants_survive(assignment):
    tried = [mutant for mutant in mutants(assignment.solution) if mutant.function not in TOO_LONG]
    (alive,) = survivors(tried, [compile_plan(assignment, HIDDEN_SEED, public=False)], jobs=2)
    argued = {
        (entry.function, f"{as_mutants_write(entry.before)} → {as_mutants_write(entry.after)}")
        for entry in assignment.equivalents
        if entry.function not in TOO_LONG
    }
    assert {(mutant.function, mutant.edit) for mutant in alive} == argued


@each_assignment
def test_every_equivalent_has_a_reason_in_words(assignment):
    for entry in assignment.equivalents:
        assert len(entry.reason.split()) >= 5, entry
