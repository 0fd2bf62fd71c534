"""Figures that a student's own functions draw in the notebook.

    @grader.figure
    def norms(figure, layer_forward, layer_backward): ...

draws at once, on an empty figure of matplotlib, with the functions of these names as they are in the notebook now.
What keeps it from being drawn (matplotlib is not there, a function is not written yet, it raises) is said in the
figure's place; it stops no cell below.
"""

import base64
import inspect
import io
import sys
import traceback
from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, Any, TypeVar

from grader.places import and_

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_SIZE = (8.4, 4.2)  # inches
_DOTS = 144  # an inch: twice what is shown, for sharp screens
_STYLE: dict[Any, Any] = {
    "font.size": 11,
    "axes.titlesize": 12,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.alpha": 0.25,
    "legend.frameon": False,
    "lines.linewidth": 2,
}
_INSTALL = "%pip install matplotlib"

_Function = TypeVar("_Function", bound=Callable[..., Any])


def figure(function: _Function) -> _Function:
    """Draw a figure by the functions that the parameters after `figure` name; the function itself comes back."""
    display = _display()
    if display is None:
        print(f"{function.__name__}: a figure is drawn in a notebook")
        return function
    place = display({"text/plain": "drawing …"}, raw=True, display_id=True)
    advice = _draw(function, place)
    if advice:
        place.update(_advice(advice), raw=True)
    return function


def _display() -> Callable[..., Any] | None:
    """IPython's display, where it runs us."""
    module = sys.modules.get("IPython")
    if module is None or module.get_ipython() is None:
        return None
    from IPython.display import display

    return display


def _draw(function: Callable[..., Any], place: Any) -> str:
    """Draw into the place of an output; why it could not be done, or nothing."""
    needs = list(inspect.signature(function).parameters)[1:]
    missing = [name for name in needs if not callable(function.__globals__.get(name))]
    if missing:
        return f"This figure is drawn by your {and_(missing)}: run the cells above first, then this one again."
    try:
        import matplotlib
        from matplotlib.figure import Figure
    except ImportError:
        return f"This figure needs matplotlib; nothing else here does. Run {_INSTALL} in a cell, then this cell again."
    with matplotlib.rc_context():
        matplotlib.rcdefaults()  # a matplotlibrc of this machine must not change the picture
        matplotlib.rcParams.update(_STYLE)
        canvas = Figure(figsize=_SIZE, layout="constrained")
        try:
            _run(function, [function.__globals__[name] for name in needs], canvas, place)
        except NotImplementedError as error:
            return f"This figure is drawn by your {and_(needs)}. Come back when that is written: {error}."
        except Exception as error:
            told = _told(error, function)
            return f"This figure is drawn by your {and_(needs)}. It stopped: {told}. Do their checks pass?"
    return ""


def _run(function: Callable[..., Any], needs: list[Any], canvas: "Figure", place: Any) -> None:
    """Draw, and show what is there each time the function yields."""
    result = function(canvas, *needs)
    if inspect.isgenerator(result):
        for text in result:
            _show(canvas, place, "" if text is None else str(text))
    else:
        _show(canvas, place)


def _show(canvas: "Figure", place: Any, text: str = "") -> None:
    """Put the drawing into its place as a picture; with a text below, as HTML that holds both."""
    image = io.BytesIO()
    canvas.savefig(image, format="png", dpi=_DOTS, metadata={"Software": None})
    data = base64.b64encode(image.getvalue()).decode()
    width = round(canvas.get_figwidth() * _DOTS / 2)
    if text:
        source = f"<img src='data:image/png;base64,{data}' width='{width}' alt=''>"
        html = f"{source}<pre style='white-space:pre-wrap'>{escape(text)}</pre>"
        place.update({"text/html": html, "text/plain": text}, raw=True)
    else:
        bundle = {"image/png": data, "text/plain": "<figure>"}
        place.update(bundle, metadata={"image/png": {"width": width}}, raw=True)


def _advice(text: str) -> dict[str, str]:
    style = "border-left:4px solid #8b8f94;background:#8b8f9414;padding:0.5em 0.9em;max-width:60em"
    return {"text/html": f"<div style='{style}'>{escape(text)}</div>", "text/plain": text}


def _told(error: Exception, function: Callable[..., Any]) -> str:
    """Type and message, and the last function of the notebook on the way: more than that belongs to the checks."""
    frames = traceback.walk_tb(error.__traceback__)
    own = [(frame, line) for frame, line in frames if frame.f_globals is function.__globals__]
    where = f" (in {own[-1][0].f_code.co_name}, line {own[-1][1]})" if own else ""
    return f"{type(error).__name__}: {error}{where}"
