"""How gradients flow.

Write the body of every function below; the handout is README.md.
"""

import numpy as np


def rnn_state_jacobian(h, Wh, k, t):
    """How the state at t answers to the state at k: one matrix for each sequence.

    Takes
        h (N, T, H)
        Wh (H, H)
        k, an integer from 0 to t
        t, an integer in [0, T)
    Returns
        J (N, H, H)
    """
    raise NotImplementedError("rnn_state_jacobian is not written yet (exercise 1 of gradient_flow)")


def rnn_gradient_norms(h, Wh, dh_last):
    """How long the gradient of the last step's loss is, at every state that it comes back to.

    Takes
        h (N, T, H)
        Wh (H, H)
        dh_last (N, H)
    Returns
        norms (T,)
    """
    raise NotImplementedError("rnn_gradient_norms is not written yet (exercise 2 of gradient_flow)")


def lstm_cell_jacobian(f, k, t):
    """How the cell at t answers to the cell at k along the cell's own path, entry by entry.

    Takes
        f (N, T, H)
        k, an integer from 0 to t
        t, an integer in [0, T)
    Returns
        J (N, H)
    """
    raise NotImplementedError("lstm_cell_jacobian is not written yet (exercise 3 of gradient_flow)")


def spectral_radius(W):
    """The largest magnitude of an eigenvalue.

    Takes
        W (H, H)
    Returns
        radius, a number
    """
    raise NotImplementedError("spectral_radius is not written yet (exercise 4 of gradient_flow)")


def clip_by_norm(grads, max_norm):
    """The gradients, shortened together if they are too long, and the length that they had.

    Takes
        grads, a list [dWx, dWh, db]
            dWx (D, H)
            dWh (H, H)
            db (H,)
        max_norm, a number
    Returns
        clipped, a list [dWx, dWh, db]
            dWx (D, H)
            dWh (H, H)
            db (H,)
        norm, a number
    """
    raise NotImplementedError("clip_by_norm is not written yet (exercise 5 of gradient_flow)")


def clip_by_value(grads, low, high):
    """The gradients with every entry brought between two bounds.

    Takes
        grads, a list [dWx, dWh, db]
            dWx (D, H)
            dWh (H, H)
            db (H,)
        low, a number
        high, a number
    Returns
        clipped, a list [dWx, dWh, db]
            dWx (D, H)
            dWh (H, H)
            db (H,)
    """
    raise NotImplementedError("clip_by_value is not written yet (exercise 6 of gradient_flow)")


def truncated_bptt(x, dh, h0, Wx, Wh, b, chunk):
    """The hidden states of the whole sequence, and gradients that never cross the border of a chunk.

    Takes
        x (N, T, D)
        dh (N, T, H)
        h0 (N, H)
        Wx (D, H)
        Wh (H, H)
        b (H,)
        chunk, an integer from 1 to T
    Returns
        h (N, T, H)
        grads, a dict with the keys x, h0, Wx, Wh, b
            x (N, T, D)
            h0 (N, H)
            Wx (D, H)
            Wh (H, H)
            b (H,)
    """
    raise NotImplementedError("truncated_bptt is not written yet (exercise 7 of gradient_flow)")
