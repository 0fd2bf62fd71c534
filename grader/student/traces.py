"""What the calls of a program leave behind: globals that changed, random numbers drawn, caches used up.

Standard library and numpy. These are facts for notes, told by a process that is the submission's own: they decide
nothing. Whatever goes wrong while looking is passed over, for a note is worth less than an answer.
"""

import contextlib
import operator
import random
import types
from collections import deque
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.random import bit_generator  # numpy would load it late: not behind the walls, for every submission anew

MAX_TOLD = 5  # names that are told
MAX_LOOKED_INTO = 10_000  # entries of a container that are looked at, and bytes of an array
_CONTAINERS = frozenset((list, dict, set, deque))
_CHANGING = _CONTAINERS | {np.ndarray, np.random.Generator}
_PLAIN = (int, float, complex, str, bytes, types.NoneType)
_IMPORTED = (types.ModuleType, types.BuiltinFunctionType, np.ufunc)
_NOTHING = object()
_DRAWS = (random.random, np.random.random)  # as they are before a submission loads


def steady_chance() -> None:
    """Give numpy's unseeded generators their seeds from Python's global state, which every program starts anew.

    They would ask the operating system, and the same submission would not get the same report. A seeded generator
    never asks. What stays out of reach is what a submission asks of the system itself: `random.Random()`, `secrets`,
    the time.
    """
    if hasattr(bit_generator, "randbits"):  # not a promise of numpy's
        bit_generator.randbits = random.getrandbits


def seed() -> None:
    """Put the global states of random numbers where every program finds them."""
    random.seed(0)
    np.random.seed(0)


def _first_draws() -> tuple[float, ...]:
    seed()
    return tuple(draw() for draw in _DRAWS)


_FIRST_DRAWS = _first_draws()


class Traces:
    """What a submission's module holds, compared after each program with what it held before."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        self._namespace = namespace
        self._values: dict[str, Any] = {}
        self._contents: list[tuple[str, Any, Any]] = []
        self.uses_up_cache = False
        with contextlib.suppress(Exception):
            self._remember()

    def facts(self) -> dict[str, Any]:
        """The traces of the program that has just run, as JSON takes them."""
        used_up, self.uses_up_cache = self.uses_up_cache, False
        return {"kept": self._kept(), "draws": _have_drawn(), "uses_up_cache": used_up}

    def _kept(self) -> list[str]:
        """Names of what holds something else than before."""
        try:
            moved = [name for name, value in self._namespace.items() if value is not self._values.get(name, _NOTHING)]
            changed = {name for name in moved if self._is_kept(name)}
            changed |= {name for name, value, before in self._contents if not _is_same(_inside(value), before)}
            if moved or changed:
                self._remember()
            return sorted(changed)[:MAX_TOLD]
        except Exception:  # a container changed by a thread, a property that raises
            return []

    def _is_kept(self, name: str) -> bool:
        """Whether a name that was bound anew keeps something: a late import does not, nor does what is the same."""
        value, before = self._namespace[name], self._values.get(name, _NOTHING)
        if name.startswith("__") or isinstance(value, _IMPORTED):  # the register of warnings, say
            return False
        return not (type(value) is type(before) and isinstance(value, _PLAIN) and value == before)

    def _remember(self) -> None:
        self._values = dict(self._namespace)
        places = list(_places(self._namespace))
        self._contents = [(name, value, _inside(value)) for name, value in places]


def _have_drawn() -> bool:
    """Whether a global state has moved; a draw tells it and costs less than a copy of the state."""
    return tuple(draw() for draw in _DRAWS) != _FIRST_DRAWS


def _places(namespace: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """What can change and stay the same object: in the module, and in its functions as attributes and defaults."""
    for name, value in namespace.items():
        if name.startswith("__"):
            continue
        if type(value) in _CHANGING:
            yield name, value
        elif type(value) is types.FunctionType and value.__globals__ is namespace:
            yield f"an attribute of {name}", vars(value)
            for default in value.__defaults__ or ():
                if type(default) in _CHANGING:
                    yield f"a default value of {name}", default


def _inside(value: Any) -> Any:
    """What a value holds, one level deep."""
    if type(value) is np.ndarray:
        return value.tobytes() if value.nbytes <= MAX_LOOKED_INTO else None
    if type(value) is np.random.Generator:
        return repr(value.bit_generator.state)
    if len(value) > MAX_LOOKED_INTO:
        return len(value)
    return (*value, *value.values()) if type(value) is dict else tuple(value)


def _is_same(now: Any, before: Any) -> bool:
    """Whether nothing has changed; objects in a container are told apart by identity, as numbers may be arrays."""
    if type(now) is tuple and type(before) is tuple:
        return len(now) == len(before) and all(map(operator.is_, now, before))
    return bool(now == before)


def containers(cache: Any) -> list[tuple[Any, int]]:
    """What of a cache can be used up, with the number of its entries."""
    kind = type(cache)
    if kind is not tuple and kind not in _CONTAINERS:
        return []
    within = cache.values() if kind is dict else cache
    held = [(value, len(value)) for value in within if type(value) in _CONTAINERS]
    return held if kind is tuple else [(cache, len(cache)), *held]
