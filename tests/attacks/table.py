"""The table of hostile submissions: what each tries, the verdicts it must get, and how to see that it is alive.

An attack is a module of `submissions/` with a function `attack`, harmless when it works, that gives whether it
worked. It is handed in behind an honest solution of the exercises in `tests/exercises/affine.py`. Constants say
what is not the rule:

    WHEN      the exercise in whose calls it attacks; "import" unless said
    EXPECT    verdicts that are not "passed"; "*" stands for every exercise
    INSIDE    whether it may work in its own process, where it does no harm
    ALIVE     how it shows that it works without walls: "works" (gives True), "ends", "hangs" or "raises"
    MAY_BE_DEAD   why it may fail even without walls
    UNGUARDED verdicts in the tier `none`, where they are others than EXPECT says
"""

import ast
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from grader.candidate.isolation import open_candidate
from grader.candidate.limits import Limits
from grader.candidate.program import Call, Ended, Outcome, Program, Raised, Values
from grader.candidate.stage import stage
from grader.candidate.zygote import FULL, idle
from grader.collect import Submission
from grader.compile import compile_plan
from grader.grading import grade
from grader.judge import Judge
from grader.report import Report
from tests.exercises import affine

FOLDER = Path(__file__).parent / "submissions"
LIMITS = Limits(cpu_seconds=0.5, memory=1 << 30)
EXERCISES = tuple(exercise.name for exercise in affine.ASSIGNMENT.exercises)

# What every attack may use: a forged frame goes to whatever descriptor takes it.
HELPERS = '''
def forge(data):
    """Write bytes to every descriptor but the standard ones; whether one took them."""
    import os
    taken = False
    for descriptor in range(3, 32):
        try:
            os.write(descriptor, data)
            taken = True
        except OSError:
            pass
    return taken


def attempt():
    return bool(attack())
'''
AT_IMPORT = """
try:
    attack()
except Exception:
    pass
"""
IN_CALLS = """
_honest = {name}


def {name}(*arguments):
    attack()
    return _honest(*arguments)
"""


@dataclass(frozen=True, slots=True)
class Attack:
    """One hostile submission."""

    name: str
    tries: str
    source: str
    when: str
    expect: Mapping[str, str]
    inside: bool
    alive: str
    may_be_dead: str
    unguarded: Mapping[str, str] = field(default_factory=dict)

    @property
    def verdicts(self) -> dict[str, str]:
        """The verdict that each exercise must get."""
        return _of_each_exercise(self.expect)

    @property
    def verdicts_unguarded(self) -> dict[str, str]:
        """The same in the tier `none`."""
        return _of_each_exercise(self.unguarded or self.expect)

    def text(self, secret: Path) -> str:
        """The module alone, aimed at a folder of planted secrets."""
        return self.source.replace("@SECRET@", str(secret)) + HELPERS

    def handed_in(self, secret: Path) -> Submission:
        """The honest solution with the attack in it."""
        trigger = AT_IMPORT if self.when == "import" else IN_CALLS.format(name=self.when)
        return submission(self.name, f"{affine.ASSIGNMENT.solution}\n\n{self.text(secret)}\n{trigger}")


def _of_each_exercise(said: Mapping[str, str]) -> dict[str, str]:
    rest = said.get("*", "passed")
    return {name: said.get(name, rest) for name in EXERCISES}


@cache
def attacks() -> tuple[Attack, ...]:
    """All of them, sorted by name."""
    return tuple(_read(path) for path in sorted(FOLDER.glob("*.py")))


def _read(path: Path) -> Attack:
    source = path.read_text(encoding="utf-8")
    tree = ast.parse(source)
    said: dict[str, object] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign):
            target, value = node.targets[0], node.value
            names = target.elts if isinstance(target, ast.Tuple) else [target]
            values = value.elts if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) else [value]
            said |= {name.id: ast.literal_eval(each) for name, each in zip(names, values, strict=True)}  # type: ignore[attr-defined]
    unknown = set(said) - {"WHEN", "EXPECT", "INSIDE", "ALIVE", "MAY_BE_DEAD", "UNGUARDED"}
    assert not unknown, f"{path.name}: {unknown}"
    return Attack(
        name=path.stem,
        tries=(ast.get_docstring(tree) or "").split("\n")[0],
        source=source,
        when=str(said.get("WHEN", "import")),
        expect=dict(said.get("EXPECT", {})),  # type: ignore[call-overload]
        inside=bool(said.get("INSIDE", False)),
        alive=str(said.get("ALIVE", "works")),
        may_be_dead=str(said.get("MAY_BE_DEAD", "")),
        unguarded=dict(said.get("UNGUARDED", {})),  # type: ignore[call-overload]
    )


def submission(name: str, source: str) -> Submission:
    return Submission(name, "affine.py", source.encode("utf-8", "surrogatepass"))


@cache
def judge() -> Judge:
    public = compile_plan(affine.ASSIGNMENT, affine.ASSIGNMENT.public_seed, public=True)
    return Judge(compile_plan(affine.ASSIGNMENT, 7, public=False), public)


def neighbour() -> Submission:
    """An honest student, who is graded right after each attack."""
    return submission("neighbour", affine.ASSIGNMENT.solution)


def graded(submitted: Submission, tier: str) -> Report:
    return grade(submitted, judge(), _limits(tier)).without_time()


def succeeds(attack: Attack, tier: str, secret: Path) -> bool:
    """Whether the attack says, over the border, that it has worked."""
    with open_candidate("affine.py", attack.text(secret).encode(), _limits(tier)) as candidate:
        outcome: Outcome = candidate.call(Program((Call("attempt", (), 1),))).outcomes[0]
    if isinstance(outcome, Raised | Ended):
        return False
    assert isinstance(outcome, Values), outcome
    return bool(outcome.items[0])


def _limits(tier: str) -> Limits:
    return Limits(LIMITS.cpu_seconds, LIMITS.memory, isolation=tier)


def plant_secrets(folder: Path) -> Path:
    """What submissions must not see, in a folder that is open to every user of the machine."""
    (folder / "neighbour").mkdir()
    (folder / "hidden.plan").write_text("hidden", encoding="utf-8")
    (folder / "gradebook.db").touch()
    (folder / "neighbour" / "affine.py").write_text("def affine_forward(): ...\n", encoding="utf-8")
    for path in (*folder.rglob("*"), folder):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return folder


def leftovers() -> list[str]:
    """Processes of ours that should not be there: more than the zygotes that wait."""
    waiting = sum(2 if zygote.tier == FULL else 1 for zygote in idle())  # bubblewrap itself, and what is in it
    mark = str(stage()).encode()
    found = []
    for process in filter(str.isdigit, os.listdir("/proc")):
        try:
            if mark in Path(f"/proc/{process}/cmdline").read_bytes():
                found.append(process)
        except OSError:
            continue
    return found if len(found) > waiting else []
