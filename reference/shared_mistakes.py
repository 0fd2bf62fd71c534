"""Mistakes that every recurrent network invites: in a step's products with the weights, and in the walk over time.

INSTRUCTORS ONLY. The edits fit any step whose backward names the pre-activation's gradient `da`, and any sequence
written like `rnn_forward` and `rnn_backward`. Where two mistakes give the same outputs, only one is listed: a hint
needs to know which it was. (The last cache used at every step, forward or backward, is such a pair.)
"""

from grader import Mistake, misconception


def step_products(dWh: str) -> tuple[Mistake, ...]:
    """Those of a step's products; `dWh` is how the step computes that gradient."""
    return (
        *misconception(
            "Every sequence of the batch uses the same bias: does each one add its full share to the gradient of it?",
            ("db averaged over the batch", {"db = da.sum(axis=0)": "db = da.mean(axis=0)"}),
            ("db from the first sequence only", {"db = da.sum(axis=0)": "db = da[0]"}),
        ),
        *misconception(
            "Which way does the loss move when the bias grows, and may shares of opposite sign cancel?",
            ("db with the sign flipped", {"db = da.sum(axis=0)": "db = -da.sum(axis=0)"}),
            ("db from absolute values", {"db = da.sum(axis=0)": "db = np.abs(da).sum(axis=0)"}),
        ),
        *misconception(
            "Is the gradient of a shared weight matrix a sum over the batch, or have you made it an average?",
            ("dWx divided by N", {"dWx = x.T @ da": "dWx = x.T @ da / len(x)"}),
            ("dWh divided by N", {f"dWh = {dWh}": f"dWh = {dWh} / len(x)"}),
        ),
        *misconception(
            "What stands beside the input in the forward pass, and does the input itself belong in its own gradient?",
            ("dx multiplied by x", {"dx = da @ Wx.T": "dx = (da @ Wx.T) * x"}),
        ),
        *misconception(
            "Does every single entry of the weight gradients receive its value?",
            ("last entry of dWh lost", {f"dWh = {dWh}": f"dWh = {dWh}\n    dWh[-1, -1] = 0"}),
            ("last row of dWx lost", {"dWx = x.T @ da": "dWx = x.T @ da\n    dWx[-1] = 0"}),
        ),
        *misconception(
            "If all upstream gradients were a hundred times larger, what should happen to yours?",
            ("clipped inside the step", {"dx = da @ Wx.T": "da = np.clip(da, -5, 5)\n    dx = da @ Wx.T"}),
        ),
    )


STEP_PRODUCTS = step_products("prev_h.T @ da")

# Only where Wh is square: elsewhere the product has no shape, and the student sees that without us.
SQUARE_STEP_PRODUCTS = (
    *misconception(
        "Going back through a matrix product, which way round does the matrix stand? Two equal sizes hide it from you.",
        ("dprev_h without transposing Wh", {"da @ Wh.T": "da @ Wh"}),
    ),
    *misconception(
        "How did the previous state reach this step: directly, or through weights?",
        ("Wh forgotten in dprev_h", {"dprev_h = da @ Wh.T": "dprev_h = da"}),
        ("a direct path added to dprev_h", {"da @ Wh.T": "da @ Wh.T + dnext_h"}),
    ),
)


WALK_FORWARD = (
    *misconception(
        "Which state does each step start from, and which one does the very first step start from?",
        ("h0 fed at every step", {"x[:, t], prev_h,": "x[:, t], h0,"}),
        ("h0 ignored", {"prev_h = h0": "prev_h = np.zeros_like(h0)"}),
    ),
    *misconception(
        "Is every step of the sequence taken once, the first and the last included?",
        ("last step skipped", {"for t in range(T)": "for t in range(T - 1)"}),
        ("first step skipped", {"for t in range(T)": "for t in range(1, T)"}),
    ),
    *misconception(
        "Does every step find its state at its own place in the output?",
        ("only the last place written", {"h[:, t] = prev_h": "h[:, -1] = prev_h"}),
        ("states written in reverse", {"h[:, t] = prev_h": "h[:, T - 1 - t] = prev_h"}),
        (
            "state written before the step",
            {"range(T):\n": "range(T):\n        h[:, t] = prev_h\n", "h[:, t] = prev_h\n        caches": "caches"},
        ),
    ),
    *misconception(
        "Does step after step read the input that belongs to it, beginning with the first?",
        ("time reversed", {"x[:, t]": "x[:, T - 1 - t]"}),
        ("first input read at every step", {"x[:, t]": "x[:, 0]"}),
    ),
    *misconception(
        "Do you exchange the axes of batch and time, or do you only cut the same numbers into other rows?",
        ("batch and time mixed", {"prev_h = h0": "x = x.reshape(T, N, -1).transpose(1, 0, 2)\n    prev_h = h0"}),
    ),
)


