def rnn_forward(x, h0, Wx, Wh, b):
    """Compute h, cache."""
    raise NotImplementedError("rnn_forward")


def rnn_backward(dh, cache):
    """Compute dx, dh0, dWx, dWh, db."""
    raise NotImplementedError("rnn_backward")


def temporal_affine_forward(x, w, b):
    """Compute out, cache."""
    raise NotImplementedError("temporal_affine_forward")


def temporal_affine_backward(dout, cache):
    """Compute dx, dw, db."""
    raise NotImplementedError("temporal_affine_backward")


def temporal_softmax_loss(x, y, mask):
    """Compute loss, dx."""
    raise NotImplementedError("temporal_softmax_loss")
