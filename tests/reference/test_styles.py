"""Every style of solution gives what the reference gives, by the rule that judges students; a wrong one is reported."""

import contextlib
import io
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.exercise import Arrays, Assignment, Exercise
from grader.mistakes import load_solution
from grader.shapes import Dims, format_dims, parse_dims
from grader.validate import style_sources
from reference import architectures, deep, gated, gradient_flow, language_model, lstm, rnn
from tests.course import ASSIGNMENTS, each_assignment
from tests.reference.oracles import benign_inputs, compared, drawn, functions_of, run

Functions = Mapping[str, Callable[..., Any]]

FOLDER = Path(rnn.__file__).parent / "styles"
FEWEST_STYLES = {"rnn": 20, "lstm": 20, "gated": 10}  # of the others six
STYLES = {assignment.name: style_sources(assignment, FOLDER) for assignment in ASSIGNMENTS}
MORE_SHAPES = (parse_dims("N=5 T=4 D=6 H=7 M=2 V=9"), parse_dims("N=1 T=6 D=1 H=3 M=1 V=2"))

each_style = pytest.mark.parametrize(
    ("assignment", "style"),
    [pytest.param(one, style, id=f"{one.name}-{style}") for one in ASSIGNMENTS for style in STYLES[one.name]],
)
# An overflow on the way to a right value is a slip, and a model solution has none.
pytestmark = pytest.mark.filterwarnings("error")


def trials(assignment: Assignment, exercise: Exercise) -> Iterator[tuple[Dims, Arrays]]:
    """Random benign values in every shape, and each of the exercise's probes on them."""
    first = assignment.fixed_dims[0]  # for the axes that only some assignments have
    for seed, dims in enumerate((*assignment.fixed_dims, *({**first, **more} for more in MORE_SHAPES))):
        inputs = benign_inputs(assignment, exercise, dims, seed)
        yield dims, inputs
        for probe in exercise.probes:
            yield dims, probe.change(np.random.default_rng(seed), inputs)


def copies(inputs: Arrays) -> Arrays:
    """Fresh arrays: some styles write into what they are given, as half of all students do."""
    return {name: value.copy() for name, value in inputs.items()}


def differences(assignment: Assignment, functions: Functions) -> list[str]:
    """Where the functions depart from the reference, in words."""
    found = []
    for exercise in assignment.exercises:
        for dims, inputs in trials(assignment, exercise):
            want = outputs_of(functions_of(assignment), assignment, exercise, dims, inputs)
            got = outputs_of(functions, assignment, exercise, dims, inputs)
            where = f"{exercise.name} ({format_dims(dims)})"
            if got.keys() != want.keys():
                found.append(f"{where}: gives {len(got)} values, wanted {len(want)}")
                continue
            comparisons = compared(exercise, dims, got, want)
            found += [f"{where}: {comparison.why}" for comparison in comparisons if not comparison.right]
    return found


def outputs_of(functions: Functions, assignment: Assignment, exercise: Exercise, dims: Dims, inputs: Arrays) -> Arrays:
    """The outputs on fresh copies of the inputs; of a function that draws their moments."""
    if exercise.contract.draws:
        return drawn(functions, assignment, exercise, dims, copies(inputs))
    return run(functions, assignment, exercise, copies(inputs))


def loaded(source: str, name: str) -> Functions:
    """The functions of a style; what it prints while it loads is none of the tests' business."""
    with contextlib.redirect_stdout(io.StringIO()):
        return load_solution(source, name)


@each_style
def test_a_style_gives_what_the_reference_gives(assignment, style):
    functions = loaded(STYLES[assignment.name][style], style)
    assert differences(assignment, functions) == []


@each_style
def test_a_style_stands_on_its_own(assignment, style):
    """Nothing of ours is imported, and every function of the assignment is there."""
    source = STYLES[assignment.name][style]
    imported = {line.split()[1] for line in source.splitlines() if line.startswith(("import ", "from "))}
    assert imported <= {
        "numpy",
        "collections",
        "copy",
        "dataclasses",
        "functools",
        "math",
        "types",
        "typing",
        "__future__",
    }
    assert {exercise.name for exercise in assignment.exercises} <= set(loaded(source, style))


