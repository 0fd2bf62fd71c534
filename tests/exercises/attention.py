"""Scaled dot-product attention: a whole assignment in one file, as an example of how one is written.

Source: Vaswani et al., Attention Is All You Need (2017), section 3.2.1.
"""

import numpy as np

from grader import Assignment, Mistake, backward, forward


def attention_forward(q, k, v):
    """For each query the mean of the values, weighted by how well their keys match."""
    scores = q @ k.transpose(0, 2, 1) / np.sqrt(q.shape[2])
    weights = np.exp(scores - scores.max(axis=2, keepdims=True))
    weights = weights / weights.sum(axis=2, keepdims=True)
    return weights @ v, (q, k, v, weights)


def attention_backward(dout, cache):
    """The gradients of attention with respect to queries, keys and values."""
    q, k, v, weights = cache
    dv = weights.transpose(0, 2, 1) @ dout
    dweights = dout @ v.transpose(0, 2, 1)
    dscores = weights * (dweights - (weights * dweights).sum(axis=2, keepdims=True)) / np.sqrt(q.shape[2])
    return dscores @ k, dscores.transpose(0, 2, 1) @ q, dv


FORWARD = forward(
    attention_forward,
    takes=("q: N T D", "k: N S D", "v: N S M"),  # T queries, S keys with their values
    gives=("out: N T M",),
    points=4,
    task=r"$$\mathrm{softmax}\left(\frac{q k^\top}{\sqrt{D}}\right) v$$ The softmax goes over the $S$ keys.",
    mistakes=(
        Mistake("not scaled", ((" / np.sqrt(q.shape[2])", ""),), "How large do scores become when D grows?"),
        Mistake(
            "softmax over the queries",
            (("weights / weights.sum(axis=2, keepdims=True)", "weights / weights.sum(axis=1, keepdims=True)"),),
            "Over what do the weights of one query add up to one?",
        ),
        Mistake("scaled by D", (("np.sqrt(q.shape[2])", "q.shape[2]"),), "What is the spread of a sum of D products?"),
    ),
)

BACKWARD = backward(
    attention_backward,
    of=FORWARD,
    points=6,
    task="Go back through the product with the values, the softmax and the scores, in this order.",
    mistakes=(
        Mistake("scale forgotten", ((" / np.sqrt(q.shape[2])", ""),), "What stood between product and softmax?"),
        Mistake(
            "softmax as if it were independent",
            (("(dweights - (weights * dweights).sum(axis=2, keepdims=True))", "dweights * (1 - weights)"),),
            "If one weight grows, what must the others do?",
        ),
        Mistake("dq of the wrong sign", (("dscores @ k,", "-dscores @ k,"),), "Which way do the scores go?"),
    ),
)

ASSIGNMENT = Assignment(
    name="attention",
    title="Attention",
    intro="A network that may look wherever it likes.",
    exercises=(FORWARD, BACKWARD),
    shapes=("N=2 T=3 S=4 D=5 M=2", "N=1 T=1 S=2 D=1 M=1", "N=3 T=3 S=3 D=3 M=3", "N=2 T=5 S=2 D=4 M=3"),
)
