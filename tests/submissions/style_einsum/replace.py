def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(np.einsum("nd,dh->nh", x, Wx) + np.einsum("nk,kh->nh", prev_h, Wh) + b)
    return next_h, {"x": x, "prev_h": prev_h, "Wx": Wx, "Wh": Wh, "next_h": next_h}


def rnn_step_backward(dnext_h, cache):
    da = np.einsum("nh,nh->nh", dnext_h, 1 - cache["next_h"] ** 2)
    return (
        np.einsum("nh,dh->nd", da, cache["Wx"]),
        np.einsum("nh,kh->nk", da, cache["Wh"]),
        np.einsum("nd,nh->dh", cache["x"], da),
        np.einsum("nk,nh->kh", cache["prev_h"], da),
        np.einsum("nh->h", da),
    )


def rnn_backward(dh, cache):
    parts = []
    carried = np.zeros_like(dh[:, 0])
    for t in range(dh.shape[1])[::-1]:
        parts.append(rnn_step_backward(dh[:, t] + carried, cache[t]))
        carried = parts[-1][1]
    dx = np.stack([part[0] for part in reversed(parts)], axis=1)
    return dx, carried, sum(p[2] for p in parts), sum(p[3] for p in parts), sum(p[4] for p in parts)


def temporal_affine_forward(x, w, b):
    return np.einsum("ntd,dm->ntm", x, w) + b, {"x": x, "w": w}


def temporal_affine_backward(dout, cache):
    dw = np.einsum("ntd,ntm->dm", cache["x"], dout)
    return np.einsum("ntm,dm->ntd", dout, cache["w"]), dw, np.einsum("ntm->m", dout)
