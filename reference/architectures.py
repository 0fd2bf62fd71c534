"""A7: one network, five ways to unroll it, and an LSTM that learns to remember.

INSTRUCTORS ONLY. The functions are the solution as a student would write it; every top-level function of this
module is part of it. What each exercise takes, gives and is worth is declared below them.
"""
# The shapes of all arguments stand in the declarations; annotations would say less and hide the equations:
# mypy: allow-untyped-defs, allow-untyped-calls

import numpy as np

from grader import Assignment, Behaviour, Bound, Probe, plain
from reference import architectures_mistakes as wrong
from reference.architectures_equivalents import EQUIVALENTS
from reference.architectures_errata import ERRATA
from reference.architectures_figures import FIGURES, PICTURES
from reference.architectures_probes import all_but_one_recalled, ends_apart, recall_task, scores_apart


def rnn_forward(x, h0, Wx, Wh, b):
    """The hidden state after every step."""
    N, T, _ = x.shape
    h = np.zeros((N, T, len(Wh)))
    prev_h = h0
    for t in range(T):
        prev_h = np.tanh(x[:, t] @ Wx + prev_h @ Wh + b)
        h[:, t] = prev_h
    return h, (x, h0, Wx, Wh, h)


def rnn_backward(dh, cache):
    """The gradients of everything that went into the sequence."""
    x, h0, Wx, Wh, h = cache
    T = x.shape[1]
    da = np.zeros_like(h)
    dh0 = np.zeros_like(h0)
    for t in reversed(range(T)):
        da[:, t] = (dh[:, t] + dh0) * (1 - h[:, t] ** 2)
        dh0 = da[:, t] @ Wh.T  # of the state before step t; in the end of h0
    prev_h = np.concatenate([h0[:, None], h[:, :-1]], axis=1)
    dx, dWx, db = affine_backward(da, x, Wx)
    _, dWh, _ = affine_backward(da, prev_h, Wh)
    return dx, dh0, dWx, dWh, db


def affine_backward(dout, x, w):
    """The gradients of x @ w + b, added up over all rows there are."""
    rows = x.reshape(-1, len(w))
    drows = dout.reshape(len(rows), -1)
    return dout @ w.T, rows.T @ drows, drows.sum(axis=0)


def embedding_backward(dout, words, W):
    """The gradient of the table of word vectors."""
    dW = np.zeros_like(W)
    np.add.at(dW, words, dout)
    return dW


