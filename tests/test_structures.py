"""Dictionaries, lists of layers and plain values, from the notation to the verdict."""

import numpy as np
import pytest

from grader.candidate.inprocess import InProcess
from grader.candidate.program import Call, Generator, Program, Raised, Values
from grader.candidate.subprocess import Subprocess
from grader.compare import Comparison, NotAnArray
from grader.compile import compile_plan
from grader.errors import DeclarationError
from grader.examine import Finding
from grader.judge import Judge
from grader.mistakes import edited_solution, load_solution
from grader.plan import ORDINARY, Case
from grader.release.stub import stub_module
from grader.shapes import Tensor, code_points, text_of
from grader.snippet import snippet
from grader.structures import Group, flat, gradient_of, parse_item
from grader.values import draw_all
from tests.exercises.structures import ASSIGNMENT

PARAMS = parse_item("params: {Wx: D H, weight; b: H, bias}")
LAYERS = parse_item("layers: L * (w: D|H H, weight; b: H, bias)")
GRADS = parse_item("grads: [w: D H; b: H]")


@pytest.fixture(scope="module")
def judge():
    reference = InProcess({exercise.name: exercise.function for exercise in ASSIGNMENT.exercises})
    return Judge(compile_plan(ASSIGNMENT, 3, public=True), None, reference)


def judged(judge, source, name):
    candidate = InProcess(load_solution(f"{ASSIGNMENT.solution}\n\n{source}", "structures.py"))
    return {result.exercise: result for result in judge.results(candidate, "structures.py")}[name]


# --- the notation ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("item", [PARAMS, LAYERS, GRADS], ids=str)
def test_what_is_written_is_read_again(item):
    assert isinstance(item, Group)
    assert parse_item(str(item)) == item


def test_leaves_are_named_by_their_python_path():
    assert [leaf.name for leaf in PARAMS.leaves({"D": 2, "H": 3})] == ['params["Wx"]', 'params["b"]']
    assert [leaf.name for leaf in GRADS.leaves({"D": 2, "H": 3})] == ["grads[0]", "grads[1]"]
    names = [leaf.name for leaf in LAYERS.leaves({"D": 2, "H": 3, "L": 2})]
    assert names == ["layers[0][0]", "layers[0][1]", "layers[1][0]", "layers[1][1]"]


def test_the_first_layer_has_an_axis_of_its_own():
    dims = {"D": 2, "H": 3, "L": 3}
    shapes = [leaf.shape(dims) for leaf in LAYERS.leaves(dims) if leaf.name.endswith("[0]")]
    assert shapes == [(2, 3), (3, 3), (3, 3)]


def test_packing_and_flattening_are_each_others_inverse():
    dims = {"D": 2, "H": 3, "L": 2}
    for item in (PARAMS, LAYERS, GRADS):
        arrays = draw_all(item.leaves(dims), dims, np.random.default_rng(0))
        packed = item.pack(arrays, lambda tensor, value: value)
        assert dict(flat(item.name, packed)) == arrays


def test_gradients_have_the_form_of_what_they_belong_to():
    assert str(gradient_of(LAYERS)) == "dlayers: L * (w: D|H H; b: H)"
    assert str(gradient_of(parse_item("batch: {x: N D; y: N, below V}"))) == "dbatch: {x: N D}"
    with pytest.raises(DeclarationError, match="other places"):
        gradient_of(parse_item("pair: [y: N, below V; x: N D]"))


@pytest.mark.parametrize("text", ["text: N T, text", "rng: N, generator", "flag: N, flag", "kind: N, one of a|b"])
def test_kinds_of_which_there_is_one_have_no_axes(text):
    with pytest.raises(DeclarationError):
        parse_item(text)


def test_ends_of_ranges_may_name_inputs_that_stand_before():
    tensors = tuple(map(Tensor.parse, ("t:, below T", "k:, 0 to t", "chunk:, 1 to T", "rate:, number 0.5 to 2")))
    rng = np.random.default_rng(0)
    for _ in range(200):
        drawn = draw_all(tensors, {"T": 4}, rng)
        assert 0 <= drawn["k"] <= drawn["t"] < 4
        assert 1 <= drawn["chunk"] <= 4
        assert 0.5 <= drawn["rate"] <= 2


def test_a_text_is_its_code_points():
    assert text_of(code_points("hello, größe")) == "hello, größe"
    assert text_of(np.array([104, -1, 0x110000])) == "h\ufffd\ufffd"


# --- across the border -----------------------------------------------------------------------------------------------

ECHO = """
import numpy as np
def kinds(*values):
    return [type(value).__name__ for value in values]
def same(value):
    return value
def text(value):
    return value
def draws(rng):
    return rng.random(3)
def changes(params):
    params["w"] += 1
    return params
def adds(params):
    params["new"] = np.ones(1)
    return 0.0
"""


