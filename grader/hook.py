"""Grades the pushes to a bare git repository and answers the pusher on the spot.

    pusher ── git push ──▶ bare repository ──▶ hooks/post-receive ──▶ `grader hook run` ──▶ run() ──▶ grade()
       ◀── remote: … ─────────────────────────────────────────────────── what it prints

The push is untrusted. Nothing of it is checked out: the one wanted file is read from the object database, its raw
bytes, after a look at its kind and size. Names of branches are arguments and text, never part of a command. The
hook answers and never refuses: its exit status is 0 and a fault of ours goes to a log beside the repository.
"""

import argparse
import contextlib
import os
import re
import shlex
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from grader.errors import UsageError
from grader.listing import MAX_FILE

MAX_BRANCHES = 5  # one push can carry thousands, and the pusher waits
LOG = "grader-hook.log"
PROGRAM = (sys.executable, "-m", "grader", "hook", "run")

_MARK = "# Written by `grader hook install`; install again to change it."
_SCRIPT = """\
#!/bin/sh
{mark}
# It answers the pusher. Whatever happens here, the push stands.
repository=$PWD
unset GIT_DIR GIT_WORK_TREE
{line} || echo "The push is in, but it could not be graded: tell your instructor."
exit 0
"""
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_BRANCH = "refs/heads/"
_REGULAR_FILES = ("100644", "100755")
_OTHER_KINDS = {"120000": "a symbolic link", "160000": "a submodule", "040000": "a folder"}


@dataclass(frozen=True, slots=True)
class PushedFile:
    """A submission as it was pushed: its file name and bytes, and where they come from."""

    repository: str
    branch: str
    commit: str
    name: str
    content: bytes


class NothingToGradeError(Exception):
    """A push that holds nothing to grade; its text tells the pusher why."""


def install(repository: Path, arguments: Sequence[str], *, folder: Path, program: Sequence[str] = PROGRAM) -> Path:
    """Write the post-receive hook of a bare repository; its path.

    The hook runs `program` with `arguments` and `--repository REPO` from `folder`, the instructor's project. A hook
    of ours is replaced, one of somebody else's never.
    """
    hook = _hooks_folder(repository) / "post-receive"
    line = f'cd {shlex.quote(str(folder.resolve()))} && {shlex.join([*program, *arguments])} --repository "$repository"'
    if (hook.exists() or hook.is_symlink()) and not _is_ours(hook):
        raise UsageError(
            f"{hook} is there already and not the grader's: move it away, or add these two lines to it:\n"
            f"  repository=$PWD\n  ({line}) || true"
        )
    script = _SCRIPT.format(mark=_MARK, line=line)
    try:
        hook.parent.mkdir(exist_ok=True)
        partial = hook.with_name("post-receive.part")
        partial.write_text(script, encoding="utf-8")
        partial.chmod(0o755)
        os.replace(partial, hook)
    except OSError as error:
        raise UsageError(f"cannot write {hook}: {error.strerror}") from error
    return hook


def run(
    repository: Path,
    lines: Iterable[bytes],
    names: Sequence[str],
    grade: Callable[[PushedFile], str],
    *,
    out: TextIO,
    max_bytes: int = MAX_FILE,
) -> None:
    """Print an answer for each branch that a push updated.

    `lines` are what git hands to a post-receive hook on its standard input: `<old> <new> <ref>`. The first of `names`
    that the pushed tree holds is graded. Nothing is raised: the push is in, and one branch's trouble is not another's.
    """
    branches = list(_updated_branches(lines))
    for commit, branch in branches[:MAX_BRANCHES]:
        _say(f"{branch}: {_answer(repository, commit, branch, names, grade, max_bytes)}", out)
    left = [branch for _, branch in branches[MAX_BRANCHES:]]
    if left:
        _say(f"Not graded, push them apart (at most {MAX_BRANCHES} branches a push): {', '.join(left)}", out)


def _answer(
    repository: Path,
    commit: str,
    branch: str,
    names: Sequence[str],
    grade: Callable[[PushedFile], str],
    max_bytes: int,
) -> str:
    try:
        name, content = pushed_file(repository, commit, names, max_bytes)
        return grade(PushedFile(repository.resolve().name.removesuffix(".git"), branch, commit, name, content))
    except NothingToGradeError as reason:
        return f"not graded: {reason}"
    except Exception:
        # Whatever it is, it is ours: the pusher learns that, the instructor finds the trace.
        _log(repository, f"{commit} {branch}\n{traceback.format_exc()}")
        return "could not be graded, and it is not your fault: tell your instructor."


def pushed_file(repository: Path, commit: str, names: Sequence[str], max_bytes: int = MAX_FILE) -> tuple[str, bytes]:
    """The first of the named files in a commit's tree: its name and raw bytes.

    Raises `NothingToGradeError` where there is none, or one that is no regular file or too long.
    """
    for name in names:
        # A literal path relative to the root: no patterns, and a linked folder holds nothing.
        entry = _git(repository, "--literal-pathspecs", "ls-tree", "-z", "--full-tree", commit, "--", name)
        if entry:
            return name, _content(repository, name, entry.split(b"\t")[0].decode(), max_bytes)
    raise NothingToGradeError(f"the push holds no {' or '.join(names)}.")


