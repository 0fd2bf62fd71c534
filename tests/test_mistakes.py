"""Mistakes apply where they say, change what comes out, and hint without telling; the guards refuse the rest."""

from collections import Counter
from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pytest

from grader.compare import same
from grader.errors import DeclarationError
from grader.exercise import Arrays, Assignment, Exercise, Mistake
from grader.mistakes import check_hint, edited_solution, load_solution, misconception
from grader.shapes import Dims
from grader.structures import Item, leaves
from grader.values import draw_all
from tests.course import ASSIGNMENTS
from tests.exercises import affine
from tests.reference.oracles import compared, drawn, run

EXERCISES = [(assignment, exercise) for assignment in ASSIGNMENTS for exercise in assignment.exercises]
MISTAKES = [(*pair, mistake) for pair in EXERCISES for mistake in pair[1].mistakes]

each_exercise = pytest.mark.parametrize(("assignment", "exercise"), EXERCISES, ids=lambda value: value.name)
each_mistake = pytest.mark.parametrize(("assignment", "exercise", "mistake"), MISTAKES, ids=lambda value: value.name)

Outcome = Arrays | str  # the outputs, and the arguments of whoever must keep them; or the name of an exception


def forward_takes(assignment: Assignment, exercise: Exercise) -> tuple[Item, ...]:
    return assignment.exercise(exercise.contract.of).contract.takes if exercise.contract.of else ()


def trials(assignment: Assignment, exercise: Exercise) -> Iterator[tuple[Dims, Arrays]]:
    """Every fixed shape with benign values; then the probes, and for a backward the upstream gradients times 100."""
    takes = (*forward_takes(assignment, exercise), *exercise.contract.takes)
    letters = {letter for item in takes for letter in item.letters}
    for number, bindings in enumerate(assignment.fixed_dims):
        dims = {letter: length for letter, length in bindings.items() if letter in letters}
        rng = np.random.default_rng(number)
        inputs = draw_all(leaves(takes, dims), dims, rng)
        yield dims, inputs
        for probe in exercise.probes:
            yield dims, probe.change(rng, dict(inputs))
        if exercise.contract.of:
            yield dims, inputs | {tensor.name: 100 * inputs[tensor.name] for tensor in exercise.contract.inputs(dims)}


def outcome(functions: dict, assignment: Assignment, exercise: Exercise, dims: Dims, inputs: Arrays) -> Outcome:
    """What the exercise's function makes of fresh copies of the inputs; of one that draws, the moments."""
    copies = {name: value.copy() for name, value in inputs.items()}
    try:
        with np.errstate(all="ignore"):
            if exercise.contract.draws:
                return drawn(functions, assignment, exercise, dims, copies)
            outputs = run(functions, assignment, exercise, copies)
    except Exception as error:
        return type(error).__name__
    kept = copies if exercise.contract.keeps else {}
    return outputs | {f"{name}, behind the call": value for name, value in kept.items()}


def outcomes(source: str, assignment: Assignment, exercise: Exercise) -> list[Outcome]:
    functions = load_solution(source, assignment.name)
    return [outcome(functions, assignment, exercise, *trial) for trial in trials(assignment, exercise)]


def is_caught(exercise: Exercise, dims: Dims, got: Outcome, want: Outcome) -> bool:
    """Whether the comparison that judges students finds the outcome wrong."""
    if isinstance(got, str):
        return True
    if got.keys() != want.keys():
        return True
    kept = got.keys() - {tensor.name for tensor in exercise.contract.outputs(dims)}
    return not all(one.right for one in compared(exercise, dims, got, want)) or not all(
        same(got[name], want[name]) for name in kept
    )


@each_exercise
def test_the_unedited_solution_gives_what_the_reference_gives(assignment, exercise):
    reference = {item.name: item.function for item in assignment.exercises}
    solution = load_solution(assignment.solution, assignment.name)
    for dims, inputs in trials(assignment, exercise):
        want = outcome(reference, assignment, exercise, dims, inputs)
        assert not is_caught(exercise, dims, outcome(solution, assignment, exercise, dims, inputs), want)


@each_mistake
def test_a_mistake_applies_and_is_caught(assignment, exercise, mistake):
    wants = outcomes(assignment.solution, assignment, exercise)
    gots = outcomes(edited_solution(assignment, exercise, mistake), assignment, exercise)
    shapes = [dims for dims, _ in trials(assignment, exercise)]
    assert any(is_caught(exercise, *trial) for trial in zip(shapes, gots, wants, strict=True))


def telling_outcomes(assignment: Assignment, exercise: Exercise, mistake: Mistake) -> list[Outcome]:
    """The outcomes by which a mistake is known again: where every axis is longer than 1."""
    results = outcomes(edited_solution(assignment, exercise, mistake), assignment, exercise)
    shapes = [dims for dims, _ in trials(assignment, exercise)]
    return [result for dims, result in zip(shapes, results, strict=True) if 1 not in dims.values()]


@each_exercise
def test_two_mistakes_of_an_exercise_never_give_the_same_outcomes(assignment, exercise):
    results = {mistake.name: telling_outcomes(assignment, exercise, mistake) for mistake in exercise.mistakes}
    alike = [pair for pair in combinations(results, 2) if all(map(is_same, results[pair[0]], results[pair[1]]))]
    assert alike == []


