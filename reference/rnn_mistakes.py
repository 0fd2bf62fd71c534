"""What students get wrong in A1, exercise by exercise. INSTRUCTORS ONLY."""

from grader import misconception
from reference.shared_mistakes import (
    SQUARE_STEP_PRODUCTS,
    STEP_PRODUCTS,
    WALK_BACKWARD,
    WALK_FORWARD,
    last_cache_kept,
)

_SUM = "x @ Wx + prev_h @ Wh + b"

STEP_FORWARD = (
    *misconception(
        "Through which function does the sum go, and do all three of its terms go through it?",
        ("no tanh", {f"np.tanh({_SUM})": _SUM}),
        ("bias added after the tanh", {f"np.tanh({_SUM})": "np.tanh(x @ Wx + prev_h @ Wh) + b"}),
        ("recurrent term added after the tanh", {f"np.tanh({_SUM})": "np.tanh(x @ Wx + b) + prev_h @ Wh"}),
        ("sigmoid instead of tanh", {f"np.tanh({_SUM})": f"1 / (1 + np.exp(-({_SUM})))"}),
        ("ReLU instead of tanh", {f"np.tanh({_SUM})": f"np.maximum(0, {_SUM})"}),
    ),
    *misconception(
        "Which three things does the next state depend on, and are all of them there?",
        ("bias forgotten", {" + b)": ")"}),
        ("input forgotten", {"x @ Wx + prev_h": "prev_h"}),
        ("previous state forgotten", {" + prev_h @ Wh": ""}),
    ),
    *misconception(
        "The previous state has been through its own step already: how does it enter this one?",
        ("tanh of the previous state", {"prev_h @ Wh": "np.tanh(prev_h) @ Wh"}),
        ("previous state added without weights", {"prev_h @ Wh": "prev_h"}),
        ("previous state kept beside the new one", {f"np.tanh({_SUM})": f"prev_h + np.tanh({_SUM})"}),
    ),
    *misconception(
        "Rows multiply from the left: which way round do the recurrent weights stand then?",
        ("Wh transposed", {"prev_h @ Wh": "prev_h @ Wh.T"}),
    ),
)

STEP_BACKWARD = (
    *misconception(
        "Is the derivative of tanh there, and taken at the right quantity?",
        ("tanh' forgotten", {" * (1 - next_h**2)": ""}),
        ("tanh' at the pre-activation", {"next_h**2": "np.arctanh(next_h) ** 2"}),
        ("tanh' at the previous state", {"next_h**2": "prev_h**2"}),
        ("tanh taken twice in tanh'", {"next_h**2": "np.tanh(next_h) ** 2"}),
    ),
    *misconception(
        "Which function's derivative is this, and is it at most one and never negative?",
        ("sigmoid' instead of tanh'", {"(1 - next_h**2)": "next_h * (1 - next_h)"}),
        ("sign in tanh'", {"1 - next_h**2": "1 + next_h**2"}),
        ("square forgotten in tanh'", {"next_h**2": "next_h"}),
    ),
    *misconception(
        "Does every one of the five gradients pass through the tanh on its way back?",
        ("db before tanh'", {"da.sum(axis=0)": "dnext_h.sum(axis=0)"}),
        ("dx before tanh'", {"dx = da": "dx = dnext_h"}),
        ("dprev_h before tanh'", {"dprev_h = da": "dprev_h = dnext_h"}),
        ("dWx before tanh'", {"x.T @ da": "x.T @ dnext_h"}),
        ("dWh before tanh'", {"prev_h.T @ da": "prev_h.T @ dnext_h"}),
    ),
    *misconception(
        "Which state did the recurrent weights multiply, the one before the step or the one after it?",
        ("dWh from the next state", {"prev_h.T @ da": "next_h.T @ da"}),
    ),
    *misconception(
        "In a weight gradient, which axis belongs to what went in and which to what came out?",
        ("dWh transposed", {"prev_h.T @ da": "da.T @ prev_h"}),
    ),
    *misconception(
        "Do the gradients come back in the order in which the task lists them?",
        ("dx and dprev_h exchanged", {"return dx, dprev_h": "return dprev_h, dx"}),
        ("dWx and dWh exchanged", {"dWx, dWh, db": "dWh, dWx, db"}),
    ),
    *SQUARE_STEP_PRODUCTS,
    *STEP_PRODUCTS,
)

