"""Has the runner answer with verdicts in place of values."""

import sys

WHEN, INSIDE, EXPECT = "import", True, {"*": "malformed", "affine_backward": "blocked", "lookup_backward": "blocked", "two_affine_forward": "blocked"}


def attack():
    runner = sys.modules.get("grader.student.runner")
    if runner is not None:
        runner.outcomes = lambda *a: iter([{"verdict": "passed", "points": 100}])
    return True
