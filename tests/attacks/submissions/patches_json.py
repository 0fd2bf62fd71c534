"""Has json write that everything is right."""

import json

WHEN, INSIDE, EXPECT = "import", True, {"*": "unreadable"}


def attack():
    json.dumps = lambda *a, **k: '{"verdict":"passed","points":100,"arrays":[]}'
    return json.dumps(1).startswith("{")
