"""What students get wrong in A5, exercise by exercise. INSTRUCTORS ONLY."""

from grader import misconception

_OWN_STATE = "Does each layer start from an initial state of its own, and which one is whose?"
_OWN_PLACE = "Do the gradients of the layers come back in the order in which the layers came in?"
_BELOW = "On the way back, from where does a layer get the gradient of its output?"
_WHOLE = "Is the gradient of every layer there, and whole?"

STACKED_FORWARD = (
    *misconception(
        _OWN_STATE,
        ("all layers start from the first layer's state", {"h0[layer]": "h0[0]"}),
        ("all layers start from the last layer's state", {"h0[layer]": "h0[-1]"}),
        ("initial states taken in reverse", {"h0[layer]": "h0[-1 - layer]"}),
        ("upper layers start from zero", {"h0[layer]": "h0[layer] * (layer == 0)"}),
        (
            "a layer starts where the layer below it has ended",
            {"h0[layer]": "(h[:, -1] if layer else h0[0])"},
        ),
    ),
    *misconception(
        "What does the second layer read at a step: one state of the layer below, or the state of that very step?",
        (
            "last state below read at every step",
            {"rnn_forward(h,": "rnn_forward(h if layer == 0 else h[:, -1:] + 0 * h,"},
        ),
        (
            "states below read one step late",
            {"rnn_forward(h,": "rnn_forward(np.concatenate([0 * h[:, :1], h[:, :-1]], axis=1) if layer else h,"},
        ),
        ("states below read backwards in time", {"rnn_forward(h,": "rnn_forward(h[:, ::-1] if layer else h,"}),
    ),
    *misconception(
        "Through how many layers has the state gone that you return, and with whose parameters?",
        ("top layer left out", {"enumerate(layers)": "enumerate(layers[: max(1, len(layers) - 1)])"}),
        (
            "state of the first layer returned",
            {
                "caches.append(cache)": "caches.append(cache)\n        first = h if layer == 0 else first",
                "return h,": "return first,",
            },
        ),
        (
            "upper layers share the second layer's parameters",
            {"h, cache = rnn": "Wx, Wh, b = layers[min(layer, 1)]\n        h, cache = rnn"},
        ),
    ),
    *misconception(
        "What lies between two layers of the stack, in the equations of the task?",
        ("states squashed once more between the layers", {"rnn_forward(h,": "rnn_forward(np.tanh(h) if layer else h,"}),
        (
            "output of the layer below added to the output",
            {"caches.append(cache)": "h = h + cache[0] if layer else h\n        caches.append(cache)"},
        ),
    ),
)

STACKED_BACKWARD = (
    *misconception(
        _BELOW,
        (
            "upstream gradient given to every layer",
            {"dh, dh0_layer,": "dx, dh0_layer,", "    dx = dh\n": ""},
        ),
        (
            "upstream gradient added at every layer",
            {
                "dh0, dlayers = [], []": "top, dh0, dlayers = dh, [], []",
                "dh0.insert": "dh = dh + top if len(dh0) < len(cache) - 1 else dh\n        dh0.insert",
            },
        ),
        ("layers undone from the bottom", {"reversed(cache)": "cache"}),
    ),
    *misconception(
        _OWN_PLACE,
        ("gradients of the layers from the top down", {"dlayers.insert(0,": "dlayers.insert(len(dlayers),"}),
        ("gradients of the initial states from the top down", {"dh0.insert(0,": "dh0.insert(len(dh0),"}),
    ),
    *misconception(
        _WHOLE,
        (
            "gradients of the top layer only",
            {"return dx,": "dlayers[:-1] = [tuple(0 * d for d in layer) for layer in dlayers[:-1]]\n    return dx,"},
        ),
        (
            "gradients of the lowest layer left at zero",
            {"return dx,": "dlayers[0] = tuple(0 * d for d in dlayers[0])\n    return dx,"},
        ),
        (
            "gradients averaged over the layers",
            {"(dWx, dWh, db)": "(dWx / len(cache), dWh / len(cache), db / len(cache))"},
        ),
        ("bias gradients averaged over the batch", {"(dWx, dWh, db)": "(dWx, dWh, db / len(dh))"}),
    ),
    *misconception(
        "How many initial states does the stack have, and does each of them get its own gradient?",
        ("gradients of the initial states added up", {"np.stack(dh0)": "np.stack([sum(dh0)] * len(dh0))"}),
        ("first layer's initial gradient for all", {"np.stack(dh0)": "np.stack([dh0[0]] * len(dh0))"}),
        (
            "initial gradients of the upper layers left at zero",
            {"np.stack(dh0)": "np.stack([dh0[0]] + [0 * d for d in dh0[1:]])"},
        ),
    ),
    *misconception(
        "If all upstream gradients were a hundred times larger, what should happen to yours?",
        ("clipped between the layers", {"dh0.insert": "dh = np.clip(dh, -5, 5)\n        dh0.insert"}),
    ),
)

