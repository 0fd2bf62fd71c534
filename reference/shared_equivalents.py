"""The right mutants of a walk through time, which every assignment has. INSTRUCTORS ONLY."""

from grader import Equivalent, equivalents

_ROWS = "h, caches = np.zeros((N, T, h0.shape[1])), []"
_ZEROS = ("np.zeros_like(x)", "np.zeros_like(Wx)", "np.zeros_like(Wh)", "np.zeros_like(b)")


def _zeros(**changed: str) -> str:
    """The statement that makes the gradients' arrays, with some of the four changed."""
    names = ("dx", "dWx", "dWh", "db")
    values = [changed.get(name, zeros) for name, zeros in zip(names, _ZEROS, strict=True)]
    return f"{', '.join(names)} = ({', '.join(values)})"


def walk_forward(function: str) -> tuple[Equivalent, ...]:
    """Those of the walk forwards."""
    return (
        *equivalents(
            "every entry of h is written before h is returned",
            function,
            _ROWS,
            "h, caches = -np.zeros((N, T, h0.shape[1])), []",
            "h, caches = np.ones((N, T, h0.shape[1])), []",
        ),
        *equivalents(
            "of two axes the last one is number 1",
            function,
            _ROWS,
            "h, caches = np.zeros((N, T, h0.shape[-1])), []",
        ),
    )


def square_walk_forward(function: str) -> tuple[Equivalent, ...]:
    """Those of the walk forwards where the weights have no blocks: all of them end in H columns."""
    return (
        *walk_forward(function),
        *equivalents(
            "H is the length of any axis of states, whichever array it is read from",
            function,
            _ROWS,
            "h, caches = np.zeros((N, T, Wx.shape[1])), []",
            "h, caches = np.zeros((N, T, Wh.shape[1])), []",
        ),
    )


def walk_backward(function: str, *, input_is_read_once: bool = True) -> tuple[Equivalent, ...]:
    """Those of the walk backwards; two walks over the same input must not write into it."""
    before = "dprev_h = np.zeros_like(dh[:, 0])"
    in_its_place = equivalents(
        "a step's input is read before its gradient takes its place; that x is changed costs a note, not a mark",
        function,
        _zeros(),
        _zeros(dx="x"),
    )
    return (
        *equivalents(
            "x has as many steps as the gradient of h",
            function,
            "T = dh.shape[1]",
            "T = x.shape[1]",
        ),
        *equivalents(
            "every entry of dx is written before dx is returned",
            function,
            _zeros(),
            _zeros(dx="-np.zeros_like(x)"),
            _zeros(dx="np.ones_like(x)"),
        ),
        *(in_its_place if input_is_read_once else ()),
        *equivalents(
            "adding to a zero is adding to it, whatever its sign",
            function,
            _zeros(),
            _zeros(dWx="-np.zeros_like(Wx)"),
            _zeros(dWh="-np.zeros_like(Wh)"),
            _zeros(db="-np.zeros_like(b)"),
        ),
        *equivalents("zero is zero, whatever its sign", function, before, "dprev_h = -np.zeros_like(dh[:, 0])"),
        *equivalents(
            "any step's zeros are the same zeros",
            function,
            before,
            "dprev_h = np.zeros_like(dh[::-1, 0])",
            "dprev_h = np.zeros_like(dh[:, -1])",
        ),
        *equivalents(
            "H zeros, or one for each unit, are broadcast over the batch when the first gradient is added",
            function,
            before,
            "dprev_h = np.zeros_like(Wh[:, 0])",
            "dprev_h = np.zeros_like(dWh[:, 0])",
        ),
    )
