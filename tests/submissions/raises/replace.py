def word_embedding_forward(x, W):
    return W[x[0, 10**6]], (x, W.shape)
