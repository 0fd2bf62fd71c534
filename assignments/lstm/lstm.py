"""The LSTM.

Write the body of every function below; the handout is README.md.

A `cache` is yours: a forward function puts into it whatever its own backward function will need, in
any form. Nothing else looks inside.
"""

import numpy as np


def sigmoid(x):
    """The logistic function of every entry.

    Takes
        x (N, D)
    Returns
        out (N, D)
    """
    raise NotImplementedError("sigmoid is not written yet (exercise 1 of lstm)")


def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    """One step of the network: the next hidden state and the next cell state.

    Takes
        x (N, D)
        prev_h (N, H)
        prev_c (N, H)
        Wx (D, 4H)
        Wh (H, 4H)
        b (4H,)
    Returns
        next_h (N, H)
        next_c (N, H)
        cache
    """
    raise NotImplementedError("lstm_step_forward is not written yet (exercise 2 of lstm)")


def lstm_step_backward(dnext_h, dnext_c, cache):
    """One step backwards: the gradients of everything that went into it.

    Takes
        dnext_h (N, H)
        dnext_c (N, H)
        cache, as lstm_step_forward returned it
    Returns
        dx (N, D)
        dprev_h (N, H)
        dprev_c (N, H)
        dWx (D, 4H)
        dWh (H, 4H)
        db (4H,)
    """
    raise NotImplementedError("lstm_step_backward is not written yet (exercise 3 of lstm)")


def lstm_forward(x, h0, Wx, Wh, b):
    """The whole sequence: the hidden state after every step.

    Takes
        x (N, T, D)
        h0 (N, H)
        Wx (D, 4H)
        Wh (H, 4H)
        b (4H,)
    Returns
        h (N, T, H)
        cache
    """
    raise NotImplementedError("lstm_forward is not written yet (exercise 4 of lstm)")


def lstm_backward(dh, cache):
    """Backpropagation through time: the gradients of the whole sequence's inputs.

    Takes
        dh (N, T, H)
        cache, as lstm_forward returned it
    Returns
        dx (N, T, D)
        dh0 (N, H)
        dWx (D, 4H)
        dWh (H, 4H)
        db (4H,)
    """
    raise NotImplementedError("lstm_backward is not written yet (exercise 5 of lstm)")


def lstm_weights_from_gates(Wi, Wf, Wo, Wg, bi, bf, bo, bg):
    """The stacked parameters of the step, from one matrix and one bias per gate.

    Takes
        Wi (H, H+D)
        Wf (H, H+D)
        Wo (H, H+D)
        Wg (H, H+D)
        bi (H,)
        bf (H,)
        bo (H,)
        bg (H,)
    Returns
        Wx (D, 4H)
        Wh (H, 4H)
        b (4H,)
    """
    raise NotImplementedError("lstm_weights_from_gates is not written yet (exercise 6 of lstm)")


def additive_cell_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    """One step of the gateless cell: the next hidden state and the next cell state.

    Takes
        x (N, D)
        prev_h (N, H)
        prev_c (N, H)
        Wx (D, H)
        Wh (H, H)
        b (H,)
    Returns
        next_h (N, H)
        next_c (N, H)
        cache
    """
    raise NotImplementedError("additive_cell_step_forward is not written yet (exercise 7 of lstm)")


def additive_cell_step_backward(dnext_h, dnext_c, cache):
    """One step of the gateless cell backwards: the gradients of everything that went into it.

    Takes
        dnext_h (N, H)
        dnext_c (N, H)
        cache, as additive_cell_step_forward returned it
    Returns
        dx (N, D)
        dprev_h (N, H)
        dprev_c (N, H)
        dWx (D, H)
        dWh (H, H)
        db (H,)
    """
    raise NotImplementedError("additive_cell_step_backward is not written yet (exercise 8 of lstm)")
