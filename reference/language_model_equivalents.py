"""The mutants of A6 that are right, each with the reason. INSTRUCTORS ONLY.

`grader validate --mutants` fails for a survivor that does not stand here, and for an entry that is no survivor.
"""

from grader import equivalents

_LIST = "a list is taken for what it holds, numbers or characters"
_SAME_KEYS = "the dicts have the same keys, in the same order"
_SYMMETRIC = "the normal distribution is symmetric: a weight is as likely as its opposite"
_ZERO = "a zero is a zero, whatever its sign"
_WRITTEN = "every entry is written before it is read"
_VECTOR = "the transpose of a vector is that vector"
_LAST = "of two axes the last one is number 1"
_COUNT = "only the number of rounds is asked for, and not how they are counted"

_SIZES = "T, V, H = (len(inputs), len(by), len(b))"
_INIT = (
    "return {{'Wx': {0}0.01 * rng.standard_normal((V, H)), 'Wh': {1}0.01 * rng.standard_normal((H, H)),"
    " 'b': np.zeros(H), 'Wy': {2}0.01 * rng.standard_normal((H, V)), 'by': np.zeros(V)}}"
)
_STATE = "h[t + 1] = np.tanh(x[t] @ Wx + h[t] @ Wh + b)"
_SHIFT = "shifted = scores - scores.max(axis=1, keepdims=True)"
_LOG = "log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))"
_CARRY = "da, dnext = (np.zeros((T, H)), np.zeros(H))"
_DRAW = "index = rng.choice(len(p), p=p / p.sum())"
_SGD = "return {name: params[name] - rate * grads[name] for name in params}"
_MEMORY = "memory = {name: memory[name] + grads[name] ** 2 for name in params}"
_STEP = "params = {name: params[name] - rate * grads[name] / np.sqrt(memory[name] + 1e-08) for name in params}"
_BEGIN = "losses, start, h = ([], 0, np.zeros(len(params['b'])))"
_AGAIN = "start, h = (0, np.zeros(len(params['b'])))"

EQUIVALENTS = (
    *equivalents(_LIST, "build_vocab", "return ''.join(sorted(set(text)))", "return sorted(set(text))"),
    *equivalents(
        _LIST,
        "encode",
        "return np.array([number[char] for char in text])",
        "return [number[char] for char in text]",
    ),
    *equivalents(_ZERO, "one_hot", "rows = np.zeros((len(indices), V))", "rows = -np.zeros((len(indices), V))"),
    *equivalents(
        "there is a row for each number",
        "one_hot",
        "rows[np.arange(len(indices)), indices] = 1",
        "rows[np.arange(len(rows)), indices] = 1",
    ),
    *equivalents(
        _SYMMETRIC,
        "init_params",
        _INIT.format("", "", ""),
        _INIT.format("-", "", ""),
        _INIT.format("", "-", ""),
        _INIT.format("", "", "-"),
    ),
    *equivalents(
        "there are as many targets as inputs",
        "char_rnn_loss",
        _SIZES,
        "T, V, H = (len(targets), len(by), len(b))",
    ),
    *equivalents(
        "the same axis, of another parameter",
        "char_rnn_loss",
        _SIZES,
        "T, V, H = (len(inputs), len(Wx), len(b))",
        "T, V, H = (len(inputs), len(by), len(h0))",
        "T, V, H = (len(inputs), len(by), len(Wh))",
        "T, V, H = (len(inputs), len(by), len(Wy))",
    ),
    *equivalents(
        _WRITTEN,
        "char_rnn_loss",
        "h = np.zeros((T + 1, H))",
        "h = -np.zeros((T + 1, H))",
        "h = np.ones((T + 1, H))",
    ),
    *equivalents(
        _VECTOR,
        "char_rnn_loss",
        _STATE,
        "h[t + 1] = np.tanh(x[t].T @ Wx + h[t] @ Wh + b)",
        "h[t + 1] = np.tanh(x[t] @ Wx + h[t].T @ Wh + b)",
    ),
    *equivalents(_LAST, "char_rnn_loss", _SHIFT, "shifted = scores - scores.max(axis=-1, keepdims=True)"),
    *equivalents(_LAST, "char_rnn_loss", _LOG, "log_p = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))"),
    *equivalents(
        _WRITTEN,
        "char_rnn_loss",
        _CARRY,
        "da, dnext = (-np.zeros((T, H)), np.zeros(H))",
        "da, dnext = (np.ones((T, H)), np.zeros(H))",
    ),
    *equivalents(_ZERO, "char_rnn_loss", _CARRY, "da, dnext = (np.zeros((T, H)), -np.zeros(H))"),
    *equivalents(_VECTOR, "char_rnn_loss", "dnext = Wh @ da[t]", "dnext = Wh @ da[t].T"),
    *equivalents(_COUNT, "sample", "for _ in range(n):", "for _ in range(n, 0, -1):"),
    *equivalents(
        _VECTOR,
        "sample",
        "h = np.tanh(Wx[index] + h @ Wh + b)",
        "h = np.tanh(Wx[index] + h.T @ Wh + b)",
    ),
    *equivalents(_VECTOR, "sample", "scores = (h @ Wy + by) / temperature", "scores = (h.T @ Wy + by) / temperature"),
    *equivalents(
        "they are divided by their sum, and that changes its sign too",
        "sample",
        "p = np.exp(scores - scores.max())",
        "p = -np.exp(scores - scores.max())",
    ),
    *equivalents(
        "there are as many of them as characters",
        "sample",
        _DRAW,
        "index = rng.choice(len(Wx), p=p / p.sum())",
        "index = rng.choice(len(by), p=p / p.sum())",
        "index = rng.choice(len(scores), p=p / p.sum())",
    ),
    *equivalents(_LIST, "sample", "return np.array(indices)", "return indices"),
    *equivalents(_SAME_KEYS, "sgd_step", _SGD, _SGD.replace("in params", "in grads")),
    *equivalents(
        _SAME_KEYS,
        "adagrad_step",
        _MEMORY,
        _MEMORY.replace("in params", "in grads"),
        _MEMORY.replace("in params", "in memory"),
    ),
    *equivalents(
        _SAME_KEYS,
        "adagrad_step",
        _STEP,
        _STEP.replace("in params", "in grads"),
        _STEP.replace("in params", "in memory"),
    ),
    *equivalents(
        "the larger of two numbers, in whatever order they come",
        "clip_gradients",
        "scale = max_norm / max(norm, max_norm)",
        "scale = max_norm / max(max_norm, norm)",
    ),
    *equivalents(
        _ZERO,
        "train",
        _BEGIN,
        _BEGIN.replace("[], 0", "[], -0"),
        _BEGIN.replace("np.zeros", "-np.zeros"),
    ),
    *equivalents("the memory has the shapes of the parameters", "train", _BEGIN, _BEGIN.replace("params", "memory")),
    *equivalents(_COUNT, "train", "for _ in range(steps):", "for _ in range(steps, 0, -1):"),
    *equivalents(_ZERO, "train", _AGAIN, _AGAIN.replace("(0", "(-0"), _AGAIN.replace("np.zeros", "-np.zeros")),
    *equivalents("the memory has the shapes of the parameters", "train", _AGAIN, _AGAIN.replace("params", "memory")),
    *equivalents(_LIST, "train", "return (np.array(losses), params)", "return (losses, params)"),
)