_FLIP = (
    "Which moment does each state of the backward network belong to, and at which place of the output must it stand?"
)
_HALVES = "Which half of the output belongs to which direction?"
_READS = "Which input does the network for the way back read first?"

BIDIRECTIONAL_FORWARD = (
    *misconception(
        _FLIP,
        ("states of the backward network not put back in order", {"h_b[:, ::-1]": "h_b"}),
        ("last state of the backward network at every step", {"h_b[:, ::-1]": "h_b[:, -1:] + 0 * h_b"}),
        ("both networks' states turned round", {"[h_f, h_b[:, ::-1]]": "[h_f[:, ::-1], h_b]"}),
    ),
    *misconception(
        _READS,
        ("both networks read forwards", {"x[:, ::-1]": "x", "h_b[:, ::-1]": "h_b"}),
        ("the second network reads forwards and is turned round", {"x[:, ::-1]": "x"}),
        ("batch turned round instead of time", {"x[:, ::-1]": "x[::-1]", "h_b[:, ::-1]": "h_b[::-1]"}),
        ("features turned round instead of time", {"x[:, ::-1]": "x[:, :, ::-1]", "h_b[:, ::-1]": "h_b"}),
        (
            "first input left out on the way back",
            {"x[:, ::-1]": "x[:, ::-1] * (np.arange(x.shape[1]) < x.shape[1] - 1)[:, None]"},
        ),
    ),
    *misconception(
        _HALVES,
        ("backward states first", {"[h_f, h_b[:, ::-1]]": "[h_b[:, ::-1], h_f]"}),
        (
            "states of both networks interleaved",
            {
                "np.concatenate([h_f, h_b[:, ::-1]], axis=2)": (
                    "np.stack([h_f, h_b[:, ::-1]], axis=3).reshape(*h_f.shape[:2], -1)"
                )
            },
        ),
        (
            "states added up and shown twice",
            {"[h_f, h_b[:, ::-1]]": "[h_f + h_b[:, ::-1]] * 2"},
        ),
    ),
    *misconception(
        "How many networks are these, and what do they have in common?",
        ("second network starts from the first one's state", {"::-1], h0_b,": "::-1], h0_f,"}),
        ("second network starts where the first one ended", {"::-1], h0_b,": "::-1], h_f[:, -1],"}),
        ("recurrent weights shared by both directions", {"h0_b, Wx_b, Wh_b, b_b": "h0_b, Wx_b, Wh_f, b_b"}),
        ("one network for both directions", {"h0_b, Wx_b, Wh_b, b_b": "h0_b, Wx_f, Wh_f, b_f"}),
        (
            "initial states exchanged",
            {"= rnn_forward(x, h0_f,": "= rnn_forward(x, h0_b,", "::-1], h0_b,": "::-1], h0_f,"},
        ),
    ),
)