@pytest.fixture(params=["in process", "in its own process"])
def echo(request, tmp_path):
    if request.param == "in process":
        yield InProcess(load_solution(ECHO, "echo.py"))
    else:
        with Subprocess("echo.py", ECHO.encode()) as candidate:
            yield candidate


def ask(candidate, function, *arguments, form=0):
    return candidate.call(Program((Call(function, arguments, 1, forms=(form,) if form else ()),))).outcomes[0]


def test_every_kind_of_argument_arrives_as_what_it_is(echo):
    arguments = (np.ones(2), 3, 0.5, True, "rnn", Generator(1), {"w": np.ones(1)}, [np.ones(1)], (np.ones(1),))
    outcome = ask(echo, "kinds", *arguments, form=-1)
    assert text_of(outcome.items[0]) == "ndarrayintfloatboolstrGeneratordictlisttuple"


@pytest.mark.parametrize(
    "value", [{"w": np.arange(3.0), "b": np.ones((1, 2))}, [(np.ones(2), np.zeros(1)), (np.ones(1), np.arange(2.0))]]
)
def test_structures_come_back_as_they_went(echo, value):
    (item,) = ask(echo, "same", value, form=2).items
    got, want = dict(flat("v", item)), dict(flat("v", value))
    assert got.keys() == want.keys()
    assert all(np.array_equal(got[name], want[name]) for name in want)


def test_what_is_no_array_is_named_by_its_type(echo):
    (item,) = ask(echo, "same", {"w": "wrong", "b": np.ones(1)}, form=1).items
    assert item["w"] == NotAnArray("str")
    assert np.array_equal(item["b"], np.ones(1))


