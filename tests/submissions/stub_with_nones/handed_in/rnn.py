import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    """Compute next_h, cache."""
    next_h, cache = None, None
    ####################
    # TODO: your code. #
    ####################
    pass
    return next_h, cache


def rnn_step_backward(dnext_h, cache):
    """Compute dx, dprev_h, dWx, dWh, db."""
    dx, dprev_h, dWx, dWh, db = None, None, None, None, None
    ####################
    # TODO: your code. #
    ####################
    pass
    return dx, dprev_h, dWx, dWh, db


def rnn_forward(x, h0, Wx, Wh, b):
    """Compute h, cache."""
    h, cache = None, None
    ####################
    # TODO: your code. #
    ####################
    pass
    return h, cache


def rnn_backward(dh, cache):
    """Compute dx, dh0, dWx, dWh, db."""
    dx, dh0, dWx, dWh, db = None, None, None, None, None
    ####################
    # TODO: your code. #
    ####################
    pass
    return dx, dh0, dWx, dWh, db


def word_embedding_forward(x, W):
    """Compute out, cache."""
    out, cache = None, None
    ####################
    # TODO: your code. #
    ####################
    pass
    return out, cache


def word_embedding_backward(dout, cache):
    """Compute dW."""
    dW = None
    ####################
    # TODO: your code. #
    ####################
    pass
    return dW


def temporal_affine_forward(x, w, b):
    """Compute out, cache."""
    out, cache = None, None
    ####################
    # TODO: your code. #
    ####################
    pass
    return out, cache


def temporal_affine_backward(dout, cache):
    """Compute dx, dw, db."""
    dx, dw, db = None, None, None
    ####################
    # TODO: your code. #
    ####################
    pass
    return dx, dw, db


def temporal_softmax_loss(x, y, mask):
    """Compute loss, dx."""
    loss, dx = None, None
    ####################
    # TODO: your code. #
    ####################
    pass
    return loss, dx
