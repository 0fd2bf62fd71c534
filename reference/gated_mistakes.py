"""What students get wrong in A3, exercise by exercise. INSTRUCTORS ONLY."""

from grader import misconception
from reference.shared_mistakes import WALK_BACKWARD, WALK_FORWARD, last_cache_kept, step_products

_RESET = "(r * prev_h) @ Whh"
_MIXED = "z * prev_h + (1 - z) * h_tilde"

_RESET_IN_FORWARD = (
    *misconception(
        "Does the reset gate act on the entries of the state, or on what the matrix has mixed from them?",
        ("reset after the product", {_RESET: "r * (prev_h @ Whh)"}),
        ("reset before and after the product", {_RESET: "r * ((r * prev_h) @ Whh)"}),
    ),
    *misconception(
        "What may the candidate see of the old state, and which of the two gates decides that?",
        ("reset gate unused", {_RESET: "prev_h @ Whh"}),
        ("update gate used for the reset", {_RESET: "(z * prev_h) @ Whh"}),
        ("reset gate turned round", {_RESET: "((1 - r) * prev_h) @ Whh"}),
        ("recurrent term missing in the candidate", {_RESET: "0"}),
    ),
)

STEP_FORWARD = (
    *misconception(
        "At an update gate of one, does this cell keep its state or replace it? The mutants turn the gate round.",
        ("z renews as in the mutants", {_MIXED: "(1 - z) * prev_h + z * h_tilde"}),
    ),
    *misconception(
        "The new state is a weighted mean of two things: which two, and do the weights add up to one?",
        ("candidate without a weight", {_MIXED: "z * prev_h + h_tilde"}),
        ("old state without a weight", {_MIXED: "prev_h + (1 - z) * h_tilde"}),
        ("the same weight for both", {_MIXED: "z * prev_h + z * h_tilde"}),
        ("reset state kept", {_MIXED: "z * r * prev_h + (1 - z) * h_tilde"}),
        ("old state forgotten", {_MIXED: "(1 - z) * h_tilde"}),
        ("mean squashed once more", {_MIXED: f"np.tanh({_MIXED})"}),
    ),
    *_RESET_IN_FORWARD,
    *misconception(
        "In which order, and in which columns, do the three blocks stand, in the weights and in the bias?",
        (
            "blocks in the order z, r, candidate",
            {
                "Wxr, Wxz, Wxh =": "Wxz, Wxr, Wxh =",
                "Whr, Whz, Whh =": "Whz, Whr, Whh =",
                "br, bz, bh =": "bz, br, bh =",
            },
        ),
        ("blocks of Wh in another order", {"Whr, Whz, Whh =": "Whz, Whr, Whh ="}),
        ("blocks of b in another order", {"br, bz, bh =": "bz, br, bh ="}),
        ("blocks of Wx interleaved", {"np.split(Wx, 3, axis=1)": "(Wx[:, k::3] for k in range(3))"}),
    ),
    *misconception(
        "Which of the three are valves, and which one is a proposal that may be negative?",
        ("sigmoid for the candidate", {"np.tanh(x": "sigmoid(x"}),
        ("tanh for the update gate", {"z = sigmoid": "z = np.tanh"}),
        ("tanh for the reset gate", {"r = sigmoid": "r = np.tanh"}),
        ("nonlinearity of the candidate forgotten", {"np.tanh(x": "(x"}),
    ),
    *misconception(
        "Which three terms go into each gate, and into the candidate?",
        ("bias of the candidate forgotten", {" + bh)": ")"}),
        ("bias of the update gate forgotten", {" + bz)": ")"}),
        ("previous state missing in the update gate", {" + prev_h @ Whz": ""}),
        ("previous state missing in the reset gate", {" + prev_h @ Whr": ""}),
        ("input missing in the candidate", {"x @ Wxh + ": ""}),
    ),
)

_DWH = "np.hstack([prev_h.T @ dar, prev_h.T @ daz, (r * prev_h).T @ dah])"
_STACK = "da = np.hstack([dar, daz, dah])"

