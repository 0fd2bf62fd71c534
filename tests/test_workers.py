"""What workers are given arrives, and nobody waits for one that has been killed."""

import hashlib
import multiprocessing
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor

import pytest

from grader.workers import Parcel
from tests.small_course import PROJECT

MUCH = 3 << 20  # bytes: more than any pipe holds

# A worker that ends before it reads anything; its parent must get over it.
_STILLBORN = """
import multiprocessing
from grader.workers import Parcel
if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    context.set_executable("/bin/true")
    context.Process(target=print, args=(GIVEN,)).start()
"""


_NO_FILES = """
import resource
from tests.test_workers import Parcel, told
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
told(Parcel(bytes({much})))
"""


def start_one(given, seconds):
    source = _STILLBORN.replace("GIVEN", given)
    return subprocess.run([sys.executable, "-c", source], cwd=PROJECT, timeout=seconds, capture_output=True).returncode


@pytest.mark.skipif(sys.platform == "win32", reason="there what is given goes its usual way")
def test_a_worker_that_dies_before_it_has_read_what_it_is_given_is_not_waited_for():
    assert start_one(f"Parcel(bytes({MUCH}))", 60) == 0
    with pytest.raises(subprocess.TimeoutExpired):  # what a parcel is for
        start_one(f"bytes({MUCH})", 3)


_given = []


def _take(first, second):
    _given[:] = first, second


def _digests(_):
    return [hashlib.sha256(data).hexdigest() for data in _given]


@pytest.mark.parametrize("way", multiprocessing.get_all_start_methods())
def test_every_worker_gets_all_bytes_however_it_is_started(way):
    parcels = bytes(range(256)) * (MUCH // 256), b""
    if way == "fork":
        pytest.skip("a fork has what its parent has")
    context = multiprocessing.get_context(way)
    with ProcessPoolExecutor(3, context, _take, tuple(map(Parcel, parcels))) as pool:
        told = list(pool.map(_digests, range(12)))
    assert told == [[hashlib.sha256(data).hexdigest() for data in parcels]] * 12


@pytest.mark.skipif(sys.platform == "win32", reason="there it goes the usual way anyhow")
def test_where_no_file_can_be_written_the_bytes_go_the_usual_way():
    source = _NO_FILES.format(much=MUCH)
    done = subprocess.run([sys.executable, "-c", source], cwd=PROJECT, timeout=60, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == (f"{MUCH}\n", "")


def told(given):
    """Print how many bytes a worker was given."""
    process = multiprocessing.get_context("spawn").Process(target=_print_length, args=(given,))
    process.start()
    process.join()


def _print_length(data):
    print(len(data))
