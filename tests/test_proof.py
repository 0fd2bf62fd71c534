"""`grader validate`: a sound assignment is proved; each planted break is refused by name and with the reason."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from grader import plain
from grader.cli import main
from grader.exercise import Assignment, Equivalent, Mistake
from grader.render.proof import proof_text
from grader.validate import prove
from tests.exercises import scaling

NOWHERE = Path("no such folder")
SOUND = scaling.ASSIGNMENT


def with_mistake(name: str, edit: tuple[str, str], hint: str = "Do the rows add up?") -> Assignment:
    forward, backward = SOUND.exercises
    return replace(SOUND, exercises=(forward, replace(backward, mistakes=(Mistake(name, (edit,), hint),))))


def with_reference(number: int, function) -> Assignment:
    """The assignment with another reference function than its source says."""
    exercises = list(SOUND.exercises)
    exercises[number] = replace(exercises[number], function=function)
    broken = replace(SOUND, exercises=tuple(exercises))
    vars(broken)["solution"] = SOUND.solution  # else it would be the source of this module
    return broken


def test_a_sound_assignment_is_proved():
    proof = prove(SOUND, NOWHERE, seeds=2, with_mutants=True, jobs=1)
    assert proof.complaints == ()
    assert (proof.mistakes, proof.named) == (2, 2)
    assert proof.mutants is not None
    assert proof.mutants.equivalent == len(SOUND.equivalents)
    assert proof.mutants.survivors == {1: (), 2: ()}


def test_the_proof_as_text_shows_matrix_mutants_and_complaints():
    text = proof_text(prove(with_mistake("harmless", ("dout * w", "w * dout")), NOWHERE, with_mutants=True, jobs=1))
    assert "mistakes caught by each check, seed 1" in text
    assert "scaling_backward         1         0" in text
    assert "83 mutants, 2 of them equivalent" in text
    assert "seed 1: 81 of 81 killed (100.00 %), 0 survive" in text
    assert "scaling: scaling_backward: the mistake 'harmless' passes with seed 1" in text
    assert text.endswith("1 right solutions, 2 mistakes (1 named by their own name), 1 complaint\n")


def never_finite(x, w):
    return x * w / 0.0, (x, w)


def not_the_derivative(dout, cache):
    x, w = cache
    return dout * w, 1.01 * (dout * x).sum(axis=0)


def other_shape(dout, cache):
    x, w = cache
    return dout * w, (dout * x).sum(axis=0, keepdims=True)


def ill_conditioned(x, w):
    return np.sin(1e9 * x * w), (x, w)


@pytest.mark.parametrize(
    ("broken", "complaint"),
    [
        (with_mistake("stale", ("dout @ w", "dout")), "'stale': in scaling_backward the text 'dout @ w' occurs 0"),
        (with_mistake("twice", ("dout", "x")), "mistake 'twice': in scaling_backward the text 'dout' occurs 3 times"),
        (with_mistake("idle", ("dout * w", "dout * w")), "mistake 'idle': the edits change nothing"),
        (with_mistake("torn", ("dout * w", "(dout *")), "'torn': scaling_backward does not compile once edited"),
        (with_mistake("told", ("sum(", "mean("), "Is it dout * x?"), "'told': the hint 'Is it dout * x?' contains '*'"),
        (with_mistake("flat", ("sum(", "mean("), "Add the rows."), "mistake 'flat': the hint 'Add the rows.' asks no"),
        (with_mistake("harmless", ("dout * w", "w * dout")), "the mistake 'harmless' passes with seed 1"),
        (with_reference(0, never_finite), "(N=3, D=2), group 'ordinary': the reference's out is not finite"),
        (with_reference(1, not_the_derivative), "the reference's gradients are not the numerical derivatives"),
        (with_reference(1, other_shape), "dw is (1, 2), declared (D,)"),
        (with_reference(0, ill_conditioned), "scaling_forward: no well-conditioned inputs in 30 draws"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)
def test_a_planted_break_is_refused_by_name_and_with_the_reason(broken, complaint):
    proof = prove(broken, NOWHERE)
    assert any(complaint in text for text in proof.complaints), proof.complaints
    assert all(text.startswith("scaling_") for text in proof.complaints)


def test_a_declared_slope_that_is_no_derivative_is_refused():
    slope = plain(
        half_square,
        takes=("x: N D",),
        gives=("loss:", "dx: N D"),
        points=1,
        slopes={"dx": ("loss", "x")},
        task="Halve.",
    )
    (complaint,) = prove(replace(SOUND, exercises=(*SOUND.exercises, slope)), NOWHERE).complaints
    assert complaint.startswith("half_square at (N=3, D=2)")
    assert "not the numerical derivatives" in complaint


def half_square(x):
    return 0.5 * np.sum(x**2), 2 * x


def test_a_survivor_that_is_not_listed_is_a_complaint_with_its_seeds():
    proof = prove(replace(SOUND, equivalents=SOUND.equivalents[1:]), NOWHERE, seeds=2, with_mutants=True, jobs=1)
    edit = "dw = np.zeros_like(w) → dw = -np.zeros_like(w)"
    assert proof.complaints == (f"the mutant passes with seed 1, 2: scaling_backward, line 13: {edit}",)


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ("dx = dout * w", "dx = dout / w", "is no longer a survivor"),
        ("dx = dout * w", "dx = w * dout * 1", "is no longer a mutant"),
        ("dy = dout * w", "dy = dout", "is no longer a mutant"),
    ],
)
def test_an_equivalent_that_matches_no_survivor_is_a_complaint(before, after, complaint):
    stale = Equivalent("scaling_backward", before, after, "said so")
    proof = prove(replace(SOUND, equivalents=(*SOUND.equivalents, stale)), NOWHERE, with_mutants=True, jobs=1)
    assert proof.complaints == (f"scaling_backward: the equivalent {after!r} {complaint}: take it off the list",)


def test_a_wrong_style_and_a_wrong_stub_are_complaints(tmp_path):
    folder = tmp_path / "scaling"
    folder.mkdir()
    (folder / "wrong.py").write_text(SOUND.solution.replace("dout * w", "dout"))
    (complaint,) = prove(SOUND, tmp_path).complaints
    assert complaint.startswith("scaling_backward: wrong is failed with seed 1, wanted passed: dx")


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project whose one assignment is the sound one."""
    (tmp_path / "pyproject.toml").write_text('[tool.grader]\nreference = ["tests.exercises.scaling"]\n')
    monkeypatch.chdir(tmp_path)


def test_the_command_proves_a_sound_assignment(project, capsys):
    assert main(["validate", "--seeds", "2", "--mutants", "--jobs", "1"]) == 0
    assert "seed 2: 81 of 81 killed (100.00 %), 0 survive" in capsys.readouterr().out


def test_the_command_fails_for_a_survivor(project, capsys, monkeypatch):
    monkeypatch.setattr(scaling, "ASSIGNMENT", with_mistake("harmless", ("dout * w", "w * dout")))
    assert main(["validate"]) == 1
    assert "scaling: scaling_backward: the mistake 'harmless' passes with seed 1" in capsys.readouterr().out