STEP_BACKWARD = (
    *misconception(
        "What is the slope of a weighted mean with respect to its weight?",
        ("candidate missing in dz", {"prev_h - h_tilde": "prev_h"}),
        ("sign of dz, as in the mutants", {"prev_h - h_tilde": "h_tilde - prev_h"}),
        ("old state missing in dz", {"prev_h - h_tilde": "-h_tilde"}),
        ("dz from a sum", {"prev_h - h_tilde": "prev_h + h_tilde"}),
    ),
    *misconception(
        "With which weight did the candidate enter the new state?",
        (
            "candidate's gradient with the weight of the old state",
            {"dh_tilde = dnext_h * (1 - z)": "dh_tilde = dnext_h * z"},
        ),
        ("candidate's gradient without a weight", {"dh_tilde = dnext_h * (1 - z)": "dh_tilde = dnext_h"}),
    ),
    *misconception(
        "By how many ways does the previous state reach the new one, and does each bring its share back?",
        ("direct way forgotten", {"dnext_h * z + ": ""}),
        ("way through the update gate forgotten", {" + daz @ Whz.T": ""}),
        ("way through the reset gate forgotten", {" + dar @ Whr.T": ""}),
        ("way through the candidate forgotten", {" + drh * r": ""}),
    ),
    *misconception(
        "What was the previous state multiplied by, on each of its ways?",
        ("direct way with the candidate's weight", {"dnext_h * z +": "dnext_h * (1 - z) +"}),
        ("direct way without the gate", {"dnext_h * z +": "dnext_h +"}),
        ("reset gate missing on the way through the candidate", {"drh * r +": "drh +"}),
        ("Whz not transposed", {"daz @ Whz.T": "daz @ Whz"}),
        ("Whr not transposed", {"dar @ Whr.T": "dar @ Whr"}),
    ),
    *misconception(
        "The candidate saw the state behind the reset gate: what follows for its weights, and for the gate?",
        ("candidate's weights from the whole state", {"(r * prev_h).T": "prev_h.T"}),
        ("candidate's weights from the other gate", {"(r * prev_h).T": "(z * prev_h).T"}),
        ("previous state missing in dr", {"dr = drh * prev_h": "dr = drh"}),
        ("dr as if the reset came after the product", {"dr = drh * prev_h": "dr = dah * (prev_h @ Whh)"}),
        ("dr from the reset state", {"dr = drh * prev_h": "dr = drh * r * prev_h"}),
    ),
    *misconception(
        "Going back through a matrix product, which way round does the matrix stand, and is it there?",
        ("Whh not transposed", {"dah @ Whh.T": "dah @ Whh"}),
        ("Whh forgotten on the way to the reset gate", {"dah @ Whh.T": "dah"}),
    ),
    *misconception(
        "Which nonlinearity did the candidate go through, and at what is its slope taken?",
        ("candidate's slope like that of sigmoid", {"(1 - h_tilde**2)": "h_tilde * (1 - h_tilde)"}),
        ("candidate's slope forgotten", {"dh_tilde * (1 - h_tilde**2)": "dh_tilde"}),
        ("candidate's tanh taken twice", {"h_tilde**2": "np.tanh(h_tilde) ** 2"}),
        ("candidate's slope at the pre-activation", {"h_tilde**2": "np.arctanh(h_tilde) ** 2"}),
    ),
    *misconception(
        "What is the slope of a sigmoid in terms of its own value, and whose value is it?",
        ("z' forgotten", {"dz * z * (1 - z)": "dz"}),
        ("z' with the reset gate in it", {"dz * z * (1 - z)": "dz * z * (1 - r)"}),
        ("z' like that of tanh", {"dz * z * (1 - z)": "dz * (1 - z**2)"}),
        ("r' forgotten", {"dr * r * (1 - r)": "dr"}),
        ("r' without the gate itself", {"dr * r * (1 - r)": "dr * (1 - r)"}),
        ("r' with the update gate in it", {"dr * r * (1 - r)": "dr * r * (1 - z)"}),
    ),
    *misconception(
        "In which order do the columns of the weights expect the three pieces?",
        ("pieces stacked z, r, candidate", {_STACK: "da = np.hstack([daz, dar, dah])"}),
        (
            "pieces of dWh stacked z, r, candidate",
            {"[prev_h.T @ dar, prev_h.T @ daz,": "[prev_h.T @ daz, prev_h.T @ dar,"},
        ),
    ),
    *step_products(_DWH),
)

