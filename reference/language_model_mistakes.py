"""What students get wrong in A6, exercise by exercise. INSTRUCTORS ONLY."""

from grader import misconception

VOCAB = (
    *misconception(
        "Two people build the vocabulary of two halves of one text: what makes sure that both count in the same order?",
        ("in the order of appearance", {"sorted(set(text))": "dict.fromkeys(text)"}),
        ("sorted backwards", {"sorted(set(text))": "sorted(set(text), reverse=True)"}),
        (
            "capitals sorted among the small letters",
            {"sorted(set(text))": "sorted(set(text), key=lambda c: (c.lower(), c))"},
        ),
    ),
    *misconception(
        "How often may a character stand in a vocabulary?",
        ("every character kept as often as it occurs", {"sorted(set(text))": "sorted(text)"}),
    ),
    *misconception(
        "Which characters of a text must the network be able to write? Look at a poem, character by character.",
        ("white space left out", {"set(text)": "set(text) - set(' \\n')"}),
        ("capitals made small", {"set(text)": "set(text.lower())"}),
        ("punctuation left out", {"set(text)": "(c for c in set(text) if c.isalpha() or c.isspace())"}),
    ),
)

ENCODE = (
    *misconception(
        "Which number has the first character of the vocabulary, and who gave it that number?",
        ("numbered from one", {"enumerate(chars)": "enumerate(chars, 1)"}),
        ("the computer's own numbers of characters", {"number[char] for": "ord(char) for"}),
    ),
    *misconception(
        "Is the number of a character its place in this vocabulary, or in another one, or in the text?",
        ("a vocabulary of its own", {"enumerate(chars)": "enumerate(sorted(chars))"}),
        ("place in the text", {"number[char] for": "text.index(char) for"}),
    ),
)

DECODE = (
    *misconception(
        "Which character has the number 0?",
        ("numbered from one", {"chars[index]": "chars[index - 1]"}),
        ("numbered from the end", {"chars[index]": "chars[-1 - index]"}),
        ("the computer's own numbers of characters", {"chars[index]": "chr(index)"}),
    ),
    *misconception(
        "Does every number give its character once, in its place, and is there anything between the characters?",
        ("spaces between the characters", {'"".join': '" ".join'}),
        ("text in reverse", {"in indices": "in reversed(indices)"}),
        ("vocabulary in the place of the text", {"chars[index] for index in indices": "chars"}),
    ),
)

ONE_HOT = (
    *misconception(
        "How many ones does a row hold? Print a small case.",
        ("ones of all numbers in every row", {"rows[np.arange(len(indices)), indices]": "rows[:, indices]"}),
        ("the first number in every row", {"rows[np.arange(len(indices)), indices]": "rows[:, indices[0]]"}),
        (
            "ones before the place as well",
            {"    rows[": "    for t in range(len(indices)):\n        rows[t, :indices[t]] = 1\n    rows["},
        ),
    ),
    *misconception(
        "In which column stands the one of the number 0?",
        ("columns counted from one", {"indices] = 1": "indices - 1] = 1"}),
        ("columns counted from the end", {"indices] = 1": "-1 - indices] = 1"}),
    ),
    *misconception(
        "What if the last character of the vocabulary does not occur in this piece of text?",
        ("width from the numbers themselves", {"(len(indices), V)": "(len(indices), max(indices) + 1)"}),
    ),
)

_SMALL = {name: f'"{name}": 0.01 *' for name in ("Wx", "Wh", "Wy")}

INIT = (
    *misconception(
        "How large should the scores be before training, if the network is to prefer no character to another?",
        ("weights not small", {old: old.removesuffix("0.01 *") for old in _SMALL.values()}),
        ("weights ten times too large", {old: old.replace("0.01", "0.1") for old in _SMALL.values()}),
        ("only the weights of the input small", {_SMALL[name]: f'"{name}":' for name in ("Wh", "Wy")}),
    ),
    *misconception(
        "May a weight start out negative, and is that as likely as the opposite?",
        (
            "weights all positive",
            {
                "rng.standard_normal((V, H))": "rng.random((V, H))",
                "rng.standard_normal((H, H))": "rng.random((H, H))",
                "rng.standard_normal((H, V))": "rng.random((H, V))",
            },
        ),
    ),
    *misconception(
        "Two hidden units with the same weights get the same gradient: what would ever make them differ?",
        ("hidden weights of zero", {"0.01 * rng.standard_normal((H, H))": "np.zeros((H, H))"}),
        ("output weights of zero", {"0.01 * rng.standard_normal((H, V))": "np.zeros((H, V))"}),
    ),
    *misconception(
        "Which of the parameters start at zero, and why may they?",
        ("random biases", {"np.zeros(H)": "0.01 * rng.standard_normal(H)"}),
        ("random output biases", {"np.zeros(V)": "0.01 * rng.standard_normal(V)"}),
        ("biases of one", {"np.zeros(H)": "np.ones(H)"}),
    ),
)

