"""The notation for shapes: what it means, and what is said of notations that mean nothing."""

import pytest
from hypothesis import given, strategies

from grader.errors import DeclarationError
from grader.shapes import Axis, Tensor, format_dims, parse_dims

DIMS = {"N": 2, "H": 3, "D": 5, "V": 7}


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("x: N D", (2, 5)),
        ("x:N D", (2, 5)),
        ("  x : N   D  ", (2, 5)),
        ("w: D 4H, weight", (5, 12)),
        ("w: H+D 4H", (8, 12)),
        ("w: 2H+3D+1", (22,)),
        ("pair: 3", (3,)),
        ("words: N, below V", (2,)),
        ("mask: N, bool", (2,)),
        ("loss:", ()),
    ],
)
def test_a_notation_binds_to_a_shape(text, shape):
    assert Tensor.parse(text).shape(DIMS) == shape


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "wanted 'name: axes' or 'name: axes, kind'"),
        ("x", "tensor 'x': wanted 'name: axes'"),
        (": N", "wanted 'name: axes'"),
        ("2x: N", "wanted 'name: axes'"),
        ("x y: N", "wanted 'name: axes'"),
        ("x: N, ", "tensor x: unknown kind ' '|wanted 'name: axes"),
        ("x: n", "axis 'n': wanted a letter, a number, 4H or H[+]D"),
        ("x: NH", "axis 'NH'"),
        ("x: H4", "axis 'H4'"),
        ("x: 4*H", r"axis '4\*H'"),
        ("x: H+", r"axis 'H\+'"),
        ("x: +H", r"axis '\+H'"),
        ("x: -1", "axis '-1'"),
        ("x: N (D)", r"axis '\(D\)'"),
        ("x: N, integer", "tensor x: unknown kind 'integer'; wanted one of signal, weight, bias, bool"),
        ("x: N, below v", "unknown kind 'below v'"),
        ("x: N, below 5", "unknown kind 'below 5'"),
        ("x: N, below", "unknown kind 'below'"),
        ("x: N, weight, bias", "unknown kind 'weight, bias'"),
    ],
)
def test_a_notation_that_means_nothing_is_refused_by_name(text, complaint):
    with pytest.raises(DeclarationError, match=complaint):
        Tensor.parse(text)


axes = strategies.lists(
    strategies.tuples(strategies.integers(1, 9), strategies.sampled_from(["", "H", "N", "D"])), min_size=1, max_size=3
).map(lambda terms: Axis(tuple(terms)))
kinds = strategies.sampled_from(["signal", "weight", "bias", "bool", "below V"])


@given(strategies.lists(axes, max_size=4), kinds)
def test_what_is_written_is_read_as_the_same(axes, kind):
    tensor = Tensor("x", tuple(axes), kind)
    assert Tensor.parse(str(tensor)) == tensor
    assert Tensor.parse(str(tensor)).shape(DIMS) == tensor.shape(DIMS)


@pytest.mark.parametrize(
    ("text", "written"),
    [("x: N 4H", "(N, 4H)"), ("b: H, bias", "(H,)"), ("loss:", "()"), ("W: H+D 3", "(H+D, 3)")],
)
def test_a_shape_is_written_as_a_docstring_writes_it(text, written):
    assert Tensor.parse(text).shape_text == written


def test_the_letters_are_those_of_the_axes_and_of_the_bound_once_each():
    assert Tensor.parse("words: N H+N, below V").letters == ("N", "H", "V")
    assert Tensor.parse("loss:").letters == ()


@pytest.mark.parametrize(("kind", "real"), [("signal", True), ("weight", True), ("bias", True), ("bool", False)])
def test_only_real_values_have_derivatives(kind, real):
    assert Tensor.parse(f"x: N, {kind}").is_real is real
    assert not Tensor.parse("x: N, below V").is_real


@pytest.mark.parametrize("text", ["N=3 T=5", "N=3, T=5", "  N=3,T=5 "])
def test_bindings_are_read_with_and_without_commas(text):
    assert parse_dims(text) == {"N": 3, "T": 5}


@pytest.mark.parametrize("text", ["N", "N=", "N=0", "N=-1", "N=2.5", "n=3", "NT=3", "N:3", "N=3 T", "N = 3"])
def test_bindings_that_mean_nothing_are_refused(text):
    with pytest.raises(DeclarationError, match="wanted letters with lengths of at least 1"):
        parse_dims(text)


@given(strategies.dictionaries(strategies.sampled_from("NTDH"), strategies.integers(1, 99)))
def test_bindings_are_read_as_they_are_written(dims):
    assert parse_dims(format_dims(dims)) == dims
