"""What students get wrong in A2, exercise by exercise. INSTRUCTORS ONLY."""

from grader import misconception
from reference.shared_mistakes import (
    SQUARE_STEP_PRODUCTS,
    STEP_PRODUCTS,
    WALK_BACKWARD,
    WALK_FORWARD,
    last_cache_kept,
)

_STABLE = "np.where(x >= 0, 1, e) / (1 + e)"

SIGMOID = (
    *misconception(
        "For which sign of the input does your exponential grow without bound?",
        ("exponential of the input itself", {_STABLE: "np.exp(x) / (1 + np.exp(x))"}),
    ),
    *misconception(
        "Does the function treat an input and its negative alike?",
        ("sign of the exponent", {"np.where(x >= 0, 1, e)": "np.where(x >= 0, e, 1)"}),
        ("form for positive inputs used for all", {"np.where(x >= 0, 1, e)": "1"}),
        ("form for negative inputs used for all", {"np.where(x >= 0, 1, e)": "e"}),
    ),
    *misconception(
        "Which values does a valve take when it is shut, half open and open?",
        ("tanh instead of sigmoid", {_STABLE: "np.tanh(x)"}),
        ("derivative instead of the function", {_STABLE: "e / (1 + e) ** 2"}),
        ("hard sigmoid", {_STABLE: "np.clip(0.2 * x + 0.5, 0, 1)"}),
        ("as steep as tanh", {_STABLE: "0.5 * (1 + np.tanh(x))"}),
        ("softmax instead of sigmoid", {_STABLE: "np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)"}),
    ),
)

_SPLIT = "ai, af, ao, ag = np.split"

STEP_FORWARD = (
    *misconception(
        "In which order, and in which columns, do the four gates stand?",
        ("gate order i, f, g, o", {_SPLIT: "ai, af, ag, ao = np.split"}),
        ("gate order i, o, f, g", {_SPLIT: "ai, ao, af, ag = np.split"}),
        ("gates i and f exchanged", {_SPLIT: "af, ai, ao, ag = np.split"}),
        ("gates interleaved", {"np.split(a, 4, axis=1)": "(a[:, k::4] for k in range(4))"}),
    ),
    *misconception(
        "Which of the four are valves, and which one is a proposal that may be negative?",
        ("sigmoid for the proposal", {"np.tanh(ag)": "sigmoid(ag)"}),
        ("tanh for the output gate", {"sigmoid(ao)": "np.tanh(ao)"}),
        ("tanh for the input gate", {"sigmoid(ai)": "np.tanh(ai)"}),
        ("nonlinearity of the proposal forgotten", {"np.tanh(ag)": "ag"}),
    ),
    *misconception(
        "What passes between the cell and the hidden state?",
        ("tanh of the cell forgotten", {"tanh_c = np.tanh(next_c)": "tanh_c = next_c"}),
        ("sigmoid of the cell", {"tanh_c = np.tanh(next_c)": "tanh_c = sigmoid(next_c)"}),
        ("hidden state from the previous cell", {"tanh_c = np.tanh(next_c)": "tanh_c = np.tanh(prev_c)"}),
        ("output gate forgotten", {"next_h = o * tanh_c": "next_h = tanh_c"}),
        ("output gate inside the tanh", {"next_h = o * tanh_c": "next_h = np.tanh(o * next_c)"}),
    ),
    *misconception(
        "What are the jobs of the input gate and of the forget gate in the new cell state?",
        ("input gate coupled to the forget gate", {"i * g": "(1 - f) * g"}),
        ("forget gate unused", {"f * prev_c": "prev_c"}),
        ("forget gate erases", {"f * prev_c": "(1 - f) * prev_c"}),
        ("input gate unused", {"i * g": "g"}),
        ("previous hidden state for the previous cell", {"f * prev_c": "f * prev_h"}),
    ),
    *misconception(
        "What goes into a gate in this network, and is a good initial value part of the step itself?",
        ("one added to the forget gate", {"sigmoid(af)": "sigmoid(af + 1)"}),
        ("cell state looks into the forget gate", {"sigmoid(af)": "sigmoid(af + prev_c)"}),
        ("bias forgotten", {" + prev_h @ Wh + b": " + prev_h @ Wh"}),
        ("previous hidden state forgotten", {" + prev_h @ Wh + b": " + b"}),
        ("cell state in place of the hidden state", {"prev_h @ Wh": "prev_c @ Wh"}),
    ),
)

_DC = "dnext_h * o * (1 - tanh_c**2)"
_STACK = "[dai, daf, dao, dag]"