BIDIRECTIONAL_BACKWARD = (
    *misconception(
        "The backward network saw time run the other way: does its gradient reach it in that order?",
        ("upstream gradient not turned round", {"dh_b[:, ::-1]": "dh_b"}),
        (
            "upstream gradient of the wrong direction turned round",
            {"dh_b[:, ::-1]": "dh_b", "(dh_f,": "(dh_f[:, ::-1],"},
        ),
    ),
    *misconception(
        "To which step's input does each row belong that the backward network sends back?",
        ("gradient of its input not put back in order", {"dx_b[:, ::-1]": "dx_b"}),
        ("both halves of the input's gradient turned round", {"dx_f + dx_b[:, ::-1]": "dx_f[:, ::-1] + dx_b"}),
    ),
    *misconception(
        "How many networks read the input, and does each one send its share back?",
        ("input's share of the backward network forgotten", {"dx_f + dx_b[:, ::-1]": "dx_f"}),
        ("input's share of the forward network forgotten", {"dx_f + dx_b[:, ::-1]": "dx_b[:, ::-1]"}),
        ("mean of both shares", {"dx_f + dx_b[:, ::-1]": "(dx_f + dx_b[:, ::-1]) / 2"}),
        ("difference of both shares", {"dx_f + dx_b[:, ::-1]": "dx_f - dx_b[:, ::-1]"}),
    ),
    *misconception(
        _HALVES,
        ("halves of the upstream gradient exchanged", {"dh_f, dh_b = np": "dh_b, dh_f = np"}),
        ("first half given to both", {"dh_b[:, ::-1]": "dh_f[:, ::-1]"}),
        ("second half given to both", {"(dh_f,": "(dh_b,"}),
        ("upstream gradient taken for interleaved", {"np.split(dh, 2, axis=2)": "(dh[:, :, ::2], dh[:, :, 1::2])"}),
    ),
    *misconception(
        "Do the gradients come back in the order in which the arguments of the forward pass stand?",
        (
            "gradients of the two networks exchanged",
            {"h0_b, dWx_f, dWh_f, db_f, dWx_b, dWh_b, db_b": "h0_b, dWx_b, dWh_b, db_b, dWx_f, dWh_f, db_f"},
        ),
        ("gradients of the initial states exchanged", {"return dx, dh0_f, dh0_b": "return dx, dh0_b, dh0_f"}),
    ),
    *misconception(
        "Which gradients belong to both networks, and which to one of them alone?",
        (
            "parameters' gradients of both directions added up",
            {"dx = dx_f": "dWh_f = dWh_b = dWh_f + dWh_b\n    dx = dx_f"},
        ),
        ("gradients of the initial states added up", {"dx = dx_f": "dh0_f = dh0_b = dh0_f + dh0_b\n    dx = dx_f"}),
    ),
)

_STEP_UP = "caches.append(cache)"
_STEP_DOWN = "dh0_f.insert"


def _passed_up(change: str) -> dict[str, str]:
    """The edit of the stack's forward that changes what one layer gives to the next."""
    return {_STEP_UP: f"{_STEP_UP}\n        if layer + 1 < len(layers):\n            {change}"}


def _passed_down(change: str) -> dict[str, str]:
    """The edit of the stack's backward that changes what one layer gives to the one below it."""
    return {_STEP_DOWN: f"if len(dlayers) + 1 < len(cache):\n            {change}\n        {_STEP_DOWN}"}


DEEP_FORWARD = (
    *misconception(
        _OWN_STATE,
        ("all layers start from the first layer's states", {"h0_f[layer], h0_b[layer]": "h0_f[0], h0_b[0]"}),
        ("forward states of the first layer for all", {"h0_f[layer]": "h0_f[0]"}),
        ("backward states of the first layer for all", {"h0_b[layer]": "h0_b[0]"}),
        ("backward states taken from the top", {"h0_b[layer]": "h0_b[-1 - layer]"}),
        ("initial states of the directions exchanged", {"h0_f[layer], h0_b[layer]": "h0_b[layer], h0_f[layer]"}),
    ),
    *misconception(
        "What does a layer pass up: its states of one direction, or of both, and in which order?",
        (
            "halves exchanged between the layers",
            _passed_up("h = np.roll(h, h.shape[2] // 2, axis=2)"),
        ),
        (
            "forward half only passed up",
            _passed_up("h = h * (np.arange(h.shape[2]) < h.shape[2] // 2)"),
        ),
        (
            "backward half passed up in reversed time",
            _passed_up("h[:, :, h.shape[2] // 2 :] = h[:, ::-1, h.shape[2] // 2 :].copy()"),
        ),
    ),
    *misconception(
        "Which of the six arrays of a layer belong to which direction?",
        ("directions of a layer's parameters exchanged", {"*parameters": "*parameters[3:], *parameters[:3]"}),
        ("forward parameters for both directions", {"*parameters": "*parameters[:3], *parameters[:3]"}),
    ),
    *misconception(
        "Through how many layers has the state gone that you return?",
        ("top layer left out", {"enumerate(layers)": "enumerate(layers[: max(1, len(layers) - 1)])"}),
    ),
)

