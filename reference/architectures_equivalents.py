"""The mutants of A7 that are right, each with the reason. INSTRUCTORS ONLY.

`grader validate --mutants` fails for a survivor that does not stand here, and for an entry that is no survivor.
"""

from grader import equivalents

_WRITTEN = "every entry is written before the array is read"
_ZERO = "zero is zero, whatever its sign, and so is what is added to it"
_BATCH = "everything in a batch, and everything made of it, has one row for each sequence"
_CLASSES = "what is made of the scores has as many classes as the scores"
_LAST = "of two axes the last one is number 1"
_KEYS = "the four dicts have the same keys"

_NOTHING = "nothing = np.zeros((len(source), len(params['Wh_enc'])))"
_H0 = "h0 = np.zeros((len(x), len(params['Wh'])))"
_ZEROS = "dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros(len(Wx.T))"
_FED = "word, h = np.full(len(h0), start), h0"
_M = "m = {name: 0.9 * m[name] + 0.1 * grads[name] for name in params}"
_V = "v = {name: 0.999 * v[name] + 0.001 * grads[name] ** 2 for name in params}"

EQUIVALENTS = (
    *equivalents(
        _WRITTEN,
        "rnn_forward",
        "h = np.zeros((N, T, len(Wh)))",
        "h = -np.zeros((N, T, len(Wh)))",
        "h = np.ones((N, T, len(Wh)))",
    ),
    *equivalents(
        "there are as many biases as units",
        "rnn_forward",
        "h = np.zeros((N, T, len(Wh)))",
        "h = np.zeros((N, T, len(b)))",
    ),
    *equivalents(
        "there are as many states, and gradients of states, as there are steps",
        "rnn_backward",
        "T = x.shape[1]",
        "T = dh.shape[1]",
        "T = h.shape[1]",
    ),
    *equivalents(_WRITTEN, "rnn_backward", "da = np.zeros_like(h)", "da = -np.zeros_like(h)", "da = np.ones_like(h)"),
    *equivalents(
        "the gradient has the shape of the states", "rnn_backward", "da = np.zeros_like(h)", "da = np.zeros_like(dh)"
    ),
    *equivalents(_ZERO, "rnn_backward", "dh0 = np.zeros_like(h0)", "dh0 = -np.zeros_like(h0)"),
    *equivalents(
        "a single zero is broadcast when the first gradient is added to it, and every sequence has a step",
        "rnn_backward",
        "dh0 = np.zeros_like(h0)",
        "dh0 = np.zeros_like(T)",
    ),
    *equivalents(
        "only the gradient of the weights is taken from there, and for its shape the number of units is enough",
        "rnn_backward",
        "_, dWh, _ = affine_backward(da, prev_h, Wh)",
        "_, dWh, _ = affine_backward(da, prev_h, db)",
    ),
    *equivalents(
        "the last of the three is the gradient of the bias both times",
        "rnn_backward",
        "return dx, dh0, dWx, dWh, db",
        "return dx, dh0, dWx, dWh, _",
    ),
    *equivalents(
        "NumPy takes any negative length for the one that it has to find",
        "affine_backward",
        "rows = x.reshape(-1, len(w))",
        "rows = x.reshape(-2, len(w))",
    ),
    *equivalents(
        "NumPy takes any negative length for the one that it has to find",
        "affine_backward",
        "drows = dout.reshape(len(rows), -1)",
        "drows = dout.reshape(len(rows), -2)",
    ),
    *equivalents(_ZERO, "embedding_backward", "dW = np.zeros_like(W)", "dW = -np.zeros_like(W)"),
    *equivalents(
        _CLASSES,
        "softmax_loss",
        "target = np.arange(scores.shape[-1]) == y[..., None]",
        "target = np.arange(shifted.shape[-1]) == y[..., None]",
        "target = np.arange(log_p.shape[-1]) == y[..., None]",
    ),
    *equivalents(
        _BATCH,
        "softmax_loss",
        "weight = np.expand_dims(mask, -1) / len(scores)",
        "weight = np.expand_dims(mask, -1) / len(y)",
        "weight = np.expand_dims(mask, -1) / len(shifted)",
        "weight = np.expand_dims(mask, -1) / len(log_p)",
        "weight = np.expand_dims(mask, -1) / len(target)",
    ),
    *equivalents(
        _BATCH,
        "many_to_one_loss",
        "N, H = len(words), len(params['Wh'])",
        "N, H = len(lengths), len(params['Wh'])",
        "N, H = len(y), len(params['Wh'])",
    ),
    *equivalents(_ZERO, "many_to_one_loss", "dh = np.zeros_like(h)", "dh = -np.zeros_like(h)"),
    *equivalents(_ZERO, "many_to_many_synced_loss", _H0, "h0 = -np.zeros((len(x), len(params['Wh'])))"),
    *equivalents(
        _BATCH,
        "many_to_many_synced_loss",
        _H0,
        "h0 = np.zeros((len(y), len(params['Wh'])))",
        "h0 = np.zeros((len(mask), len(params['Wh'])))",
    ),
    *equivalents(_ZERO, "seq2seq_loss", _NOTHING, "nothing = -np.zeros((len(source), len(params['Wh_enc'])))"),
    *equivalents(
        _BATCH,
        "seq2seq_loss",
        _NOTHING,
        *(f"nothing = np.zeros((len({name}), len(params['Wh_enc'])))" for name in ("target", "mask", "said", "wanted")),
    ),
    *equivalents(_ZERO, "seq2seq_loss", "dread = np.zeros_like(read)", "dread = -np.zeros_like(read)"),
    *equivalents(
        _BATCH,
        "greedy_decode",
        "going = np.full(len(h0), True)",
        "going = np.full(len(words), True)",
    ),
    *equivalents(
        _BATCH,
        "greedy_decode",
        _FED,
        "word, h = np.full(len(words), start), h0",
        "word, h = np.full(len(going), start), h0",
    ),
    *equivalents("the start word is always number 0", "greedy_decode", _FED, "word, h = -np.full(len(h0), start), h0"),
    *equivalents(
        _LAST,
        "greedy_decode",
        "word = (h @ params['Wy'] + params['by']).argmax(axis=1)",
        "word = (h @ params['Wy'] + params['by']).argmax(axis=-1)",
    ),
    *equivalents(_ZERO, "lstm_forward", "h = c = np.zeros((len(x), H))", "h = c = -np.zeros((len(x), H))"),
    *equivalents(
        "a new state has its name only once it is computed; until then the name is that of the state before",
        "lstm_forward",
        "a = x[:, t] @ Wx + prev_h @ Wh + b",
        "a = x[:, t] @ Wx + h @ Wh + b",
    ),
    *equivalents(
        "a new state has its name only once it is computed; until then the name is that of the state before",
        "lstm_forward",
        "c = f * prev_c + i * g",
        "c = f * c + i * g",
    ),
    *equivalents(
        _LAST,
        "lstm_forward",
        "i, f, o = np.split(sigmoid(a[:, : 3 * H]), 3, axis=1)",
        "i, f, o = np.split(sigmoid(a[:, : 3 * H]), 3, axis=-1)",
    ),
    *equivalents(
        _ZERO,
        "lstm_backward",
        _ZEROS,
        "dWx, dWh, db = -np.zeros_like(Wx), np.zeros_like(Wh), np.zeros(len(Wx.T))",
        "dWx, dWh, db = np.zeros_like(Wx), -np.zeros_like(Wh), np.zeros(len(Wx.T))",
        "dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), -np.zeros(len(Wx.T))",
    ),
    *equivalents(
        "both matrices have four columns for each unit",
        "lstm_backward",
        _ZEROS,
        "dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros(len(Wh.T))",
    ),
    *equivalents(_ZERO, "lstm_backward", "dc = np.zeros_like(dh)", "dc = -np.zeros_like(dh)"),
    *equivalents(_KEYS, "adam_step", _M, *(_M.replace("params", other) for other in ("grads", "m", "v"))),
    *equivalents(_KEYS, "adam_step", _V, *(_V.replace("params", other) for other in ("grads", "m", "v"))),
    *equivalents(
        "every loss is written before the list is returned",
        "train_recall",
        "losses = np.zeros(len(numbers))",
        "losses = -np.zeros(len(numbers))",
        "losses = np.ones(len(numbers))",
    ),
    *equivalents(
        "the means have the shapes of the parameters",
        "train_recall",
        "batch = recall_batch(sequences, index, len(params['by']))",
        "batch = recall_batch(sequences, index, len(m['by']))",
        "batch = recall_batch(sequences, index, len(v['by']))",
    ),
    *equivalents(
        _LAST,
        "recall_accuracy",
        "recalled = (h @ params['Wy'] + params['by']).argmax(axis=1)",
        "recalled = (h @ params['Wy'] + params['by']).argmax(axis=-1)",
    ),
)
