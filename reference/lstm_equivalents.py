"""The mutants of A2 that are right, each with the reason. INSTRUCTORS ONLY.

`grader validate --mutants` fails for a survivor that does not stand here, and for an entry that is no survivor.
"""

from grader import equivalents
from reference.shared_equivalents import walk_backward, walk_forward

EQUIVALENTS = (
    *equivalents(
        "at zero both branches give 1",
        "sigmoid",
        "return np.where(x >= 0, 1, e) / (1 + e)",
        "return np.where(x > 0, 1, e) / (1 + e)",
    ),
    *equivalents(
        "of two axes the last one is number 1",
        "lstm_step_forward",
        "ai, af, ao, ag = np.split(a, 4, axis=1)",
        "ai, af, ao, ag = np.split(a, 4, axis=-1)",
    ),
    *walk_forward("lstm_forward"),
    *equivalents(
        "zero is zero, whatever its sign", "lstm_forward", "prev_c = np.zeros_like(h0)", "prev_c = -np.zeros_like(h0)"
    ),
    *equivalents(
        "prev_h is h0 at this place", "lstm_forward", "prev_c = np.zeros_like(h0)", "prev_c = np.zeros_like(prev_h)"
    ),
    *equivalents(
        "a scalar zero is broadcast when the first product is added",
        "lstm_forward",
        "prev_c = np.zeros_like(h0)",
        "prev_c = np.zeros_like(N)",
        "prev_c = np.zeros_like(T)",
        "prev_c = np.zeros_like(_)",
    ),
    *walk_backward("lstm_backward"),
    *equivalents(
        "zero is zero, whatever its sign",
        "lstm_backward",
        "dprev_c = np.zeros_like(dprev_h)",
        "dprev_c = -np.zeros_like(dprev_h)",
    ),
    *equivalents(
        "both are zero here, and neither is ever changed in place",
        "lstm_backward",
        "dprev_c = np.zeros_like(dprev_h)",
        "dprev_c = dprev_h",
    ),
    *equivalents(
        "a scalar zero is broadcast when the first product is added",
        "lstm_backward",
        "dprev_c = np.zeros_like(dprev_h)",
        "dprev_c = np.zeros_like(T)",
    ),
    *equivalents(
        "every gate has H rows and a bias of length H",
        "lstm_weights_from_gates",
        "H = len(bi)",
        *(f"H = len({name})" for name in ("Wi", "Wf", "Wo", "Wg", "bf", "bo", "bg")),
    ),
)
