"""What students get wrong in A4, exercise by exercise. INSTRUCTORS ONLY."""

from grader import misconception

_STEP = "slope[:, :, None] * Wh.T @ J"
_SLOPE = "1 - h[:, j] ** 2"
_FACTORS = "range(k + 1, t + 1)"

STATE_JACOBIAN = (
    *misconception(
        "Which steps lie between the two states, and how many of them are there?",
        ("factors from k on", {_FACTORS: "range(k, t + 1)"}),
        ("last factor missing", {_FACTORS: "range(k + 1, t)"}),
        ("factors as L4 prints them", {_FACTORS: "range(t - k, t)"}),
        ("always from the first state", {_FACTORS: "range(1, t + 1)"}),
        ("only one factor", {_FACTORS: "range(max(k + 1, t), t + 1)"}),
    ),
    *misconception(
        "Which of two neighbouring steps acts first on a small change of the early state?",
        ("factors in reverse order", {_FACTORS: "range(t, k, -1)"}),
        ("last factor first", {_FACTORS: "(t, *range(k + 1, t)) if t > k else ()"}),
    ),
    *misconception(
        "Which index of the matrix is the state that answers, and which is the state that was moved?",
        ("Wh not transposed", {_STEP: "slope[:, :, None] * Wh @ J"}),
        ("slopes on the columns", {_STEP: "slope[:, None, :] * Wh.T @ J"}),
        ("slopes on the columns and Wh not transposed", {_STEP: "slope[:, None, :] * Wh @ J"}),
        ("transposed", {"return J": "return J.transpose(0, 2, 1)"}),
    ),
    *misconception(
        "What does the tanh do to a small change, and which state tells you how steep it is there?",
        ("slope forgotten", {_SLOPE: "1 + 0 * h[:, j]"}),
        ("slope of the state before", {_SLOPE: "1 - h[:, j - 1] ** 2"}),
        ("slope of the last state at every step", {_SLOPE: "1 - h[:, t] ** 2"}),
        ("slope like that of sigmoid", {_SLOPE: "h[:, j] * (1 - h[:, j])"}),
        ("tanh taken once more", {_SLOPE: "1 - np.tanh(h[:, j]) ** 2"}),
        ("square forgotten", {_SLOPE: "1 - h[:, j]"}),
    ),
    *misconception(
        "Can the slope of a curve that only rises be negative?",
        ("sign that alternates", {_SLOPE: "h[:, j] ** 2 - 1"}),
    ),
    *misconception(
        "Does the weight matrix itself come into every step?",
        ("Wh forgotten", {_STEP: "slope[:, :, None] * J"}),
        ("powers entry by entry", {_STEP: "slope[:, :, None] * Wh.T * J"}),
        ("direct path added", {_STEP: "J + slope[:, :, None] * Wh.T @ J"}),
    ),
    *misconception(
        "Has every sequence of the batch its own states, and so its own matrix?",
        ("one matrix for the whole batch", {_SLOPE: "1 - np.tile(h[:, j].mean(axis=0), (N, 1)) ** 2"}),
    ),
)

_BACK = "(dh * (1 - h[:, k] ** 2)) @ Wh.T"
_LENGTH = "np.sqrt(np.sum(dh**2))"
_NOTE = f"norms[k] = {_LENGTH}"