_SUM = "x[t] @ Wx + h[t] @ Wh + b"
_PATH = "(dh[t] + dnext)"
_SLOPE = "(1 - h[t + 1] ** 2)"

CHAR_RNN_LOSS = (
    *misconception(
        "Does a sequence of twice the length cost twice as much here, or just as much?",
        ("loss averaged over the steps", {"-np.sum(y * log_p)": "-np.sum(y * log_p) / T"}),
        (
            "loss and gradients averaged over the steps",
            {"-np.sum(y * log_p)": "-np.sum(y * log_p) / T", "np.exp(log_p) - y": "(np.exp(log_p) - y) / T"},
        ),
        ("gradients averaged over the steps", {"np.exp(log_p) - y": "(np.exp(log_p) - y) / T"}),
        ("only the last step counted", {"-np.sum(y * log_p)": "-np.sum((y * log_p)[-1])"}),
    ),
    *misconception(
        "Which way does the loss move when the right character becomes more likely?",
        ("loss with the sign flipped", {"-np.sum(y": "np.sum(y"}),
        ("gradient of the scores with the sign flipped", {"np.exp(log_p) - y": "y - np.exp(log_p)"}),
    ),
    *misconception(
        "What is the gradient of the loss by the score of the right character, and by those of the others?",
        ("target missing in the gradient of the scores", {"np.exp(log_p) - y": "np.exp(log_p)"}),
        ("probabilities missing in the gradient of the scores", {"np.exp(log_p) - y": "-y"}),
        ("gradient at the right character only", {"np.exp(log_p) - y": "(np.exp(log_p) - y) * y"}),
        ("gradient by the probabilities", {"np.exp(log_p) - y": "-y / np.exp(log_p)"}),
    ),
    *misconception(
        "The targets are already the next characters: is each step held against the one that belongs to it?",
        ("targets shifted once more", {"one_hot(targets, V)": "one_hot(np.roll(targets, -1), V)"}),
        ("inputs taken for the targets", {"one_hot(targets, V)": "one_hot(inputs, V)"}),
        ("targets taken for the inputs", {"one_hot(inputs, V)": "one_hot(targets, V)"}),
    ),
    *misconception(
        "Over what do the probabilities of one step add up to one?",
        (
            "softmax over the steps",
            {"max(axis=1": "max(axis=0", "sum(axis=1": "sum(axis=0"},
        ),
    ),
    *misconception(
        "What happens to the exponential of a very large score, and which shift of a step's scores is harmless?",
        ("scores not shifted", {"scores - scores.max(axis=1, keepdims=True)": "scores"}),
        ("logarithm of a probability that may be zero", {"-np.sum(y * log_p)": "-np.sum(y * np.log(np.exp(log_p)))"}),
    ),
    *misconception(
        "Which state does each step start from, and which one does the very first step start from?",
        ("h0 ignored", {"h[0] = h0": "pass"}),
        ("h0 fed at every step", {"h[t] @ Wh + b": "h0 @ Wh + b"}),
        ("first state returned", {"grads, h[-1]": "grads, h[1]"}),
        ("state before the last step returned", {"grads, h[-1]": "grads, h[-2]"}),
    ),
    *misconception(
        "Which three terms go into the new state, and what is done to their sum?",
        ("tanh forgotten", {f"np.tanh({_SUM})": _SUM}),
        ("hidden bias forgotten", {"h[t] @ Wh + b": "h[t] @ Wh"}),
        ("recurrent term forgotten", {" + h[t] @ Wh": ""}),
        ("output bias forgotten", {"@ Wy + by": "@ Wy"}),
    ),
    *misconception(
        "By which two ways does a hidden state reach the loss, and does each step receive both gradients?",
        ("carried gradient dropped", {_PATH: "dh[t]"}),
        ("loss of the inner steps dropped", {_PATH: "(dh[t] if t == T - 1 else dnext)"}),
        ("carried gradient accumulated", {"dnext = Wh @": "dnext = dnext + Wh @"}),
    ),
    *misconception(
        "In which order must the steps be undone?",
        ("walks forwards in time", {"reversed(range(T))": "range(T)"}),
    ),
    *misconception(
        "At what is the slope of the tanh taken, and what is that slope?",
        ("slope of tanh forgotten", {f"* {_SLOPE}": ""}),
        ("slope at the state before the step", {_SLOPE: "(1 - h[t] ** 2)"}),
        ("slope like that of sigmoid", {_SLOPE: "h[t + 1] * (1 - h[t + 1])"}),
    ),
    *misconception(
        "Going back through a matrix product, which way round does the matrix stand? Two equal sizes hide it from you.",
        ("Wh not transposed", {"dnext = Wh @": "dnext = Wh.T @"}),
    ),
    *misconception(
        "What stood beside each of the weights in the forward pass?",
        ("gradient of Wh from the new states", {"h[:-1].T @ da": "h[1:].T @ da"}),
        ("gradient of Wy from the old states", {"h[1:].T @ dscores": "h[:-1].T @ dscores"}),
    ),
    *misconception(
        "The biases served at every step: does each step add its full share?",
        ("gradient of b from the last step", {"da.sum(axis=0)": "da[-1]"}),
        ("gradient of by averaged", {"dscores.sum(axis=0)": "dscores.mean(axis=0)"}),
    ),
    *misconception(
        "Whose work is it to shorten gradients, the loss's or the training loop's?",
        (
            "clipped inside the loss",
            {
                "    return loss": "    grads = {name: np.clip(grad, -0.5, 0.5) for name, grad in grads.items()}\n"
                "    return loss"
            },
        ),
    ),
)

