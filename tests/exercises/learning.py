"""Functions that draw and functions that learn: generators and behaviours, and nothing of the course's."""

import numpy as np

from grader import Assignment, Behaviour, Bound, Mistake, plain


def holes(x, keep, rng):
    """A mask of the shape of x that keeps each entry with a probability, scaled so that its mean is one."""
    return (rng.random(x.shape) < keep) / keep


def pick(scores, count, rng):
    """Indices drawn with the probabilities that the exponentials of the scores are in proportion to."""
    weights = np.exp(scores - scores.max())
    return rng.choice(len(scores), size=3, p=weights / weights.sum())


def square_loss(params, x, y):
    """Half the mean squared error of a line, and its gradients."""
    error = x * params["slope"] + params["offset"] - y
    grads = {"slope": np.mean(error * x), "offset": np.mean(error)}
    return 0.5 * np.mean(error**2), grads


def learn(params, x, y, rate, steps):
    """The losses of so many steps of gradient descent, and the parameters after them."""
    losses = []
    for _ in range(steps):
        loss, grads = square_loss(params, x, y)
        losses.append(loss)
        params = {name: params[name] - rate * grads[name] for name in params}
    return np.array(losses), params


HOLES = plain(
    holes,
    takes=("x: N D", "keep:, number 0.4 to 0.8", "rng:, generator"),
    gives=("mask: N D",),
    points=1,
    draws=300,
    mistakes=(
        Mistake("not scaled", ((") / keep", ") / 1"),), "What is the mean of the mask?"),
        Mistake("drops instead of keeping", (("< keep) /", ">= keep) /"),), "How likely is an entry to stay?"),
        Mistake(
            "one hole for a whole row", (("rng.random(x.shape)", "rng.random(x.shape) * 0.5"),), "How likely is it?"
        ),
    ),
)

PICK = plain(
    pick,
    takes=("scores: V", "count:, 1 to 3", "rng:, generator"),
    gives=("indices: 3, below V",),
    points=1,
    draws=600,
    mistakes=(
        Mistake("all equally likely", (("p=weights / weights.sum()", "p=None"),), "What do the scores say?"),
        Mistake(
            "the likeliest",
            (("rng.choice(len(scores), size=3, p=weights / weights.sum())", "np.full(3, np.argmax(scores))"),),
            "Is the likeliest always drawn?",
        ),
    ),
)

SQUARE_LOSS = plain(
    square_loss,
    takes=("params: {slope:; offset:}", "x: N", "y: N"),
    gives=("loss:", "grads: {slope:; offset:}"),
    slopes={"grads": ("loss", "params")},
    points=1,
    mistakes=(Mistake("sum", (("0.5 * np.mean(error**2)", "0.5 * np.sum(error**2)"),), "Is it a sum or a mean?"),),
)


def line(rng):
    """Points on a line, and a start far from it."""
    x = rng.uniform(-1, 1, 20)
    return {
        "x": x,
        "y": 2 * x - 1,
        "params": {"slope": np.asarray(0.0), "offset": np.asarray(0.0)},
        "rate": 0.5,
        "steps": 200,
    }


LEARN = plain(
    learn,
    takes=("params: {slope:; offset:}", "x: N", "y: N", "rate:, number 0.1 to 0.5", "steps:, S to S"),
    gives=("losses: S, number 0 to 1e9", "params: {slope:; offset:}"),
    points=2,
    behaviours=(
        Behaviour(
            name="finds the line",
            inputs=line,
            steps=(
                "losses, fitted = learn(params, x, y, rate, steps)",
                "measure: loss, grads = square_loss(fitted, x, y)",
            ),
            bounds=(Bound("losses", "mean of last 10", at_most=1e-3), Bound("loss", at_most=1e-3)),
            hint="Does each step make the loss smaller?",
            curve="losses",
        ),
    ),
    mistakes=(Mistake("uphill", (("- rate", "+ rate"),), "Which way is down?"),),
)

ASSIGNMENT = Assignment(
    name="learning",
    title="Drawing and learning",
    intro="Functions that draw and functions that learn.",
    exercises=(HOLES, PICK, SQUARE_LOSS, LEARN),
    shapes=("N=3 D=2 V=4 S=3", "N=1 D=1 V=2 S=1", "N=4 D=3 V=5 S=5", "N=2 D=5 V=3 S=4"),
)
