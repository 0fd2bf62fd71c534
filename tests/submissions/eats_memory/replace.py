def temporal_softmax_loss(x, y, mask):
    return np.ones(10**10).sum(), x
