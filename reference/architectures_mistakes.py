"""What students get wrong in A7, exercise by exercise. INSTRUCTORS ONLY."""

from grader import Mistake, misconception

_AXIS = "np.exp(shifted).sum(axis=-1"

LOSS = (
    *misconception(
        "By what is the sum divided, in the loss and in the gradients alike?",
        ("divided by nothing", {"/ len(scores)": "/ 1"}),
        ("loss not divided by N", {"return -np.sum(weight": "return -np.sum(len(scores) * weight"}),
        ("gradients not divided by N", {", weight * (np.exp": ", len(scores) * weight * (np.exp"}),
        within="softmax_loss",
    ),
    *misconception(
        "Which way does the loss go when the right answer becomes more likely?",
        ("sign of the loss", {"return -np": "return np"}),
        ("sign of the gradients", {", weight * (np.exp(log_p)": ", -weight * (np.exp(log_p)"}),
        within="softmax_loss",
    ),
    *misconception(
        "Over which axis do the probabilities add up to one?",
        ("softmax over the batch", {_AXIS: "np.exp(shifted).sum(axis=0"}),
        within="softmax_loss",
    ),
    *misconception(
        "How does the gradient treat the score of the right answer differently from all the others?",
        ("right answer not subtracted in the gradient", {"(np.exp(log_p) - target)": "np.exp(log_p)"}),
        ("gradient at the right answer only", {"np.exp(log_p) - target": "target * np.exp(log_p) - target"}),
        within="softmax_loss",
    ),
)

SHIFT = misconception(
    "What happens to the exponential of a very large score, and which shift of the scores is harmless?",
    ("no shift of the scores", {" - scores.max(axis=-1, keepdims=True)": ""}),
    ("one shift for the whole batch", {"scores.max(axis=-1, keepdims=True)": "scores.max()"}),
    within="softmax_loss",
)

MASKED = (
    *misconception(
        "The sum over the places is divided by one number: by how many places there are, or by how many sequences?",
        ("divided by the number of unmasked places", {"/ len(scores)": "/ mask.sum()"}),
        ("divided by the number of all places", {"/ len(scores)": "/ mask.size"}),
        within="softmax_loss",
    ),
    *misconception(
        "What must a padded place add to the loss, and what to the gradients?",
        ("mask missing altogether", {"np.expand_dims(mask, -1)": "1"}),
        ("mask missing in the loss", {"-np.sum(weight": "-np.sum(1 / len(scores)"}),
        ("mask missing in the gradients", {", weight * (np.exp": ", 1 / len(scores) * (np.exp"}),
        ("mask inverted", {"np.expand_dims(mask, -1)": "np.expand_dims(~mask, -1)"}),
        within="softmax_loss",
    ),
    *misconception(
        "Over which axis do the probabilities add up to one?",
        ("softmax over time", {_AXIS: "np.exp(shifted).sum(axis=1"}),
        within="softmax_loss",
    ),
)

_SCORES = 'h @ params["Wy"] + params["by"]'

OUTPUT = (
    *misconception(
        "Scores are free to be of any size: what stands between the state and the scores?",
        ("bias of the scores forgotten", {' + params["by"]': ""}),
        ("scores squashed by tanh", {_SCORES: f"np.tanh({_SCORES})"}),
    ),
    *misconception(
        "Is the gradient of a parameter a sum over everybody who used it, or have you made it an average?",
        ("output weights' gradient averaged over the batch", {'"Wy": dWy': '"Wy": dWy / len(h)'}),
        ("output bias's gradient averaged over the batch", {'"by": dby': '"by": dby / len(h)'}),
    ),
)