GRADIENT_NORMS = (
    *misconception(
        "At which state has the gradient arrived when you write its length down?",
        ("length after the step", {_NOTE: "pass", _BACK: f"{_BACK}\n        {_NOTE}"}),
        ("lengths in reverse order", {"norms[k] =": "norms[T - 1 - k] ="}),
        (
            "first state left out",
            {"for k in reversed(range(T))": "for k in reversed(range(1, T))"},
        ),
    ),
    *misconception(
        "What is the length of a vector, and what of a whole batch of them?",
        ("square root forgotten", {_LENGTH: "np.sum(dh**2)"}),
        ("sum of absolute values", {_LENGTH: "np.sum(np.abs(dh))"}),
        ("largest entry", {_LENGTH: "np.max(np.abs(dh))"}),
        ("sum of the lengths of all sequences", {_LENGTH: "np.sum(np.sqrt(np.sum(dh**2, axis=1)))"}),
        ("largest singular value", {_LENGTH: "np.linalg.norm(dh, 2)"}),
        ("root of the mean square", {_LENGTH: "np.sqrt(np.mean(dh**2))"}),
        ("divided by the size of the batch", {_LENGTH: "np.sqrt(np.sum(dh**2)) / len(dh)"}),
        ("first sequence only", {_LENGTH: "np.sqrt(np.sum(dh[0]**2))"}),
    ),
    *misconception(
        "The gradient comes back through the step that made a state: at which state is the slope of its tanh taken?",
        ("slope of the state before", {_BACK: "(dh * (1 - h[:, k - 1] ** 2)) @ Wh.T"}),
        ("slope of the last state at every step", {_BACK: "(dh * (1 - h[:, -1] ** 2)) @ Wh.T"}),
        ("slope forgotten", {_BACK: "dh @ Wh.T"}),
        ("slope behind the matrix", {_BACK: "(dh @ Wh.T) * (1 - h[:, k] ** 2)"}),
        ("slope like that of sigmoid", {_BACK: "(dh * h[:, k] * (1 - h[:, k])) @ Wh.T"}),
        ("square forgotten", {_BACK: "(dh * (1 - h[:, k])) @ Wh.T"}),
    ),
    *misconception(
        "Going back through a matrix product, which way round does the matrix stand, and is it there?",
        ("Wh not transposed", {_BACK: "(dh * (1 - h[:, k] ** 2)) @ Wh"}),
        ("Wh forgotten", {_BACK: "dh * (1 - h[:, k] ** 2)"}),
    ),
    *misconception(
        "Which losses does this question speak of, only the last one or one at every step?",
        ("a loss at every step", {_BACK: f"dh_last + {_BACK}"}),
    ),
    *misconception(
        "Do you carry the gradient on as it is, or only something that you have measured of it?",
        ("gradient brought to length one", {_BACK: "(dh / np.sqrt(np.sum(dh**2)) * (1 - h[:, k] ** 2)) @ Wh.T"}),
    ),
)

_PRODUCT = "np.prod(f[:, k + 1 : t + 1], axis=1)"
_GATES = "f[:, k + 1 : t + 1]"

CELL_JACOBIAN = (
    *misconception(
        "Which gates does the cell pass on its way from the one step to the other?",
        ("gate of the first cell too", {_GATES: "f[:, k : t + 1]"}),
        ("gates before the steps", {_GATES: "f[:, k:t]"}),
        ("last gate missing", {_GATES: "f[:, k + 1 : t]"}),
        ("factors as L4 prints them", {_GATES: "f[:, t - k : t]"}),
        ("all gates up to t", {_GATES: "f[:, : t + 1]"}),
        ("all gates behind k", {_GATES: "f[:, k + 1 :]"}),
    ),
    *misconception(
        "The gates differ from step to step: how do their effects combine?",
        ("power of one gate", {_PRODUCT: "f[:, t] ** (t - k)"}),
        ("only the last gate", {_PRODUCT: "f[:, t] if t > k else np.ones_like(f[:, t])"}),
        ("gates added up", {_PRODUCT: f"np.sum({_GATES}, axis=1)"}),
        ("mean of the gates", {_PRODUCT: "np.mean(f[:, k : t + 1], axis=1)"}),
        ("smallest gate", {_PRODUCT: "np.min(f[:, min(k + 1, t) : t + 1], axis=1)"}),
    ),
    *misconception(
        "Does a forget gate of one keep everything, or nothing?",
        ("what is forgotten", {_GATES: "1 - f[:, k + 1 : t + 1]"}),
    ),
    *misconception(
        "Can a product of numbers between zero and one be negative?",
        ("signs as L4 prints them", {_GATES: "-f[:, k + 1 : t + 1]"}),
    ),
    *misconception(
        "You are given the gates themselves: what is left to be done to them?",
        ("slope of the sigmoid", {_GATES: "(f * (1 - f))[:, k + 1 : t + 1]"}),
        ("sigmoid taken once more", {_GATES: "(1 / (1 + np.exp(-f)))[:, k + 1 : t + 1]"}),
    ),
)