DEEP_BACKWARD = (
    *misconception(
        _OWN_PLACE,
        ("gradients of the layers from the top down", {"dlayers.insert(0,": "dlayers.insert(len(dlayers),"}),
        (
            "gradients of the initial states from the top down",
            {"dh0_f.insert(0,": "dh0_f.insert(len(dh0_f),", "dh0_b.insert(0,": "dh0_b.insert(len(dh0_b),"},
        ),
        (
            "gradients of the directions' states exchanged",
            {"np.stack(dh0_f), np.stack(dh0_b)": "np.stack(dh0_b), np.stack(dh0_f)"},
        ),
        (
            "gradients of a layer's two networks exchanged",
            {"tuple(dparameters)": "tuple(dparameters[3:] + dparameters[:3])"},
        ),
    ),
    *misconception(
        _BELOW,
        (
            "halves exchanged between the layers",
            _passed_down("dh = np.roll(dh, dh.shape[2] // 2, axis=2)"),
        ),
        (
            "forward half only passed down",
            _passed_down("dh = dh * (np.arange(dh.shape[2]) < dh.shape[2] // 2)"),
        ),
        (
            "backward half passed down in reversed time",
            _passed_down("dh[:, :, dh.shape[2] // 2 :] = dh[:, ::-1, dh.shape[2] // 2 :].copy()"),
        ),
    ),
    *misconception(
        _WHOLE,
        (
            "gradients of the top layer only",
            {"return dx,": "dlayers[:-1] = [tuple(0 * d for d in layer) for layer in dlayers[:-1]]\n    return dx,"},
        ),
        (
            "first layer's initial gradients for all",
            {"np.stack(dh0_f), np.stack(dh0_b)": "np.stack(dh0_f[:1] * len(cache)), np.stack(dh0_b[:1] * len(cache))"},
        ),
    ),
)

_KEPT = "With which probability is an entry kept, and with which one is it dropped?"
_EACH = "How many entries share one throw of the dice?"

MASK = (
    *misconception(
        _KEPT,
        ("keep taken for the probability to drop", {"< keep": "< 1 - keep"}),
        ("dropped with one half whatever keep says", {"< keep": "< 0.5"}),
        ("normal numbers compared with keep", {"rng.random(x.shape)": "rng.standard_normal(x.shape)"}),
    ),
    *misconception(
        _EACH,
        ("one mask for the whole batch", {"rng.random(x.shape)": "0 * x + rng.random(x.shape[1:])"}),
        ("whole rows dropped", {"rng.random(x.shape)": "0 * x + rng.random((len(x), 1))"}),
        ("one throw for everything", {"rng.random(x.shape)": "0 * x + rng.random()"}),
    ),
    *misconception(
        "May the number of kept entries be the same in every mask, and may it depend on the activations?",
        (
            "always the same number kept",
            {"rng.random(x.shape)": "rng.permutation(np.arange(x.size) / x.size).reshape(x.shape)"},
        ),
        ("large activations kept more often", {"rng.random(x.shape)": "rng.random(x.shape) / (np.abs(x) + 0.5)"}),
    ),
)

_TEST = "What is left to do once the network has been trained, and what has the training made up for already?"
_SCALED = "What has to be the same on average, with the dropout and without it, and who is scaled to make it so?"