def softmax_loss(scores, y, mask=True):
    """The cross-entropy, added up over the unmasked places and divided by the batch, and its gradient by the scores."""
    shifted = scores - scores.max(axis=-1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    target = np.arange(scores.shape[-1]) == y[..., None]
    weight = np.expand_dims(mask, -1) / len(scores)
    return -np.sum(weight * target * log_p), weight * (np.exp(log_p) - target)


def one_to_one_loss(params, batch):
    """The loss of a network without time, and the gradients of its parameters."""
    x, y = batch["x"], batch["y"]
    h = np.tanh(x @ params["Wx"] + params["b"])
    loss, dscores = softmax_loss(h @ params["Wy"] + params["by"], y)
    dh, dWy, dby = affine_backward(dscores, h, params["Wy"])
    _, dWx, db = affine_backward(dh * (1 - h**2), x, params["Wx"])
    return loss, {"Wx": dWx, "b": db, "Wy": dWy, "by": dby}


def many_to_one_loss(params, batch):
    """The loss of one class for each text, and the gradients of all parameters."""
    words, lengths, y = batch["words"], batch["lengths"], batch["y"]
    N, H = len(words), len(params["Wh"])
    h, cache = rnn_forward(params["We"][words], np.zeros((N, H)), params["Wx"], params["Wh"], params["b"])
    last = np.arange(N), lengths - 1  # behind it there is only padding
    loss, dscores = softmax_loss(h[last] @ params["Wy"] + params["by"], y)
    dh = np.zeros_like(h)
    dh[last], dWy, dby = affine_backward(dscores, h[last], params["Wy"])
    dx, _, dWx, dWh, db = rnn_backward(dh, cache)
    dWe = embedding_backward(dx, words, params["We"])
    return loss, {"We": dWe, "Wx": dWx, "Wh": dWh, "b": db, "Wy": dWy, "by": dby}


def many_to_many_synced_loss(params, batch):
    """The loss of a label for every frame, and the gradients of all parameters."""
    x, y, mask = batch["x"], batch["y"], batch["mask"]
    h0 = np.zeros((len(x), len(params["Wh"])))
    h, cache = rnn_forward(x, h0, params["Wx"], params["Wh"], params["b"])
    loss, dscores = softmax_loss(h @ params["Wy"] + params["by"], y, mask)
    dh, dWy, dby = affine_backward(dscores, h, params["Wy"])
    _, _, dWx, dWh, db = rnn_backward(dh, cache)
    return loss, {"Wx": dWx, "Wh": dWh, "b": db, "Wy": dWy, "by": dby}


def one_to_many_loss(params, batch):
    """The loss of a caption for each image, and the gradients of all parameters."""
    features, captions, mask = batch["features"], batch["captions"], batch["mask"]
    said, wanted = captions[:, :-1], captions[:, 1:]
    h0 = features @ params["Wp"] + params["bp"]
    h, cache = rnn_forward(params["We"][said], h0, params["Wx"], params["Wh"], params["b"])
    loss, dscores = softmax_loss(h @ params["Wy"] + params["by"], wanted, mask)
    dh, dWy, dby = affine_backward(dscores, h, params["Wy"])
    dx, dh0, dWx, dWh, db = rnn_backward(dh, cache)
    _, dWp, dbp = affine_backward(dh0, features, params["Wp"])
    dWe = embedding_backward(dx, said, params["We"])
    return loss, {"Wp": dWp, "bp": dbp, "We": dWe, "Wx": dWx, "Wh": dWh, "b": db, "Wy": dWy, "by": dby}


def seq2seq_loss(params, batch):
    """The loss of a translation under teacher forcing, and the gradients of encoder and decoder."""
    source, target, mask = batch["source"], batch["target"], batch["mask"]
    said, wanted = target[:, :-1], target[:, 1:]
    nothing = np.zeros((len(source), len(params["Wh_enc"])))
    read, encoder = rnn_forward(params["We_enc"][source], nothing, params["Wx_enc"], params["Wh_enc"], params["b_enc"])
    h, decoder = rnn_forward(params["We_dec"][said], read[:, -1], params["Wx_dec"], params["Wh_dec"], params["b_dec"])
    loss, dscores = softmax_loss(h @ params["Wy"] + params["by"], wanted, mask)
    dh, dWy, dby = affine_backward(dscores, h, params["Wy"])
    dx_dec, dthought, dWx_dec, dWh_dec, db_dec = rnn_backward(dh, decoder)
    dread = np.zeros_like(read)
    dread[:, -1] = dthought  # all that the decoder knows of the source
    dx_enc, _, dWx_enc, dWh_enc, db_enc = rnn_backward(dread, encoder)
    return loss, {
        "We_enc": embedding_backward(dx_enc, source, params["We_enc"]),
        "Wx_enc": dWx_enc,
        "Wh_enc": dWh_enc,
        "b_enc": db_enc,
        "We_dec": embedding_backward(dx_dec, said, params["We_dec"]),
        "Wx_dec": dWx_dec,
        "Wh_dec": dWh_dec,
        "b_dec": db_dec,
        "Wy": dWy,
        "by": dby,
    }


def greedy_decode(params, h0, start, end, steps):
    """What the network says, one likeliest word after the other, each fed back."""
    words = np.full((len(h0), steps), end)
    going = np.full(len(h0), True)
    word, h = np.full(len(h0), start), h0
    for t in range(steps):
        h = np.tanh(params["We"][word] @ params["Wx"] + h @ params["Wh"] + params["b"])
        word = (h @ params["Wy"] + params["by"]).argmax(axis=1)
        words[going, t] = word[going]
        going &= word != end
    return words


def recall_batch(numbers, index, n_features):
    """The recall task: sequences of one-hot vectors, and the number to be recalled from each."""
    return {"x": np.eye(n_features)[numbers], "y": numbers[:, index]}


def sigmoid(x):
    """The logistic function of every entry."""
    return 0.5 * (1 + np.tanh(0.5 * x))  # the same curve as tanh, half as steep: nothing can overflow


def lstm_forward(x, Wx, Wh, b):
    """The LSTM's state after the last step."""
    H = len(Wh)
    h = c = np.zeros((len(x), H))
    caches = []
    for t in range(x.shape[1]):
        prev_h, prev_c = h, c
        a = x[:, t] @ Wx + prev_h @ Wh + b
        i, f, o = np.split(sigmoid(a[:, : 3 * H]), 3, axis=1)
        g = np.tanh(a[:, 3 * H :])
        c = f * prev_c + i * g
        tanh_c = np.tanh(c)
        h = o * tanh_c
        caches.append((x[:, t], prev_h, prev_c, i, f, o, g, tanh_c))
    return h, (Wx, Wh, caches)


def lstm_backward(dh, cache):
    """The gradients of the LSTM's weights, from that of its last state."""
    Wx, Wh, caches = cache
    dWx, dWh, db = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros(len(Wx.T))
    dc = np.zeros_like(dh)
    for x, prev_h, prev_c, i, f, o, g, tanh_c in reversed(caches):
        dc = dc + dh * o * (1 - tanh_c**2)
        dai = dc * g * i * (1 - i)
        daf = dc * prev_c * f * (1 - f)
        dao = dh * tanh_c * o * (1 - o)
        dag = dc * i * (1 - g**2)
        da = np.hstack([dai, daf, dao, dag])
        dWx += x.T @ da
        dWh += prev_h.T @ da
        db += da.sum(axis=0)
        dh, dc = da @ Wh.T, dc * f
    return dWx, dWh, db


def recall_loss(params, batch):
    """The loss of the LSTM on the recall task, and the gradients of all parameters."""
    h, cache = lstm_forward(batch["x"], params["Wx"], params["Wh"], params["b"])
    loss, dscores = softmax_loss(h @ params["Wy"] + params["by"], batch["y"])
    dh, dWy, dby = affine_backward(dscores, h, params["Wy"])
    dWx, dWh, db = lstm_backward(dh, cache)
    return loss, {"Wx": dWx, "Wh": dWh, "b": db, "Wy": dWy, "by": dby}


def recall_accuracy(params, batch):
    """The share of the sequences whose number is recalled."""
    h, _ = lstm_forward(batch["x"], params["Wx"], params["Wh"], params["b"])
    recalled = (h @ params["Wy"] + params["by"]).argmax(axis=1)
    return np.mean(recalled == batch["y"])


def adam_step(params, grads, m, v, t, rate):
    """The parameters after step t of Adam, and both running means."""
    m = {name: 0.9 * m[name] + 0.1 * grads[name] for name in params}
    v = {name: 0.999 * v[name] + 0.001 * grads[name] ** 2 for name in params}
    moved = {}
    for name, value in params.items():
        mean = m[name] / (1 - 0.9**t)
        square = v[name] / (1 - 0.999**t)
        moved[name] = value - rate * mean / (np.sqrt(square) + 1e-8)
    return moved, m, v


def train_recall(params, numbers, index, rate):
    """The loss on every batch before its update, and the parameters after the last."""
    losses = np.zeros(len(numbers))
    m = v = {name: np.zeros_like(value) for name, value in params.items()}
    for step, sequences in enumerate(numbers):
        batch = recall_batch(sequences, index, len(params["by"]))
        losses[step], grads = recall_loss(params, batch)
        params, m, v = adam_step(params, grads, m, v, step + 1, rate)
    return losses, params


_SCORES = "How large is the largest score of a place, and which number can be taken from all its scores without harm?"


ONE_TO_ONE = plain(
    one_to_one_loss,
    takes=(
        "params: {Wx: D H, weight; b: H, bias; Wy: H M, weight; by: M, bias}",
        "batch: {x: N D; y: N, below M}",
    ),
    gives=("loss:", "grads: {Wx: D H; b: H; Wy: H M; by: M}"),
    points=8,
    slopes={"grads": ("loss", "params")},
    task=r"""
*One to one*: the network without time, which the others are held against. One input $x_n$, one hidden layer, one class
$y_n$ among $M$:

$$h = \tanh(x W_x + b),\qquad s = h W_y + b_y,\qquad p = \text{softmax}(s)$$

$$E = -\frac{1}{N} \sum_n \log p_{n,\,y_n}$$

The parameters come as a dict, the data too, and so go the gradients: one entry for every parameter, under its name and
in its shape, and no other entry. Nothing is asked about the data: they are what they are. Scores may be in the
thousands, here and in all that follows.
""",
    probes=(Probe("scores in the thousands", scores_apart('batch["x"]'), _SCORES),),
    mistakes=wrong.ONE_TO_ONE,
)

MANY_TO_ONE = plain(
    many_to_one_loss,
    takes=(
        "params: {We: V D, weight; Wx: D H, weight; Wh: H H, weight; b: H, bias; Wy: H M, weight; by: M, bias}",
        "batch: {words: N T, below V; lengths: N, 1 to T; y: N, below M}",
    ),
    gives=("loss:", "grads: {We: V D; Wx: D H; Wh: H H; b: H; Wy: H M; by: M}"),
    points=15,
    slopes={"grads": ("loss", "params")},
    task=r"""
*Many to one*: a text goes in, and when it has been read the network says what mood it is in. Each word is looked up in
the table `We` (row $v$ is the vector of word $v$), the RNN reads the vectors from $h_0 = 0$ on, and the scores of the
$M$ classes are an affine map of one single state, the last one:

$$s_n = h_{n,\,\text{last}}\, W_y + b_y,\qquad E = -\frac{1}{N} \sum_n \log p_{n,\,y_n}$$

Texts of a batch differ in length. `lengths[n]` says how many of the $T$ places of `words[n]` are text; what stands
behind them is padding and must not be read into the answer. So "the last state" is another place for every text. Only
there does the loss touch the sequence; from there the gradient walks back through all that was read.
""",
    probes=(Probe("scores in the thousands", scores_apart('batch["words"]', 'params["We"]'), _SCORES),),
    mistakes=wrong.MANY_TO_ONE,
)

SYNCED = plain(
    many_to_many_synced_loss,
    takes=(
        "params: {Wx: D H, weight; Wh: H H, weight; b: H, bias; Wy: H M, weight; by: M, bias}",
        "batch: {x: N T D; y: N T, below M; mask: N T, bool}",
    ),
    gives=("loss:", "grads: {Wx: D H; Wh: H H; b: H; Wy: H M; by: M}"),
    points=13,
    slopes={"grads": ("loss", "params")},
    task=r"""
*Many to many, synced*: a label for every frame of a film, said at the moment at which the frame is seen. The features
of frame $t$ are $x_t$, the RNN starts from $h_0 = 0$, and every state has scores of its own:

$$s_t = h_t W_y + b_y,\qquad E = -\frac{1}{N} \sum_{n,t} \text{mask}_{n,t}\, \log p_{n,t,\,y_{n,t}}$$

As in `temporal_softmax_loss`, `mask` is `False` where nothing is to be judged, and the *sum* over the frames is divided
by the number of films. Every state receives a gradient from its own label and from all later ones.
""",
    probes=(Probe("scores in the thousands", scores_apart('batch["x"]'), _SCORES),),
    mistakes=wrong.SYNCED,
)

ONE_TO_MANY = plain(
    one_to_many_loss,
    takes=(
        "params: {Wp: D H, weight; bp: H, bias; We: V D, weight; Wx: D H, weight; Wh: H H, weight; b: H, bias;"
        " Wy: H V, weight; by: V, bias}",
        "batch: {features: N D; captions: N T+1, below V; mask: N T, bool}",
    ),
    gives=("loss:", "grads: {Wp: D H; bp: H; We: V D; Wx: D H; Wh: H H; b: H; Wy: H V; by: V}"),
    points=15,
    slopes={"grads": ("loss", "params")},
    task=r"""
*One to many*: an image goes in once and a sentence comes out. The features of the image, as a convolutional network
has left them, are mapped to the state from which the RNN starts: $h_0 = \text{features}\, W_p + b_p$, without a tanh.
From then on the network reads the caption word by word and has to say, at each step, the word that comes next.

A caption has $T + 1$ words. The first is the start word and is never asked for; the last is never read. That leaves
$T$ words that are read and $T$ that are wanted; think about which they are. The words that are read come from the
caption and never from the network's own mouth: this is *teacher forcing*. The loss is that of
`many_to_many_synced_loss`, over the $V$ words; `mask[:, t]` belongs to the word that is wanted at step $t$.
""",
    probes=(Probe("scores in the thousands", scores_apart('batch["captions"]', 'params["We"]'), _SCORES),),
    mistakes=wrong.ONE_TO_MANY,
)

SEQ2SEQ = plain(
    seq2seq_loss,
    takes=(
        "params: {We_enc: U D, weight; Wx_enc: D H, weight; Wh_enc: H H, weight; b_enc: H, bias;"
        " We_dec: V D, weight; Wx_dec: D H, weight; Wh_dec: H H, weight; b_dec: H, bias;"
        " Wy: H V, weight; by: V, bias}",
        "batch: {source: N S, below U; target: N T+1, below V; mask: N T, bool}",
    ),
    gives=(
        "loss:",
        "grads: {We_enc: U D; Wx_enc: D H; Wh_enc: H H; b_enc: H; We_dec: V D; Wx_dec: D H; Wh_dec: H H; b_dec: H;"
        " Wy: H V; by: V}",
    ),
    points=17,
    slopes={"grads": ("loss", "params")},
    task=r"""
*Many to many*: many to one, followed by one to many. An *encoder* reads the source, $S$ words of a language with $U$
words, from the state zero; it has no scores. A *decoder*, a second network with parameters of its own, starts from the
encoder's last state and says the target, in a language with $V$ words, under teacher forcing and with the loss of
`one_to_many_loss`. All sources of a batch have the same length.

The one state that is handed over is all that the decoder ever learns of the source; so it is also the only door
through which a gradient comes back to the encoder. Which gradient of the decoder's goes through it, and where does it
arrive?
""",
    probes=(Probe("scores in the thousands", scores_apart('batch["target"]', 'params["We_dec"]', "_dec"), _SCORES),),
    mistakes=wrong.SEQ2SEQ,
)

GREEDY = plain(
    greedy_decode,
    takes=(
        "params: {We: V D; Wx: D H; Wh: H H; b: H, bias; Wy: H V; by: V, bias}",
        "h0: N H",
        "start:, 0 to 0",
        "end:, 1 to V",
        "steps:, T to T",
    ),
    gives=("words: N T, below V",),
    points=10,
    task=r"""
Nobody teaches now: the network speaks. Starting from the state `h0` (the projected image, or the encoder's last state)
it reads the word `start`; of the words it could say next, take the likeliest; feed it back as the next input, and so on
for `steps` steps. Return the words that were *said*, in the shape $(N, T)$ with $T$ = `steps`: the start word is not
among them.

A text that says the word `end` is at its end: that `end` is part of it, and all later places of its row hold `end` too.
The other texts of the batch go on. Not every text comes to an end in time, and an `end` that is no word of the
vocabulary is never said.
""",
    probes=(
        Probe(
            "texts that end apart",
            ends_apart(greedy_decode),
            "What becomes of a text that has said its last word, while another one goes on?",
        ),
    ),
    mistakes=wrong.GREEDY,
)

RECALL_BATCH = plain(
    recall_batch,
    takes=("numbers: N T, below V", "index:, below T", "n_features:, V to V"),
    gives=("batch: {x: N T V; y: N, below V}",),
    points=3,
    task=r"""
The task of L4: some numbers go in, one after the other, and in the end the network has to say one of them. Which one is
agreed upon: the number at the place `index`, counted from 0. Make the data of this task from sequences of numbers
below `n_features`: `x` holds a one-hot vector (ones and zeros, as floats) for every number, `y` the number to be
recalled from each sequence, as it is. The program printed in the slides does not run; see what the handout says of it.
""",
    mistakes=wrong.RECALL_BATCH,
)

_LSTM = "params: {Wx: V 4H, weight; Wh: H 4H, weight; b: 4H, bias; Wy: H V, weight; by: V, bias}"

RECALL_LOSS = plain(
    recall_loss,
    takes=(_LSTM, "batch: {x: N T V; y: N, below V}"),
    gives=("loss:", "grads: {Wx: V 4H; Wh: H 4H; b: 4H; Wy: H V; by: V}"),
    points=6,
    slopes={"grads": ("loss", "params")},
    task=r"""
Many to one once more, with an LSTM: it reads the sequence, both states starting from zero, and its last hidden state
is mapped to the scores of the $V$ numbers, $s = h_T W_y + b_y$. Loss and gradients as before. Take your LSTM of the
second assignment, with the gates in the order $i, f, o, g$; copy it into this file. All sequences have the same length.
""",
    mistakes=wrong.RECALL_LOSS,
)

ACCURACY = plain(
    recall_accuracy,
    takes=(_LSTM, "batch: {x: N T V; y: N, below V}"),
    gives=("accuracy:",),
    points=2,
    task=r"""
The share of the sequences of a batch whose number is recalled, from 0 to 1. A network recalls the number with the
largest score.
""",
    probes=(
        Probe(
            "all but one recalled",
            all_but_one_recalled(recall_accuracy),
            "Which share of the sequences is it, if only one is not recalled?",
        ),
    ),
    mistakes=wrong.ACCURACY,
)

ADAM = plain(
    adam_step,
    takes=(
        "params: {W: D H, weight; b: H, bias}",
        "grads: {W: D H; b: H}",
        "m: {W: D H; b: H, bias}",
        "v: {W: D H, number 0.05 to 1; b: H, number 0.05 to 1}",
        "t:, 1 to 9",
        "rate:, number 0.01 to 0.5",
    ),
    gives=("params: {W: D H; b: H}", "m: {W: D H; b: H}", "v: {W: D H; b: H}"),
    points=5,
    task=r"""
L4 trains with Adam, which keeps two running means for every single parameter: $m$ of its gradient $g$ and $v$ of
the gradient's square. Step number $t$, counted from 1:

$$m \leftarrow 0.9\, m + 0.1\, g,\qquad v \leftarrow 0.999\, v + 0.001\, g^2$$

$$W \leftarrow W - \text{rate} \cdot \frac{m / (1 - 0.9^t)}{\sqrt{v / (1 - 0.999^t)} + 10^{-8}}$$

The two denominators make up for means that began at zero; they are part of the step and not of the means. The dicts
have the same keys; here these are `W` and `b`, in the training others, so do not count on them. Return the new
parameters and the new means as dicts.
""",
    mistakes=wrong.ADAM,
)

TRAIN = plain(
    train_recall,
    takes=(_LSTM, "numbers: B N T, below V", "index:, below T", "rate:, number 0.01 to 0.1"),
    gives=("losses: B", "params: {Wx: V 4H; Wh: H 4H; b: 4H; Wy: H V; by: V}"),
    points=6,
    requires=("recall_batch", "recall_loss", "adam_step"),
    task=r"""
Train. `numbers` holds $B$ batches of $N$ sequences each: take them in their order, each once, and make one step of Adam
on each, with both means beginning at zero. `losses[k]` is the loss on batch $k$ *before* the parameters are moved by
it: it tells how well the network does on sequences that it has never seen. Return the losses, and the parameters after
the last step. Leave the parameters that you were given as they are.

Try it: 250 batches of 32 sequences of five of the numbers 0 to 9, $H = 25$, rate 0.04, weights from
$\pm 1/\sqrt{\text{rows}}$, biases zero but for those of the forget gate, which are 1. The loss begins at about
$\ln 10 = 2.3$, the loss of somebody who guesses, and should end below 0.02. Then your network must recall the number
of every single one of 100 fresh sequences, whichever place was agreed upon: this is judged.
""",
    behaviours=(
        Behaviour(
            name="100 of 100 recalled",
            inputs=recall_task,
            steps=(
                "losses, params = train_recall(params, numbers, index, rate)",
                "measure: batch = recall_batch(fresh, index, n_features)",
                "measure: accuracy = recall_accuracy(params, batch)",
            ),
            bounds=(
                Bound("losses", "mean of first 1", at_least=2.0, at_most=2.8),
                Bound("losses", "mean of last 20", at_most=0.02),
                Bound("accuracy", at_least=1.0),
            ),
            curve="losses",
            hint="Does the loss fall from what a guess costs, and is every step of the training made as it is told?",
        ),
    ),
    mistakes=wrong.TRAIN,
)

INTRO = r"""
A feed-forward network maps one thing of a fixed size to another. Sequences come in more kinds: a text goes in and one
mood comes out, one image goes in and a sentence comes out, a sentence goes in and another one comes out, of another
length and in another language. All of these are the same recurrent network. What differs is where its unrolled graph
is fed and where it is asked. In this assignment you put together the five graphs from parts that you have, find the
gradient of every parameter in each of them, let a trained decoder speak, and in the end teach an LSTM to remember.

| graph | example | goes in | asked | function |
|---|---|---|---|---|
| one to one | a plain network | one vector | once, no time at all | `one_to_one_loss` |
| many to one | mood of a text | every step | behind the last word | `many_to_one_loss` |
| many to many, synced | labels of a film's frames | every step | every step | `many_to_many_synced_loss` |
| one to many | caption of an image | the state before step 1 | every step | `one_to_many_loss` |
| many to many | translation | every step of the encoder | every step of the decoder | `seq2seq_loss` |

**Lectures.** L0 and L3 (the unrolled graphs; sequence to sequence as many to one and one to many), L1 (the
architectures), L2 (encoder and decoder), L4 (the arrangements, and the recall task).

**Notation** as before: $N$ sequences in a batch, $T$ steps, $D$ features, $H$ hidden units, $V$ words, batch first,
rows multiplied from the left; in addition $M$ classes, and for translation a source of $S$ words out of $U$. The
recurrent network is everywhere the vanilla RNN of the first assignment, $h_t = \tanh(x_t W_x + h_{t-1} W_h + b)$; only
the recall task has an LSTM. Copy from the earlier assignments into this file whatever you need: the forward and
backward passes of RNN and LSTM, the word vectors, the affine map, the softmax loss.

**Dicts.** All losses have one signature: `params` and `batch` go in, `loss, grads` come out. `grads` has exactly the
keys of `params`, and `grads["Wx"]` has the shape of `params["Wx"]`.

| name | what it is |
|---|---|
| `We` | the table of word vectors, one row for each word |
| `Wx`, `Wh`, `b` | the recurrent network |
| `Wy`, `by` | from a state to scores |
| `Wp`, `bp` | from the features of an image to the first state |

**One convention for all losses**, that of `temporal_softmax_loss`: cross-entropy, *added up* over all the places that
count and divided by the number $N$ of sequences; not by the number of steps, and not by the number of unmasked places.
With $N = 2$ captions of three and of five words the loss is the sum of eight terms, halved.

**What is judged.** Your values and their shapes, at many sizes, a batch of one and a sequence of one among them. The
training is judged by its numbers, which leave nothing to chance, and by what it achieves. A function that falls only
because it calls an earlier one that is wrong is reported as blocked, not as failed: mend the earlier one first. Work in
`float64`; leave the arguments you are given unchanged.
"""

# As in the other assignments, the first shape tells the axes of every exercise apart. S source words out of U, B
# batches; two classes and two words beside all the ones, because the softmax of a single score is constant.
SHAPES = (
    "N=3 T=5 D=2 H=4 V=7 M=6 S=8 U=9 B=2",
    "N=1 T=1 D=1 H=1 V=2 M=2 S=1 U=1 B=1",
    "N=1 T=3 D=4 H=2 V=5 M=3 S=2 U=4 B=3",
    "N=2 T=1 D=4 H=3 V=6 M=2 S=4 U=2 B=3",
    "N=2 T=7 D=3 H=3 V=5 M=4 S=1 U=3 B=2",
    "N=4 T=2 D=3 H=4 V=3 M=4 S=3 U=5 B=4",
)

ASSIGNMENT = Assignment(
    name="architectures",
    title="Architectures",
    intro=INTRO,
    exercises=(
        ONE_TO_ONE,
        MANY_TO_ONE,
        SYNCED,
        ONE_TO_MANY,
        SEQ2SEQ,
        GREEDY,
        RECALL_BATCH,
        RECALL_LOSS,
        ACCURACY,
        ADAM,
        TRAIN,
    ),
    shapes=SHAPES,
    equivalents=EQUIVALENTS,
    pictures=PICTURES,
    figures=FIGURES,
    errata=ERRATA,
)