FORWARD = WALK_FORWARD
BACKWARD = (*last_cache_kept("rnn_forward"), *WALK_BACKWARD)

EMBEDDING_FORWARD = (
    *misconception(
        "Which row belongs to word number zero?",
        ("words counted from one", {"W[x]": "W[x - 1]"}),
        ("first row kept for padding", {"W[x]": "W[x] * (x > 0)[:, :, None]"}),
    ),
    *misconception(
        "Does every place of every sequence look up its own word?",
        ("first word at every step", {"W[x]": "W[x[:, :1] + 0 * x]"}),
        ("first sequence for the whole batch", {"W[x]": "W[x[:1] + 0 * x]"}),
        ("batch and time mixed", {"W[x]": "W[x.T.reshape(x.shape)]"}),
    ),
    *misconception(
        "Is the vector of a word anything but its row of the table?",
        ("vectors scaled by the root of D", {"W[x]": "W[x] * np.sqrt(W.shape[1])"}),
        ("vectors normalised", {"W[x]": "W[x] / np.linalg.norm(W[x], axis=2, keepdims=True)"}),
    ),
)

EMBEDDING_BACKWARD = (
    *misconception(
        "What happens to a word that occurs more than once?",
        ("repeated words counted once", {"np.add.at(dW, x, dout)": "dW[x] += dout"}),
        (
            "averaged over the occurrences",
            {"return dW": "return dW / np.maximum(np.bincount(x.ravel(), minlength=len(W)), 1)[:, None]"},
        ),
    ),
    *misconception(
        "Which row belongs to word number zero, and is it a word like any other?",
        ("first row taken for padding", {"return dW": "dW[0] = 0\n    return dW"}),
        ("words counted from one", {"np.add.at(dW, x, dout)": "np.add.at(dW, x - 1, dout)"}),
    ),
    *misconception(
        "Does every place of every sequence send its whole gradient to its row, and only its gradient?",
        ("only the last step counted", {"np.add.at(dW, x, dout)": "np.add.at(dW, x[:, -1], dout[:, -1])"}),
        ("only the first sequence counted", {"np.add.at(dW, x, dout)": "np.add.at(dW, x[0], dout[0])"}),
        ("dW divided by N", {"return dW": "return dW / len(x)"}),
        ("accumulated onto the table itself", {"np.zeros_like(W)": "W.copy()"}),
    ),
)

AFFINE_FORWARD = (
    *misconception(
        "Is the bias there, at every step and of every output?",
        ("bias forgotten", {" + b": ""}),
        ("bias subtracted", {" + b": " - b"}),
        ("bias at the last step only", {" + b": " + b * (np.arange(x.shape[1]) == x.shape[1] - 1)[:, None]"}),
    ),
    *misconception(
        "After flattening and multiplying, are batch and time put back in the order they came from?",
        ("batch and time mixed", {"x @ w + b": "(x @ w + b).reshape(x.shape[1], len(x), -1).transpose(1, 0, 2)"}),
    ),
    *misconception(
        "Does each step use its own features?",
        ("features averaged over time", {"x @ w": "(x.mean(axis=1, keepdims=True) + 0 * x) @ w"}),
        ("last features at every step", {"x @ w": "(x[:, -1:] + 0 * x) @ w"}),
    ),
    *misconception(
        "Scores are free to be of any size: what does an affine map do after the sum?",
        ("squashed by tanh", {"x @ w + b": "np.tanh(x @ w + b)"}),
    ),
)

_DB = "dout.sum(axis=(0, 1))"
_DW = 'np.einsum("ntd,ntm->dm", x, dout)'