SAMPLE = (
    *misconception(
        "Must the likeliest character always be the next one?",
        ("the likeliest character instead of a drawn one", {"rng.choice(len(p), p=p / p.sum())": "p.argmax()"}),
        ("every character as likely as any other", {"rng.choice(len(p), p=p / p.sum())": "rng.choice(len(p))"}),
    ),
    *misconception(
        "At a temperature near zero, should the distribution become sharper or flatter, and does yours?",
        ("multiplied by the temperature", {"/ temperature": "* temperature"}),
        ("temperature ignored", {" / temperature": ""}),
        ("only the bias divided", {"(h @ Wy + by)": "h @ Wy + by"}),
    ),
    *misconception(
        "What does the network read at each step, and what has it become when the step is done?",
        ("drawn character not fed back", {"Wx[index]": "Wx[first]"}),
        (
            "state not carried on",
            {"h = np.tanh(Wx[index] + h @ Wh + b)": "new = np.tanh(Wx[index] + h @ Wh + b)", "(h @ Wy": "(new @ Wy"},
        ),
        ("given state ignored", {"indices, index = [], first": "indices, index, h = [], first, np.zeros_like(h)"}),
    ),
    *misconception(
        "Does what you return begin with the first character, or with the one after it?",
        (
            "first character returned as well",
            {"indices, index = [], first": "indices, index = [first], first", "range(n)": "range(n - 1)"},
        ),
    ),
    *misconception(
        "Is this the same step, and are these the same scores, as in the loss?",
        ("tanh forgotten", {"np.tanh(Wx[index] + h @ Wh + b)": "Wx[index] + h @ Wh + b"}),
        ("hidden bias forgotten", {"h @ Wh + b)": "h @ Wh)"}),
        ("output bias forgotten", {"(h @ Wy + by)": "(h @ Wy)"}),
    ),
    *misconception(
        "What happens to the exponential of a very large number, and how large do scores get at a low temperature?",
        ("scores not shifted", {"scores - scores.max()": "scores"}),
    ),
)