WALK = (
    *misconception(
        "By which ways does an early state reach the loss, if not through the scores of its own step?",
        ("carried gradient dropped", {"dh[:, t] + dh0": "dh[:, t]"}),
        ("carried without the recurrent weights", {"da[:, t] @ Wh.T": "da[:, t]"}),
        within="rnn_backward",
    ),
    *misconception(
        "Is the derivative of the tanh there, at every step on the way back?",
        ("tanh' forgotten", {" * (1 - h[:, t] ** 2)": ""}),
        within="rnn_backward",
    ),
    *misconception(
        "In which order must the steps be undone?",
        ("walks forwards in time", {"reversed(range(T))": "range(T)"}),
        within="rnn_backward",
    ),
    *misconception(
        "Which state stood beside the recurrent weights, the one before the step or the one behind it?",
        ("recurrent weights' gradient from the state behind the step", {"da, prev_h, Wh": "da, h, Wh"}),
        within="rnn_backward",
    ),
)

INNER_LOSSES = misconception(
    "By which two ways does a state reach the loss, and does each step receive both gradients?",
    ("loss of the inner steps dropped", {"(dh[:, t] + dh0)": "(dh[:, t] * (t == T - 1) + dh0)"}),
    within="rnn_backward",
)


def repeated_words(words: str, dx: str) -> tuple[Mistake, ...]:
    """Those of the table of word vectors, from what is looked up and its gradient."""
    return (
        *misconception(
            "If one word stands at three places, how many shares does its row of the table receive?",
            ("repeated words counted once", {"np.add.at(dW, words, dout)": "dW[words] += dout"}),
            within="embedding_backward",
        ),
        *misconception(
            "The word vectors are parameters like the others: does the gradient reach the table, and the right rows?",
            ("table of words left without a gradient", {f"embedding_backward({dx}": f"embedding_backward(0 * {dx}"}),
            (
                "gradients given to the rows in reverse order",
                {f"embedding_backward({dx}, {words}": f"embedding_backward({dx}, {words}[:, ::-1]"},
            ),
        ),
    )


ONE_TO_ONE = (
    *misconception(
        "Through which function does the hidden layer's sum go, and does the way back go through its derivative?",
        ("no tanh", {'np.tanh(x @ params["Wx"] + params["b"])': 'x @ params["Wx"] + params["b"]', " * (1 - h**2)": ""}),
        ("tanh' forgotten", {" * (1 - h**2)": ""}),
        ("tanh' at the pre-activation", {"1 - h**2": "1 - np.arctanh(h) ** 2"}),
        ("ReLU instead of tanh", {"np.tanh(x": "np.maximum(0, x", "(1 - h**2)": "(h > 0)"}),
    ),
    *misconception(
        "What does the hidden layer add to its products before it squashes them?",
        ("bias of the hidden layer forgotten", {' + params["b"])': ")"}),
        ("bias added after the tanh", {' + params["b"])': ') + params["b"]'}),
    ),
    *misconception(
        "Which quantity stood beside the output weights in the forward pass?",
        ("input side of the output weights taken before the tanh", {"dscores, h,": "dscores, np.arctanh(h),"}),
    ),
    *OUTPUT,
    *SHIFT,
    *LOSS,
)

_LAST = "lengths - 1"
_READ = 'dh[last], dWy, dby = affine_backward(dscores, h[last], params["Wy"])'
_BEGIN = "np.zeros((N, H))"