AFFINE_BACKWARD = (
    *misconception(
        "How often was the bias used, and is its gradient the sum over all those uses?",
        ("db averaged over the uses", {_DB: "dout.mean(axis=(0, 1))"}),
        ("db averaged over time", {_DB: "dout.sum(axis=0).mean(axis=0)"}),
        ("db averaged over the batch", {_DB: "dout.sum(axis=1).mean(axis=0)"}),
        ("db from the last step only", {_DB: "dout[:, -1].sum(axis=0)"}),
        ("db from the first sequence only", {_DB: "dout[0].sum(axis=0)"}),
    ),
    *misconception(
        "How often were the weights used, and is their gradient the sum over all those uses?",
        ("dw from the last step only", {_DW: "x[:, -1].T @ dout[:, -1]"}),
        ("dw from the first sequence only", {_DW: "x[0].T @ dout[0]"}),
        ("dw divided by N", {_DW: f"{_DW} / len(x)"}),
        ("dw divided by T", {_DW: f"{_DW} / x.shape[1]"}),
    ),
    *misconception(
        "Each input went into one output vector only: is anything added up or divided in its gradient?",
        ("dx divided by N", {"dout @ w.T": "dout @ w.T / len(x)"}),
        ("dx added up over time", {"dout @ w.T": "dout.sum(axis=1, keepdims=True) @ w.T + 0 * x"}),
    ),
    *misconception(
        "After flattening and multiplying, are batch and time put back in the order they came from?",
        ("batch and time mixed in dx", {"dout @ w.T": "(dout @ w.T).transpose(1, 0, 2).reshape(x.shape)"}),
    ),
)

_ROW_MAX = "x.max(axis=2, keepdims=True)"

SOFTMAX_LOSS = (
    *misconception(
        "By what is the sum over the steps divided, in the loss and in the gradient alike?",
        (
            "divided by the number of unmasked steps",
            {
                "log_p[n, t, y]) / N": "log_p[n, t, y]) / mask.sum()",
                "mask[:, :, None] / N": "mask[:, :, None] / mask.sum()",
            },
        ),
        (
            "divided by N and T",
            {"log_p[n, t, y]) / N": "log_p[n, t, y]) / (N * T)", "mask[:, :, None] / N": "mask[:, :, None] / (N * T)"},
        ),
        ("divided by nothing", {"log_p[n, t, y]) / N": "log_p[n, t, y])", "mask[:, :, None] / N": "mask[:, :, None]"}),
        ("dx not divided by N", {"mask[:, :, None] / N": "mask[:, :, None]"}),
        ("loss not divided by N", {"log_p[n, t, y]) / N": "log_p[n, t, y])"}),
    ),
    *misconception(
        "What must a padded step add to the loss, and what to the gradient?",
        ("mask missing in dx", {"mask[:, :, None] / N": "1 / N"}),
        ("mask missing in the loss", {"mask * log_p": "log_p"}),
        ("mask missing altogether", {"mask * log_p": "log_p", "mask[:, :, None] / N": "1 / N"}),
        ("mask inverted", {"mask * log_p": "~mask * log_p", "mask[:, :, None] / N": "~mask[:, :, None] / N"}),
    ),
    *misconception(
        "What happens to the exponential of a very large score, and which shift of a step's scores is harmless?",
        ("no shift of the scores", {f" - {_ROW_MAX}": ""}),
        ("one shift for the whole batch", {_ROW_MAX: "x.max()"}),
    ),
    *misconception(
        "Which way does the loss go when the right word becomes more likely?",
        ("sign of the loss", {"loss = -np": "loss = np"}),
        ("sign of dx", {"dx *= mask": "dx *= -1 * mask"}),
    ),
    *misconception(
        "Over which axis do the probabilities add up to one?",
        ("softmax over time", {"np.exp(shifted).sum(axis=2,": "np.exp(shifted).sum(axis=1,"}),
        ("softmax over the batch", {"np.exp(shifted).sum(axis=2,": "np.exp(shifted).sum(axis=0,"}),
    ),
    *misconception(
        "How does the gradient treat the score of the target differently from all the others?",
        ("target not subtracted in dx", {"    dx[n, t, y] -= 1\n": ""}),
        ("target added in dx", {"dx[n, t, y] -= 1": "dx[n, t, y] += 1"}),
        ("target subtracted from all steps", {"dx[n, t, y] -= 1": "dx[:, :, y] -= 1"}),
        ("gradient at the target only", {"dx = np.exp(log_p)": "dx = 0 * x"}),
    ),
    *misconception(
        "Is it the probability itself that measures surprise, and in which unit is surprise counted here?",
        ("logarithm forgotten", {"mask * log_p[n, t, y]": "mask * np.exp(log_p[n, t, y])"}),
        ("logarithm to the base 2", {"log_p[n, t, y]) / N": "log_p[n, t, y]) / np.log(2) / N"}),
    ),
)
