"""A language model.

Write the body of every function below; the handout is README.md.
"""

import numpy as np


def load_text(path):  # type: ignore[no-untyped-def]  # students receive it as it stands
    """The text of a file."""
    with open(path, encoding="utf-8") as file:
        return file.read()


def build_vocab(text):
    """The vocabulary of a text: its different characters, sorted, each once.

    Takes
        text, a str over V characters
    Returns
        chars, a str
    """
    raise NotImplementedError("build_vocab is not written yet (exercise 1 of language_model)")


def encode(text, chars):
    """The numbers of a text's characters in the vocabulary.

    Takes
        text, a str over V characters
        chars, a str over V characters
    Returns
        indices (T,), integers in [0, V)
    """
    raise NotImplementedError("encode is not written yet (exercise 2 of language_model)")


def decode(indices, chars):
    """The text that numbers stand for.

    Takes
        indices (T,), integers in [0, V)
        chars, a str over V characters
    Returns
        text, a str
    """
    raise NotImplementedError("decode is not written yet (exercise 3 of language_model)")


def one_hot(indices, V):
    """A row for every number: zeros, and a one in the column of that number.

    Takes
        indices (T,), integers in [0, V)
        V, the integer V
    Returns
        x (T, V)
    """
    raise NotImplementedError("one_hot is not written yet (exercise 4 of language_model)")


def init_params(V, H, rng):
    """The parameters before training: small random weights, biases of zero.

    Takes
        V, the integer V
        H, the integer H
        rng, a numpy.random.Generator
    Returns
        params, a dict with the keys Wx, Wh, b, Wy, by
            Wx (V, H)
            Wh (H, H)
            b (H,)
            Wy (H, V)
            by (V,)
    """
    raise NotImplementedError("init_params is not written yet (exercise 5 of language_model)")


def char_rnn_loss(params, inputs, targets, h0):
    """The loss of the network on one sequence of characters, its gradients, and the state it ends in.

    Takes
        params, a dict with the keys Wx, Wh, b, Wy, by
            Wx (V, H)
            Wh (H, H)
            b (H,)
            Wy (H, V)
            by (V,)
        inputs (T,), integers in [0, V)
        targets (T,), integers in [0, V)
        h0 (H,)
    Returns
        loss, a number
        grads, a dict with the keys Wx, Wh, b, Wy, by
            Wx (V, H)
            Wh (H, H)
            b (H,)
            Wy (H, V)
            by (V,)
        h_last (H,)
    """
    raise NotImplementedError("char_rnn_loss is not written yet (exercise 6 of language_model)")


def sample(params, h, first, n, rng, temperature):
    """The numbers of the characters that the network writes after a first one.

    Takes
        params, a dict with the keys Wx, Wh, b, Wy, by
            Wx (V, H)
            Wh (H, H)
            b (H,)
            Wy (H, V)
            by (V,)
        h (H,)
        first, an integer in [0, V)
        n, the integer S
        rng, a numpy.random.Generator
        temperature, a number
    Returns
        indices (S,), integers in [0, V)
    """
    raise NotImplementedError("sample is not written yet (exercise 7 of language_model)")


def sgd_step(params, grads, rate):
    """The parameters after one step of gradient descent.

    Takes
        params, a dict with the keys Wx, Wh, b, Wy, by
            Wx (V, H)
            Wh (H, H)
            b (H,)
            Wy (H, V)
            by (V,)
        grads, a dict with the keys Wx, Wh, b, Wy, by
            Wx (V, H)
            Wh (H, H)
            b (H,)
            Wy (H, V)
            by (V,)
        rate, a number
    Returns
        params, a dict with the keys Wx, Wh, b, Wy, by
            Wx (V, H)
            Wh (H, H)
            b (H,)
            Wy (H, V)
            by (V,)
    """
    raise NotImplementedError("sgd_step is not written yet (exercise 8 of language_model)")


def adagrad_step(params, grads, memory, rate):
    """The parameters and the memory after one step of Adagrad.

    Takes
        params, a dict with the keys Wx, Wh, b, Wy, by
            Wx (V, H)
            Wh (H, H)
            b (H,)
            Wy (H, V)
            by (V,)
        grads, a dict with the keys Wx, Wh, b, Wy, by
            Wx (V, H)
            Wh (H, H)
            b (H,)
            Wy (H, V)
            by (V,)
        memory, a dict with the keys Wx, Wh, b, Wy, by
            Wx (V, H)
            Wh (H, H)
            b (H,)
            Wy (H, V)
            by (V,)
        rate, a number
    Returns
        params, a dict with the keys Wx, Wh, b, Wy, by
            Wx (V, H)
            Wh (H, H)
            b (H,)
            Wy (H, V)
            by (V,)
        memory, a dict with the keys Wx, Wh, b, Wy, by
            Wx (V, H)
            Wh (H, H)
            b (H,)
            Wy (H, V)
            by (V,)
    """
    raise NotImplementedError("adagrad_step is not written yet (exercise 9 of language_model)")


def clip_gradients(grads, max_norm):
    """The gradients, shortened together where they are longer than a bound.

    Takes
        grads, a dict with the keys Wx, Wh, b, Wy, by
            Wx (V, H)
            Wh (H, H)
            b (H,)
            Wy (H, V)
            by (V,)
        max_norm, a number
    Returns
        clipped, a dict with the keys Wx, Wh, b, Wy, by
            Wx (V, H)
            Wh (H, H)
            b (H,)
            Wy (H, V)
            by (V,)
    """
    raise NotImplementedError("clip_gradients is not written yet (exercise 10 of language_model)")


def train(indices, params, chunk, steps, rate, max_norm):
    """The loss of every step of training on a text, and the parameters at the end.

    Takes
        indices (T+1,), integers in [0, V)
        params, a dict with the keys Wx, Wh, b, Wy, by
            Wx (V, H)
            Wh (H, H)
            b (H,)
            Wy (H, V)
            by (V,)
        chunk, an integer from 1 to T
        steps, the integer S
        rate, a number
        max_norm, a number
    Returns
        losses (S,)
        params, a dict with the keys Wx, Wh, b, Wy, by
            Wx (V, H)
            Wh (H, H)
            b (H,)
            Wy (H, V)
            by (V,)
    """
    raise NotImplementedError("train is not written yet (exercise 11 of language_model)")
