"""The border with real processes: whatever a submission does, there is one outcome for each call.

The sources here are harmless by construction: they write nowhere but into their own folder and their own pipes, and
send no signal to anybody else.
"""

import os
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from grader.candidate.program import MAX_PRINTED, CacheOf, Call, Ended, NotAnArray, Program, Raised, Skipped, Values
from grader.candidate.subprocess import Limits, Subprocess
from grader.report import Verdict

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc and counts CPU time from outside")

ONE = np.array([1.0, 2.0])
SHORT = Limits(cpu_seconds=0.4)
TEXT = """
import numpy as np
def as_array(text):
    return np.frombuffer(str(text).encode() + b" ", np.uint8)
"""


def call(function="f", *arguments, gives=1, cache=False, wanted=True):
    return Call(function, arguments, gives, cache, wanted)


def opened(source, limits=None):
    return Subprocess("work.py", source.encode(), limits)


def answered(source, *calls, limits=None):
    """The answer of a source to one program; a single call of `f()` unless said."""
    with opened(source, limits) as candidate:
        return candidate.call(Program(calls or (call(),)))


def outcome(source, *arguments, limits=None):
    """The outcome of `f(*arguments)`."""
    (found,) = answered(source, call("f", *arguments), limits=limits).outcomes
    return found


def told(source, limits=None):
    """The text that `f()` returns by way of `as_array`."""
    found = outcome(TEXT + source, limits=limits)
    assert isinstance(found, Values), found
    return found.items[0].tobytes().decode().strip()


def is_gone(pid):
    """Whether a process has ended (one that nobody has waited for yet counts as ended)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


# --- values ----------------------------------------------------------------------------------------------------------


def test_values_come_back():
    found = outcome("def f(x):\n    return 2 * x", ONE)
    assert np.array_equal(found.items[0], [2.0, 4.0])
    assert (found.count, found.mutated) == (1, ())


@pytest.mark.parametrize(
    ("returned", "items", "count"),
    [
        ("None", ["NoneType"], 1),
        ("[1, 2]", ["list"], 1),
        ("'text'", ["str"], 1),
        ("{}", ["dict"], 1),
        ("np.array([None])", ["object array"], 1),
        ("np.array(['a'])", ["<U1 array"], 1),
        ("(x, None)", [ONE, "NoneType"], 2),
        ("()", [], 0),
        ("3", [np.array(3)], 1),
        ("np.float32(0.5)", [np.float32(0.5)], 1),
        ("x.astype(np.longdouble)", [ONE], 1),
        ("np.ma.masked_array(x, [True, False])", [ONE], 1),
        ("np.matrix(x)", [ONE[None]], 1),
        ("x[::-1]", [ONE[::-1]], 1),
        ("x.astype('>f8')", [ONE], 1),
    ],
)
def test_whatever_is_returned_is_an_array_or_the_name_of_its_type(returned, items, count):
    found = outcome(f"import numpy as np\ndef f(x):\n    return {returned}", ONE)
    assert found.count == count
    for got, wanted in zip(found.items, items, strict=True):
        assert got == NotAnArray(wanted) if isinstance(wanted, str) else np.array_equal(got, wanted)


def test_every_call_gets_fresh_copies_that_it_may_write_to():
    before = ONE.copy()
    source = "def f(x):\n    x += 1\n    return x"
    first, second = answered(source, call("f", ONE), call("f", ONE)).outcomes
    assert np.array_equal(first.items[0], before + 1)
    assert np.array_equal(second.items[0], before + 1)
    assert first.mutated == second.mutated == (0,)
    assert np.array_equal(before, ONE)


def test_what_is_printed_is_counted_and_harms_nothing():
    source = "import os, sys\ndef f(x):\n    print('abcd')\n    print('e', file=sys.stderr)\n    os.write(1, b'raw')\n"
    answer = answered(source + "    sys.__stdout__.write('more')\n    return x", call("f", ONE))
    assert np.array_equal(answer.outcomes[0].items[0], ONE)
    assert answer.seen.printed == len("abcd\n")


def test_what_numpy_warns_of_is_told():
    answer = answered("import numpy as np\ndef f(x):\n    return x / 0", call("f", ONE))
    assert any("divide by zero" in text for text in answer.seen.warnings)


def test_nobody_answers_what_is_asked_for():
    found = outcome("def f():\n    return input('name? ')")
    assert (found.type, found.where) == ("EOFError", "line 2")


# --- caches ----------------------------------------------------------------------------------------------------------

CACHES = """
def forward(x):
    cache = [x, lambda y: 3 * y]
    return x, cache
