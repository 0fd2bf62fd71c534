import numpy as np


def rnn_step_forward(x, prev_h, Wx, Wh, b):
    """Compute next_h, cache."""
    raise NotImplementedError("rnn_step_forward")


def rnn_step_backward(dnext_h, cache):
    """Compute dx, dprev_h, dWx, dWh, db."""
    raise NotImplementedError("rnn_step_backward")


def rnn_forward(x, h0, Wx, Wh, b):
    """Compute h, cache."""
    raise NotImplementedError("rnn_forward")


def rnn_backward(dh, cache):
    """Compute dx, dh0, dWx, dWh, db."""
    raise NotImplementedError("rnn_backward")


def word_embedding_forward(x, W):
    """Compute out, cache."""
    raise NotImplementedError("word_embedding_forward")


def word_embedding_backward(dout, cache):
    """Compute dW."""
    raise NotImplementedError("word_embedding_backward")


def temporal_affine_forward(x, w, b):
    """Compute out, cache."""
    raise NotImplementedError("temporal_affine_forward")


def temporal_affine_backward(dout, cache):
    """Compute dx, dw, db."""
    raise NotImplementedError("temporal_affine_backward")


def temporal_softmax_loss(x, y, mask):
    """Compute loss, dx."""
    raise NotImplementedError("temporal_softmax_loss")
