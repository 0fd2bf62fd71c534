"""Pushes between local repositories: the pusher is answered, the push stands, nothing of it is trusted."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader import hook
from grader.errors import UsageError

PROJECT = Path(__file__).parents[1]
NAME = 'it\'s a "layer".py'  # quotes and spaces, for every push below

# What stands in for the real grading: it tells the pusher what arrived, byte for byte.
FAKE_GRADER = """
import sys
from pathlib import Path
sys.path.insert(0, {project!r})
from grader.hook import run

def grade(pushed):
    if pushed.content == b"fault":
        raise RuntimeError("the instructor's secret path")
    return f"graded {{pushed.name}} of {{pushed.repository}}: {{pushed.content!r}}"

names, repository = sys.argv[1:-2], sys.argv[-1]
run(Path(repository), sys.stdin.buffer, names, grade, out=sys.stdout)
"""


@pytest.fixture(autouse=True)
def own_git(monkeypatch):
    """No configuration of this machine's user reaches git."""
    for variable in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(variable)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "Student")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "student@example.org")


def git(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=True)


@pytest.fixture
def bare(tmp_path):
    """A bare repository whose path needs quoting."""
    path = tmp_path / "ada's $(touch owned) work.git"
    git(tmp_path, "init", "--bare", "--quiet", str(path))
    return path


@pytest.fixture
def clone(tmp_path, bare):
    git(tmp_path, "init", "--quiet", "--initial-branch=main", "clone")
    git(tmp_path / "clone", "remote", "add", "origin", str(bare))
    return tmp_path / "clone"


@pytest.fixture
def graded(tmp_path, bare):
    """The bare repository with the hook installed, grading by the fake."""
    program = tmp_path / "fake grader.py"
    program.write_text(FAKE_GRADER.format(project=str(PROJECT)))
    hook.install(bare, [NAME], folder=tmp_path, program=[sys.executable, "-B", str(program)])
    return bare


def commit(clone: Path, **files: bytes) -> None:
    for name, content in files.items():
        (clone / name).write_bytes(content)
    git(clone, "add", "--all")
    git(clone, "commit", "--quiet", "--allow-empty", "--message", "work")


def push(clone: Path, *refs: str) -> str:
    """What the pusher reads; a push that fails raises."""
    return git(clone, "push", "origin", *refs).stderr


def test_a_push_is_answered_and_stands(clone, graded):
    commit(clone, **{NAME: b"x = 1\r\n"})
    answer = push(clone, "main")
    assert f"remote: main: graded {NAME} of ada's $(touch owned) work: b'x = 1\\r\\n'" in answer
    assert git(graded, "rev-parse", "main").stdout == git(clone, "rev-parse", "main").stdout


def test_nothing_in_a_path_or_a_branch_is_run_by_the_shell(tmp_path, clone, graded):
    commit(clone, **{NAME: b"x"})
    answer = push(clone, "main:refs/heads/$(touch${IFS}owned);'\"")
    assert "$(touch${IFS}owned);'\": graded" in answer
    assert not list(tmp_path.rglob("owned"))


def test_two_branches_in_one_push_are_both_graded(clone, graded):
    commit(clone, **{NAME: b"one"})
    git(clone, "checkout", "--quiet", "-b", "second")
    commit(clone, **{NAME: b"two"})
    answer = push(clone, "main", "second")
    assert "main: graded" in answer
    assert "b'one'" in answer
    assert "second: graded" in answer
    assert "b'two'" in answer


def test_more_branches_than_the_pusher_can_wait_for_are_named(clone, graded):
    commit(clone, **{NAME: b"x"})
    answer = push(clone, *[f"main:refs/heads/b{number}" for number in range(hook.MAX_BRANCHES + 1)])
    assert answer.count(": graded ") == hook.MAX_BRANCHES
    assert "Not graded, push them apart (at most 5 branches a push): b5" in answer


def test_a_deleted_branch_and_a_tag_are_not_graded(clone, graded):
    commit(clone, **{NAME: b"x"})
    git(clone, "tag", "v1")
    push(clone, "main", "main:other")
    assert "graded" not in push(clone, "--delete", "other")
    assert "graded" not in push(clone, "v1")


def test_a_push_without_the_file_is_told_so(clone, graded):
    commit(clone, other=b"x")
    assert f"remote: main: not graded: the push holds no {NAME}." in push(clone, "main")


def test_a_pattern_in_the_wanted_name_matches_nothing_else(clone, bare):
    commit(clone, **{"a.py": b"x"})
    push(clone, "main")
    with pytest.raises(hook.NothingToGradeError, match="the push holds no"):
        hook.pushed_file(bare, "main", ["*.py"])


def test_the_first_wanted_name_that_is_there_is_graded(clone, bare):
    commit(clone, **{"a.ipynb": b"{}", "b.py": b"x"})
    push(clone, "main")
    assert hook.pushed_file(bare, "main", ["a.py", "a.ipynb", "b.py"]) == ("a.ipynb", b"{}")


def test_a_symbolic_link_is_refused(tmp_path, clone, graded):
    (tmp_path / "secret").write_text("secret")
    (clone / NAME).symlink_to(tmp_path / "secret")
    commit(clone)
    answer = push(clone, "main")
    assert "is a symbolic link; push the file itself." in answer
    assert "graded it's" not in answer


