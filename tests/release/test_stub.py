import ast
import inspect
from dataclasses import replace

import pytest

from grader.release.stub import stub_function, stub_module
from tests.exercises.affine import ASSIGNMENT

NAMES = [exercise.name for exercise in ASSIGNMENT.exercises]


@pytest.fixture(scope="module")
def stub():
    """The names that the stub defines."""
    names = {}
    exec(compile(stub_module(ASSIGNMENT), "affine.py", "exec"), names)
    return names


@pytest.mark.parametrize("name", NAMES)
def test_every_function_raises_an_error_that_names_the_exercise(stub, name):
    arguments = [None] * len(inspect.signature(stub[name]).parameters)
    message = rf"{name} is not written yet \(exercise {NAMES.index(name) + 1} of affine\)"
    with pytest.raises(NotImplementedError, match=message):
        stub[name](*arguments)


@pytest.mark.parametrize("exercise", ASSIGNMENT.exercises, ids=NAMES)
def test_every_function_keeps_the_signature_and_the_summary(stub, exercise):
    function = stub[exercise.name]
    assert inspect.signature(function) == inspect.signature(exercise.function)
    assert inspect.getdoc(function).startswith(exercise.summary)


def test_the_docstring_says_shapes_and_kinds_in_letters(stub):
    assert "index (N, T), integers in [0, V)\n    table (V, D)" in inspect.getdoc(stub["lookup_forward"])
    assert "loss, a number\n    dx (N, D)" in inspect.getdoc(stub["scale_loss"])
    assert "cache, as affine_forward returned it" in inspect.getdoc(stub["affine_backward"])


def test_the_stub_imports_numpy_alone():
    imports = [
        node for node in ast.walk(ast.parse(stub_module(ASSIGNMENT))) if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert [ast.unparse(node) for node in imports] == ["import numpy as np"]


def test_the_cache_is_explained_once_and_only_where_there_is_one(assignment):
    assert stub_module(assignment).count("`cache` is yours") == 1
    plain_only = replace(assignment, exercises=assignment.exercises[-1:])
    assert "cache" not in stub_module(plain_only)


def test_a_summary_with_quotes_and_backslashes_stays_a_docstring(assignment):
    def log_sum_exp(x):
        r'''The \n of """x""", said "so".'''

    exercise = replace(assignment.exercises[-1], function=log_sum_exp)
    names = {}
    exec(stub_function(replace(assignment, exercises=(exercise,)), exercise), names)
    assert inspect.getdoc(names["log_sum_exp"]).startswith(exercise.summary)


def test_a_given_function_stands_in_the_stub_and_works(generous):
    names = {}
    exec(compile(stub_module(generous), "affine.py", "exec"), names)
    assert names["mean_of"]([1, 2, 6]) == 3
    assert list(names).index("mean_of") < list(names).index(NAMES[0])