def backward(dout, cache):
    function = cache.pop()
    return function(dout) + cache.pop()
def fails(x):
    raise ValueError("no")
def none(x):
    return x
def kind(dout, cache):
    return float(cache is None)
"""


def test_a_cache_stays_over_there_whatever_it_holds_and_may_be_used_up():
    calls = [
        call("forward", ONE, cache=True, wanted=False),
        call("backward", 10 * ONE, CacheOf(0)),
        call("forward", 2 * ONE, cache=True),
        call("backward", 10 * ONE, CacheOf(2)),
    ]
    unwanted, first, forward, second = answered(CACHES, *calls).outcomes
    assert (unwanted.items, unwanted.count) == ((), 2)
    assert np.array_equal(first.items[0], 31 * ONE)
    assert (len(forward.items), forward.count) == (1, 2)
    assert np.array_equal(second.items[0], 32 * ONE)


def test_a_call_whose_forward_raised_is_skipped():
    forward, backward = answered(CACHES, call("fails", ONE, cache=True), call("backward", ONE, CacheOf(0))).outcomes
    assert (type(forward), type(backward)) == (Raised, Skipped)


def test_a_forward_without_a_cache_hands_on_none():
    forward, backward = answered(CACHES, call("none", ONE, cache=True), call("kind", ONE, CacheOf(0))).outcomes
    assert forward.count == 1
    assert backward.items[0] == 1


# --- raised ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "kind", "message"),
    [
        ("raise ValueError('no')", "ValueError", "no"),
        ("return 1 / 0", "ZeroDivisionError", "division by zero"),
        ("return missing", "NameError", "missing"),
        ("raise SystemExit(0)", "SystemExit", "0"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt", ""),
        ("raise MemoryError", "MemoryError", ""),
        ("raise BaseException('x' * 10**8)", "BaseException", "x" * 100),
        ("raise ValueError('\\x1b[31m\\x00')", "ValueError", "�[31m�"),
        ("raise type('Odd', (Exception,), {'__str__': lambda self: 1 / 0})()", "Odd", ""),
        ("return f()", "RecursionError", "maximum recursion depth"),
        ("return __import__('grader.judge')", "ModuleNotFoundError", "grader.judge"),
    ],
)
def test_what_is_raised_comes_with_type_message_and_line(body, kind, message):
    found = outcome(f"# a comment\ndef f():\n    {body}")
    assert (type(found), found.type, found.where) == (Raised, kind, "line 3")
    assert found.message.startswith(message) or message in found.message
    assert len(found.message) <= 500


def test_the_line_is_the_last_one_of_the_students_own_file():
    source = "import numpy as np\ndef g(x):\n    return np.linalg.inv(x)\ndef f(x):\n    return g(x)"
    found = outcome(source, np.zeros((2, 2)))
    assert (found.type, found.where) == ("LinAlgError", "line 3")


# --- the end of a process --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("os._exit(0)", "the process ended itself with exit status 0"),
        ("os._exit(3)", "the process ended itself with exit status 3"),
        ("os.kill(os.getpid(), 9)", "the process was ended by SIGKILL (often out of memory)"),
        ("os.abort()", "the process was ended by SIGABRT"),
        ("os.closerange(0, 100)", "the process"),
    ],
)
def test_a_process_that_ends_is_killed_with_the_reason(body, message):
    found = outcome(f"import os, time\ndef f():\n    {body}\n    time.sleep(60)")
    assert isinstance(found, Ended)
    assert found.verdict == Verdict.KILLED
    assert found.message.startswith(message)


def test_a_function_that_spins_is_timed_out_by_its_cpu_time():
    found = outcome("def f():\n    while True:\n        pass", limits=SHORT)
    assert found == Ended(Verdict.TIMED_OUT, "no answer within 0.4 s of CPU time")


def test_a_function_that_sleeps_is_timed_out_by_the_clock():
    found = outcome("import time\ndef f():\n    time.sleep(60)", limits=SHORT)
    assert found == Ended(Verdict.TIMED_OUT, "no answer within 1.2 s, most of them asleep")


def test_what_was_answered_before_the_end_is_kept():
    source = "import os, time\ndef f(x):\n    time.sleep(0.1)\n    return x\ndef g():\n    os._exit(0)"
    first, second, third = answered(source, call("f", ONE), call("g"), call("f", ONE)).outcomes
    assert np.array_equal(first.items[0], ONE)
    assert isinstance(second, Ended)
    assert isinstance(third, Ended)


def test_the_next_program_gets_a_fresh_process():
    source = "import os\ncount = 0\ndef f():\n    global count\n    count += 1\n    return float(count)\n"
    with opened(source + "def g():\n    os._exit(0)\ndef pid():\n    return os.getpid()") as candidate:
        pids = []
        for _ in range(2):
            first, pid, end = candidate.call(Program((call(), call("pid"), call("g")))).outcomes
            assert isinstance(first, Ended)
            assert isinstance(end, Ended)
            (first,) = candidate.call(Program((call(),))).outcomes
            assert first.items[0] == 1  # and not 2: nothing is left of the process before
            pids.append(int(candidate.call(Program((call("pid"),))).outcomes[0].items[0]))
            assert isinstance(pid, Ended)
    assert pids[0] != pids[1]


def test_a_file_that_ends_the_process_is_unreadable_and_says_so():
    with opened("import os\nos._exit(5)\ndef f():\n    return 1") as candidate:
        assert "the process ended itself with exit status 5" in candidate.loaded.unreadable
        (found,) = candidate.call(Program((call(),))).outcomes
    assert isinstance(found, Ended)


# --- what comes over the border --------------------------------------------------------------------------------------

EVERY_PIPE = """
import os
def to_every_pipe(data):
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, data)
        except OSError:
            pass
