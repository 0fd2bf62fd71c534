def temporal_softmax_loss(x, y, mask):
    return temporal_softmax_loss(x, y, mask)