SGD = (
    *misconception(
        "The gradient points to where the loss grows: which way do you want to go?",
        ("uphill", {"- rate": "+ rate"}),
    ),
    *misconception(
        "How far does a step go along the gradient, and where does it start?",
        ("rate forgotten", {"rate * grads[name]": "grads[name]"}),
        ("divided by the rate", {"rate * grads[name]": "grads[name] / rate"}),
        ("only the step returned", {"params[name] - rate": "-rate"}),
        ("parameters shrunk as well", {"params[name] - rate": "(1 - rate) * params[name] - rate"}),
        ("only the direction of the gradient", {"rate * grads[name]": "rate * np.sign(grads[name])"}),
    ),
    *misconception(
        "Does every parameter take part in the step, the biases included?",
        ("biases left as they are", {"rate * grads[name]": "rate * grads[name] * (grads[name].ndim > 1)"}),
    ),
)

_GROWN = "memory[name] + grads[name] ** 2 for"
_STEP = "rate * grads[name] / np.sqrt(memory[name] + 1e-8)"

ADAGRAD = (
    *misconception(
        "What does the memory hold after a hundred steps: the last gradient, or something of all of them?",
        ("memory forgets", {_GROWN: "grads[name] ** 2 for"}),
        ("memory decays", {_GROWN: "0.9 * memory[name] + 0.1 * grads[name] ** 2 for"}),
        ("memory halves", {_GROWN: "(memory[name] + grads[name] ** 2) / 2 for"}),
    ),
    *misconception(
        "May gradients of opposite sign cancel in the memory?",
        ("gradients added instead of their squares", {_GROWN: "memory[name] + grads[name] for"}),
        ("magnitudes added instead of squares", {_GROWN: "memory[name] + np.abs(grads[name]) for"}),
    ),
    *misconception(
        "If all gradients were ten times larger, how much longer would the first step be?",
        ("root forgotten", {"np.sqrt(memory[name] + 1e-8)": "(memory[name] + 1e-8)"}),
        ("gradient squared in the step as well", {"rate * grads[name]": "rate * grads[name] ** 2"}),
        ("multiplied by the root", {"/ np.sqrt": "* np.sqrt"}),
        ("memory unused", {_STEP: "rate * grads[name]"}),
    ),
    *misconception(
        "Is the gradient of this very step part of the memory that divides it?",
        (
            "divided by the memory of before",
            {
                "    memory = {": "    old, memory = memory, {",
                "np.sqrt(memory[name]": "np.sqrt(old[name]",
            },
        ),
        (
            "memory of before returned",
            {"    memory = {": "    old, memory = memory, {", "return params, memory": "return params, old"},
        ),
    ),
    *misconception(
        "Is the memory kept entry by entry?",
        ("one number of memory for a whole matrix", {_GROWN: "memory[name] + np.sum(grads[name] ** 2) for"}),
        ("mean of the squares", {_GROWN: "memory[name] + np.mean(grads[name] ** 2) for"}),
    ),
    *misconception(
        "The gradient points to where the loss grows: which way do you want to go?",
        ("uphill", {"- rate": "+ rate"}),
    ),
    *misconception(
        "Where does the small number stand, and what does a parameter do that has never had a gradient?",
        ("small number outside the root", {"np.sqrt(memory[name] + 1e-8)": "(np.sqrt(memory[name]) + 1e-8)"}),
        ("small number forgotten", {"memory[name] + 1e-8": "memory[name]"}),
    ),
)

_NORM = "np.sqrt(sum(np.sum(grad**2) for grad in grads.values()))"
_SCALE = "max_norm / max(norm, max_norm)"

CLIP = (
    *misconception(
        "How long is the vector with the entries 3 and 4?",
        ("norm without the root", {_NORM: "sum(np.sum(grad**2) for grad in grads.values())"}),
        ("sum of magnitudes", {_NORM: "sum(np.sum(np.abs(grad)) for grad in grads.values())"}),
        ("root of a mean", {"np.sqrt(sum(np.sum(": "np.sqrt(sum(np.mean("}),
        ("largest entry", {_NORM: "max(np.max(np.abs(grad)) for grad in grads.values())"}),
    ),
    *misconception(
        "Are all gradients together one long vector, or is each one shortened on its own?",
        (
            "each gradient on its own",
            {"scale * grad for": "max_norm / max(np.sqrt(np.sum(grad**2)), max_norm) * grad for"},
        ),
        ("sum of the norms", {_NORM: "sum(np.sqrt(np.sum(grad**2)) for grad in grads.values())"}),
    ),
    *misconception(
        "Which gradients need no shortening, and what becomes of those?",
        ("short gradients lengthened", {_SCALE: "max_norm / norm"}),
        ("never shortened", {"scale * grad for": "grad for"}),
        ("long gradients lost", {_SCALE: "float(norm <= max_norm)"}),
    ),
    *misconception(
        "Does the shortened gradient still point the same way?",
        ("entries cut off one by one", {"scale * grad for": "np.clip(grad, -max_norm, max_norm) for"}),
        ("only the direction kept", {_SCALE: "1 / norm"}),
    ),
)