"""
FORGED = (
    EVERY_PIPE
    + """
from grader import wire
import json, numpy as np
def forged(text, arrays=()):
    text = text.encode()
    return wire.LENGTHS.pack(len(text), 0) + text
"""
)
SEEN = {"printed": "0", "warnings": "[]", "kept": "[]", "draws": "false", "uses_up_cache": "false"}


def done(**changed):
    """The end of the last frame of an answer, with some of what is seen besides changed or, if None, left out."""
    seen = {name: value for name, value in (SEEN | changed).items() if value is not None}
    return '"done": true, "seen": {' + ", ".join(f'"{name}": {value}' for name, value in seen.items()) + "}"


DONE = done()
ONE_SKIPPED = '{"arrays": [], "outcomes": [{"skipped": 1}], '


@pytest.mark.parametrize("garbage", ["b'garbage' * 100", "bytes(8)", "b'\\xff' * 64", "bytes(range(256))"])
def test_garbage_on_every_pipe_is_malformed(garbage):
    found = outcome(EVERY_PIPE + f"def f():\n    to_every_pipe({garbage})\n    return 1")
    assert isinstance(found, Ended)
    assert found.verdict == Verdict.MALFORMED


@pytest.mark.parametrize(
    "reply",
    [
        "[]",
        "{}",
        '{"arrays": []}',
        '{"arrays": [], "outcomes": 3, ' + DONE + "}",
        '{"arrays": [], "outcomes": [], ' + DONE + "}",
        '{"arrays": [], "outcomes": [{}], ' + DONE + "}",
        '{"arrays": [], "outcomes": [{"verdict": "passed"}], ' + DONE + "}",
        '{"arrays": [], "outcomes": [{"values": [7], "count": 1, "mutated": []}], ' + DONE + "}",
        '{"arrays": [], "outcomes": [{"values": [], "count": Infinity, "mutated": []}], ' + DONE + "}",
        '{"arrays": [], "outcomes": [{"skipped": 1}, {"skipped": 1}], ' + DONE + "}",
        ONE_SKIPPED + '"done": true}',
        ONE_SKIPPED + '"done": true, "seen": 7}',
        ONE_SKIPPED + done(printed="Infinity") + "}",
        ONE_SKIPPED + done(printed='"many"') + "}",
        ONE_SKIPPED + done(warnings="5") + "}",
        ONE_SKIPPED + done(kept="5") + "}",
        ONE_SKIPPED + done(warnings=None) + "}",
        ONE_SKIPPED + done(uses_up_cache=None) + "}",
    ],
)
def test_a_forged_answer_of_a_wrong_form_is_malformed(reply):
    found = outcome(FORGED + f"def f():\n    to_every_pipe(forged({reply!r}))\n    os._exit(0)")
    assert isinstance(found, Ended)
    assert found.verdict == Verdict.MALFORMED


def test_a_forged_answer_can_say_no_more_than_an_answer():
    """It is read like any other: values of the submission's own choice, which is what a submission gives anyway."""
    reply = '{"arrays": [], "outcomes": [{"raised": ["E", "m", "line 1"], "verdict": "passed"}], ' + DONE + "}"
    found = outcome(FORGED + f"def f():\n    to_every_pipe(forged({reply!r}))\n    os._exit(0)")
    assert found == Raised("E", "m", "line 1")