_RADIUS = "np.max(np.abs(np.linalg.eigvals(W)))"

SPECTRAL_RADIUS = (
    *misconception(
        "An eigenvalue may be negative, and it may be complex: what does its magnitude make of that?",
        ("largest real part", {_RADIUS: "np.max(np.linalg.eigvals(W).real)"}),
        ("magnitude of the real parts", {_RADIUS: "np.max(np.abs(np.linalg.eigvals(W).real))"}),
        ("magnitude of the largest real part", {_RADIUS: "np.abs(np.max(np.linalg.eigvals(W).real))"}),
        ("largest imaginary part", {_RADIUS: "np.max(np.abs(np.linalg.eigvals(W).imag))"}),
    ),
    *misconception(
        "How long can one product with the matrix make a vector, and how does its length grow over many?",
        ("largest singular value", {_RADIUS: "np.linalg.norm(W, 2)"}),
        ("Frobenius norm", {_RADIUS: "np.linalg.norm(W)"}),
        ("largest column sum", {_RADIUS: "np.linalg.norm(W, 1)"}),
        ("largest row sum", {_RADIUS: "np.linalg.norm(W, np.inf)"}),
        ("square of the largest singular value", {_RADIUS: "np.max(np.linalg.eigvalsh(W.T @ W))"}),
    ),
    *misconception(
        "Is the matrix symmetric, so that a method for symmetric matrices may be used?",
        ("taken to be symmetric", {_RADIUS: "np.max(np.abs(np.linalg.eigvalsh(W)))"}),
        ("symmetric part", {_RADIUS: "np.max(np.abs(np.linalg.eigvalsh((W + W.T) / 2)))"}),
    ),
    *misconception(
        "Which of the eigenvalues decides in the long run?",
        ("smallest magnitude", {_RADIUS: "np.min(np.abs(np.linalg.eigvals(W)))"}),
        ("mean magnitude", {_RADIUS: "np.mean(np.abs(np.linalg.eigvals(W)))"}),
        ("sum of the magnitudes", {_RADIUS: "np.sum(np.abs(np.linalg.eigvals(W)))"}),
    ),
    *misconception(
        "Are the entries of a matrix its eigenvalues?",
        ("largest entry", {_RADIUS: "np.max(np.abs(W))"}),
        ("largest entry of the diagonal", {_RADIUS: "np.max(np.abs(np.diag(W)))"}),
        ("trace", {_RADIUS: "np.abs(np.trace(W))"}),
    ),
    *misconception(
        "Must the last step of a power iteration be squared, or have its root taken?",
        ("root of the magnitude", {_RADIUS: f"np.sqrt({_RADIUS})"}),
        ("square of the magnitude", {_RADIUS: f"{_RADIUS} ** 2"}),
    ),
)

_NORM = "np.sqrt(sum(np.sum(g**2) for g in grads))"
_SCALE = "max_norm / norm if norm > max_norm else 1"
_CLIPPED = "[g * scale for g in grads]"