FORWARD = (
    *misconception(
        "Is a state handed on, and shown, exactly as the step has left it?",
        (
            "state squashed between the steps",
            {"h[:, t] = prev_h": "h[:, t] = prev_h\n        prev_h = np.tanh(prev_h)"},
        ),
        ("outputs added up over time", {"h[:, t] = prev_h": "h[:, t] = h[:, t - 1] + prev_h"}),
        ("last state at every place", {"h[:, t] = prev_h": "h[:, : t + 1] = prev_h[:, None]"}),
        ("state reset to zero at every step", {"x[:, t], prev_h,": "x[:, t], np.zeros_like(h0),"}),
    ),
    *misconception(
        "Which input has been read when the first state is written?",
        ("one input ahead", {"x[:, t]": "x[:, min(t + 1, T - 1)]"}),
    ),
    *WALK_FORWARD,
)

BACKWARD = (*last_cache_kept("gru_forward"), *WALK_BACKWARD)

_RENEWED = "h_tilde * z + prev_h * (1 - z)"

MUTANT_FORWARD = (
    *misconception(
        "At an update gate of one, does a mutant keep its state or replace it? The GRU turns the gate round.",
        ("z keeps as in the GRU", {_RENEWED: "h_tilde * (1 - z) + prev_h * z"}),
    ),
    *misconception(
        "The new state is a weighted mean of two things: which two, and do the weights add up to one?",
        ("old state without a weight", {_RENEWED: "h_tilde * z + prev_h"}),
        ("candidate without a weight", {_RENEWED: "h_tilde + prev_h * (1 - z)"}),
        ("old state forgotten", {_RENEWED: "h_tilde * z"}),
        ("reset state kept", {_RENEWED: "h_tilde * z + r * prev_h * (1 - z)"}),
    ),
    *_RESET_IN_FORWARD,
    *misconception(
        "Has each of the two gates and the candidate its own bias?",
        ("bias of the candidate forgotten", {" + bh)": ")"}),
        ("bias of the update gate forgotten", {" + bz)": ")"}),
        ("biases of the gates exchanged", {" + bz)": " + br)", " + br)": " + bz)"}),
    ),
    *misconception(
        "Which of the three are valves, and which one is a proposal that may be negative?",
        ("sigmoid for the candidate", {"h_tilde = np.tanh": "h_tilde = sigmoid"}),
        ("tanh for the update gate", {"z = sigmoid": "z = np.tanh"}),
    ),
)

MUT1_FORWARD = (
    *misconception(
        "In what form does the input enter the candidate of this mutant?",
        ("input not squashed", {"tanh_x = np.tanh(x)": "tanh_x = x"}),
        ("input weighed as in the other mutants", {"tanh_x = np.tanh(x)": "tanh_x = x @ Wxr"}),
        ("squashed input weighed", {"tanh_x = np.tanh(x)": "tanh_x = np.tanh(x) @ Wxr"}),
        ("input missing in the candidate", {" + tanh_x": ""}),
    ),
    *misconception(
        "What does the update gate of this mutant look at, and what does it not see?",
        ("previous state seen by the update gate", {"x @ Wxz + bz": "x @ Wxz + prev_h @ Whr + bz"}),
        ("previous state missing in the reset gate", {" + prev_h @ Whr": ""}),
    ),
    *MUTANT_FORWARD,
)

MUT2_FORWARD = (
    *misconception(
        "In what form does the input enter the reset gate of this mutant?",
        ("input squashed, mixed up with MUT1", {"sigmoid(x + prev_h": "sigmoid(np.tanh(x) + prev_h"}),
        ("input weighed", {"sigmoid(x + prev_h": "sigmoid(x @ Wxz + prev_h"}),
        ("input missing in the reset gate", {"sigmoid(x + prev_h": "sigmoid(prev_h"}),
    ),
    *misconception(
        "What does each of the other sums contain, and with which weights?",
        ("candidate's input not weighed", {"x @ Wxh": "x"}),
        ("previous state missing in the update gate", {" + prev_h @ Whz": ""}),
        ("squashed state seen by the update gate, mixed up with MUT3", {"prev_h @ Whz": "np.tanh(prev_h) @ Whz"}),
        ("recurrent weights of the gates exchanged", {"prev_h @ Whz": "prev_h @ Whr", "prev_h @ Whr": "prev_h @ Whz"}),
    ),
    *MUTANT_FORWARD,
)

