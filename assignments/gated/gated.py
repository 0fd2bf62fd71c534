"""The GRU and the mutants.

Write the body of every function below; the handout is README.md.

A `cache` is yours: a forward function puts into it whatever its own backward function will need, in
any form. Nothing else looks inside.
"""

import numpy as np


def gru_step_forward(x, prev_h, Wx, Wh, b):
    """One step of the network: the next hidden state.

    Takes
        x (N, D)
        prev_h (N, H)
        Wx (D, 3H)
        Wh (H, 3H)
        b (3H,)
    Returns
        next_h (N, H)
        cache
    """
    raise NotImplementedError("gru_step_forward is not written yet (exercise 1 of gated)")


def gru_step_backward(dnext_h, cache):
    """One step backwards: the gradients of everything that went into it.

    Takes
        dnext_h (N, H)
        cache, as gru_step_forward returned it
    Returns
        dx (N, D)
        dprev_h (N, H)
        dWx (D, 3H)
        dWh (H, 3H)
        db (3H,)
    """
    raise NotImplementedError("gru_step_backward is not written yet (exercise 2 of gated)")


def gru_forward(x, h0, Wx, Wh, b):
    """The whole sequence: the hidden state after every step.

    Takes
        x (N, T, D)
        h0 (N, H)
        Wx (D, 3H)
        Wh (H, 3H)
        b (3H,)
    Returns
        h (N, T, H)
        cache
    """
    raise NotImplementedError("gru_forward is not written yet (exercise 3 of gated)")


def gru_backward(dh, cache):
    """Backpropagation through time: the gradients of the whole sequence's inputs.

    Takes
        dh (N, T, H)
        cache, as gru_forward returned it
    Returns
        dx (N, T, D)
        dh0 (N, H)
        dWx (D, 3H)
        dWh (H, 3H)
        db (3H,)
    """
    raise NotImplementedError("gru_backward is not written yet (exercise 4 of gated)")


def mut1_step_forward(x, prev_h, Wxz, Wxr, Whr, Whh, bz, br, bh):
    """One step of MUT1: the next hidden state.

    Takes
        x (N, H)
        prev_h (N, H)
        Wxz (H, H)
        Wxr (H, H)
        Whr (H, H)
        Whh (H, H)
        bz (H,)
        br (H,)
        bh (H,)
    Returns
        next_h (N, H)
        cache
    """
    raise NotImplementedError("mut1_step_forward is not written yet (exercise 5 of gated)")


def mut1_step_backward(dnext_h, cache):
    """One step of MUT1 backwards: the gradients of everything that went into it.

    Takes
        dnext_h (N, H)
        cache, as mut1_step_forward returned it
    Returns
        dx (N, H)
        dprev_h (N, H)
        dWxz (H, H)
        dWxr (H, H)
        dWhr (H, H)
        dWhh (H, H)
        dbz (H,)
        dbr (H,)
        dbh (H,)
    """
    raise NotImplementedError("mut1_step_backward is not written yet (exercise 6 of gated)")


def mut2_step_forward(x, prev_h, Wxz, Whz, Whr, Wxh, Whh, bz, br, bh):
    """One step of MUT2: the next hidden state.

    Takes
        x (N, H)
        prev_h (N, H)
        Wxz (H, H)
        Whz (H, H)
        Whr (H, H)
        Wxh (H, H)
        Whh (H, H)
        bz (H,)
        br (H,)
        bh (H,)
    Returns
        next_h (N, H)
        cache
    """
    raise NotImplementedError("mut2_step_forward is not written yet (exercise 7 of gated)")


def mut2_step_backward(dnext_h, cache):
    """One step of MUT2 backwards: the gradients of everything that went into it.

    Takes
        dnext_h (N, H)
        cache, as mut2_step_forward returned it
    Returns
        dx (N, H)
        dprev_h (N, H)
        dWxz (H, H)
        dWhz (H, H)
        dWhr (H, H)
        dWxh (H, H)
        dWhh (H, H)
        dbz (H,)
        dbr (H,)
        dbh (H,)
    """
    raise NotImplementedError("mut2_step_backward is not written yet (exercise 8 of gated)")


def mut3_step_forward(x, prev_h, Wxz, Whz, Wxr, Whr, Wxh, Whh, bz, br, bh):
    """One step of MUT3: the next hidden state.

    Takes
        x (N, D)
        prev_h (N, H)
        Wxz (D, H)
        Whz (H, H)
        Wxr (D, H)
        Whr (H, H)
        Wxh (D, H)
        Whh (H, H)
        bz (H,)
        br (H,)
        bh (H,)
    Returns
        next_h (N, H)
        cache
    """
    raise NotImplementedError("mut3_step_forward is not written yet (exercise 9 of gated)")


def mut3_step_backward(dnext_h, cache):
    """One step of MUT3 backwards: the gradients of everything that went into it.

    Takes
        dnext_h (N, H)
        cache, as mut3_step_forward returned it
    Returns
        dx (N, D)
        dprev_h (N, H)
        dWxz (D, H)
        dWhz (H, H)
        dWxr (D, H)
        dWhr (H, H)
        dWxh (D, H)
        dWhh (H, H)
        dbz (H,)
        dbr (H,)
        dbh (H,)
    """
    raise NotImplementedError("mut3_step_backward is not written yet (exercise 10 of gated)")