CLIP_BY_NORM = (
    *misconception(
        "What must still be done to a sum of squares before it is a length? L3's code is short of it.",
        ("square root forgotten", {_NORM: "sum(np.sum(g**2) for g in grads)"}),
    ),
    *misconception(
        "One long vector has been cut into pieces: how does its length follow from the lengths of the pieces?",
        ("sum of the norms", {_NORM: "sum(np.sqrt(np.sum(g**2)) for g in grads)"}),
        ("largest of the norms", {_NORM: "max(np.sqrt(np.sum(g**2)) for g in grads)"}),
        ("norm of the first array", {_NORM: "np.sqrt(np.sum(grads[0] ** 2))"}),
        ("last array forgotten", {_NORM: "np.sqrt(sum(np.sum(g**2) for g in grads[:-1]))"}),
        ("mean of the norms", {_NORM: "np.mean([np.sqrt(np.sum(g**2)) for g in grads])"}),
        (
            "each array by itself",
            {
                _CLIPPED: "[g * (max_norm / np.linalg.norm(g) if np.linalg.norm(g) > max_norm else 1) for g in grads]",
            },
        ),
    ),
    *misconception(
        "Which of the many norms is meant, and does the number of entries play a part in it?",
        ("root of the means", {_NORM: "np.sqrt(sum(np.mean(g**2) for g in grads))"}),
        ("sum of absolute values", {_NORM: "sum(np.sum(np.abs(g)) for g in grads)"}),
        ("largest entry", {_NORM: "max(np.max(np.abs(g)) for g in grads)"}),
        ("spectral norms of the matrices", {_NORM: "np.sqrt(sum(np.linalg.norm(g, 2) ** 2 for g in grads))"}),
        ("norm of the sum of all entries", {_NORM: "np.abs(sum(np.sum(g) for g in grads))"}),
    ),
    *misconception(
        "Should a gradient that is short enough change at all?",
        ("always brought to the limit", {_SCALE: "max_norm / norm if norm > 0 else 1"}),
        ("short ones lengthened, long ones left", {_SCALE: "max_norm / norm if 0 < norm < max_norm else 1"}),
        ("never clipped", {_SCALE: "1"}),
    ),
    *misconception(
        "Which way does the gradient point after it has been clipped by its norm?",
        ("clipped entry by entry", {_CLIPPED: "[np.clip(g, -max_norm, max_norm) for g in grads]"}),
        ("only the first array shortened", {_CLIPPED: "[grads[0] * scale, *grads[1:]]"}),
        ("turned round", {_CLIPPED: "[-g * scale for g in grads]"}),
    ),
    *misconception(
        "By what must a vector be multiplied to bring it to a given length?",
        ("to length one", {_SCALE: "1 / norm if norm > max_norm else 1"}),
        ("scaled by the limit", {_SCALE: "max_norm if norm > max_norm else 1"}),
        ("scaled twice", {_CLIPPED: "[g * scale * scale for g in grads]"}),
        ("scale turned over", {_SCALE: "norm / max_norm if norm > max_norm else 1"}),
    ),
    *misconception(
        "Is the length asked for that of the gradients you were given, or of those you return?",
        ("norm after clipping", {f"return {_CLIPPED}, norm": f"return {_CLIPPED}, norm * scale"}),
    ),
    *misconception(
        "Whose arrays are these, and what else may somebody want to do with them?",
        (
            "clipped in place",
            {
                "return [g": "for g in grads:\n        g *= scale\n    return [1 * g",
                " * scale for g in grads], norm": " for g in grads], norm",
            },
        ),
    ),
    *misconception(
        "What do you divide by when nothing has been learned and all gradients are zero?",
        ("division by a length of zero", {_SCALE: "min(1, max_norm / float(norm))"}),
        ("zero divided by zero", {_CLIPPED: "[g / norm * min(norm, max_norm) for g in grads]"}),
    ),
)

_CLIP = "np.clip(g, low, high)"