STEP_BACKWARD = (
    *misconception(
        "By which two ways does the cell state reach the loss?",
        ("gradient of the next cell ignored", {"dnext_c + dnext_h": "dnext_h"}),
        ("way through the hidden state forgotten", {f"dnext_c + {_DC}": "dnext_c"}),
        ("dprev_c misses the way through the hidden state", {"dprev_c = dc * f": "dprev_c = dnext_c * f"}),
    ),
    *misconception(
        "What does the cell state pass through before it becomes the hidden state?",
        ("tanh' of the cell forgotten", {_DC: "dnext_h * o"}),
        ("output gate missing on the way to the cell", {_DC: "dnext_h * (1 - tanh_c**2)"}),
        ("tanh taken twice on the way to the cell", {_DC: "dnext_h * o * (1 - np.tanh(tanh_c) ** 2)"}),
        ("tanh' at the cell itself", {_DC: "dnext_h * o * (1 - np.arctanh(tanh_c) ** 2)"}),
        ("do from the cell without tanh", {"dnext_h * tanh_c": "dnext_h * np.arctanh(tanh_c)"}),
    ),
    *misconception(
        "In which order do the columns of the weights expect the four pieces?",
        ("pieces stacked i, f, g, o", {_STACK: "[dai, daf, dag, dao]"}),
        ("pieces stacked f, i, o, g", {_STACK: "[daf, dai, dao, dag]"}),
    ),
    *misconception(
        "What is the slope of a sigmoid in terms of its own value, and whose value is it?",
        ("i' like that of tanh", {"di * i * (1 - i)": "di * (1 - i**2)"}),
        ("i' without the gate itself", {"di * i * (1 - i)": "di * (1 - i)"}),
        ("i' forgotten", {"di * i * (1 - i)": "di"}),
        ("f' forgotten", {"df * f * (1 - f)": "df"}),
        ("o' forgotten", {"do * o * (1 - o)": "do"}),
        ("f' with the input gate in it", {"df * f * (1 - f)": "df * f * (1 - i)"}),
        ("o' with the forget gate in it", {"do * o * (1 - o)": "do * o * (1 - f)"}),
        ("sigmoid' taken of the gate", {"do * o * (1 - o)": "do * sigmoid(o) * (1 - sigmoid(o))"}),
    ),
    *misconception(
        "Which nonlinearity did the proposal go through?",
        ("g' like that of sigmoid", {"dg * (1 - g**2)": "dg * g * (1 - g)"}),
        ("g' forgotten", {"dg * (1 - g**2)": "dg"}),
        ("g' of the tanh taken twice", {"dg * (1 - g**2)": "dg * (1 - np.tanh(g) ** 2)"}),
    ),
    *misconception(
        "In a product of two things, what is the gradient of the one multiplied by?",
        ("di and dg exchanged", {"di = dc * g": "di = dc * i", "dg = dc * i": "dg = dc * g"}),
        ("df from the next cell", {"dc * prev_c": "dc * (f * prev_c + i * g)"}),
        ("df from the previous hidden state", {"dc * prev_c": "dc * prev_h"}),
        ("do from the cell's gradient", {"do = dnext_h": "do = dnext_c"}),
    ),
    *misconception(
        "How did the previous cell state enter this step, and is there any other way in?",
        ("forget gate missing in dprev_c", {"dprev_c = dc * f": "dprev_c = dc"}),
        ("way of the output gate added to dprev_c", {"dprev_c = dc * f": "dprev_c = dc * f + dnext_h * o"}),
        ("dprev_c through the input gate", {"dprev_c = dc * f": "dprev_c = dc * i"}),
    ),
    *misconception(
        "Do all four gates hand their gradient on, to the input and to the state alike?",
        ("dx misses the proposal", {"dx = da @ Wx.T": "H = g.shape[1]\n    dx = da[:, : 3 * H] @ Wx[:, : 3 * H].T"}),
        ("dprev_h misses the proposal", {"da @ Wh.T": "da[:, : -g.shape[1]] @ Wh[:, : -g.shape[1]].T"}),
    ),
    *misconception(
        "Is the gradient of the bias exactly the sum, for every gate?",
        (
            "small constant in db",
            {"db = da.sum(axis=0)": "db = da.sum(axis=0)\n    db[f.shape[1] : 2 * f.shape[1]] += 1e-3"},
        ),
    ),
    *misconception(
        "Which of the two states did the recurrent weights multiply?",
        ("dWh from the previous cell", {"prev_h.T @ da": "prev_c.T @ da"}),
        ("dWh from the next state", {"prev_h.T @ da": "(o * tanh_c).T @ da"}),
    ),
    *misconception(
        "Do the gradients come back in the order in which the task lists them?",
        ("dprev_h and dprev_c exchanged", {"return dx, dprev_h, dprev_c": "return dx, dprev_c, dprev_h"}),
    ),
    *STEP_PRODUCTS,
)

