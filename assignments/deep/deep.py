"""Deep, bidirectional, with dropout.

Write the body of every function below; the handout is README.md.

A `cache` is yours: a forward function puts into it whatever its own backward function will need, in
any form. Nothing else looks inside.
"""

import numpy as np


def stacked_rnn_forward(x, h0, layers):
    """A stack of networks: the hidden states of the top layer after every step.

    Takes
        x (N, T, D)
        h0 (L, N, H)
        layers, a list of L tuples (Wx, Wh, b)
            Wx (D|H, H); D|H is D in the first layer, H after
            Wh (H, H)
            b (H,)
    Returns
        h (N, T, H)
        cache
    """
    raise NotImplementedError("stacked_rnn_forward is not written yet (exercise 1 of deep)")


def stacked_rnn_backward(dh, cache):
    """The stack backwards: the gradients of the input, of all initial states and of all layers' parameters.

    Takes
        dh (N, T, H)
        cache, as stacked_rnn_forward returned it
    Returns
        dx (N, T, D)
        dh0 (L, N, H)
        dlayers, a list of L tuples (Wx, Wh, b)
            Wx (D|H, H); D|H is D in the first layer, H after
            Wh (H, H)
            b (H,)
    """
    raise NotImplementedError("stacked_rnn_backward is not written yet (exercise 2 of deep)")


def bidirectional_rnn_forward(x, h0_f, h0_b, Wx_f, Wh_f, b_f, Wx_b, Wh_b, b_b):
    """Two networks, one in each direction: both hidden states at every step, side by side.

    Takes
        x (N, T, D)
        h0_f (N, H)
        h0_b (N, H)
        Wx_f (D, H)
        Wh_f (H, H)
        b_f (H,)
        Wx_b (D, H)
        Wh_b (H, H)
        b_b (H,)
    Returns
        h (N, T, 2H)
        cache
    """
    raise NotImplementedError("bidirectional_rnn_forward is not written yet (exercise 3 of deep)")


def bidirectional_rnn_backward(dh, cache):
    """Both directions backwards: the gradients of the input and of each network's state and parameters.

    Takes
        dh (N, T, 2H)
        cache, as bidirectional_rnn_forward returned it
    Returns
        dx (N, T, D)
        dh0_f (N, H)
        dh0_b (N, H)
        dWx_f (D, H)
        dWh_f (H, H)
        db_f (H,)
        dWx_b (D, H)
        dWh_b (H, H)
        db_b (H,)
    """
    raise NotImplementedError("bidirectional_rnn_backward is not written yet (exercise 4 of deep)")


def deep_bidirectional_forward(x, h0_f, h0_b, layers):
    """A stack of bidirectional layers: both hidden states of the top layer at every step, side by side.

    Takes
        x (N, T, D)
        h0_f (L, N, H)
        h0_b (L, N, H)
        layers, a list of L tuples (Wx_f, Wh_f, b_f, Wx_b, Wh_b, b_b)
            Wx_f (D|2H, H); D|2H is D in the first layer, 2H after
            Wh_f (H, H)
            b_f (H,)
            Wx_b (D|2H, H); D|2H is D in the first layer, 2H after
            Wh_b (H, H)
            b_b (H,)
    Returns
        h (N, T, 2H)
        cache
    """
    raise NotImplementedError("deep_bidirectional_forward is not written yet (exercise 5 of deep)")


def deep_bidirectional_backward(dh, cache):
    """The bidirectional stack backwards: the gradients of everything that went into it.

    Takes
        dh (N, T, 2H)
        cache, as deep_bidirectional_forward returned it
    Returns
        dx (N, T, D)
        dh0_f (L, N, H)
        dh0_b (L, N, H)
        dlayers, a list of L tuples (Wx_f, Wh_f, b_f, Wx_b, Wh_b, b_b)
            Wx_f (D|2H, H); D|2H is D in the first layer, 2H after
            Wh_f (H, H)
            b_f (H,)
            Wx_b (D|2H, H); D|2H is D in the first layer, 2H after
            Wh_b (H, H)
            b_b (H,)
    """
    raise NotImplementedError("deep_bidirectional_backward is not written yet (exercise 6 of deep)")


def dropout_mask(x, keep, rng):
    """A random mask for the activations: which of them are kept.

    Takes
        x (N, D)
        keep, a number
        rng, a numpy.random.Generator
    Returns
        mask (N, D), booleans
    """
    raise NotImplementedError("dropout_mask is not written yet (exercise 7 of deep)")


def dropout_forward(x, keep, mask, train):
    """The activations with some of them dropped in training, and all of them at test time.

    Takes
        x (N, H)
        keep, a number
        mask (N, H), booleans
        train, True or False
    Returns
        out (N, H)
        cache
    """
    raise NotImplementedError("dropout_forward is not written yet (exercise 8 of deep)")


def dropout_backward(dout, cache):
    """The gradient of the activations before the dropout.

    Takes
        dout (N, H)
        cache, as dropout_forward returned it
    Returns
        dx (N, H)
    """
    raise NotImplementedError("dropout_backward is not written yet (exercise 9 of deep)")


def recurrent_dropout_rnn_forward(x, h0, Wx, Wh, b, keep, mask, train):
    """The network with dropout on its recurrent connections: the hidden state after every step.

    Takes
        x (N, T, D)
        h0 (N, H)
        Wx (D, H)
        Wh (H, H)
        b (H,)
        keep, a number
        mask (N, H), booleans
        train, True or False
    Returns
        h (N, T, H)
        cache
    """
    raise NotImplementedError("recurrent_dropout_rnn_forward is not written yet (exercise 10 of deep)")


def recurrent_dropout_rnn_backward(dh, cache):
    """Backpropagation through time and through the dropout: the gradients of the whole sequence's inputs.

    Takes
        dh (N, T, H)
        cache, as recurrent_dropout_rnn_forward returned it
    Returns
        dx (N, T, D)
        dh0 (N, H)
        dWx (D, H)
        dWh (H, H)
        db (H,)
    """
    raise NotImplementedError("recurrent_dropout_rnn_backward is not written yet (exercise 11 of deep)")


def count_parameters(layers):
    """How many numbers the layers learn, all of them together.

    Takes
        layers, a list of L tuples (kind, inputs, units)
            kind, one of "embedding", "rnn", "lstm", "gru", "dense"
            inputs, an integer from 1 to 20000
            units, an integer from 1 to 300
    Returns
        total, a number
    """
    raise NotImplementedError("count_parameters is not written yet (exercise 12 of deep)")