MANY_TO_ONE = (
    *misconception(
        "Which state has read the whole text, and nothing but the text?",
        ("class from the first state", {_LAST: "0 * lengths"}),
        ("class from the state behind the padding", {_LAST: "0 * lengths - 1"}),
        ("class from a state one word too late", {_LAST: "np.minimum(lengths, h.shape[1] - 1)"}),
        ("class from a state one word too early", {_LAST: "np.maximum(lengths - 2, 0)"}),
        (
            "class from the mean of all states",
            {
                "softmax_loss(h[last] @": "softmax_loss(h.mean(axis=1) @",
                _READ: 'dmean, dWy, dby = affine_backward(dscores, h.mean(axis=1), params["Wy"])\n'
                "    dh += dmean[:, None] / h.shape[1]",
            },
        ),
    ),
    *misconception(
        "At which step does the gradient of the scores enter the sequence, and at which does it not?",
        (
            "gradient given to every step",
            {_READ: 'dlast, dWy, dby = affine_backward(dscores, h[last], params["Wy"])\n    dh += dlast[:, None]'},
        ),
        ("gradient given to the last place", {"dh[last], dWy": "dh[:, -1], dWy"}),
        ("gradient given to the first place", {"dh[last], dWy": "dh[:, 0], dWy"}),
    ),
    *misconception(
        "What does the network know before it has read the first word?",
        ("starts from ones", {_BEGIN: "np.ones((N, H))"}),
        ("starts from the bias", {_BEGIN: 'np.zeros((N, H)) + params["b"]'}),
    ),
    *misconception(
        "In which order is a text read?",
        ("text read backwards", {'batch["words"]': 'batch["words"][:, ::-1]'}),
    ),
    *repeated_words("words", "dx"),
    *misconception(
        "Scores are free to be of any size: what stands between the state and the scores?",
        ("bias of the scores forgotten", {' + params["by"]': ""}),
        ("scores squashed by tanh", {'h[last] @ params["Wy"]': 'np.tanh(h[last]) @ params["Wy"]'}),
    ),
    *WALK,
    *SHIFT,
    *LOSS,
)

_SCORED = "softmax_loss(h @"

SYNCED = (
    *misconception(
        "Every frame has its own label: which state is asked for it?",
        ("state before the frame asked", {_SCORED: "softmax_loss(np.hstack([h0[:, None], h[:, :-1]]) @"}),
        ("last state asked for every label", {_SCORED: "softmax_loss((h[:, -1:] + 0 * h) @"}),
        ("mean state asked for every label", {_SCORED: "softmax_loss((h.mean(axis=1, keepdims=True) + 0 * h) @"}),
    ),
    *misconception(
        "Does each frame answer for its own label, and do all frames answer?",
        ("label of the next frame", {'batch["y"]': 'np.roll(batch["y"], -1, axis=1)'}),
        ("only the last frame judged", {", y, mask)": ", y, mask * (np.arange(x.shape[1]) == x.shape[1] - 1))"}),
        ("only the first frame judged", {", y, mask)": ", y, mask * (np.arange(x.shape[1]) == 0))"}),
    ),
    *misconception(
        "What does the network remember of the earlier frames, and what does it know before the first?",
        ("frames seen one by one", {'x, h0, params["Wx"], params["Wh"]': 'x, h0, params["Wx"], 0 * params["Wh"]'}),
        ("starts from ones", {"np.zeros(": "np.ones("}),
    ),
    *misconception(
        "The output weights serve at every frame: over what is their gradient added up?",
        ("output weights' gradient from the last frame only", {'"Wy": dWy': '"Wy": h[:, -1].T @ dscores[:, -1]'}),
        ("output bias's gradient from the last frame only", {'"by": dby': '"by": dscores[:, -1].sum(axis=0)'}),
    ),
    *OUTPUT,
    *WALK,
    *INNER_LOSSES,
    *SHIFT,
    *LOSS,
    *MASKED,
)


def teacher_forcing(text: str, own: str, line: str) -> tuple[Mistake, ...]:
    """Those of feeding words and asking for others: `own` are the network's words, `line` begins where they exist."""
    pair = f"said, wanted = {text}[:, :-1], {text}[:, 1:]"
    return (
        *misconception(
            "At each step, which word goes in, and which one should come out?",
            ("target fed to the step that should say it", {pair: f"said, wanted = {text}[:, 1:], {text}[:, 1:]"}),
            ("target is the word that was fed", {pair: f"said, wanted = {text}[:, :-1], {text}[:, :-1]"}),
            ("words fed and targets exchanged", {pair: f"said, wanted = {text}[:, 1:], {text}[:, :-1]"}),
        ),
        *misconception(
            "Which word does the first step read, and which words do the others read?",
            ("start word not fed", {"[said]": "[said] * (np.arange(said.shape[1]) > 0)[:, None]"}),
            ("start word fed at every step", {"[said]": "[said[:, :1] + 0 * said]"}),
            ("word number 0 taken for the start word", {"[said]": "[said * (np.arange(said.shape[1]) > 0)]"}),
        ),
        *misconception(
            "While the network is taught, who chooses the next word that it reads: the network or the teacher?",
            (
                "own words fed instead of the teacher's",
                {line: f"said = np.column_stack([{text}[:, 0], {own}, -1, {text}.shape[1] - 2)])\n    {line}"},
            ),
        ),
    )


