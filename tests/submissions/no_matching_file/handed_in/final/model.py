def rnn_step_forward(x, prev_h, Wx, Wh, b):
    return None
