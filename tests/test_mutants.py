"""Slips are made at every place, always the same ones, and what is proved equivalent is left out."""

import ast

import pytest

from grader.mutants import mutants, normal_form
from reference import lstm, rnn
from tests.exercises import affine, scaling

SOLUTIONS = {assignment.name: assignment.solution for assignment in (rnn.ASSIGNMENT, lstm.ASSIGNMENT)}


def edits(*statements: str, arguments: str = "a, b") -> set[str]:
    """The edits of a function with these statements."""
    body = "\n".join(f"    {line}" for statement in statements for line in statement.splitlines())
    return {mutant.edit for mutant in mutants(f"import numpy as np\ndef f({arguments}):\n{body}\n")}


@pytest.mark.parametrize(
    ("statement", "after"),
    [
        ("return a + b", "return a - b"),
        ("return a + b", "return a"),
        ("return a + b", "return b"),
        ("return a + b", "return -(a + b)"),
        ("return a + b", "return b + b"),
        ("return a + b", "pass"),
        ("return a - b", "return b - a"),
        ("return a / b", "return a * b"),
        ("return a ** 2", "return a ** 3"),
        ("return a ** 2", "return a * 2"),
        ("return a @ b", "return b @ a"),
        ("return a @ b", "return a.T @ b"),
        ("return a @ b.T", "return a @ b"),
        ("a += b", "a = b"),
        ("a += b", "a -= b"),
        ("return -a", "return a"),
        ("return a < b", "return a <= b"),
        ("return a if b else 0", "return 0 if b else a"),
        ("return a and b", "return a or b"),
        ("return np.tanh(a)", "return a"),
        ("return np.tanh(a)", "return np.arctan(a)"),
        ("return a.sum(axis=0)", "return a.sum(axis=1)"),
        ("return a.sum(axis=0)", "return a.sum()"),
        ("return a.sum(axis=0)", "return a.mean(axis=0)"),
        ("return a.sum(axis=0, keepdims=True)", "return a.sum(axis=0, keepdims=False)"),
        ("return np.outer(a, b)", "return np.outer(b, a)"),
        ("return (a, b)", "return (b, a)"),
        ("return a[b]", "return a[b + 1]"),
        ("return a[b]", "return a"),
        ("return a[:b]", "return a[b:]"),
        ("return a[:b]", "return a[:b - 1]"),
        ("return a[:b]", "return a[:b:-1]"),
        ("return np.einsum('nd,nm->dm', a, b)", "return np.einsum('nd,nm->md', a, b)"),
        ("for t in range(b):\n    a += t", "for t in range(b - 1):"),
        ("for t in range(b):\n    a += t", "for t in range(1, b):"),
        ("for t in range(b):\n    a += t", "for t in range(b): … break"),
        ("for t in reversed(range(b)):\n    a += t", "for t in range(b):"),
        ("if a:\n    return b", "if not a:"),
        ("a, b = b, a", "b, a = (b, a)"),
    ],
)
def test_a_slip_is_made(statement, after):
    before = ast.unparse(ast.parse(statement)).splitlines()[0]
    assert f"{before} → {after}" in edits(statement, "return a")


def test_a_variable_is_taken_for_every_other_that_is_known_there():
    made = edits("c = a * b", "d = c + a", "return d")
    assert {"return d → return a", "return d → return b", "return d → return c"} <= made
    assert not any(after.startswith("c = d") for _, after in (edit.split(" → ") for edit in made))


def test_a_docstring_is_left_alone():
    assert not any("doc" in edit for edit in edits('"""A docstring."""', "return a"))


def test_what_is_only_another_name_gives_no_mutant():
    assert "return a → return c" not in edits("c = a", "return a", arguments="a")
    assert "return a → return c" in edits("c = a", "c = 2 * c", "return a", arguments="a")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("c = a\n    a = b\n    return c", "c = a\n    a = b\n    return a"),
        ("c = a\n    c = b\n    return c", "c = a\n    c = b\n    return a"),
        ("for t in b:\n        c = a\n    return c", "for t in b:\n        c = a\n    return a"),
        ("return a + b", "return a - b"),
    ],
)
def test_functions_that_differ_have_different_normal_forms(one, other):
    assert normal_form(f"def f(a, b):\n    {one}") != normal_form(f"def f(a, b):\n    {other}")


@pytest.mark.parametrize("name", SOLUTIONS)
def test_hundreds_of_slips_are_made_in_an_assignment_and_in_each_of_its_functions(name):
    made = mutants(SOLUTIONS[name])
    functions = {node.name for node in ast.parse(SOLUTIONS[name]).body if isinstance(node, ast.FunctionDef)}
    assert len(made) > 1000
    assert {mutant.function for mutant in made} == functions
    assert len({mutant.source for mutant in made}) == len(made)


def test_a_mutant_is_python_and_differs_in_one_function_only():
    solution = affine.ASSIGNMENT.solution
    texts = {node.name: ast.unparse(node) for node in ast.parse(solution).body if isinstance(node, ast.FunctionDef)}
    for mutant in mutants(solution):
        nodes = [node for node in ast.parse(mutant.source).body if isinstance(node, ast.FunctionDef)]
        assert [node.name for node in nodes if ast.unparse(node) != texts[node.name]] == [mutant.function]


def test_the_same_slips_come_in_the_same_order():
    solution = scaling.ASSIGNMENT.solution
    assert mutants(solution) == mutants(solution)


def test_a_mutant_says_where_it_is_and_what_was_done():
    (first, *_) = mutants("def f(a):\n    return a + 1\n")
    assert str(first) == "f, line 2: return a + 1 → return -(a + 1)"