_CARRY = "dh[:, t] + dprev_h"
_WALK = "reversed(range(T))"
_CLIP = "dWx, dWh, db = (np.clip(d, -5, 5) for d in (dWx, dWh, db))"

WALK_BACKWARD = (
    *misconception(
        "By which two ways does a hidden state reach the loss, and does each step receive both gradients?",
        ("carried gradient dropped", {_CARRY: "dh[:, t]"}),
        ("loss of the inner steps dropped", {_CARRY: "(dh[:, t] if t == T - 1 else dprev_h)"}),
        ("next step's dh taken for the carried gradient", {_CARRY: "dh[:, t] + (dh[:, t + 1] if t < T - 1 else 0)"}),
    ),
    *misconception(
        "Does the gradient carried back in time reach each earlier step once, whole, and from its neighbour only?",
        (
            "carried gradient accumulated",
            {
                "dx_t, dprev_h,": "dx_t, dprev_h_t,",
                "dx[:, t] = dx_t": "dprev_h = dprev_h + dprev_h_t\n        dx[:, t] = dx_t",
            },
        ),
        ("carried gradient damped", {_CARRY: "dh[:, t] + 0.99 * dprev_h"}),
        ("carried gradient dropped after the last step", {_CARRY: "dh[:, t] + (dprev_h if t < T - 2 else 0)"}),
    ),
    *misconception(
        "The parameters serve at every step: is their gradient the sum over all of them?",
        ("dWx assigned instead of accumulated", {"dWx += dWx_t": "dWx = dWx_t"}),
        ("dWh assigned instead of accumulated", {"dWh += dWh_t": "dWh = dWh_t"}),
        ("db assigned instead of accumulated", {"db += db_t": "db = db_t"}),
        (
            "weight gradients averaged over time",
            {"dh0 = dprev_h": "dh0 = dprev_h\n    dWx, dWh, db = dWx / T, dWh / T, db / T"},
        ),
    ),
    *misconception(
        "Does the first step contribute to the weight gradients like any other?",
        ("dWx misses the first step", {"dWx += dWx_t": "dWx += dWx_t if t else 0"}),
        ("dWh misses the first step", {"dWh += dWh_t": "dWh += dWh_t if t else 0"}),
    ),
    *misconception(
        "In which order must the steps be undone?",
        ("walks forwards in time", {_WALK: "range(T)"}),
    ),
    *misconception(
        "Does the walk undo all the steps, the first and the last included, however long the sequence is?",
        ("first step not undone", {_WALK: "reversed(range(1, T))"}),
        ("last step not undone", {_WALK: "reversed(range(T - 1))"}),
        ("only the last three steps undone", {_WALK: "reversed(range(max(0, T - 3), T))"}),
    ),
    *misconception(
        "Which gradient is left over once the first step is undone, and whose is it?",
        ("dh0 taken from dh", {"dh0 = dprev_h": "dh0 = dh[:, 0]"}),
        ("dh0 left at zero", {"dh0 = dprev_h": "dh0 = np.zeros_like(dprev_h)"}),
        ("dh0 taken before the first step is undone", {"dh0 = dprev_h": "dh0 = dnext_h"}),
    ),
    *misconception(
        "Does the gradient of each input stand at the place of that input?",
        ("dx stored in reverse", {"dx[:, t] = dx_t": "dx[:, T - 1 - t] = dx_t"}),
    ),
    *misconception(
        "Is every single entry of the summed gradients left as the sum makes it?",
        ("one entry of db lost", {"dh0 = dprev_h": "dh0 = dprev_h\n    db[0] = 0"}),
        ("one entry of dWh slightly off", {"dh0 = dprev_h": "dh0 = dprev_h\n    dWh[0, -1] *= 1.001"}),
    ),
    *misconception(
        "If all upstream gradients were a hundred times larger, what should happen to yours?",
        ("clipped inside the backward pass", {"dh0 = dprev_h": f"dh0 = dprev_h\n    {_CLIP}"}),
    ),
)


def last_cache_kept(forward: str) -> tuple[Mistake, ...]:
    """The mistake of a sequence's backward that is made in its forward, where the outputs are still right."""
    return misconception(
        "Does each step on the way back find the values of its own step, or those of another?",
        ("last step's cache at every step", {"caches.append(cache)": "caches = [cache] * T"}),
        within=forward,
    )