_PROJECTED = 'features @ params["Wp"] + params["bp"]'

ONE_TO_MANY = (
    *misconception(
        "How does the image enter the network, and is anything done to it beyond an affine map?",
        ("bias of the projection forgotten", {' + params["bp"]': ""}),
        ("projection squashed by tanh", {_PROJECTED: f"np.tanh({_PROJECTED})"}),
        ("image never shown", {_PROJECTED: f"0 * ({_PROJECTED})"}),
    ),
    *misconception(
        "Which gradient is left over when the walk back through the caption ends, and what is it the gradient of?",
        ("projection left without a gradient", {"affine_backward(dh0,": "affine_backward(0 * dh0,"}),
        ("projection's gradient from the last step", {"affine_backward(dh0,": "affine_backward(dh[:, -1],"}),
        ("projection's gradient from the first step", {"affine_backward(dh0,": "affine_backward(dh[:, 0],"}),
    ),
    *misconception(
        "Is the bias of the projection a parameter like the others, used once by every image?",
        ("projection bias's gradient averaged over the batch", {'"bp": dbp': '"bp": dbp / len(h)'}),
        ("projection bias's gradient from the first image only", {'"bp": dbp': '"bp": dh0[0]'}),
    ),
    *teacher_forcing("captions", "greedy_decode(params, h0, captions[:, 0]", "h, cache = rnn_forward("),
    *misconception(
        "Which words were looked up in the table: those that were fed or those that were wanted?",
        ("gradient given to the rows of the targets", {"(dx, said,": "(dx, wanted,"}),
    ),
    *repeated_words("said", "dx"),
    *OUTPUT,
    *WALK,
    *INNER_LOSSES,
    *SHIFT,
    *LOSS,
    *MASKED,
)

_DECODER = ", ".join(
    f'"{name}": params["{key}"]'
    for name, key in {
        "We": "We_dec",
        "Wx": "Wx_dec",
        "Wh": "Wh_dec",
        "b": "b_dec",
        "Wy": "Wy",
        "by": "by",
    }.items()
)

