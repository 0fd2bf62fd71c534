"""Writing an assignment is one short file: the example of the README, from the declaration to a student's grade."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from grader.candidate.inprocess import InProcess
from grader.compile import compile_plan
from grader.judge import Judge
from grader.mistakes import load_solution
from tests.exercises import attention
from tests.small_course import run

FILE = Path(attention.__file__)


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A project with nothing but the example and three lines of pyproject.toml."""
    root = tmp_path_factory.mktemp("attention")
    shutil.copy(FILE, root / "attention_reference.py")
    (root / "pyproject.toml").write_text('[tool.grader]\nreference = ["attention_reference"]\n', encoding="utf-8")
    return root


def test_it_takes_at_most_80_lines():
    assert len(FILE.read_text(encoding="utf-8").splitlines()) <= 80


def test_it_is_proven_and_released(project):
    proven = run(project, "validate", "attention")
    assert proven.code == 0, proven.out + proven.err
    assert "6 mistakes (6 named by their own name), 0 complaints" in proven.out
    released = run(project, "release", "attention")
    assert released.code == 0, released.err
    names = {path.name for path in (project / "assignments" / "attention").iterdir()}
    assert {"README.md", "attention.py", "attention.ipynb", "attention.plan", "test_attention.py"} <= names


def test_the_softmax_is_the_published_one():
    """Against the definition, written out with loops."""
    rng = np.random.default_rng(0)
    q, k, v = rng.normal(size=(2, 3, 4)), rng.normal(size=(2, 5, 4)), rng.normal(size=(2, 5, 2))
    out, _ = attention.attention_forward(q, k, v)
    for n in range(2):
        for t in range(3):
            weights = np.exp([q[n, t] @ key / 2 for key in k[n]])
            assert np.allclose(out[n, t], weights @ v[n] / weights.sum())


RIGHT = """
import numpy as np

def attention_forward(queries, keys, values):
    scores = np.einsum("ntd,nsd->nts", queries, keys) / queries.shape[-1] ** 0.5
    e = np.exp(scores)
    p = e / e.sum(-1)[..., None]
    return np.einsum("nts,nsm->ntm", p, values), {"q": queries, "k": keys, "v": values, "p": p}

def attention_backward(d, cache):
    q, k, v, p = (cache[name] for name in "qkvp")
    dq, dk, dv = np.zeros_like(q), np.zeros_like(k), np.zeros_like(v)
    for n in range(len(q)):
        for t in range(q.shape[1]):
            dv[n] += np.outer(p[n, t], d[n, t])
            dp = v[n] @ d[n, t]
            ds = (np.diag(p[n, t]) - np.outer(p[n, t], p[n, t])) @ dp / np.sqrt(q.shape[2])
            dq[n, t] = ds @ k[n]
            dk[n] += np.outer(ds, q[n, t])
    return dq, dk, dv
"""


def test_a_solution_written_otherwise_gets_all_points_and_a_wrong_one_a_reason():
    plan = compile_plan(attention.ASSIGNMENT, 5, public=True)
    judge = Judge(plan)
    right = judge.results(InProcess(load_solution(RIGHT, "attention.py")), "attention.py")
    assert [result.points for result in right] == [4, 6]
    wrong = RIGHT.replace("/ np.sqrt(q.shape[2])", "")
    forward, backward = judge.results(InProcess(load_solution(wrong, "attention.py")), "attention.py")
    assert forward.verdict.value == "passed"
    assert (backward.verdict.value, backward.mistake) == ("failed", "scale forgotten")
