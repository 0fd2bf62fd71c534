import pytest

from grader.release.prose import kind_phrase, tensor_phrase
from grader.shapes import Tensor


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ("text: T, text", "text, a str"),
        ("text: T, text of V", "text, a str over V characters"),
        ("steps:, S to S", "steps, the integer S"),
        ("chunk:, 1 to T", "chunk, an integer from 1 to T"),
        ("rate:, number 0.1 to 0.5", "rate, a number"),
        ("first:, below V", "first, an integer in [0, V)"),
        ("rng:, generator", "rng, a numpy.random.Generator"),
    ],
)
def test_an_argument_is_said_in_words(declared, said):
    assert tensor_phrase(Tensor.parse(declared)) == said


def test_a_range_of_one_number_is_that_number_in_a_table_too():
    assert kind_phrase(Tensor.parse("V:, V to V")) == "the integer V"