CLIP_BY_VALUE = (
    *misconception(
        "Are both bounds looked at, and may they differ in size?",
        ("upper bound alone", {_CLIP: "np.minimum(g, high)"}),
        ("lower bound alone", {_CLIP: "np.maximum(g, low)"}),
        ("upper bound on both sides", {_CLIP: "np.clip(g, -high, high)"}),
        ("lower bound on both sides", {_CLIP: "np.clip(g, low, -low)"}),
    ),
    *misconception(
        "What becomes of an entry that lies outside: nothing at all, or the bound that it has crossed?",
        ("entries outside set to zero", {_CLIP: "np.where((g < low) | (g > high), 0, g)"}),
        ("bounds exchanged", {_CLIP: "np.where(g < low, high, np.where(g > high, low, g))"}),
        ("outside values only", {_CLIP: "np.where((g < low) | (g > high), np.clip(g, low, high), 0)"}),
    ),
    *misconception(
        "Is an entry that lies between the bounds to be changed?",
        (
            "all entries moved into the range",
            {_CLIP: "low + (g - g.min()) * (high - low) / max(g.max() - g.min(), 1e-12)"},
        ),
        ("only signs kept", {_CLIP: "np.where(g > 0, high, low)"}),
        ("squashed", {_CLIP: "np.where(g > 0, high * np.tanh(g / high), low * np.tanh(g / low))"}),
        ("whole array shortened", {_CLIP: "g * min(1, high / np.max(g.max(), initial=1e-12))"}),
    ),
    *misconception(
        "Whose arrays are these, and what else may somebody want to do with them?",
        ("clipped in place", {"np.clip(g, low, high)": "np.clip(g, low, high, out=g)"}),
    ),
    *misconception(
        "Does every array of the list receive its share?",
        (
            "only the first array clipped",
            {"[np.clip(g, low, high) for g in grads]": "[np.clip(grads[0], low, high), *grads[1:]]"},
        ),
    ),
)

_CARRY = "prev_h = h[:, steps][:, -1]"
_PIECES = "for start in range(0, x.shape[1], chunk):"
_FORWARD = "h[:, steps], cache = rnn_forward(x[:, steps], prev_h, Wx, Wh, b)"
_BACKWARD = "rnn_backward(dh[:, steps], cache)"
_SUMS = ("dWx += dWx_c", "dWh += dWh_c", "db += db_c")
_RETURN = "return h, {"
_BORDER = "if start == 0:"

