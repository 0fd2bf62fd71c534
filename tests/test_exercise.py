"""Declarations: what follows from one, and the table of those that contradict themselves."""

import json
from dataclasses import replace

import pytest

from grader import Assignment, Mistake, backward, forward, plain
from grader.errors import DeclarationError
from grader.exercise import Contract
from tests.exercises.affine import AFFINE_BACKWARD, AFFINE_FORWARD, ASSIGNMENT, SCALE_LOSS, SPLIT_HALVES


def product(x, y):
    """The product of two arrays."""
    return x * y


def product_forward(x, y):
    return x * y, (x, y)


def product_backward(dout, cache):
    x, y = cache
    return dout * y, dout * x


def test_a_backward_follows_from_its_forward():
    contract = AFFINE_BACKWARD.contract
    assert [str(tensor) for tensor in contract.takes] == ["dout: N M"]
    assert [str(tensor) for tensor in contract.gives] == ["dx: N D", "dw: D M", "db: M"]
    assert contract.requires == ("affine_forward",)


def test_integers_and_masks_have_no_gradient():
    backward_contract = ASSIGNMENT.exercise("lookup_backward").contract
    assert [tensor.name for tensor in backward_contract.gives] == ["dtable"]


@pytest.mark.parametrize(
    ("exercise", "signature", "returns"),
    [
        (AFFINE_FORWARD, "affine_forward(x, w, b)", "out, cache"),
        (AFFINE_BACKWARD, "affine_backward(dout, cache)", "dx, dw, db"),
        (SPLIT_HALVES, "split_halves(wide, tail)", "joined"),
        (SCALE_LOSS, "scale_loss(x, scale, keep)", "loss, dx, dscale"),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_signature_and_returns_read_as_a_stub_writes_them(exercise, signature, returns):
    assert exercise.contract.signature == signature
    assert exercise.contract.returns == returns


@pytest.mark.parametrize("exercise", ASSIGNMENT.exercises, ids=lambda exercise: exercise.name)
def test_a_contract_travels_as_json(exercise):
    assert Contract.from_json(json.loads(json.dumps(exercise.contract.to_json()))) == exercise.contract


GOOD = {"takes": ("x: N", "y: N"), "gives": ("z: N",), "points": 1}


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"points": 0}, "exercise product: points are 0, wanted more than 0"),
        ({"points": -2}, "points are -2, wanted more than 0"),
        ({"takes": ("x: N", "x: N")}, "takes x, x, and one name stands twice"),
        ({"takes": ("x: N",)}, r"declared as product\(x\), but the reference reads product\(x, y\)"),
        ({"takes": ("y: N", "x: N")}, r"declared as product\(y, x\), but the reference reads product\(x, y\)"),
        ({"takes": ("x: N", "y: n")}, "axis 'n'"),
        ({"gives": ("z",)}, "tensor 'z': wanted 'name: axes'"),
    ],
)
def test_a_declaration_that_contradicts_itself_is_refused(change, complaint):
    with pytest.raises(DeclarationError, match=complaint):
        plain(product, **GOOD | change)


def test_the_declaration_without_the_planted_faults_is_accepted():
    assert plain(product, **GOOD).summary == "The product of two arrays."


def test_a_backward_must_take_the_cache_last():
    of = forward(product_forward, takes=("x: N", "y: N"), gives=("out: N",), points=1)
    assert backward(product_backward, of=of, points=1).contract.of == "product_forward"

    def product_backward_without_cache(dout):
        return dout, dout

    with pytest.raises(DeclarationError, match=r"\(dout, cache\), but the reference reads .*\(dout\)"):
        backward(product_backward_without_cache, of=of, points=1)


@pytest.mark.parametrize(
    ("exercises", "complaint"),
    [
        ((AFFINE_BACKWARD, AFFINE_FORWARD), "affine_backward requires affine_forward, which must stand before it"),
        ((AFFINE_BACKWARD,), "affine_backward requires affine_forward"),
        ((SPLIT_HALVES, SPLIT_HALVES), "split_halves stands twice"),
    ],
)
def test_an_assignment_in_the_wrong_order_is_refused(exercises, complaint):
    with pytest.raises(DeclarationError, match=complaint):
        replace(ASSIGNMENT, exercises=exercises)


def test_an_unknown_exercise_is_named():
    with pytest.raises(DeclarationError, match="assignment affine: no exercise is named 'afine_forward'"):
        ASSIGNMENT.exercise("afine_forward")


def test_the_fixed_shapes_are_bindings():
    assert ASSIGNMENT.fixed_dims[1] == dict.fromkeys("NTDMHV", 1)
    with pytest.raises(DeclarationError, match="N=0"):
        _ = replace(ASSIGNMENT, shapes=("N=0",)).fixed_dims


def test_the_solution_is_the_functions_and_nothing_declared():
    source = ASSIGNMENT.solution
    assert all(f"def {exercise.name}(" in source for exercise in ASSIGNMENT.exercises)
    assert all(word not in source for word in ("Mistake", "forward(\n", "points", "ASSIGNMENT", "hint"))
    compile(source, "solution", "exec")


def test_points_add_up():
    assert ASSIGNMENT.points == sum(exercise.contract.points for exercise in ASSIGNMENT.exercises) == 19


@pytest.mark.parametrize("value", [Mistake("a", (), "Why?"), AFFINE_FORWARD.contract], ids=["mistake", "contract"])
def test_data_is_frozen(value):
    with pytest.raises(AttributeError):
        value.name = "other"


def test_an_assignment_knows_its_kind_of_arguments():
    with pytest.raises(TypeError):
        Assignment("a", "A", "")  # no exercises, no shapes