SEQ2SEQ = (
    *misconception(
        "What is all that the decoder is told about the source, and which state of the encoder holds it?",
        ("decoder starts from nothing", {"read[:, -1], params": "nothing, params"}),
        ("decoder starts from the encoder's first state", {"read[:, -1], params": "read[:, 0], params"}),
        ("decoder starts from the encoder's mean state", {"read[:, -1], params": "read.mean(axis=1), params"}),
    ),
    *misconception(
        "The encoder has no scores of its own: from where does a gradient reach it, and at which of its steps?",
        ("encoder left without a gradient", {"dread[:, -1] = dthought": "dread[:, -1] = 0"}),
        ("gradient given to the encoder's first state", {"dread[:, -1] =": "dread[:, 0] ="}),
        ("gradient given to every state of the encoder", {"dread[:, -1] = dthought": "dread += dthought[:, None]"}),
        ("gradient of the decoder's first state handed over", {"= dthought": "= dh[:, 0]"}),
        ("gradient of the decoder's last state handed over", {"= dthought": "= dh[:, -1]"}),
    ),
    *misconception(
        "Encoder and decoder are two networks: does each use its own parameters, and receive its own gradients?",
        ("decoder uses the encoder's recurrent weights", {'params["Wh_dec"]': 'params["Wh_enc"]'}),
        ("decoder uses the encoder's input weights", {'params["Wx_dec"]': 'params["Wx_enc"]'}),
        (
            "recurrent weights' gradients exchanged",
            {'_enc": dWh_enc': '_enc": dWh_dec', '_dec": dWh_dec': '_dec": dWh_enc'},
        ),
        (
            "gradients of both added up",
            {'_enc": dWx_enc': '_enc": dWx_enc + dWx_dec', '_dec": dWx_dec': '_dec": dWx_enc + dWx_dec'},
        ),
    ),
    *misconception(
        "In which order is the source read?",
        ("source read backwards", {'batch["source"]': 'batch["source"][:, ::-1]'}),
    ),
    *teacher_forcing("target", f"greedy_decode({{{_DECODER}}}, read[:, -1], target[:, 0]", "h, decoder = rnn_forward("),
    *misconception(
        "If one word stands at three places, how many shares does its row of the table receive?",
        ("repeated words counted once", {"np.add.at(dW, words, dout)": "dW[words] += dout"}),
        within="embedding_backward",
    ),
    *misconception(
        "Both networks have a table of words: does each receive the gradients of the words that it looked up?",
        ("table of the source left without a gradient", {"embedding_backward(dx_enc": "embedding_backward(0 * dx_enc"}),
        ("table of the target left without a gradient", {"embedding_backward(dx_dec": "embedding_backward(0 * dx_dec"}),
        ("gradient given to the rows of the targets", {"(dx_dec, said,": "(dx_dec, wanted,"}),
    ),
    *OUTPUT,
    *WALK,
    *INNER_LOSSES,
    *SHIFT,
    *LOSS,
    *MASKED,
)

GREEDY = (
    *misconception(
        "What happens to a text that has come to its end, while others of the batch go on?",
        ("goes on behind the end", {"going &= word != end": "pass"}),
        ("all stop with the first", {"going &= word != end": "going &= np.all(word != end)"}),
        ("zeros behind the end", {", end)": ", 0)"}),
    ),
    *misconception(
        "Which word does each step read, and which one the first step?",
        ("start word fed at every step", {"[word] @": "[np.full(len(h0), start)] @"}),
        ("end word fed first", {"np.full(len(h0), start)": "np.full(len(h0), end) % len(params['We'])"}),
        ("nothing fed", {'params["We"][word]': '0 * params["We"][word]'}),
    ),
    *misconception(
        "What does a step take over from the step before it, beside the word?",
        ("state not handed on", {'h @ params["Wh"]': 'h0 @ params["Wh"]'}),
        ("state forgotten", {'h @ params["Wh"]': '0 * h @ params["Wh"]'}),
        ("given state squashed before the first step", {"start), h0": "start), np.tanh(h0)"}),
    ),
    *misconception(
        "Which of the scores belongs to the likeliest word?",
        ("unlikeliest word said", {"argmax": "argmin"}),
        ("largest magnitude said", {'(h @ params["Wy"] + params["by"])': 'np.abs(h @ params["Wy"] + params["by"])'}),
        ("bias of the scores forgotten", {' + params["by"]': ""}),
    ),
    *misconception(
        "Is the word that a step reads also the word that it says?",
        (
            "start word among the words said",
            {
                "        h = np.tanh(": "        words[going, t] = word[going]\n        h = np.tanh(",
                "        words[going, t] = word[going]\n": "",
            },
        ),
    ),
    *misconception(
        "Is the step taken here the same as the one that was trained?",
        ("no tanh", {"np.tanh(": "("}),
        ("bias of the step forgotten", {' + params["b"]': ""}),
    ),
)

