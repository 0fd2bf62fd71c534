"""No attack gets through a tier that this machine has, and every attack is alive without the walls."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from grader.candidate.isolation import NONE, TIERS, complaint
from grader.candidate.program import clean
from grader.report import Report
from tests.attacks.table import (
    EXERCISES,
    Attack,
    attacks,
    graded,
    leftovers,
    neighbour,
    plant_secrets,
    submission,
    succeeds,
)
from tests.attacks.unguarded import told
from tests.exercises import affine

WALLED = [tier for tier in TIERS if tier != NONE]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the walls are Linux's")
each_attack = pytest.mark.parametrize("attack", attacks(), ids=lambda attack: attack.name)


@pytest.fixture(scope="module", params=WALLED)
def tier(request):
    if reason := complaint(request.param):
        pytest.skip(f"isolation {request.param!r} cannot be had here: {reason}")
    return request.param


@pytest.fixture(scope="module")
def secret(tmp_path_factory):
    """Planted where everybody may look, so that only the walls hide it."""
    folder = Path(f"/tmp/grader-planted-{os.getpid()}")
    folder.mkdir()
    yield plant_secrets(folder)
    subprocess.run(["rm", "-r", str(folder)], check=True)


@pytest.fixture(scope="module")
def honest(tier) -> Report:
    return graded(neighbour(), tier)


@pytest.fixture(scope="module")
def without_walls(secret) -> dict[str, str]:
    command = [sys.executable, "-m", "tests.attacks.alive", str(secret)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_there_are_at_least_sixty_attacks_and_each_says_what_it_tries():
    assert len(attacks()) >= 60
    assert [attack.name for attack in attacks() if not attack.tries.endswith(".")] == []


@each_attack
def test_an_attack_is_alive_without_walls(attack: Attack, without_walls):
    outcome = without_walls[attack.name]
    if outcome != attack.alive and attack.may_be_dead:
        pytest.skip(attack.may_be_dead)
    assert outcome == attack.alive


@each_attack
def test_an_attack_gets_what_its_honest_part_deserves(attack: Attack, tier, secret, honest):
    descriptors = len(os.listdir("/proc/self/fd"))
    report = graded(attack.handed_in(secret), tier)
    assert {result.exercise: result.verdict.value for result in report.exercises} == attack.verdicts
    assert graded(neighbour(), tier) == honest
    assert leftovers() == []
    # Another zygote may wait than before, each with one control channel.
    assert len(os.listdir("/proc/self/fd")) <= descriptors + 2


@pytest.mark.parametrize("attack", [a for a in attacks() if not a.inside], ids=lambda attack: attack.name)
def test_an_attack_does_not_work_behind_the_walls(attack: Attack, tier, secret):
    assert not succeeds(attack, tier, secret)


def test_without_walls_the_verdicts_are_the_same_though_much_is_not_guarded(secret):
    """The border alone: values cross it, and a verdict never does. What works there is what the walls are for.

    A quarter of the attacks, for the sake of time; `python -m tests.attacks` tries them all.
    """
    unguarded = {"reads_the_plan", "reads_another_submission", "signals_its_parent"}
    tried = [a for n, a in enumerate(attacks()) if n % 4 == 0 or a.unguarded or a.name in unguarded]
    found = told(secret, *(attack.name for attack in tried))
    if isinstance(found, str):
        pytest.skip(found)
    assert {name: told["verdicts"] for name, told in found.items()} == {a.name: a.verdicts_unguarded for a in tried}
    assert [name for name, told in found.items() if not told["next"]] == []
    works = {name for name, told in found.items() if told["works"]}
    assert unguarded <= works <= {attack.name for attack in tried if attack.alive == "works"}


def test_a_submission_that_works_would_be_seen(tier, secret):
    """The planted break of the test above: what is allowed does say that it has worked."""
    allowed = Attack("allowed", "", "def attack():\n    return True\n", "import", {}, False, "works", "")
    assert succeeds(allowed, tier, secret)


def test_nothing_survives_a_submission(tier, secret):
    """Marks in numpy, builtins and the random state, left by one and looked for by the next."""
    mark = "\nimport builtins, random\nnp.mark = builtins.mark = True\nnp.random.seed(5)\nrandom.seed(5)\nnp.e = 3\n"
    look = "\nassert not hasattr(np, 'mark') and np.e != 3\nimport builtins\nassert not hasattr(builtins, 'mark')\n"
    reports = [
        graded(submission(str(number), affine.ASSIGNMENT.solution + text), tier)
        for number, text in enumerate((look, mark, look))
    ]
    assert reports[0].exercises == reports[2].exercises
    assert [report.notes for report in reports] == [(), (), ()]
    broken = graded(submission("4", affine.ASSIGNMENT.solution + mark + look), tier)
    assert broken.notes != ()


@pytest.mark.parametrize("name", ["raises_with_escape_codes", "raises_with_a_name_of_its_own"])
def test_no_control_character_gets_into_a_report(name, tier, secret):
    attack = next(attack for attack in attacks() if attack.name == name)
    text = json.dumps(graded(attack.handed_in(secret), tier).line(), ensure_ascii=False)
    assert text == clean(text, limit=len(text))
    text.encode()  # no half characters


def test_the_cold_start_of_every_tier_sees_the_same(tier, honest):
    from dataclasses import replace

    from grader.grading import grade
    from tests.attacks.table import LIMITS, judge

    cold = grade(neighbour(), judge(), replace(LIMITS, isolation=tier, cold=True)).without_time()
    assert cold == honest


def test_the_solution_is_worth_every_point(honest):
    assert honest.score == honest.max_score
    assert len(honest.exercises) == len(EXERCISES)
    assert np.isfinite(honest.max_score)