DROPOUT_FORWARD = (
    *misconception(
        _TEST,
        ("scaled by the keep probability at test time too", {"else x": "else x * keep"}),
        ("multiplied by the probability to drop at test time, as printed", {"else x": "else x * (1 - keep)"}),
        ("divided by the keep probability at test time too", {"else x": "else x / keep"}),
        ("dropped at test time too", {" if train else x": ""}),
        ("training and test exchanged", {"if train": "if not train"}),
        ("never dropped", {"if train": "if 0"}),
    ),
    *misconception(
        _SCALED,
        ("not scaled in training", {"mask / keep": "mask"}),
        ("multiplied by the keep probability in training", {"mask / keep": "mask * keep"}),
        ("divided by the probability to drop", {"mask / keep": "mask / (1 - keep)"}),
        ("scaled by the share that was really kept", {"mask / keep": "mask / max(mask.mean(), 1 / mask.size)"}),
        ("not scaled in training, scaled at test time", {"mask / keep": "mask", "else x": "else x * keep"}),
        (
            "not scaled in training, multiplied by the probability to drop at test time",
            {"mask / keep": "mask", "else x": "else x * (1 - keep)"},
        ),
    ),
    *misconception(
        _KEPT,
        ("mask taken for what is dropped", {"x * mask": "x * ~mask"}),
    ),
    *misconception(
        _EACH,
        ("first row's mask for the whole batch", {"x * mask": "x * mask[:1]"}),
        ("first column's mask for all units", {"x * mask": "x * mask[:, :1]"}),
    ),
)

_WENT = "What became of each entry on its way forward, and what then becomes of its gradient?"

DROPOUT_BACKWARD = (
    *misconception(
        _WENT,
        ("mask forgotten on the way back", {"dout * mask": "dout"}),
        ("scale forgotten on the way back", {" / keep": ""}),
        ("scale turned round on the way back", {" / keep": " * keep"}),
        ("mask and scale forgotten on the way back", {"dout * mask / keep": "dout"}),
        ("scaled twice on the way back", {" / keep": " / keep**2"}),
        ("mask turned round on the way back", {"dout * mask": "dout * ~mask"}),
        ("divided by the probability to drop on the way back", {" / keep": " / (1 - keep)"}),
    ),
    *misconception(
        "How does the loss change with an activation at test time?",
        ("dropped at test time on the way back", {" if train else dout": ""}),
        ("scaled at test time on the way back", {"else dout": "else dout * keep"}),
        ("no gradient at test time", {"else dout": "else 0 * dout"}),
        ("training and test exchanged on the way back", {"if train": "if not train"}),
    ),
    *misconception(
        _EACH,
        ("first row's mask for the whole batch", {"dout * mask": "dout * mask[:1]"}),
    ),
    *misconception(
        "Each activation went to one place only: is anything added up or divided in its gradient?",
        ("averaged over the batch", {"return dx": "return dx / len(dx)"}),
    ),
)

_SEEN = "dropout_forward(prev_h, keep, mask, train)"
_STEP = "prev_h, step_cache = rnn_step_forward(x[:, t], seen_h, Wx, Wh, b)"


def _inside(total: str) -> dict[str, str]:
    """The edit that makes the state of another sum inside the tanh."""
    return {_STEP: f"_{_STEP.removeprefix('prev_h')}\n        prev_h = np.tanh({total})"}


_ONCE = "How many masks does one sequence have, however long it is?"
_WHERE = "Which connection is the dropout on: what the network remembers, what it shows, or what it reads?"