def test_a_folder_that_is_a_link_holds_nothing(tmp_path, clone, bare):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a.py").write_text("secret")
    (clone / "work").symlink_to(tmp_path / "elsewhere")
    commit(clone)
    push(clone, "main")
    with pytest.raises(hook.NothingToGradeError, match=r"holds no work/a\.py"):
        hook.pushed_file(bare, "main", ["work/a.py"])


def test_a_folder_in_place_of_the_file_is_refused(clone, graded):
    (clone / NAME).mkdir()
    (clone / NAME / "inner.py").write_text("x")
    commit(clone)
    assert "is a folder; push the file itself." in push(clone, "main")


def test_a_file_of_fifty_megabytes_is_refused_by_its_size(clone, graded):
    commit(clone, **{NAME: bytes(50_000_000)})
    assert "has 50,000,000 bytes; at most 5,242,880 are read." in push(clone, "main")


def test_a_filter_that_the_push_asks_for_is_not_run(clone, bare, tmp_path):
    git(bare, "config", "filter.evil.smudge", f"touch {tmp_path}/owned; cat")
    commit(clone, **{".gitattributes": b"*.py filter=evil text eol=crlf\n", "a.py": b"x\n"})
    push(clone, "main")
    assert hook.pushed_file(bare, "main", ["a.py"]) == ("a.py", b"x\n")
    assert not (tmp_path / "owned").exists()
    git(bare, "archive", "--output", str(tmp_path / "tree.tar"), "main")  # what the hook must not do
    assert (tmp_path / "owned").exists()


def test_a_fault_of_ours_is_logged_and_the_push_stands(clone, graded):
    commit(clone, **{NAME: b"fault"})
    answer = push(clone, "main")
    assert "main: could not be graded, and it is not your fault" in answer
    assert "secret path" not in answer
    assert "secret path" in (graded / hook.LOG).read_text()
    assert git(graded, "rev-parse", "main").stdout == git(clone, "rev-parse", "main").stdout


def test_a_grader_that_cannot_start_does_not_undo_the_push(tmp_path, clone, bare):
    hook.install(bare, [], folder=tmp_path / "gone", program=["false"])
    commit(clone, **{NAME: b"x"})
    assert "could not be graded: tell your instructor" in push(clone, "main")
    assert git(bare, "rev-parse", "main").stdout == git(clone, "rev-parse", "main").stdout


def test_a_branch_name_in_latin_1_and_a_narrow_terminal_are_survived(clone, bare):
    commit(clone, **{NAME: b"x"})
    push(clone, "main")
    head = git(clone, "rev-parse", "main").stdout.strip().encode()
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    lines = [
        b"0" * 40 + b" " + head + b" refs/heads/caf\xe9\n",
        b"0" * 40 + b" " + head + b" refs/heads/\xe2\x82\xac\n",
    ]
    hook.run(bare, lines, [NAME], lambda pushed: "100 ± 0 \x1b[2J", out=out)
    out.seek(0)
    assert out.read() == "caf\\xe9: 100 ? 0 ?[2J\n?: 100 ? 0 ?[2J\n"


def test_installing_again_changes_nothing_and_other_options_replace(tmp_path, bare):
    first = hook.install(bare, ["--assignment", "a"], folder=tmp_path)
    before = first.read_bytes()
    assert hook.install(bare, ["--assignment", "a"], folder=tmp_path).read_bytes() == before
    assert os.access(first, os.X_OK)
    assert b"--assignment b" in hook.install(bare, ["--assignment", "b"], folder=tmp_path).read_bytes()


def test_a_hook_of_somebody_else_is_left_alone(tmp_path, bare):
    foreign = bare / "hooks" / "post-receive"
    foreign.parent.mkdir(exist_ok=True)
    foreign.write_text("#!/bin/sh\nexec notify-everybody\n")
    with pytest.raises(UsageError, match="is there already and not the grader's") as refusal:
        hook.install(bare, ["--assignment", "a"], folder=tmp_path)
    assert "-m grader hook run --assignment a" in str(refusal.value)
    assert foreign.read_text() == "#!/bin/sh\nexec notify-everybody\n"


def test_a_hook_that_is_a_link_is_left_alone(tmp_path, bare):
    (bare / "hooks").mkdir(exist_ok=True)
    (bare / "hooks" / "post-receive").symlink_to(tmp_path / "nowhere")
    with pytest.raises(UsageError, match="is there already"):
        hook.install(bare, [], folder=tmp_path)


def test_hooks_shared_with_other_repositories_are_left_alone(tmp_path, bare):
    git(bare, "config", "core.hooksPath", str(tmp_path / "shared"))
    with pytest.raises(UsageError, match="which other repositories share"):
        hook.install(bare, [], folder=tmp_path)


@pytest.mark.parametrize(("where", "words"), [("clone/.git", "not a bare repository"), ("nowhere", "not a git repo")])
def test_only_a_bare_repository_gets_a_hook(tmp_path, clone, where, words):
    with pytest.raises(UsageError, match=words):
        hook.install(tmp_path / where, [], folder=tmp_path)