@each_assignment
def test_there_are_many_styles(assignment):
    assert len(STYLES[assignment.name]) >= FEWEST_STYLES.get(assignment.name, 6)


@each_assignment
def test_no_two_styles_are_the_same(assignment):
    sources = [*STYLES[assignment.name].values(), assignment.solution]
    assert len(set(sources)) == len(sources)


PLANTED = (
    (rnn.ASSIGNMENT, "einsum", "1 - next_h ** 2", "1 + next_h ** 2", "rnn_step_backward"),
    (rnn.ASSIGNMENT, "time_major", "dhs[t] + dnext", "dhs[t] - dnext", "rnn_backward"),
    (rnn.ASSIGNMENT, "one_liners", "(np.exp(L)-Y)", "(np.exp(L)+Y)", "temporal_softmax_loss"),
    (rnn.ASSIGNMENT, "cache_pop", "(1 - next_h ** 2) * dnext_h", "(next_h ** 2 - 1) * dnext_h", "rnn_backward"),
    (lstm.ASSIGNMENT, "cache_dict", "= np.exp(x[x < 0])", "= -np.exp(x[x < 0])", "sigmoid"),
    (lstm.ASSIGNMENT, "closures", "dc = dnext_c + h_back", "dc = dnext_c - h_back", "additive_cell_step_backward"),
    (lstm.ASSIGNMENT, "float32_inside", "dc = dnext_c + dnext_h * o", "dc = dnext_c - dnext_h * o", "lstm_backward"),
    (lstm.ASSIGNMENT, "in_place", "dnext_c += dnext_h * o", "dnext_c -= dnext_h * o", "lstm_step_backward"),
    (gated.ASSIGNMENT, "cache_dict", "['g'] * c['z'] + c['h']", "['g'] * c['z'] - c['h']", "mut1_step_forward"),
    (gated.ASSIGNMENT, "closures", "dprev_h + drh * r", "dprev_h - drh * r", "gru_step_backward"),
    (gradient_flow.ASSIGNMENT, "einsum", "1 - h[:, t] ** 2", "1 + h[:, t] ** 2", "truncated_bptt"),
    (gradient_flow.ASSIGNMENT, "in_place", "J *= (1 - h[:, j]", "J *= (1 + h[:, j]", "rnn_state_jacobian"),
    (architectures.ASSIGNMENT, "closures", "(1 - y * y)", "(1 + y * y)", "seq2seq_loss"),
    (architectures.ASSIGNMENT, "layers", "self.rate * m_hat", "-self.rate * m_hat", "adam_step"),
    (deep.ASSIGNMENT, "classes", "half]) + self.b", "half]) - self.b", "bidirectional_rnn_backward"),
    (deep.ASSIGNMENT, "in_place", "mask += keep", "mask -= keep", "dropout_mask"),
    (language_model.ASSIGNMENT, "class_with_methods", "params, x, y, h)\n", "params, y, x, h)\n", "train"),
    (language_model.ASSIGNMENT, "einsum", "(1.0 - np.square(", "(1.0 + np.square(", "char_rnn_loss"),
    (language_model.ASSIGNMENT, "steps_with_closures", "w - rate * g /", "w + rate * g /", "adagrad_step"),
    (gated.ASSIGNMENT, "recompute", "dar + np.dot(dan, Wxh.T)", "dar - np.dot(dan, Wxh.T)", "mut2_step_backward"),
)


@pytest.mark.parametrize(("assignment", "style", "right", "wrong", "function"), PLANTED)
def test_a_style_with_one_sign_flipped_is_reported(assignment, style, right, wrong, function):
    source = STYLES[assignment.name][style]
    assert source.count(right) == 1
    found = differences(assignment, loaded(source.replace(right, wrong), style))
    assert any(text.startswith(f"{function} (") for text in found)


@each_assignment
def test_a_missing_output_is_reported(assignment):
    last = [exercise for exercise in assignment.exercises if len(exercise.contract.gives) > 1][-1]
    functions = functions_of(assignment)
    short = functions | {last.name: lambda *arguments: functions[last.name](*arguments)[:1]}
    assert any("gives 1 values" in text for text in differences(assignment, short))