RECURRENT_FORWARD = (
    *misconception(
        _ONCE,
        (
            "a fresh mask at every step",
            {_SEEN: "dropout_forward(prev_h, keep, np.random.default_rng(t).random(prev_h.shape) < keep, train)"},
        ),
        ("mask at the first step only", {_SEEN: "dropout_forward(prev_h, keep, mask, train and t == 0)"}),
        ("no mask at the first step", {_SEEN: "dropout_forward(prev_h, keep, mask, train and t > 0)"}),
        ("mask at the last step only", {_SEEN: "dropout_forward(prev_h, keep, mask, train and t == T - 1)"}),
        ("mask at every second step", {_SEEN: "dropout_forward(prev_h, keep, mask, train and t % 2 == 0)"}),
        (
            "mask moved on by a unit at every step",
            {_SEEN: "dropout_forward(prev_h, keep, np.roll(mask, t, axis=1), train)"},
        ),
    ),
    *misconception(
        _WHERE,
        (
            "dropout on what is shown as well",
            {"h[:, t] = prev_h": "h[:, t], _ = dropout_forward(prev_h, keep, mask, train)"},
        ),
        (
            "dropout on what is shown only",
            {
                "x[:, t], seen_h": "x[:, t], prev_h",
                "h[:, t] = prev_h": "h[:, t], _ = dropout_forward(prev_h, keep, mask, train)",
            },
        ),
        ("no dropout at all", {"x[:, t], seen_h": "x[:, t], prev_h"}),
        (
            "dropout behind the recurrent weights",
            _inside("x[:, t] @ Wx + dropout_forward(prev_h @ Wh, keep, mask, train)[0] + b"),
        ),
        (
            "dropout on the whole sum inside the step",
            _inside("dropout_forward(x[:, t] @ Wx + prev_h @ Wh + b, keep, mask, train)[0]"),
        ),
    ),
    *misconception(
        "What do training and test time each do to the state that a step looks at?",
        ("dropped at test time too", {_SEEN: "dropout_forward(prev_h, keep, mask, True)"}),
        ("not scaled in training", {_SEEN: "dropout_forward(prev_h, 1.0, mask, train)"}),
        (
            "scaled by the keep probability at test time",
            {_SEEN: "(dropout_forward(prev_h, keep, mask, train) if train else (prev_h * keep, None))"},
        ),
        (
            "multiplied by the probability to drop at test time, as printed",
            {_SEEN: "(dropout_forward(prev_h, keep, mask, train) if train else (prev_h * (1 - keep), None))"},
        ),
        ("scaled once more at every step", {_SEEN: "dropout_forward(prev_h, keep ** (t + 1), mask, train)"}),
    ),
    *misconception(
        "Which state does each step start from, the very first one included?",
        ("initial state ignored", {"prev_h = h0": "prev_h = np.zeros_like(h0)"}),
        ("initial state at every step", {"dropout_forward(prev_h,": "dropout_forward(h0,"}),
    ),
)

_UNDROP = "dropout_backward(dseen_h, dropout_cache)"
_CARRY = "dh[:, t] + dprev_h"

RECURRENT_BACKWARD = (
    *misconception(
        "What lies between the state of a step and the product in the next one, and is it undone on the way back?",
        ("dropout not undone", {_UNDROP: "dseen_h"}),
        (
            "mask undone and the scale forgotten",
            {_UNDROP: "(dropout_backward(dseen_h, dropout_cache) * (dropout_cache[0] if dropout_cache[2] else 1))"},
        ),
        ("scale undone and the mask forgotten", {_UNDROP: "(dseen_h / (dropout_cache[0] if dropout_cache[2] else 1))"}),
        (
            "dropout undone twice",
            {_UNDROP: "dropout_backward(dropout_backward(dseen_h, dropout_cache), dropout_cache)"},
        ),
        (
            "undone with the rule of training at test time",
            {_UNDROP: "dropout_backward(dseen_h, (*dropout_cache[:2], True))"},
        ),
    ),
    *misconception(
        "Which gradients pass the dropout on their way, and which do not?",
        ("gradient of the outputs dropped too", {_CARRY: "dropout_backward(dh[:, t], dropout_cache) + dprev_h"}),
        ("dropout not undone before the initial state", {"dh0 = dprev_h": "dh0 = dseen_h"}),
    ),
    *misconception(
        "By which two ways does a hidden state reach the loss, and does each step receive both gradients?",
        ("carried gradient dropped", {_CARRY: "dh[:, t]"}),
        ("loss of the inner steps dropped", {_CARRY: "(dh[:, t] if t == T - 1 else dprev_h)"}),
    ),
    *misconception(
        "What did the recurrent weights multiply: the state, or what the dropout has left of it?",
        (
            "dWh from the whole state",
            {
                "prev_h, step_cache =": "whole_h = prev_h\n        prev_h, step_cache =",
                "(dropout_cache, step_cache)": "(dropout_cache, (x[:, t], whole_h, *step_cache[2:]))",
            },
        ),
        within="recurrent_dropout_rnn_forward",
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
        "In which order must the steps be undone?",
        ("walks forwards in time", {"reversed(range(T))": "range(T)"}),
    ),
    *misconception(
        "Which gradient is left over once the first step is undone, and whose is it?",
        ("dh0 left at zero", {"dh0 = dprev_h": "dh0 = np.zeros_like(dprev_h)"}),
    ),
    *misconception(
        "If all upstream gradients were a hundred times larger, what should happen to yours?",
        (
            "clipped inside the backward pass",
            {"dh0 = dprev_h": "dh0 = dprev_h\n    dWx, dWh, db = (np.clip(d, -5, 5) for d in (dWx, dWh, db))"},
        ),
    ),
)