def test_the_same_seed_is_the_same_generator(echo):
    first, again, other = (ask(echo, "draws", Generator(seed)).items[0] for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("function", ["changes", "adds"])
def test_a_change_of_a_dictionary_is_seen(echo, function):
    outcome = ask(echo, function, {"w": np.ones(1)}, form=1)
    assert isinstance(outcome, Values)
    assert outcome.mutated == (0,)


# --- the verdict -----------------------------------------------------------------------------------------------------


def test_the_reference_passes_and_every_mistake_is_caught_and_named(judge):
    reference = InProcess({exercise.name: exercise.function for exercise in ASSIGNMENT.exercises})
    assert {result.verdict.value for result in judge.results(reference, "structures.py")} == {"passed"}
    for exercise in ASSIGNMENT.exercises:
        for mistake in exercise.mistakes:
            wrong = InProcess(load_solution(edited_solution(ASSIGNMENT, exercise, mistake), "structures.py"))
            results = {result.exercise: result for result in judge.results(wrong, "structures.py")}
            assert results[exercise.name].verdict.value == "failed", mistake.name
            assert results[exercise.name].mistake == mistake.name


@pytest.mark.parametrize(
    ("name", "source", "said"),
    [
        (
            "fit_loss",
            "def fit_loss(p, q):\n    return 1.0, {'w': p['w']}",
            "grads lacks 'b'",
        ),
        (
            "fit_loss",
            "def fit_loss(p, q):\n    return 1.0, {'w': p['w'], 'b': p['b'], 'c': 1.0}",
            "grads has 'c', which nobody asked for",
        ),
        (
            "fit_loss",
            "def fit_loss(p, q):\n    return 1.0, (p['w'], p['b'])",
            "grads is a list or tuple, wanted a dict with the keys w, b",
        ),
        ("fit_loss", "def fit_loss(p, q):\n    return 1.0, None", "grads is None: not written yet?"),
        (
            "fit_loss",
            "def fit_loss(p, q):\n    return 1.0, {'w': p['w'][:, :, None], 'b': p['b']}",
            'grads["w"] has shape',
        ),
        (
            "fit_loss",
            "def fit_loss(p, q):\n    return 1.0, {'w': [1.0], 'b': p['b']}",
            'grads["w"] is a list, wanted an array of shape (D, M)',
        ),
        (
            "tower_backward",
            "def tower_backward(d, cache):\n    return d, [g for layer in cache[1] for g in layer]",
            "members, wanted 2: one for each of the L layers",
        ),
        (
            "tower_backward",
            "def tower_backward(d, cache):\n    return d, []",
            "dlayers has 0 members",
        ),
        (
            "tower_backward",
            "def tower_backward(d, cache):\n    return d, [layer + layer for layer in cache[1]]",
            "has 4 members, wanted 2: (w, b)",
        ),
        (
            "tower_backward",
            "def tower_backward(d, cache):\n    return d, [layer[0] for layer in cache[1]]",
            "dlayers[0] is an array, wanted a tuple (w, b)",
        ),
        (
            "tower_backward",
            "def tower_backward(d, cache):\n    return d, [None for _ in cache[1]]",
            "dlayers[0] is None, wanted a tuple (w, b)",
        ),
        (
            "tower_backward",
            "def tower_backward(d, cache):\n    return d, [1 for _ in cache[1]]",
            "dlayers[0] is an",
        ),
        (
            "tower_backward",
            "def tower_backward(d, cache):\n    return d, [(d,) for _ in cache[1]]",
            "dlayers[0] has 1 member, wanted 2: (w, b)",
        ),
        ("scaled", "def scaled(g, m):\n    return g[:2], 1.0", "clipped has 2 members, wanted 3"),
        ("letters_of", "def letters_of(t):\n    return 7", "letters is an int, wanted a str"),
        ("cost", "def cost(layers):\n    return 'many'", "total is a str, wanted a number"),
        (
            "descend",
            "def descend(p, g, r):\n    for k in p:\n        p[k] -= r * g[k]\n    return p",
            "changes its argument params, which must stay as it is",
        ),
    ],
)
def test_a_wrong_form_is_told(judge, name, source, said):
    result = judged(judge, source, name)
    assert result.verdict.value == "failed"
    assert said in result.rationale
    assert result.points == 0


def test_a_text_may_come_as_a_list_of_its_characters(judge):
    assert judged(judge, "def letters_of(t):\n    return sorted(set(t))", "letters_of").verdict.value == "passed"


def test_a_list_of_layers_may_come_as_lists(judge):
    source = """
def tower_backward(dout, cache):
    inputs, layers = cache
    grads = []
    for x, (w, b) in reversed(list(zip(inputs, layers))):
        grads.insert(0, [x.T @ dout, dout.sum(0)])
        dout = dout @ w.T
    return dout, tuple(grads)
"""
    assert judged(judge, source, "tower_backward").verdict.value == "passed"


def test_a_stub_describes_every_form():
    text = stub_module(ASSIGNMENT)
    assert "layers, a list of L tuples (w, b)" in text
    assert "D|H is D in the first layer, H after" in text
    assert 'kind, one of "biased", "bare"' in text
    assert "stop, an integer in [0, T)" in text
    compile(text, "structures.py", "exec")


def test_a_structure_can_be_followed_by_hand(judge):
    result = judged(judge, "def fit_loss(p, q):\n    return 1.0, {'w': p['w'], 'b': p['b']}", "fit_loss")
    assert result.examples
    namespace: dict = {}
    source = result.examples[0].snippet.replace("from structures import fit_loss", "")
    exec(f"{ASSIGNMENT.solution}\n{source}", namespace)  # the printed numbers come from the right solution here
    assert isinstance(namespace["params"], dict)


def test_an_endless_dictionary_is_cut(echo):
    outcome = ask(echo, "same", {str(number): 1.0 for number in range(2000)}, form=1)
    assert isinstance(outcome, (Values, Raised))
    assert outcome.items == (NotAnArray("dict"),)


def test_a_text_of_v_has_v_different_characters_where_there_is_room():
    short, long, each = map(Tensor.parse, ("a: T, text of V", "b: T+V, text of V", "c: V, text of V"))
    rng = np.random.default_rng(0)
    texts = [draw_all((short, long, each), {"T": 2, "V": 4}, rng) for _ in range(50)]
    for drawn in texts:
        assert len(set(drawn["a"])) == 2
        assert len(set(drawn["b"])) == len(set(drawn["c"])) == 4
        assert set(drawn["a"]) < set(drawn["b"]) == set(drawn["c"])
    assert len({tuple(drawn["c"]) for drawn in texts}) > 10  # in any order
    assert short.letters == ("T", "V")
    assert str(long) == "b: T+V, text of V"


def test_a_text_of_v_is_a_text():
    for kind in ("text", "text of V"):
        assert Tensor.parse(f"a: T, {kind}").is_text
        with pytest.raises(DeclarationError, match="one axis"):
            Tensor.parse(f"a:, {kind}")


def test_a_large_count_is_shown_with_all_its_digits():
    count = np.asarray(10_271_751)
    contract = ASSIGNMENT.exercise("cost").contract
    inputs = {tensor.name: np.asarray(0) for tensor in contract.inputs({"L": 1})}
    case = Case(0, ORDINARY, {"L": 1}, 1, inputs, {"total": count})
    finding = Finding(case, Values((count,), 1), (Comparison("total", False),))
    assert 'and should be", 10271751)' in snippet(finding, {"cost": contract}, "cost", "structures.py")