_RESTART = 'start, h = 0, np.zeros(len(params["b"]))\n        inputs'
_UPDATE = "adagrad_step(params, clip_gradients(grads, max_norm), memory, rate)"

TRAIN = (
    *misconception(
        "What does the network know of the text when it begins the second piece?",
        ("state not carried on", {"loss, grads, h = char_rnn_loss": "loss, grads, _ = char_rnn_loss"}),
        ("state kept when the text begins anew", {_RESTART: "start = 0\n        inputs"}),
    ),
    *misconception(
        "Which characters does each step read, and where does the next step go on?",
        ("the same piece at every step", {"start += chunk": "start += 0"}),
        ("one character further at every step", {"start += chunk": "start += 1"}),
        ("one character skipped between two pieces", {"start += chunk": "start += chunk + 1"}),
    ),
    *misconception(
        "What should the network have said when it read a character?",
        (
            "inputs taken for the targets",
            {"indices[start + 1 : start + chunk + 1]": "indices[start : start + chunk]"},
        ),
        (
            "inputs and targets exchanged",
            {"char_rnn_loss(params, inputs, targets, h)": "char_rnn_loss(params, targets, inputs, h)"},
        ),
        (
            "targets wrapped round the piece",
            {"indices[start + 1 : start + chunk + 1]": "np.roll(indices[start : start + chunk], -1)"},
        ),
    ),
    *misconception(
        "When is too little of the text left for another piece with all its targets?",
        ("text begun anew too early", {"start + chunk >= len(indices)": "start + chunk + 1 >= len(indices) and start"}),
        ("text begun anew before every step", {"if start + chunk >= len(indices)": "if True"}),
    ),
    *misconception(
        "How long does Adagrad remember?",
        ("memory emptied at every step", {"params, memory = adagrad_step": "params, _ = adagrad_step"}),
        ("plain gradient descent", {_UPDATE: "sgd_step(params, clip_gradients(grads, max_norm), rate), memory"}),
    ),
    *misconception(
        "When are gradients shortened, and which ones?",
        ("not clipped", {"clip_gradients(grads, max_norm)": "grads"}),
        (
            "parameters clipped instead of the gradients",
            {_UPDATE: "adagrad_step(clip_gradients(params, max_norm), grads, memory, rate)"},
        ),
        (
            "entries clipped one by one",
            {"clip_gradients(grads, max_norm)": "{k: np.clip(g, -max_norm, max_norm) for k, g in grads.items()}"},
        ),
    ),
    *misconception(
        "What is asked for: a number for the last step, a number for every step, or their course smoothed?",
        ("losses averaged over the characters", {"losses.append(loss)": "losses.append(loss / chunk)"}),
        (
            "losses smoothed",
            {"losses.append(loss)": "losses.append(loss if not losses else 0.9 * losses[-1] + 0.1 * loss)"},
        ),
        ("losses summed up", {"losses.append(loss)": "losses.append(loss + (losses[-1] if losses else 0))"}),
        (
            "loss taken after the update",
            {
                "inputs, targets = ": "before = h\n        inputs, targets = ",
                "losses.append(loss)": "losses.append(char_rnn_loss(params, inputs, targets, before)[0])",
            },
        ),
    ),
    *misconception(
        "Which parameters does a step start from, and which ones come back at the end?",
        (
            "parameters of the beginning returned",
            {"    memory = {": "    begun = params\n    memory = {", "(losses), params": "(losses), begun"},
        ),
        (
            "every step from the beginning",
            {
                "    memory = {": "    begun = params\n    memory = {",
                "adagrad_step(params, clip": "adagrad_step(begun, clip",
            },
        ),
    ),
)