RECALL_BATCH = (
    *misconception(
        "From which number does NumPy count, and which place of the sequence does the index name then?",
        ("counted from one", {"numbers[:, index]": "numbers[:, index - 1]"}),
        ("one place too late", {"numbers[:, index]": "numbers[:, (index + 1) % numbers.shape[1]]"}),
        ("counted from the end", {"numbers[:, index]": "numbers[:, -index - 1]"}),
        ("last number wanted", {"numbers[:, index]": "numbers[:, -1]"}),
        ("first number wanted", {"numbers[:, index]": "numbers[:, 0]"}),
    ),
    *misconception(
        "Is every number of the sequence encoded, or does the loop return too early?",
        (
            "only the first number encoded",
            {"[numbers]": "[numbers] * (np.arange(numbers.shape[1]) == 0)[:, None]"},
        ),
    ),
    *misconception(
        "Which of the places is hot, and how hot?",
        ("one place further", {"[numbers]": "[(numbers + 1) % n_features]"}),
        ("cold at the number's place", {"np.eye(n_features)": "(1 - np.eye(n_features))"}),
        ("hot in reverse order", {"np.eye(n_features)": "np.eye(n_features)[::-1]"}),
    ),
    *misconception(
        "In which order stand the numbers of a sequence?",
        ("sequences backwards", {"[numbers]": "[numbers[:, ::-1]]"}),
    ),
)

_GATES = "np.split(sigmoid(a[:, : 3 * H]), 3, axis=1)"

RECALL_LOSS = (
    *misconception(
        "Which state has seen the whole sequence, and which of the two states is shown to the outside?",
        ("cell state read instead of the hidden state", {"return h, (": "return c, ("}),
        ("state after the first number", {"range(x.shape[1])": "range(1)"}),
        ("last number not read", {"range(x.shape[1])": "range(x.shape[1] - 1)"}),
        ("sequence read backwards", {"range(x.shape[1])": "reversed(range(x.shape[1]))"}),
        within="lstm_forward",
    ),
    *misconception(
        "In which order do the gates stand in the stacked weights, and which of them are valves?",
        (
            "order i, f, g, o",
            {
                "sigmoid(a[:, : 3 * H])": "sigmoid(a[:, np.r_[: 2 * H, 3 * H : 4 * H]])",
                "a[:, 3 * H :]": "a[:, 2 * H : 3 * H]",
            },
        ),
        ("order f, i, o, g", {"i, f, o = np": "f, i, o = np"}),
        ("one added to the forget gate", {"c = f * prev_c": "c = sigmoid(a[:, H : 2 * H] + 1) * prev_c"}),
        within="lstm_forward",
    ),
    *misconception(
        "By which two ways does a gradient go back from one step to the one before it?",
        ("gradient of the cell not handed on", {"dh, dc = da @ Wh.T, dc * f": "dh, dc = da @ Wh.T, 0 * dc"}),
        ("gradient of the state not handed on", {"dh, dc = da @ Wh.T,": "dh, dc = 0 * dh,"}),
        ("cell's gradient handed on without the forget gate", {", dc * f\n": ", dc\n"}),
        ("tanh' of the cell forgotten", {"dh * o * (1 - tanh_c**2)": "dh * o"}),
        within="lstm_backward",
    ),
    *misconception(
        "Scores are free to be of any size: what stands between the state and the scores?",
        ("bias of the scores forgotten", {' + params["by"]': ""}),
        ("scores squashed by tanh", {_SCORES: f"np.tanh({_SCORES})"}),
    ),
    *LOSS,
)

ACCURACY = (
    *misconception(
        "A share of what: between which two numbers does it lie?",
        ("number of the hits", {"np.mean(": "np.sum("}),
        ("percent", {"np.mean(recalled": "100 * np.mean(recalled"}),
        ("share of the misses", {"==": "!="}),
    ),
    *misconception(
        "Which of the scores belongs to the number that the network recalls?",
        ("unlikeliest number", {"argmax": "argmin"}),
        ("bias of the scores forgotten", {' + params["by"]': ""}),
        ("one place further", {"recalled ==": "recalled + 1 =="}),
        ("best sequence of each number", {"argmax(axis=1)": "argmax(axis=0)[: len(h)]"}),
    ),
    *misconception(
        "Which state has seen the whole sequence?",
        ("state after the first number", {'batch["x"]': 'batch["x"][:, :1]'}),
    ),
)

