"""What calls leave behind is seen, what leaves nothing is not, and chance is the same at every run."""

import random

import numpy as np
import pytest
from numpy.random import bit_generator

from grader.candidate.program import CacheOf, Call, Program
from grader.candidate.subprocess import Subprocess
from grader.student import traces
from grader.student.traces import Traces, containers, seed, steady_chance

ONE = np.array([1.0, 2.0])


def module(source):
    """The namespace of a module of this source."""
    namespace = {"__name__": "work"}
    exec(compile("import numpy as np\n" + source, "work.py", "exec"), namespace)
    return namespace


def told(source):
    """What is told of one call of `f`."""
    namespace = module(source)
    seed()
    seen = Traces(namespace)
    namespace["f"](ONE.copy())
    return seen.facts()


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("n = 0\ndef f(x):\n    global n\n    n += 1", "n"),
        ("def f(x):\n    global last\n    last = x", "last"),
        ("memo = {}\ndef f(x):\n    memo[1] = x", "memo"),
        ("held = {'x': None}\ndef f(x):\n    held['x'] = x", "held"),
        ("held = [0]\ndef f(x):\n    held[0] = x", "held"),
        ("held = [1, 2]\ndef f(x):\n    held.pop()", "held"),
        ("buffer = np.zeros(2)\ndef f(x):\n    buffer[:] = x", "buffer"),
        ("rng = np.random.default_rng(1)\ndef f(x):\n    rng.random()", "rng"),
        ("def f(x, held=[]):\n    held.append(x)", "a default value of f"),
        ("def f(x):\n    f.x = x", "an attribute of f"),
    ],
)
def test_what_is_kept_between_calls_is_named(source, name):
    assert told(source)["kept"] == [name]


@pytest.mark.parametrize(
    "source",
    [
        "def f(x):\n    return x",
        "def f(x):\n    global math\n    import math",
        "def f(x):\n    global sqrt\n    from math import sqrt",
        "eps = 0.5\ndef f(x):\n    global eps\n    eps = float('0.5')",
        "table = {1: [2]}\nweights = np.ones(3)\ndef f(x):\n    return table[1] + list(weights)",
        "rng = np.random.default_rng(1)\ndef f(x):\n    return rng",
        "import warnings\ndef f(x):\n    warnings.warn('once')",  # Python keeps a register of it in the module
        "def f(x, held=()):\n    held += (x,)",
    ],
)
@pytest.mark.filterwarnings("ignore:once")
def test_what_keeps_nothing_is_not_noted(source):
    assert told(source) == {"kept": [], "draws": False, "uses_up_cache": False}


def test_each_program_is_told_of_for_itself():
    namespace = module("held = []\ndef f(x):\n    held.append(x)\ndef g(x):\n    return x")
    seen = Traces(namespace)
    told = []
    for name in "fgf":
        namespace[name](ONE)
        told.append(seen.facts()["kept"])
    assert told == [["held"], [], ["held"]]


def test_a_container_that_raises_when_looked_at_costs_no_answer(monkeypatch):
    def broken(value):
        raise RuntimeError

    seen = Traces(module("held = []\ndef f(x):\n    held.append(x)"))
    monkeypatch.setattr(traces, "_inside", broken)
    assert seen.facts()["kept"] == []


@pytest.mark.parametrize(
    ("body", "draws"),
    [
        ("np.random.rand()", True),
        ("np.random.seed(3)", True),
        ("np.random.shuffle(x)", True),
        ("__import__('random').random()", True),
        ("np.random.default_rng(3).random()", False),
        ("np.random.RandomState(3).rand()", False),
        ("np.sum(x)", False),
    ],
)
def test_a_draw_from_a_global_state_is_noticed(body, draws):
    assert told(f"def f(x):\n    {body}")["draws"] is draws


@pytest.mark.parametrize(
    "draw",
    [
        "np.random.default_rng().random()",
        "np.random.RandomState().rand()",
        "np.random.Generator(np.random.PCG64()).random()",
    ],
)
def test_a_generator_that_nobody_seeded_gives_the_same_at_every_run(draw):
    source = f"import numpy as np\ndef f():\n    return {draw}\n".encode()
    found = []
    for _ in range(2):
        with Subprocess("work.py", source) as candidate:
            answer = candidate.call(Program((Call("f", (), 1), Call("f", (), 1))))
        found.append([float(outcome.items[0]) for outcome in answer.outcomes])
        assert answer.seen.draws
    assert found[0] == found[1]
    assert found[0][0] != found[0][1]


def test_without_our_hand_such_a_generator_differs_from_run_to_run():
    """The planted break of the test above."""
    assert len({np.random.default_rng().random() for _ in range(3)}) == 3


def test_a_generator_with_a_seed_stays_what_numpy_makes_it(monkeypatch):
    monkeypatch.setattr(bit_generator, "randbits", bit_generator.randbits)  # to be put back
    wanted = np.random.default_rng(7).random(4)
    steady_chance()
    assert bit_generator.randbits == random.getrandbits
    assert np.array_equal(np.random.default_rng(7).random(4), wanted)


CACHES = """
def pairs(x):
    return x, (x, [x, x])
def table(x):
    return x, {"x": x}
def reads(dout, cache):
    return dout
def pops(dout, cache):
    (cache[1] if isinstance(cache, tuple) else cache).pop("x" if isinstance(cache, dict) else -1)
    return dout
"""


@pytest.mark.parametrize("forward", ["pairs", "table"])
@pytest.mark.parametrize(("backward", "uses_up"), [("pops", True), ("reads", False)])
def test_a_cache_with_less_in_it_after_the_backward_is_used_up(forward, backward, uses_up):
    calls = (Call(forward, (ONE,), 1, True, wanted=False), Call(backward, (ONE, CacheOf(0)), 1))
    with Subprocess("work.py", CACHES.encode()) as candidate:
        assert candidate.call(Program(calls)).seen.uses_up_cache is uses_up
        again = (calls[0], Call("reads", (ONE, CacheOf(0)), 1))
        assert candidate.call(Program(again)).seen.uses_up_cache is False


@pytest.mark.parametrize(
    ("cache", "counts"),
    [
        (None, []),
        (ONE, []),
        ((ONE, 3), []),
        ((ONE, [1, 2]), [2]),
        ([1, [2, 3], {}], [3, 2, 0]),
        ({"a": [1], "b": 2}, [2, 1]),
    ],
)
def test_what_of_a_cache_can_be_used_up_is_counted(cache, counts):
    assert [count for _, count in containers(cache)] == counts