FORWARD = (
    *misconception(
        "Where does the cell state start, and who carries it from one step to the next?",
        ("cell starts from h0", {"np.zeros_like(h0)": "h0"}),
        ("cell starts from one", {"np.zeros_like(h0)": "np.ones_like(h0)"}),
        ("cell reset at every step", {"prev_h, prev_c, Wx": "prev_h, np.zeros_like(h0), Wx"}),
        ("hidden state fed as the cell state", {"prev_h, prev_c, Wx": "prev_h, prev_h, Wx"}),
    ),
    *misconception(
        "Which of the two states does the network show to the world?",
        ("cell states returned", {"h[:, t] = prev_h": "h[:, t] = prev_c"}),
    ),
    *WALK_FORWARD,
)

BACKWARD = (
    *misconception(
        "The cell carries a gradient back in time as well: where does it start, and does each step get it?",
        ("cell's gradient not carried", {"dnext_h, dprev_c, caches": "dnext_h, np.zeros_like(dprev_c), caches"}),
        ("cell's gradient starts from dh", {"dprev_c = np.zeros_like(dprev_h)": "dprev_c = dh[:, -1].copy()"}),
        ("hidden state's gradient passed for the cell's", {"dnext_h, dprev_c, caches": "dnext_h, dprev_h, caches"}),
        ("dh added to the cell's gradient", {"dnext_h, dprev_c, caches": "dnext_h, dprev_c + dh[:, t], caches"}),
        ("cell's gradient damped", {"dnext_h, dprev_c, caches": "dnext_h, 0.99 * dprev_c, caches"}),
    ),
    *misconception(
        "Two gradients are left over at the end: which of them belongs to the state you were given?",
        ("gradient of the first cell returned as dh0", {"dh0 = dprev_h": "dh0 = dprev_c"}),
        ("both gradients added in dh0", {"dh0 = dprev_h": "dh0 = dprev_h + dprev_c"}),
    ),
    *last_cache_kept("lstm_forward"),
    *WALK_BACKWARD,
)

_STACKED = "[Wi, Wf, Wo, Wg]"
_BIASES = "[bi, bf, bo, bg]"

WEIGHTS_FROM_GATES = (
    *misconception(
        "In which order does our step expect the gates, weights and biases alike?",
        ("gate order i, f, g, o", {_STACKED: "[Wi, Wf, Wg, Wo]", _BIASES: "[bi, bf, bg, bo]"}),
        ("gate order i, o, f, g", {_STACKED: "[Wi, Wo, Wf, Wg]", _BIASES: "[bi, bo, bf, bg]"}),
        ("gate order f, i, o, g", {_STACKED: "[Wf, Wi, Wo, Wg]", _BIASES: "[bf, bi, bo, bg]"}),
        ("weights in another order than the biases", {_STACKED: "[Wi, Wf, Wg, Wo]"}),
        ("biases in another order than the weights", {_BIASES: "[bi, bf, bg, bo]"}),
    ),
    *misconception(
        "In the lectures' column, what stands on top: the state or the input?",
        (
            "input taken to stand above the state",
            {"Wh, Wx = W[:H], W[H:]": "Wx, Wh = W[: len(W) - H], W[len(W) - H :]"},
        ),
        ("Wx and Wh exchanged", {"return Wx, Wh": "return Wh, Wx"}),
    ),
    *misconception(
        "The lectures multiply a column, we multiply a row: what has to happen to the matrices?",
        ("transpose forgotten", {"Wh, Wx = W[:H], W[H:]": "Wh, Wx = W.T[:, :H], W.T[:, H:]"}),
        (
            "reshaped instead of transposed",
            {"Wh, Wx = W[:H], W[H:]": "Wh, Wx = W.T[:, :H].reshape(H, -1), W.T[:, H:].reshape(len(W) - H, -1)"},
        ),
        (
            "each recurrent block left untransposed",
            {"Wh, Wx = W[:H]": "Wh, Wx = np.hstack([Wi[:, :H], Wf[:, :H], Wo[:, :H], Wg[:, :H]])"},
        ),
    ),
    *misconception(
        "Does a gate occupy neighbouring columns, or every fourth?",
        (
            "gates interleaved",
            {"Wh, Wx = W": "W = W.reshape(-1, 4, H).swapaxes(1, 2).reshape(-1, 4 * H)\n    Wh, Wx = W"},
        ),
        ("biases interleaved", {f"np.concatenate({_BIASES})": f"np.stack({_BIASES}, axis=1).ravel()"}),
    ),
    *misconception(
        "A good initial value for a bias is one thing: does repacking change any number?",
        ("one added to the forget gate's bias", {"bi, bf, bo, bg])": "bi, bf + 1, bo, bg])"}),
    ),
)