TRUNCATED = (
    *misconception(
        "From which state does the second chunk start?",
        ("state not carried", {_CARRY: "prev_h = h0"}),
        ("state set to zero at every border", {_CARRY: "prev_h = np.zeros_like(h0)"}),
        ("first state of the chunk carried", {_CARRY: "prev_h = h[:, steps][:, 0]"}),
        ("state of the very end carried", {_CARRY: "prev_h = h[:, -1]"}),
        ("state before the last one carried", {_CARRY: "prev_h = h[:, steps][:, max(-2, -h[:, steps].shape[1])]"}),
        ("h0 ignored", {"prev_h = h0": "prev_h = np.zeros_like(h0)"}),
    ),
    *misconception(
        "What is cut at the border of a chunk, and what goes on?",
        (
            "nothing truncated",
            {
                _FORWARD: "h[:, start:], cache = rnn_forward(x[:, start:], prev_h, Wx, Wh, b)",
                _BACKWARD: "rnn_backward(dh[:, steps] if start else dh, cache)",
                _CARRY: "break",
                "dx[:, steps], dprev_h": "dx[:, start:], dprev_h",
            },
        ),
        (
            "gradient carried forward over the border",
            {
                "prev_h = h0": "prev_h, dprev_h = h0, np.zeros_like(h0)",
                _BACKWARD: "rnn_backward(np.concatenate([dh[:, steps][:, :-1],"
                " dh[:, steps][:, -1:] + dprev_h[:, None]], axis=1), cache)",
            },
        ),
        (
            "each step looks back over its own window",
            {
                _FORWARD: "h[:, steps] = rnn_forward(x[:, steps], prev_h, Wx, Wh, b)[0]",
                "dx[:, steps], dprev_h, dWx_c, dWh_c, db_c = rnn_backward(dh[:, steps], cache)": (
                    "dprev_h = dWx_c = dWh_c = db_c = 0\n"
                    "        for t in range(start, min(start + chunk, x.shape[1])):\n"
                    "            first = max(0, t - chunk + 1)\n"
                    "            before = h[:, first - 1] if first else h0\n"
                    "            _, cache = rnn_forward(x[:, first : t + 1], before, Wx, Wh, b)\n"
                    "            last = np.zeros_like(dh[:, first : t + 1])\n"
                    "            last[:, -1] = dh[:, t]\n"
                    "            back = rnn_backward(last, cache)\n"
                    "            dx[:, first : t + 1] += back[0]\n"
                    "            dprev_h = dprev_h + (back[1] if first == 0 else 0)\n"
                    "            dWx_c, dWh_c, db_c = dWx_c + back[2], dWh_c + back[3], db_c + back[4]"
                ),
                _BORDER: "if start == 0 or start < chunk:",
            },
        ),
    ),
    *misconception(
        "Is a sequence always a whole number of chunks long?",
        ("shorter last chunk dropped", {_PIECES: "for start in range(0, x.shape[1] - x.shape[1] % chunk, chunk):"}),
        ("last chunk dropped", {_PIECES: "for start in range(0, max(1, x.shape[1] - chunk), chunk):"}),
        (
            "last chunk made whole with earlier steps",
            {"slice(start, start + chunk)": "slice(max(0, min(start, x.shape[1] - chunk)), start + chunk)"},
        ),
    ),
    *misconception(
        "Where do the chunks begin and end, and how many steps are in each?",
        ("chunks that overlap", {"slice(start, start + chunk)": "slice(start, start + chunk + 1)"}),
        ("chunk taken for the number of chunks", {_PIECES: "chunk = -(-x.shape[1] // chunk)\n    " + _PIECES}),
    ),
    *misconception(
        "The parameters serve in every chunk: is their gradient the sum over all of them?",
        ("dWx of the last chunk only", {_SUMS[0]: "dWx = dWx_c"}),
        ("dWh of the last chunk only", {_SUMS[1]: "dWh = dWh_c"}),
        ("db of the last chunk only", {_SUMS[2]: "db = db_c"}),
        (
            "all parameters' gradients of the last chunk only",
            dict(zip(_SUMS, ("dWx = dWx_c", "dWh = dWh_c", "db = db_c"), strict=True)),
        ),
        (
            "gradients averaged over the chunks",
            {_RETURN: "dWx, dWh, db = (d / -(-x.shape[1] // chunk) for d in (dWx, dWh, db))\n    " + _RETURN},
        ),
        (
            "gradients averaged over time",
            {_RETURN: "dWx, dWh, db = (d / x.shape[1] for d in (dWx, dWh, db))\n    " + _RETURN},
        ),
    ),
    *misconception(
        "Which chunk does the very first state feed, and does a gradient from any other reach it?",
        ("dh0 from the last chunk", {_BORDER: "if True:"}),
        ("dh0 summed over the chunks", {_BORDER: "if start:\n            dh0 = dh0 + dprev_h\n        else:"}),
        ("dh0 left at zero", {"dh0 = dprev_h": "dh0 = np.zeros_like(h0)"}),
    ),
    *misconception(
        "Do you return the derivative, or already the step that is taken against it?",
        ("signs of the update", {_RETURN: "dx, dh0, dWx, dWh, db = -dx, -dh0, -dWx, -dWh, -db\n    " + _RETURN}),
    ),
    *misconception(
        "If all upstream gradients were a hundred times larger, what should happen to yours?",
        (
            "clipped on the way",
            {_RETURN: "dWx, dWh, db = (np.clip(d, -1, 1) for d in (dWx, dWh, db))\n    " + _RETURN},
        ),
    ),
    *misconception(
        "Which gradient belongs to which name?",
        ("dWx and dWh exchanged", {'"Wx": dWx, "Wh": dWh': '"Wx": dWh, "Wh": dWx'}),
    ),
    *misconception(
        "By which two ways does a hidden state reach the loss, and does each step receive both gradients?",
        ("carried gradient dropped inside the chunk", {"dh[:, t] + dprev_h": "dh[:, t]"}),
        within="rnn_backward",
    ),
)