MUT3_FORWARD = (
    *misconception(
        "Which of its ways does the previous state take through a tanh, and which without?",
        ("tanh of the state forgotten", {"tanh_h = np.tanh(prev_h)": "tanh_h = prev_h"}),
        ("sigmoid of the state", {"tanh_h = np.tanh(prev_h)": "tanh_h = sigmoid(prev_h)"}),
        ("squashed state in the reset gate too", {"prev_h @ Whr": "tanh_h @ Whr"}),
        ("squashed state in the candidate too", {_RESET: "(r * tanh_h) @ Whh"}),
        ("squashed state kept", {_RENEWED: "h_tilde * z + tanh_h * (1 - z)"}),
        ("tanh of the product with the weights", {"tanh_h @ Whz": "np.tanh(prev_h @ Whz)"}),
    ),
    *misconception(
        "What does each of the sums contain, and with which weights?",
        ("input weights of the gates exchanged", {"x @ Wxz": "x @ Wxr", "x @ Wxr": "x @ Wxz"}),
        ("previous state missing in the update gate", {" + tanh_h @ Whz": ""}),
    ),
    *MUTANT_FORWARD,
)

_SUMS = "dbz, dbr, dbh = daz.sum(axis=0), dar.sum(axis=0), dah.sum(axis=0)"


MUTANT_BACKWARD = (
    *misconception(
        "With which weight did the candidate enter the new state, and with which one the old state?",
        ("candidate's gradient with the weight of the old state", {"dah = dnext_h * z": "dah = dnext_h * (1 - z)"}),
        ("candidate's gradient without a weight", {"dah = dnext_h * z": "dah = dnext_h"}),
        ("direct way with the gate as in the GRU", {"dprev_h = dnext_h * (1 - z)": "dprev_h = dnext_h * z"}),
        ("direct way without the gate", {"dprev_h = dnext_h * (1 - z)": "dprev_h = dnext_h"}),
    ),
    *misconception(
        "What is the slope of a weighted mean with respect to its weight, and which way does this gate turn?",
        ("sign in daz as in the GRU", {"h_tilde - prev_h": "prev_h - h_tilde"}),
        ("old state missing in daz", {"(h_tilde - prev_h)": "h_tilde"}),
        ("candidate missing in daz", {"(h_tilde - prev_h)": "-prev_h"}),
    ),
    *misconception(
        "By how many ways does the previous state reach the new one, and does each bring its share back?",
        ("direct way forgotten", {"dnext_h * (1 - z) + ": ""}),
        ("way through the candidate forgotten", {" + drh * r": ""}),
        ("way through the reset gate forgotten", {" + dar @ Whr.T": ""}),
        ("reset gate missing on the way through the candidate", {" + drh * r": " + drh"}),
    ),
    *misconception(
        "The candidate saw the state behind the reset gate: what follows for its weights, and for the gate?",
        ("candidate's weights from the whole state", {"(r * prev_h).T": "prev_h.T"}),
        ("previous state missing in dar", {"drh * prev_h * r": "drh * r"}),
        ("dar as if the reset came after the product", {"drh * prev_h * r": "dah * (prev_h @ Whh) * r"}),
    ),
    *misconception(
        "Going back through a matrix product, which way round does the matrix stand, and is it there?",
        ("Whh not transposed", {"dah @ Whh.T": "dah @ Whh"}),
        ("Whr not transposed", {"dar @ Whr.T": "dar @ Whr"}),
    ),
    *misconception(
        "Is the slope of every nonlinearity there, and is it the slope of the right one?",
        ("candidate's slope forgotten", {" * (1 - h_tilde**2)": ""}),
        ("candidate's slope like that of sigmoid", {"(1 - h_tilde**2)": "h_tilde * (1 - h_tilde)"}),
        ("z' forgotten", {"(h_tilde - prev_h) * z * (1 - z)": "(h_tilde - prev_h)"}),
        ("z' like that of tanh", {"(h_tilde - prev_h) * z * (1 - z)": "(h_tilde - prev_h) * (1 - z**2)"}),
        ("r' forgotten", {"prev_h * r * (1 - r)": "prev_h"}),
        ("r' with the update gate in it", {"prev_h * r * (1 - r)": "prev_h * r * (1 - z)"}),
    ),
    *misconception(
        "Every sequence of the batch uses the same bias: does each one add its full share to the gradient of it?",
        ("bias gradients averaged over the batch", {_SUMS: _SUMS.replace("sum", "mean")}),
        ("bias gradients from the first sequence only", {_SUMS: "dbz, dbr, dbh = daz[0], dar[0], dah[0]"}),
    ),
    *misconception(
        "Do the gradients come back in the order in which the task lists them?",
        ("gradients of the gates' biases exchanged", {"return dx": "dbz, dbr = dbr, dbz\n    return dx"}),
        ("dWhh and dWhr exchanged", {"return dx": "dWhr, dWhh = dWhh, dWhr\n    return dx"}),
    ),
    *misconception(
        "If all upstream gradients were a hundred times larger, what should happen to yours?",
        ("clipped inside the step", {"drh = dah": "dah = np.clip(dah, -5, 5)\n    drh = dah"}),
    ),
)