def is_same(one: Outcome, other: Outcome) -> bool:
    if isinstance(one, str) or isinstance(other, str):
        return isinstance(one, str) and isinstance(other, str) and one == other
    return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)


@each_mistake
def test_a_mistake_gives_values_somewhere(assignment, exercise, mistake):
    """One that only ever raises could not be told from any other code that raises the same exception."""
    assert any(not isinstance(result, str) for result in telling_outcomes(assignment, exercise, mistake))


@each_mistake
def test_a_hint_asks_and_does_not_tell(assignment, exercise, mistake):
    check_hint(mistake)


@each_exercise
def test_no_two_mistakes_of_an_exercise_share_a_name(assignment, exercise):
    names = Counter(mistake.name for mistake in exercise.mistakes)
    assert [name for name, count in names.items() if count > 1] == []


def test_the_catalogues_hold_at_least_300_mistakes():
    assert len(MISTAKES) >= 300


def affine_mistake(*edits: tuple[str, str], within: str = "") -> tuple[Assignment, Exercise, Mistake]:
    mistake = Mistake("planted", edits, "Is it planted?", within)
    return affine.ASSIGNMENT, affine.ASSIGNMENT.exercise("affine_backward"), mistake


@pytest.mark.parametrize(
    ("edits", "within", "complaint"),
    [
        ([("dout", "0")], "", r"'dout' occurs \d+ times, wanted exactly once"),
        ([("no such text", "0")], "", "'no such text' occurs 0 times"),
        ([("x @ w", "0")], "", "in affine_backward the text 'x @ w' occurs 0 times"),  # it stands in the forward
        ([("", "0")], "", "'' occurs 0 times"),
        ([("dout @ w.T", "0"), ("w.T", "w")], "", "overlaps"),
        ([("dout @ w.T", "(dout @")], "", "does not compile"),
        ([("dout @ w.T", "dout @ w.T")], "", "change nothing"),
        ([], "", "change nothing"),
        ([("a", "b")], "no_such_function", "no function named 'no_such_function'"),
    ],
)
def test_an_edit_that_does_not_fit_is_refused(edits, within, complaint):
    with pytest.raises(DeclarationError, match=complaint) as refusal:
        edited_solution(*affine_mistake(*edits, within=within))
    assert "mistake 'planted'" in str(refusal.value)


def test_edits_are_made_in_the_original_text_whatever_their_order():
    swap = [("dx = dout @ w.T", "dx = x.T @ dout"), ("dw = x.T @ dout", "dw = dout @ w.T")]
    forwards, backwards = edited_solution(*affine_mistake(*swap)), edited_solution(*affine_mistake(*swap[::-1]))
    assert forwards == backwards
    assert "dx = x.T @ dout\n    dw = dout @ w.T\n" in forwards


def test_an_edit_within_another_function_leaves_the_exercise_alone():
    source = edited_solution(*affine_mistake(("return out, (x, w)", "return out, (x, 2 * w)"), within="affine_forward"))
    functions = load_solution(source, "planted")
    x, w, b, dout = np.ones((2, 3)), np.ones((3, 4)), np.ones(4), np.ones((2, 4))
    out, cache = functions["affine_forward"](x, w, b)
    assert np.array_equal(out, x @ w + b)
    assert np.array_equal(functions["affine_backward"](dout, cache)[0], dout @ (2 * w).T)


def test_loaded_functions_know_each_other_but_not_the_reference():
    functions = load_solution(affine.ASSIGNMENT.solution, "affine")
    assert set(functions) >= {"affine_forward", "two_affine_forward"}
    assert functions["affine_forward"] is not affine.affine_forward
    assert functions["two_affine_forward"].__globals__["affine_forward"] is functions["affine_forward"]


@pytest.mark.parametrize(
    ("hint", "complaint"),
    [
        ("Think about the derivative.", "asks no question"),
        ("Is it 1 - h?", "1 -"),
        ("Did you square it as in h**2?", r"'\*'"),
        ("Is it w.T?", r"\.T"),
        ("Did you call np.add?", r"np\."),
        ("Is it sum(da)?", r"m\("),
        ("Should dx = da?", "'='"),
        ("Did you multiply with @?", "'@'"),
        ("Is it h^2?", r"'\^'"),
        ("Did you take dh[t]?", r"'\['"),
        ("Did you forget the correct words?", "the right answer 'correct words'"),
    ],
)
def test_a_hint_that_tells_is_refused(hint, complaint):
    with pytest.raises(DeclarationError, match=complaint):
        check_hint(Mistake("planted", ((" correct words ", "0"),), hint))


def test_a_plain_question_is_a_hint():
    check_hint(Mistake("planted", (("1 - h**2", "1"),), "Is the tanh' there, and taken at the right quantity?"))


def test_the_mistakes_of_a_misconception_share_its_hint_and_place():
    first, second = misconception("Why?", ("one", {"a": "b", "c": "d"}), ("two", {"e": "f"}), within="g")
    assert first == Mistake("one", (("a", "b"), ("c", "d")), "Why?", "g")
    assert second == Mistake("two", (("e", "f"),), "Why?", "g")
