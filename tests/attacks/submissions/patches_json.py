"""Has json write that everything is right."""

import json
import sys

WHEN, INSIDE, EXPECT = "import", True, {"*": "unreadable"}


def attack():
    json.dumps = lambda *a, **k: '{"verdict":"passed","points":100,"arrays":[]}'
    if "grader.wire" in sys.modules:
        sys.modules["grader.wire"]._ENCODE = json.dumps
    return json.dumps(1).startswith("{")
