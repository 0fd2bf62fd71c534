"""The filter of system calls: the table agrees with the kernel's headers, and the program does what the table says."""

import errno
import platform
import re
import struct
from pathlib import Path

import pytest

pytest.importorskip("resource", reason="no such kernel")
from grader.student import seccomp
from grader.student.syscalls import NUMBERS

HEADERS = {
    "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    "aarch64": Path("/usr/include/asm-generic/unistd.h"),
}
ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
ALLOWED, KILLED, REFUSED = 0x7FFF0000, 0x80000000, 0x00050000 | errno.EPERM
PID = 4711
each_machine = pytest.mark.parametrize(("column", "machine"), list(enumerate(HEADERS)))


def ran(machine: str, number: int, *arguments: int, architecture: int | None = None) -> int:
    """What the program answers to a call, by an interpreter of the few instructions that it uses."""
    seen = {0: number, 4: ARCHITECTURES[machine] if architecture is None else architecture}
    seen |= {16 + 8 * position: value & 0xFFFFFFFF for position, value in enumerate(arguments)}
    code, at, loaded = seccomp.program(machine, PID), 0, 0
    while True:
        operation, if_true, if_false, value = code[at]
        at += 1
        match operation:
            case 0x20:
                loaded = seen[value]
            case 0x15:
                at += if_true if loaded == value else if_false
            case 0x35:
                at += if_true if loaded >= value else if_false
            case 0x06:
                return value


@each_machine
def test_the_numbers_are_the_kernels(column, machine):
    if not HEADERS[machine].exists():
        pytest.skip("the kernel's headers are not installed")
    # On aarch64 some names stand behind __NR3264_, since 32-bit machines number them otherwise.
    found = dict(re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", HEADERS[machine].read_text()))
    if machine == "aarch64":
        found |= {"newfstatat": found["fstatat"]}
    ours = {name: pair[column] for name, pair in NUMBERS.items() if pair[column] is not None}
    assert {name: found.get(name) for name in ours} == {name: str(number) for name, number in ours.items()}


@each_machine
def test_what_is_on_the_list_is_allowed_and_all_else_refused(column, machine):
    conditional = {"kill", "tgkill", "prlimit64", "fcntl", "ioctl"}
    allowed = {pair[column] for name, pair in NUMBERS.items() if name not in conditional} - {None}
    special = {NUMBERS[name][column] for name in conditional}
    for number in set(range(600)) - special:
        assert ran(machine, number, 0, 0) == (ALLOWED if number in allowed else REFUSED)


@each_machine
def test_only_oneself_may_be_signalled_and_limited(column, machine):
    for name in ("kill", "tgkill"):
        number = NUMBERS[name][column]
        assert ran(machine, number, PID) == ALLOWED
        for other in (0, 1, -1, -PID, PID + 1):
            assert ran(machine, number, other) == REFUSED
    limits = NUMBERS["prlimit64"][column]
    assert [ran(machine, limits, pid) for pid in (0, PID, 1)] == [ALLOWED, ALLOWED, REFUSED]


@each_machine
def test_a_descriptor_cannot_be_made_to_signal_somebody(column, machine):
    number = NUMBERS["fcntl"][column]
    set_owner, set_signal, duplicate = 8, 10, 1030
    assert ran(machine, number, 0, duplicate) == ALLOWED
    assert ran(machine, number, 0, set_owner) == ran(machine, number, 0, set_signal) == REFUSED


@each_machine
def test_nothing_is_a_terminal(column, machine):
    assert ran(machine, NUMBERS["ioctl"][column], 0, 0) == 0x00050000 | errno.ENOTTY


@each_machine
def test_another_architecture_is_the_end(column, machine):
    other = next(value for name, value in ARCHITECTURES.items() if name != machine)
    assert ran(machine, 0, architecture=other) == KILLED


def test_the_second_way_into_an_x86_kernel_is_the_end():
    assert ran("x86_64", 0x40000000 | NUMBERS["read"][0]) == KILLED


@pytest.mark.parametrize(
    "name",
    [
        "socket",
        "connect",
        "sendmsg",
        "sendto",
        "ptrace",
        "process_vm_readv",
        "fork",
        "vfork",
        "clone",
        "clone3",
        "execve",
        "unlink",
        "rename",
        "mkdir",
        "shmget",
        "add_key",
        "memfd_create",
        "io_uring_setup",
        "setpriority",
        "prctl",
        "seccomp",
        "unshare",
        "mount",
        "bpf",
        "userfaultfd",
        "pidfd_open",
    ],
)
def test_what_must_never_be_is_not_on_the_list(name):
    assert name not in NUMBERS


@pytest.mark.parametrize("pid", [1, 2, 4711, 2**22])
@pytest.mark.skipif(not seccomp.is_known(), reason="no table for this machine")
def test_the_prepared_program_is_that_of_the_process_that_runs_under_it(pid):
    made = seccomp.prepared().replace(struct.pack("<I", seccomp._ONESELF), struct.pack("<I", pid))
    assert made == b"".join(
        struct.pack("<HBBI", *instruction) for instruction in seccomp.program(platform.machine(), pid)
    )
    assert struct.pack("<I", seccomp._ONESELF) not in made