_MAPS = '{"rnn": 1, "gru": 3, "lstm": 4}'
_RECURRENT = "(inputs + units + 1) * units"

COUNT = (
    *misconception(
        "Is there a number that each unit adds to its sum whatever comes in, and which layers have it?",
        ("biases of the recurrent layers forgotten", {_RECURRENT: "(inputs + units) * units"}),
        ("biases of the dense layer forgotten", {"(inputs + 1) * units": "inputs * units"}),
        ("all biases forgotten", {_RECURRENT: "(inputs + units) * units", "(inputs + 1) * units": "inputs * units"}),
        ("a bias in the embedding", {"total += inputs * units": "total += inputs * units + units"}),
        ("a bias for each input", {_RECURRENT: "(inputs + units) * units + inputs"}),
        ("one bias for all gates", {f"maps[kind] * {_RECURRENT}": "maps[kind] * (inputs + units) * units + units"}),
    ),
    *misconception(
        "Does the candidate of a gated layer have weights as well as its gates?",
        ("candidates of the gated layers not counted", {_MAPS: '{"rnn": 1, "gru": 2, "lstm": 3}'}),
        ("candidate of the LSTM not counted", {'"lstm": 4': '"lstm": 3'}),
        ("candidate of the GRU not counted", {'"gru": 3': '"gru": 2'}),
    ),
    *misconception(
        "How many maps with weights of their own does a step of each kind of layer make?",
        ("gates not counted", {"maps[kind] * (": "("}),
        ("GRU counted like an LSTM", {'"gru": 3': '"gru": 4'}),
    ),
    *misconception(
        "How many biases does one map have here, and how many in the libraries whose sizes you may have looked up?",
        (
            "GRU with two biases",
            {f"maps[kind] * {_RECURRENT}": f'maps[kind] * ({_RECURRENT} + (kind == "gru") * units)'},
        ),
        ("all recurrent layers with two biases, as in PyTorch", {_RECURRENT: "(inputs + units + 2) * units"}),
    ),
    *misconception(
        "What do the units of a recurrent layer read beside the input?",
        ("recurrent weights forgotten", {_RECURRENT: "(inputs + 1) * units"}),
        ("recurrent weights of a dense layer", {"(inputs + 1) * units": "(inputs + units + 1) * units"}),
        ("recurrent weights from a unit to itself only", {_RECURRENT: "(inputs + 1 + 1) * units"}),
    ),
    *misconception(
        "Does every layer count, and only once?",
        (
            "last layer only",
            {
                "return total": "return total - before",
                "    for kind": "    before = 0\n    for kind",
                "        if kind": "        before = total\n        if kind",
            },
        ),
        ("equal layers counted once", {"in layers": "in dict.fromkeys(map(tuple, layers))"}),
        ("embedding not counted", {"total += inputs * units": "total += 0"}),
    ),
)
