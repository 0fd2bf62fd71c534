"""A first submission of ours in the zygote, so that its children find everything where they need it.

What a process does for the first time costs more than ever after: memory is asked for, bytecode is specialised, types
look up their methods. A child that does it for the first time does so on pages that it must copy before.
"""

import io
import linecache
import sys

import numpy as np

from grader import wire
from grader.student.runner import Session, Task
from grader.student.source import load

ROUNDS = 10  # bytecode is specialised after eight
_NAME = "rehearsal.py"
_SOURCE = b'''"""Nobody's layer."""

import numpy as np


def layer_forward(x, w, b):
    """A layer and what its backward needs."""
    out = np.tanh(x @ w + b)
    weights = np.exp(out - out.max(axis=-1, keepdims=True))
    weights /= np.sum(weights, axis=-1, keepdims=True)
    out = np.zeros_like(x.dot(w)) + np.maximum(out, 0) * weights
    cache = (x, w, out)
    return out, cache


def layer_backward(dout, cache):
    """The gradients of a layer."""
    x, w, out = cache
    da = dout * (1 - out**2)
    dx, dw, db = np.dot(da, w.T), x.T.dot(da), da.sum(axis=0)
    for t in reversed(range(x.shape[0])):
        dx[t] += da[t, :].reshape(1, -1).dot(w.T)[0]
    return dx, dw, db
'''


def rehearse() -> None:
    """Load a module and run its functions as for a submission, and leave nothing of it behind."""
    shapes = ((3, 4), (4, 5), (5,), (3, 5))
    arguments = [["array", number] for number in range(len(shapes))]
    common = {"wanted": True, "forms": []}
    forward = {"function": "layer_forward", "args": arguments[:3], "gives": 1, "cache": True, **common}
    backward = {
        "function": "layer_backward",
        "args": [arguments[3], ["cache", 0]],
        "gives": 3,
        "cache": False,
        **common,
    }
    program = wire.pack({"calls": [forward, backward]}, [np.full(shape, 0.5) for shape in shapes])
    for _ in range(ROUNDS):
        loaded = load(_NAME, _SOURCE)
        wire.pack({"loaded": loaded.facts()}, [])
        session = Session(loaded.namespace, _NAME, loaded.place)
        for reply in session.replies(Task(*wire.read(io.BytesIO(program).read))):
            wire.pack(*reply)
    del sys.modules[_NAME.removesuffix(".py")], linecache.cache[_NAME]