def test_what_a_forged_answer_tells_of_itself_floods_no_page():
    telling = done(printed="9" * 400, kept='["\\u001b[31m' + "x" * 500 + '"]', draws="1", uses_up_cache='"yes"')
    reply = ONE_SKIPPED + telling + "}"
    seen = answered(FORGED + f"def f():\n    to_every_pipe(forged({reply!r}))\n    os._exit(0)").seen
    assert seen.printed <= MAX_PRINTED
    assert [len(name) <= 60 and "\x1b" not in name for name in seen.kept] == [True]
    assert (seen.draws, seen.uses_up_cache) == (False, False)


def test_a_process_that_has_stopped_reading_does_not_stop_us():
    """It answers in advance and goes to sleep, so that the next program, larger than a pipe, finds no reader."""
    reply = '{"arrays": [], "outcomes": [{"skipped": 1}], ' + DONE + "}"
    source = FORGED + f"import time\ndef f(x):\n    to_every_pipe(forged({reply!r}))\n    time.sleep(60)"
    with opened(source, SHORT) as candidate:
        candidate.call(Program((call("f", ONE),)))
        (found,) = candidate.call(Program((call("f", np.ones(1 << 20)),))).outcomes
    assert isinstance(found, Ended)
    assert found.verdict == Verdict.TIMED_OUT


def test_an_answer_that_is_too_large_is_malformed():
    found = outcome("import numpy as np\ndef f():\n    return np.zeros(20_000_000)")
    assert isinstance(found, Ended)
    assert found.verdict == Verdict.MALFORMED
    assert "at most" in found.message


def test_a_megabyte_comes_back():
    found = outcome("import numpy as np\ndef f():\n    return np.ones(131_072)")
    assert found.items[0].sum() == 131_072


# --- walls -----------------------------------------------------------------------------------------------------------


def test_more_memory_than_allowed_is_a_memory_error():
    found = outcome("import numpy as np\ndef f():\n    return np.ones(10**9)", limits=Limits(memory=1 << 30))
    assert isinstance(found, Raised)
    assert "MemoryError" in found.type


def test_a_file_may_be_written_in_its_own_folder_up_to_the_limit():
    source = "def f(x):\n    with open('notes', 'wb') as file:\n        file.write(bytes(int(x)))\n    return 1.0"
    limits = Limits(file_size=1000)
    assert isinstance(outcome(source, np.array(1000), limits=limits), Values)
    refused = outcome(source, np.array(1001), limits=limits)
    assert (refused.type, "too large" in refused.message) == ("OSError", True)


def test_the_environment_is_empty_but_for_what_we_set(monkeypatch):
    monkeypatch.setenv("SECRET_TOKEN", "planted")
    names = told("import os\ndef f():\n    return as_array(' '.join(os.environ))")
    assert set(names.split()) <= {
        "OPENBLAS_NUM_THREADS",
        "OMP_NUM_THREADS",
        "MKL_NUM_THREADS",
        "PYTHONHASHSEED",
        "LC_CTYPE",  # Python's own, where the locale is C
    }


@pytest.mark.parametrize(
    "name", ["grader.judge", "grader.plan", "grader.compare", "reference", "reference.rnn", "tests", "pytest", "rich"]
)
def test_neither_ours_nor_site_packages_can_be_imported(name):
    found = outcome(f"import importlib\ndef f():\n    importlib.import_module({name!r})\n    return 1.0")
    assert isinstance(found, Raised)
    assert found.type == "ModuleNotFoundError"


@pytest.mark.parametrize("name", ["numpy.linalg", "math", "grader.wire"])
def test_what_it_may_have_can_be_imported(name):
    found = outcome(f"import importlib\ndef f():\n    importlib.import_module({name!r})\n    return 1.0")
    assert isinstance(found, Values)