_SUM = "x @ Wx + prev_h @ Wh + b"

ADDITIVE_FORWARD = (
    *misconception(
        "What becomes of the old cell state in a cell that is only ever added to?",
        ("previous cell forgotten", {"next_c = prev_c + g": "next_c = g"}),
        ("previous hidden state for the previous cell", {"next_c = prev_c + g": "next_c = prev_h + g"}),
        ("cell averaged", {"next_c = prev_c + g": "next_c = (prev_c + g) / 2"}),
        ("previous cell inside the tanh", {_SUM: f"prev_c + {_SUM}"}),
        ("cell state multiplied", {"next_c = prev_c + g": "next_c = prev_c * g"}),
    ),
    *misconception(
        "How many times does a tanh occur in a step, and of what?",
        ("tanh of the sum forgotten", {f"np.tanh({_SUM})": _SUM}),
        ("tanh of the cell forgotten", {"next_h = np.tanh(next_c)": "next_h = next_c"}),
        ("hidden state from the proposal alone", {"np.tanh(next_c)": "np.tanh(g)"}),
        ("squashed cell kept", {"return next_h, next_c": "return next_h, next_h"}),
        ("sigmoid of the sum", {f"np.tanh({_SUM})": f"sigmoid({_SUM})"}),
    ),
    *misconception(
        "Which three things does the sum contain?",
        ("bias forgotten", {" + b)": ")"}),
        ("previous hidden state forgotten", {" + prev_h @ Wh": ""}),
        ("cell state in place of the hidden state", {"prev_h @ Wh": "prev_c @ Wh"}),
        ("Wh transposed", {"prev_h @ Wh": "prev_h @ Wh.T"}),
    ),
    *misconception(
        "Which of the two states is returned first?",
        ("states exchanged", {"return next_h, next_c": "return next_c, next_h"}),
    ),
)

ADDITIVE_BACKWARD = (
    *misconception(
        "By which two ways does the cell state reach the loss?",
        ("gradient of the next cell ignored", {"dnext_c + dnext_h": "dnext_h"}),
        ("way through the hidden state forgotten", {"dnext_c + dnext_h * (1 - next_h**2)": "dnext_c"}),
        ("dprev_c misses the way through the hidden state", {"dprev_c = dc": "dprev_c = dnext_c"}),
    ),
    *misconception(
        "On the way from one cell state to the one before it, is there anything to be multiplied by?",
        ("dprev_c through the proposal's tanh", {"dprev_c = dc": "dprev_c = dc * (1 - g**2)"}),
        ("dprev_c through the weights", {"dprev_c = dc": "dprev_c = dc * (1 - g**2) @ Wh.T"}),
        ("dprev_c left at zero", {"dprev_c = dc": "dprev_c = np.zeros_like(dc)"}),
    ),
    *misconception(
        "Is the derivative of each of the two tanh there, and taken at the right quantity?",
        ("tanh' of the cell forgotten", {"dnext_h * (1 - next_h**2)": "dnext_h"}),
        ("tanh' of the proposal forgotten", {"dc * (1 - g**2)": "dc"}),
        ("the two tanh' exchanged", {"(1 - next_h**2)": "(1 - g**2)", "dc * (1 - g**2)": "dc * (1 - next_h**2)"}),
        ("tanh' at the cell itself", {"next_h**2": "np.arctanh(next_h) ** 2"}),
        ("tanh' at the pre-activation", {"g**2": "np.arctanh(g) ** 2"}),
        ("sigmoid' for the proposal", {"(1 - g**2)": "g * (1 - g)"}),
    ),
    *misconception(
        "Does the gradient of the hidden state belong to the proposal directly, or only through the cell?",
        ("proposal's gradient from dnext_h alone", {"da = dc": "da = dnext_h"}),
        ("proposal's gradient from dnext_c alone", {"da = dc": "da = dnext_c"}),
    ),
    *misconception(
        "Which of the states did the recurrent weights multiply?",
        ("dWh from the next state", {"prev_h.T @ da": "next_h.T @ da"}),
    ),
    *misconception(
        "Do the gradients come back in the order in which the task lists them?",
        ("dprev_h and dprev_c exchanged", {"return dx, dprev_h, dprev_c": "return dx, dprev_c, dprev_h"}),
    ),
    *SQUARE_STEP_PRODUCTS,
    *STEP_PRODUCTS,
)
