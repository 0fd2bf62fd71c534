"""What holds for every exercise of the reference: good manners of the functions, sound declarations."""

import inspect

import numpy as np
import pytest

from reference import SHAPES, gated, lstm, rnn
from tests.course import ASSIGNMENTS, each_assignment
from tests.reference.oracles import benign_inputs, functions_of, run

EXERCISES = [(assignment, exercise) for assignment in ASSIGNMENTS for exercise in assignment.exercises]

each_exercise = pytest.mark.parametrize(("assignment", "exercise"), EXERCISES, ids=lambda value: value.name)


@pytest.mark.filterwarnings("error")
@each_exercise
def test_a_call_warns_of_nothing_and_leaves_its_arguments_alone(assignment, exercise):
    for dims in assignment.fixed_dims:
        inputs = benign_inputs(assignment, exercise, dims)
        for case in (inputs, *(probe.change(np.random.default_rng(0), inputs) for probe in exercise.probes)):
            before = {name: array.copy() for name, array in case.items()}
            run(functions_of(assignment), assignment, exercise, case)
            assert all(np.array_equal(case[name], before[name]) for name in case)


@each_exercise
def test_the_outputs_have_the_declared_names_and_shapes(assignment, exercise):
    for dims in assignment.fixed_dims:
        outputs = run(functions_of(assignment), assignment, exercise, benign_inputs(assignment, exercise, dims))
        assert {name: array.shape for name, array in outputs.items()} == {
            tensor.name: tensor.shape(dims) for tensor in exercise.contract.outputs(dims)
        }


@each_exercise
def test_a_probe_changes_values_and_no_shapes(assignment, exercise):
    inputs = benign_inputs(assignment, exercise, assignment.fixed_dims[0])
    for probe in exercise.probes:
        changed = probe.change(np.random.default_rng(0), inputs)
        assert {name: array.shape for name, array in changed.items()} == {n: a.shape for n, a in inputs.items()}
        assert any(not np.array_equal(changed[name], inputs[name]) for name in inputs)


@each_exercise
def test_the_first_shape_tells_all_axes_apart(assignment, exercise):
    contract = exercise.contract
    tensors = (*contract.takes, *contract.gives)
    letters = {letter for tensor in tensors for letter in tensor.letters}
    lengths = [assignment.fixed_dims[0][letter] for letter in letters]
    assert len(set(lengths)) == len(lengths)


@each_assignment
def test_the_points_add_up_to_100(assignment):
    assert assignment.points == 100


@each_exercise
def test_a_backward_is_worth_more_than_its_forward(assignment, exercise):
    if exercise.contract.of:
        assert exercise.contract.points > assignment.exercise(exercise.contract.of).contract.points


@each_exercise
def test_an_exercise_has_a_task_and_a_docstring_of_one_line(assignment, exercise):
    docstring = inspect.getdoc(exercise.function) or ""
    assert docstring.endswith(".")
    assert "\n" not in docstring
    assert exercise.task.strip()


@each_exercise
def test_a_docstring_gives_no_formula_away(assignment, exercise):
    assert not set(exercise.summary) & set("=*@[]^")


def test_the_fixed_shapes_are_those_of_the_evidence():
    sizes = [tuple(dims[letter] for letter in "NTDH") for dims in rnn.ASSIGNMENT.fixed_dims]
    assert sizes == [(3, 5, 2, 4), (1, 1, 1, 1), (1, 3, 4, 2), (2, 1, 4, 3), (2, 7, 3, 3), (4, 2, 3, 4)]
    assert rnn.ASSIGNMENT.shapes == lstm.ASSIGNMENT.shapes == gated.ASSIGNMENT.shapes == SHAPES