MUT1_BACKWARD = (
    *misconception(
        "By how many ways does the input reach the new state, and what lies on each of them?",
        ("way of the squashed input forgotten", {" + dah * (1 - tanh_x**2)": ""}),
        ("tanh' of the input forgotten", {"dah * (1 - tanh_x**2)": "dah"}),
        ("tanh' at the input itself", {"tanh_x**2": "x**2"}),
        ("input's way through the update gate forgotten", {"dx = daz @ Wxz.T + ": "dx = "}),
        ("input's way through the reset gate forgotten", {" + dar @ Wxr.T": ""}),
    ),
    *misconception(
        "Does the update gate of this mutant know of the previous state?",
        ("a way through the update gate added", {"drh * r +": "drh * r + daz @ Whr.T +"}),
    ),
    *MUTANT_BACKWARD,
)

MUT2_BACKWARD = (
    *misconception(
        "By how many ways does the input reach the new state, and what lies on each of them?",
        ("input's direct way into the reset gate forgotten", {" + dar + dah @": " + dah @"}),
        ("input's way into the reset gate through weights", {" + dar + dah @": " + dar @ Whr.T + dah @"}),
        ("tanh' on the direct way, mixed up with MUT1", {" + dar + dah @": " + dar * (1 - np.tanh(x) ** 2) + dah @"}),
        ("input's way through the candidate forgotten", {" + dah @ Wxh.T": ""}),
    ),
    *misconception(
        "Does the previous state reach the update gate too, and through which matrix?",
        ("way through the update gate forgotten", {" + daz @ Whz.T": ""}),
        ("Whz not transposed", {"daz @ Whz.T": "daz @ Whz"}),
    ),
    *MUTANT_BACKWARD,
)

MUT3_BACKWARD = (
    *misconception(
        "What lies between the previous state and the matrix of the update gate?",
        ("tanh' of the state forgotten", {"dtanh_h * (1 - tanh_h**2)": "dtanh_h"}),
        ("tanh' at the state itself", {"tanh_h**2": "prev_h**2"}),
        ("way through the update gate forgotten", {" + dtanh_h * (1 - tanh_h**2)": ""}),
        ("gate's weights from the state without tanh", {"tanh_h.T @ daz": "prev_h.T @ daz"}),
        ("reset gate's weights from the squashed state", {"prev_h.T @ dar": "tanh_h.T @ dar"}),
        ("Whz not transposed", {"daz @ Whz.T": "daz @ Whz"}),
    ),
    *misconception(
        "By how many ways does the input reach the new state, and does each bring its share back?",
        ("input's way through the candidate forgotten", {" + dah @ Wxh.T": ""}),
        ("input's way through the reset gate forgotten", {" + dar @ Wxr.T": ""}),
    ),
    *MUTANT_BACKWARD,
)
