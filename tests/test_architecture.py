"""The walls of the house: who may import whom, who may know what, and that a hole in a wall is seen."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
STANDARD = sys.stdlib_module_names

# From the ground up: a module may import what stands above its line in this table, and the others of its own room.
LAYERS = (
    ("errors", "wire", "student", "leftovers", "workers"),
    ("shapes", "illustrations"),
    ("structures", "behaviour"),
    ("exercise", "compare", "gradients", "values", "report"),
    ("chance",),
    ("mistakes", "plan", "listing", "scan", "traits", "operators", "entry"),
    ("face", "gradebook", "places", "mutants"),  # `face` is what `import grader` gives
    ("candidate", "collect", "project"),
    ("programs",),
    ("play",),
    ("consistency", "examine", "walk"),
    ("compile", "diagnose", "follow", "shrink", "snippet"),
    ("explain", "diagnosis_figures", "killing", "stale"),
    ("judge", "matrix"),
    ("grading", "proof"),
    ("batch", "cluster", "local", "render"),
    ("release", "course", "doctor", "inline"),
    ("validate", "hook"),
    ("demo",),
    ("cli",),
)
LEVEL = {room: level for level, rooms in enumerate(LAYERS) for room in rooms}
SAME_ROOM = {
    "push": "hook",
    "__main__": "cli",
    "__init__": "face",
}  # a push is answered by the hook, and is its other half
MAY_IMPORT_NOTHING_OF_OURS = ("wire", "errors", "gradients")
LIGHT = ("numpy",)  # what the core may import beyond the standard library
HEAVY = {  # and who may import more, with what
    "render": {"jinja2", "markupsafe", "matplotlib", "rich"},
    "release": {"hatchling"},
    "gradebook": {"sqlalchemy"},
    "cluster": {"distributed"},
    "course": {"rich"},
    "inline": {"IPython", "matplotlib"},  # where a notebook has them
    "compile": {"hypothesis"},
    "shrink": {"hypothesis"},
}


def modules(folder: str) -> list[Path]:
    return sorted(path for path in (PROJECT / folder).rglob("*.py") if "styles" not in path.parts)


def room(path: Path) -> str:
    """The place in the table that a file of `grader/` belongs to."""
    name = path.relative_to(PROJECT / "grader").with_suffix("").parts[0]
    return SAME_ROOM.get(name, name)


def imported(source: str, *, lazily: bool = True) -> Iterator[str]:
    """Dotted names of all that is imported; `from a import b` gives `a.b`. What is for the type checker is left out."""
    tree = ast.parse(source)
    checked_only = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree) if lazily else tree.body:
        if node in checked_only:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports are not used here"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def imported_rooms(source: str) -> Iterator[str]:
    """The rooms of `grader/` that a source imports."""
    known = {*LEVEL, *SAME_ROOM}
    for name in imported(source):
        first, *rest = name.split(".")
        if first == "grader":
            yield SAME_ROOM.get(rest[0], rest[0]) if rest and rest[0] in known else "face"


def violations(here: str, source: str) -> list[str]:
    """The imports of a module in the room `here` that the table forbids."""
    if here == "face":
        return [other for other in imported_rooms(source) if LEVEL[other] >= LEVEL["face"] and other != "inline"]
    forbidden = [other for other in imported_rooms(source) if other != here and LEVEL[other] >= LEVEL[here]]
    if here == "student":  # on the ground floor with `wire`, and may import that alone
        forbidden = [other for other in imported_rooms(source) if other not in ("student", "wire")]
    return forbidden


@pytest.mark.parametrize("path", modules("grader"), ids=lambda path: str(path.relative_to(PROJECT)))
def test_a_module_imports_only_what_stands_below_it(path):
    assert room(path) in LEVEL, f"give {room(path)} a place in the table of layers"
    assert violations(room(path), path.read_text()) == []


@pytest.mark.parametrize(
    ("here", "planted"),
    [
        ("errors", "from grader.shapes import Tensor"),
        ("shapes", "import grader.exercise"),
        ("compare", "from grader.plan import Plan"),
        ("plan", "from grader.judge import Judge"),
        ("plan", "def f():\n    from grader.judge import Judge"),
        ("plan", "from grader import judge"),
        ("candidate", "from grader.judge import Judge"),
        ("judge", "from grader import cli, errors"),
        ("render", "from grader.cli import main"),
        ("wire", "from grader.errors import GraderError"),
        ("student", "from grader.errors import GraderError"),
        ("student", "from grader.compare import compare"),
        ("student", "import grader"),
        ("face", "from grader.candidate.inprocess import InProcess"),
        ("exercise", "import grader"),
    ],
)
def test_a_planted_import_upwards_is_seen(here, planted):
    assert violations(here, planted)


def test_what_is_for_the_type_checker_alone_is_no_import():
    assert list(imported("if TYPE_CHECKING:\n    from grader.cli import main\nimport json")) == ["json"]


@pytest.mark.parametrize("name", MAY_IMPORT_NOTHING_OF_OURS)
def test_the_ground_floor_imports_nothing_of_ours(name):
    assert list(imported_rooms((PROJECT / "grader" / f"{name}.py").read_text())) == []


def outsiders(here: str, source: str) -> list[str]:
    """Third-party packages that a module of a room imports without leave."""
    allowed = {*STANDARD, *LIGHT, "grader", *HEAVY.get(here, ())}
    return [name for name in imported(source) if name.split(".")[0] not in allowed]


@pytest.mark.parametrize("path", modules("grader"), ids=lambda path: str(path.relative_to(PROJECT)))
def test_a_module_imports_only_the_packages_it_has_leave_for(path):
    assert outsiders(room(path), path.read_text()) == []


@pytest.mark.parametrize(
    ("here", "planted"),
    [
        ("judge", "import sqlalchemy"),
        ("judge", "from rich.console import Console"),
        ("local", "def f():\n    import hypothesis"),
        ("plan", "from reference import rnn"),
        ("cli", "import reference.rnn"),
        ("cli", "import assignments"),
        ("student", "import rich"),
    ],
)
def test_a_planted_outsider_is_seen(here, planted):
    assert outsiders(here, planted)


def beyond_the_face(source: str) -> list[str]:
    """What a reference imports of the grader other than its public face."""
    import grader

    public = {f"grader.{name}" for name in grader.__all__} | {"grader"}
    return [name for name in imported(source) if name.split(".")[0] == "grader" and name not in public]


@pytest.mark.parametrize("path", modules("reference"), ids=lambda path: str(path.relative_to(PROJECT)))
def test_the_reference_imports_the_public_face_alone(path):
    assert beyond_the_face(path.read_text()) == []


@pytest.mark.parametrize(
    "planted", ["from grader.shapes import Tensor", "import grader.plan", "from grader import wire"]
)
def test_a_planted_import_behind_the_face_is_seen(planted):
    assert beyond_the_face(planted)


def test_the_public_face_is_sorted_and_gives_what_it_says():
    import grader

    assert list(grader.__all__) == sorted(grader.__all__)
    assert all(hasattr(grader, name) for name in grader.__all__)


# Words of the course's subject. `tanh`, `affine`, `batch` and `vjp` belong to the field, a `cell` to a notebook.
SUBJECT = re.compile(
    r"rnn|lstm|\bgru\b|recurren|hidden[ _-]state|cell[ _-]state|\bgat(e|es|ed|ing)\b|time[ _-]?steps?\b|\bbptt\b"
    r"|word[ _-]embedding|temporal|\bprev_h\b|\bnext_h\b|\bW[xh]\b|through time|vocabular",
    re.IGNORECASE,
)


@pytest.mark.parametrize(
    "path",
    [
        path
        for path in sorted((PROJECT / "grader").rglob("*"))
        if path.is_file() and path.suffix not in (".pyc", ".png")
    ],
    ids=lambda path: str(path.relative_to(PROJECT)),
)
def test_no_word_of_the_subject_stands_in_the_grader(path):
    found = [match[0] for match in SUBJECT.finditer(path.read_text(encoding="utf-8"))]
    assert found == []
    assert SUBJECT.search(path.name) is None


@pytest.mark.parametrize(
    "planted",
    ["rnn_step_forward", "an LSTM", "the hidden state", "recurrence", "# the forget gate", "prev_h", "one time step"],
)
def test_a_planted_word_of_the_subject_is_seen(planted):
    assert SUBJECT.search(planted)


@pytest.mark.parametrize(
    "allowed", ["hidden plan", "propagate", "investigates", "code cell", "a sequence", "hidden cases"]
)
def test_a_general_word_is_allowed(allowed):
    assert SUBJECT.search(allowed) is None


NEVER_FOR_A_CHECK = {"sqlalchemy", "matplotlib", "rich", "jinja2", "hypothesis", "nbformat", "reference", "psycopg"}


def modules_after(code: str) -> set[str]:
    """The packages that a fresh interpreter has imported after running some code."""
    program = f"{code}\nimport sys; print(*sorted({{name.split('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize(("options", "needed"), [(["--json"], set()), ([], {"rich"})], ids=["as JSON", "coloured"])
def test_a_students_check_imports_nothing_heavy(affine_public, tmp_path, options, needed):
    """`rich` colours what is shown, where it is installed."""
    affine_public.save(tmp_path / "affine.plan")
    (tmp_path / "affine.py").write_text("def affine_forward(x, w, b):\n    return x\n")
    arguments = ["check", str(tmp_path / "affine.py"), *options]
    found = modules_after(f"from grader.cli import main; assert main({arguments!r}) == 1")
    assert "numpy" in found
    assert found & NEVER_FOR_A_CHECK <= needed


def test_a_heavy_import_on_that_way_would_be_seen():
    assert modules_after("import jinja2") & NEVER_FOR_A_CHECK