def _content(repository: Path, name: str, entry: str, max_bytes: int) -> bytes:
    mode, _, identity = entry.split(" ")
    if mode not in _REGULAR_FILES:
        raise NothingToGradeError(f"{name} is {_OTHER_KINDS.get(mode, 'not a file')}; push the file itself.")
    size = int(_git(repository, "cat-file", "-s", identity))
    if size > max_bytes:
        raise NothingToGradeError(f"{name} has {size:,} bytes; at most {max_bytes:,} are read.")
    return _git(repository, "cat-file", "blob", identity)


def _updated_branches(lines: Iterable[bytes]) -> Iterator[tuple[str, str]]:
    """The (commit, branch) of each branch that was made or moved; tags and deleted branches are nothing to grade."""
    for line in lines:
        # Git allows any bytes in a name but white space and control characters.
        _, commit, ref = line.decode("utf-8", errors="backslashreplace").rstrip("\n").split(" ", 2)
        if ref.startswith(_BRANCH) and _COMMIT.fullmatch(commit) and commit.strip("0"):
            yield commit, ref.removeprefix(_BRANCH)


def _hooks_folder(repository: Path) -> Path:
    """The folder of hooks of a bare repository; a `UsageError` where a hook would not run or not be ours alone."""
    root = repository.resolve()
    try:
        bare = _git(root, "rev-parse", "--is-bare-repository")
        path = _git(root, "config", "--type=path", "--default", "hooks", "--get", "core.hooksPath")
    except FileNotFoundError as error:
        raise UsageError("the hook needs git, and there is none on the PATH") from error
    except subprocess.CalledProcessError as error:
        reason = error.stderr.decode(errors="replace").strip()
        raise UsageError(f"{repository} is not a git repository that can be read: {reason}") from error
    hooks = root / os.fsdecode(path.rstrip(b"\n"))
    if bare.strip() != b"true":
        raise UsageError(f"{repository} is not a bare repository; make one with: git init --bare NAME.git")
    if not hooks.is_relative_to(root):
        raise UsageError(f"core.hooksPath sends the hooks of {repository} to {hooks}, which other repositories share")
    return hooks


def _is_ours(hook: Path) -> bool:
    return hook.is_file() and not hook.is_symlink() and _MARK in hook.read_text("utf-8", "replace").splitlines()[1:2]


def _git(repository: Path, *arguments: str) -> bytes:
    """What git prints; it is never asked to check out, so no filter and no hook of the push can run."""
    command = ["git", f"--git-dir={repository}", *arguments]
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=True).stdout


def _say(text: str, out: TextIO) -> None:
    """Print what can be shown; a pusher who has hung up does not keep the rest from being graded."""
    encoding = out.encoding or "utf-8"
    shown = "".join(letter if letter.isprintable() or letter == "\n" else "?" for letter in text)
    with contextlib.suppress(OSError):
        print(shown.encode(encoding, "replace").decode(encoding), file=out, flush=True)


def _log(repository: Path, text: str) -> None:
    try:
        with (repository / LOG).open("a", encoding="utf-8", errors="backslashreplace") as log:
            log.write(text + "\n")
    except OSError:
        print(text, file=sys.stderr)  # nowhere else to say it


_Commands = argparse._SubParsersAction  # the type that argparse gives, and has no public name for


def add_commands(actions: "_Commands[argparse.ArgumentParser]") -> None:
    """Add `install`, and `run` which the installed hook calls."""
    install_parser = actions.add_parser(
        "install",
        help="make a bare repository answer every push",
        description="Writes the post-receive hook of a bare repository. Without --to the answer comes from the public"
        " cases; with --to the push is graded like `grader grade`, and recorded under the repository's name.",
    )
    install_parser.add_argument("repository", type=Path, metavar="REPO.git")
    run_parser = actions.add_parser("run", help="what the installed hook runs: reads git's lines, answers the pusher")
    run_parser.add_argument("--repository", type=Path, required=True, metavar="REPO.git")
    for parser in (install_parser, run_parser):
        parser.add_argument("--assignment", metavar="A", help="default: the only one of the project")
        parser.add_argument(
            "--file",
            action="append",
            default=[],
            metavar="NAME",
            help="default: A.py, or else A.ipynb; may be repeated",
        )
        parser.add_argument("--to", type=Path, metavar="DIR", help="keep the grades there")
    install_parser.set_defaults(command=_install)
    run_parser.set_defaults(command=_run)


def _install(options: argparse.Namespace) -> int:
    from grader.project import Project

    project = Project.find()
    if options.assignment is None and len(project.assignments) != 1:
        raise UsageError(f"which assignment? Say --assignment with one of: {', '.join(project.assignments)}")
    name = project.assignment(options.assignment or next(iter(project.assignments))).name
    arguments = [f"--assignment={name}"]
    arguments += [f"--file={file}" for file in options.file or (f"{name}.py", f"{name}.ipynb")]
    arguments += [f"--to={options.to.resolve()}"] if options.to else []
    print(install(options.repository, arguments, folder=project.root))
    return 0


def _run(options: argparse.Namespace) -> int:
    from grader.push import answerer

    run(options.repository, sys.stdin.buffer, options.file, answerer(options.assignment, options.to), out=sys.stdout)
    return 0
