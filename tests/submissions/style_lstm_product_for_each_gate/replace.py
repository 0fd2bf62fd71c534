def lstm_step_forward(x, prev_h, prev_c, Wx, Wh, b):
    H = prev_h.shape[1]
    pre = [x @ Wx[:, k * H : (k + 1) * H] + prev_h @ Wh[:, k * H : (k + 1) * H] + b[k * H : (k + 1) * H] for k in range(4)]
    i, f, o = (sigmoid(part) for part in pre[:3])
    g = np.tanh(pre[3])
    next_c = f * prev_c + i * g
    return o * np.tanh(next_c), next_c, (x, prev_h, prev_c, Wx, Wh, i, f, o, g, next_c)
