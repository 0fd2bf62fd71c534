"""The outer wall: bubblewrap's namespaces, in which only what is needed exists, and that read-only.

No network, no other process, no home, no /proc, no /etc; the zygote is process 1 in there, so that all that is in it
ends with it.
"""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from grader.candidate.readable import Readable

DEVICES = ("/dev/null", "/dev/urandom")
_NAMESPACES = ("--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try")


def installed() -> str | None:
    """The path of bubblewrap."""
    return shutil.which("bwrap")


def wrapped(command: list[str], readable: Readable, environment: Mapping[str, str]) -> list[str]:
    """The command behind the wall. Root gives up everything but becoming nobody, which it does once inside."""
    arguments = ["bwrap", *_NAMESPACES, "--die-with-parent", "--new-session", "--as-pid-1", "--clearenv"]
    for name, value in environment.items():
        arguments += ["--setenv", name, value]
    arguments += ["--cap-drop", "ALL"]
    if os.geteuid() == 0 and readable.roots_are_open_to_all and _has_capabilities():
        arguments += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        arguments += ["--unshare-user", "--uid", "65534", "--gid", "65534"]
    arguments += _folders(readable)
    for root in sorted(readable.roots):  # what lies within another root comes after it
        arguments += ["--ro-bind", root, root]
        arguments += _masks(root, readable)
    arguments += _links(readable)
    for device in DEVICES:
        arguments += ["--dev-bind", device, device]
    return [*arguments, "--remount-ro", "/", "--chdir", "/", "--", *command]


def _folders(readable: Readable) -> list[str]:
    """The empty folders that lead to the roots, which bubblewrap would make for their owner alone."""
    above = {str(parent) for path in (*readable.roots, *DEVICES) for parent in Path(path).parents}
    return [argument for path in sorted(above - {"/"}) for argument in ("--perms", "0755", "--dir", path)]


def _masks(root: str, readable: Readable) -> list[str]:
    """Empty folders over the hidden ones in a root."""
    masks: list[str] = []
    for folder in readable.hidden:
        if folder.startswith(f"{root}/"):
            masks += ["--tmpfs", folder, "--chmod", "0555", folder]
    return masks


def _links(readable: Readable) -> list[str]:
    """/lib and its like where they are links, since the loader of programs is named through them."""
    links: list[str] = []
    for path in ("/lib", "/lib64", "/usr/lib64"):
        if os.path.islink(path) and path not in readable.roots:
            links += ["--symlink", os.readlink(path), path]
    return links


def _has_capabilities() -> bool:
    """Whether root is allowed to make namespaces without one of its own users (in a container it is not)."""
    with open("/proc/self/status", encoding="ascii") as status:
        effective = next(line for line in status if line.startswith("CapEff:"))
    cap_sys_admin = 21
    return bool(int(effective.split()[1], 16) >> cap_sys_admin & 1)