ADAM = (
    *misconception(
        "Which way do the parameters go if the loss is to fall?",
        ("climbs", {"value - rate": "value + rate"}),
    ),
    *misconception(
        "Both running means begin at zero: what does Adam do about it, and from which number does it count the steps?",
        ("no correction of the means", {" / (1 - 0.9**t)": "", " / (1 - 0.999**t)": ""}),
        ("only the mean corrected", {" / (1 - 0.999**t)": ""}),
        ("only the mean of the squares corrected", {" / (1 - 0.9**t)": ""}),
        ("steps counted one too far", {"0.9**t": "0.9 ** (t + 1)", "0.999**t": "0.999 ** (t + 1)"}),
        (
            "corrected means handed on",
            {
                "    return moved": "    for name in m:\n        m[name] = m[name] / (1 - 0.9**t)\n"
                "        v[name] = v[name] / (1 - 0.999**t)\n    return moved"
            },
        ),
    ),
    *misconception(
        "What are the two means the means of, and how fast does each forget?",
        (
            "second mean of the gradients themselves",
            {"0.001 * grads[name] ** 2": "0.001 * grads[name]", "np.sqrt(square)": "np.abs(square)"},
        ),
        ("both means equally fast", {"0.999 * v": "0.9 * v", "0.001 * grads": "0.1 * grads", "0.999**t": "0.9**t"}),
        ("gradients added without a weight", {"0.1 * grads": "grads"}),
        ("means exchanged on the way out", {"return moved, m, v": "return moved, v, m"}),
    ),
    *misconception(
        "By what is the corrected mean divided?",
        ("root forgotten", {"np.sqrt(square)": "square"}),
        ("not divided at all", {" / (np.sqrt(square) + 1e-8)": ""}),
        ("epsilon of a hundredth", {"1e-8": "1e-2"}),
    ),
    *misconception(
        "Do old means and new gradients both enter the new means?",
        ("step by the plain gradient", {"rate * mean": "rate * grads[name]"}),
        ("means of the last gradient only", {"0.9 * m[name] + ": "", "0.999 * v[name] + ": ""}),
    ),
)

TRAIN = (
    *misconception(
        "Which parameters is the next batch judged with, and which ones come back in the end?",
        (
            "begins anew at every batch",
            {
                "    losses = np": "    given = params\n    losses = np",
                "recall_loss(params, batch)": "recall_loss(given, batch)",
            },
        ),
        ("parameters never moved", {"params, m, v = adam_step": "_, m, v = adam_step"}),
    ),
    *misconception(
        "What must Adam remember from one batch to the next, and how many steps has it taken?",
        ("means forgotten between batches", {"params, m, v = adam_step": "params, _, _ = adam_step"}),
        ("step number stays 1", {"step + 1": "1"}),
        ("steps counted from 2", {"step + 1": "step + 2"}),
    ),
    *misconception(
        "Is every batch used once, in its order?",
        ("first batch used again and again", {"recall_batch(sequences": "recall_batch(numbers[0]"}),
        ("batches in reverse", {"recall_batch(sequences": "recall_batch(numbers[-1 - step]"}),
        (
            "last batch without an update",
            {"params, m, v = adam_step": "if step + 1 < len(numbers):\n            params, m, v = adam_step"},
        ),
    ),
    *misconception(
        "Which loss stands in the list: that of the parameters before the update, or behind it?",
        (
            "losses behind the update",
            {"    return losses": "        losses[step], _ = recall_loss(params, batch)\n    return losses"},
        ),
        (
            "running mean of the losses",
            {"    return losses": "    losses = np.cumsum(losses) / np.arange(1, len(losses) + 1)\n    return losses"},
        ),
        ("losses added up", {"    return losses": "    losses = np.cumsum(losses)\n    return losses"}),
    ),
    *misconception(
        "Does the training ask for the number that the index names?",
        ("first number trained", {"sequences, index": "sequences, 0"}),
        ("last number trained", {"sequences, index": "sequences, -1"}),
    ),
)