def test_no_path_of_ours_is_searched_for_modules():
    project = str(Path(__file__).parents[2])
    paths = told("import sys\ndef f():\n    return as_array('\\n'.join(sys.path))").split("\n")
    assert not [path for path in paths if path.startswith(project) or "site-packages" in path or path in ("", ".")]


def test_it_works_in_an_empty_folder_of_its_own_that_is_removed():
    source = TEXT + "import os\ndef f():\n    return as_array(os.getcwd() + ' ' + str(os.listdir('.')))"
    with opened(source) as one, opened(source) as other:
        folders = []
        for candidate in (one, other):
            (found,) = candidate.call(Program((call(),))).outcomes
            folder, listing = found.items[0].tobytes().decode().strip().split(" ", 1)
            assert listing == "[]"
            assert Path(folder) != Path.cwd()
            assert Path(folder).is_dir()
            folders.append(folder)
    assert folders[0] != folders[1]
    assert not any(Path(folder).exists() for folder in folders)


def test_no_descriptor_of_ours_is_inherited(tmp_path):
    with open(tmp_path / "secret", "w") as secret:
        os.set_inheritable(secret.fileno(), True)
        links = told(
            "import os\ndef f():\n    here = '/proc/self/fd/'\n    links = []\n    for name in os.listdir(here):\n"
            "        try:\n            links.append(os.readlink(here + name))\n"
            "        except OSError:\n            pass\n    return as_array('\\n'.join(links))"
        ).split("\n")
    assert len(links) >= 4  # three standard ones and the way back
    assert all(link == "/dev/null" or link.startswith(("pipe:", "socket:")) for link in links)


def test_it_runs_with_one_thread():
    names = told("import os\ndef f():\n    return as_array(os.environ['OPENBLAS_NUM_THREADS'])")
    assert names == "1"


def test_no_process_is_left_after_close():
    with opened("import os\ndef f():\n    return os.getpid()") as candidate:
        (found,) = candidate.call(Program((call(),))).outcomes
        pid = int(found.items[0])
        assert not is_gone(pid)
    assert is_gone(pid)


def test_a_child_of_the_process_ends_with_it():
    source = (
        "import os, time\ndef f():\n    pid = os.fork()\n    if not pid:\n        time.sleep(60)\n        os._exit(0)\n"
    )
    with opened(source + "    return pid") as candidate:
        (found,) = candidate.call(Program((call(),))).outcomes
        if isinstance(found, Raised):  # the limit on processes holds, except for root
            return
        pid = int(found.items[0])
        assert not is_gone(pid)
    for _ in range(100):
        if is_gone(pid):
            break
        time.sleep(0.02)
    assert is_gone(pid)


def test_a_timed_out_process_is_gone_too():
    source = "import os, time\ndef pid():\n    return os.getpid()\ndef f():\n    time.sleep(60)"
    with opened(source, SHORT) as candidate:
        (found,) = candidate.call(Program((call("pid"),))).outcomes
        candidate.call(Program((call(),)))
        assert is_gone(int(found.items[0]))


def test_cpu_time_is_counted_over_all_its_processes():
    source = "import os, time\ndef f():\n    end = time.process_time() + 0.2\n    while time.process_time() < end:\n"
    with opened(source + "        pass\n    os._exit(0)") as candidate:
        before = candidate.cpu_seconds
        candidate.call(Program((call(),)))
        candidate.call(Program((call(),)))
        assert candidate.cpu_seconds - before >= 0.39


def test_chance_is_the_same_at_every_run():
    source = "import random, numpy as np\ndef f():\n    return random.random() + np.random.rand()"
    assert outcome(source).items[0] == outcome(source).items[0]


@pytest.mark.parametrize(("calls", "seconds"), [(0, 5.0), (67, 5.0), (500, 5.0), (1000, 10.0), (2003, 20.03)])
def test_a_program_of_many_calls_is_allowed_more_time(calls, seconds):
    assert Limits().seconds_for(calls) == pytest.approx(seconds)


def test_the_time_of_a_program_counts_its_calls():
    program = Program((Call("f", (), 1),) * 1000)
    with Subprocess("a.py", b"def f():\n    while True:\n        pass\n", Limits(cpu_seconds=0.1)) as candidate:
        outcome = candidate.call(program).outcomes[0]
    assert outcome.verdict == Verdict.TIMED_OUT
    assert "within 0.2 s" in outcome.message or "within 0.6 s" in outcome.message  # by its clock, or a busy machine's
