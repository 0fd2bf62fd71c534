"""Architectures.

Write the body of every function below; the handout is README.md.
"""

import numpy as np


def one_to_one_loss(params, batch):
    """The loss of a network without time, and the gradients of its parameters.

    Takes
        params, a dict with the keys Wx, b, Wy, by
            Wx (D, H)
            b (H,)
            Wy (H, M)
            by (M,)
        batch, a dict with the keys x, y
            x (N, D)
            y (N,), integers in [0, M)
    Returns
        loss, a number
        grads, a dict with the keys Wx, b, Wy, by
            Wx (D, H)
            b (H,)
            Wy (H, M)
            by (M,)
    """
    raise NotImplementedError("one_to_one_loss is not written yet (exercise 1 of architectures)")


def many_to_one_loss(params, batch):
    """The loss of one class for each text, and the gradients of all parameters.

    Takes
        params, a dict with the keys We, Wx, Wh, b, Wy, by
            We (V, D)
            Wx (D, H)
            Wh (H, H)
            b (H,)
            Wy (H, M)
            by (M,)
        batch, a dict with the keys words, lengths, y
            words (N, T), integers in [0, V)
            lengths (N,), integers from 1 to T
            y (N,), integers in [0, M)
    Returns
        loss, a number
        grads, a dict with the keys We, Wx, Wh, b, Wy, by
            We (V, D)
            Wx (D, H)
            Wh (H, H)
            b (H,)
            Wy (H, M)
            by (M,)
    """
    raise NotImplementedError("many_to_one_loss is not written yet (exercise 2 of architectures)")


def many_to_many_synced_loss(params, batch):
    """The loss of a label for every frame, and the gradients of all parameters.

    Takes
        params, a dict with the keys Wx, Wh, b, Wy, by
            Wx (D, H)
            Wh (H, H)
            b (H,)
            Wy (H, M)
            by (M,)
        batch, a dict with the keys x, y, mask
            x (N, T, D)
            y (N, T), integers in [0, M)
            mask (N, T), booleans
    Returns
        loss, a number
        grads, a dict with the keys Wx, Wh, b, Wy, by
            Wx (D, H)
            Wh (H, H)
            b (H,)
            Wy (H, M)
            by (M,)
    """
    raise NotImplementedError("many_to_many_synced_loss is not written yet (exercise 3 of architectures)")


def one_to_many_loss(params, batch):
    """The loss of a caption for each image, and the gradients of all parameters.

    Takes
        params, a dict with the keys Wp, bp, We, Wx, Wh, b, Wy, by
            Wp (D, H)
            bp (H,)
            We (V, D)
            Wx (D, H)
            Wh (H, H)
            b (H,)
            Wy (H, V)
            by (V,)
        batch, a dict with the keys features, captions, mask
            features (N, D)
            captions (N, T+1), integers in [0, V)
            mask (N, T), booleans
    Returns
        loss, a number
        grads, a dict with the keys Wp, bp, We, Wx, Wh, b, Wy, by
            Wp (D, H)
            bp (H,)
            We (V, D)
            Wx (D, H)
            Wh (H, H)
            b (H,)
            Wy (H, V)
            by (V,)
    """
    raise NotImplementedError("one_to_many_loss is not written yet (exercise 4 of architectures)")


def seq2seq_loss(params, batch):
    """The loss of a translation under teacher forcing, and the gradients of encoder and decoder.

    Takes
        params, a dict with the keys We_enc, Wx_enc, Wh_enc, b_enc, We_dec, Wx_dec, Wh_dec, b_dec, Wy, by
            We_enc (U, D)
            Wx_enc (D, H)
            Wh_enc (H, H)
            b_enc (H,)
            We_dec (V, D)
            Wx_dec (D, H)
            Wh_dec (H, H)
            b_dec (H,)
            Wy (H, V)
            by (V,)
        batch, a dict with the keys source, target, mask
            source (N, S), integers in [0, U)
            target (N, T+1), integers in [0, V)
            mask (N, T), booleans
    Returns
        loss, a number
        grads, a dict with the keys We_enc, Wx_enc, Wh_enc, b_enc, We_dec, Wx_dec, Wh_dec, b_dec, Wy, by
            We_enc (U, D)
            Wx_enc (D, H)
            Wh_enc (H, H)
            b_enc (H,)
            We_dec (V, D)
            Wx_dec (D, H)
            Wh_dec (H, H)
            b_dec (H,)
            Wy (H, V)
            by (V,)
    """
    raise NotImplementedError("seq2seq_loss is not written yet (exercise 5 of architectures)")


def greedy_decode(params, h0, start, end, steps):
    """What the network says, one likeliest word after the other, each fed back.

    Takes
        params, a dict with the keys We, Wx, Wh, b, Wy, by
            We (V, D)
            Wx (D, H)
            Wh (H, H)
            b (H,)
            Wy (H, V)
            by (V,)
        h0 (N, H)
        start, the integer 0
        end, an integer from 1 to V
        steps, the integer T
    Returns
        words (N, T), integers in [0, V)
    """
    raise NotImplementedError("greedy_decode is not written yet (exercise 6 of architectures)")


def recall_batch(numbers, index, n_features):
    """The recall task: sequences of one-hot vectors, and the number to be recalled from each.

    Takes
        numbers (N, T), integers in [0, V)
        index, an integer in [0, T)
        n_features, the integer V
    Returns
        batch, a dict with the keys x, y
            x (N, T, V)
            y (N,), integers in [0, V)
    """
    raise NotImplementedError("recall_batch is not written yet (exercise 7 of architectures)")


def recall_loss(params, batch):
    """The loss of the LSTM on the recall task, and the gradients of all parameters.

    Takes
        params, a dict with the keys Wx, Wh, b, Wy, by
            Wx (V, 4H)
            Wh (H, 4H)
            b (4H,)
            Wy (H, V)
            by (V,)
        batch, a dict with the keys x, y
            x (N, T, V)
            y (N,), integers in [0, V)
    Returns
        loss, a number
        grads, a dict with the keys Wx, Wh, b, Wy, by
            Wx (V, 4H)
            Wh (H, 4H)
            b (4H,)
            Wy (H, V)
            by (V,)
    """
    raise NotImplementedError("recall_loss is not written yet (exercise 8 of architectures)")


def recall_accuracy(params, batch):
    """The share of the sequences whose number is recalled.

    Takes
        params, a dict with the keys Wx, Wh, b, Wy, by
            Wx (V, 4H)
            Wh (H, 4H)
            b (4H,)
            Wy (H, V)
            by (V,)
        batch, a dict with the keys x, y
            x (N, T, V)
            y (N,), integers in [0, V)
    Returns
        accuracy, a number
    """
    raise NotImplementedError("recall_accuracy is not written yet (exercise 9 of architectures)")


def adam_step(params, grads, m, v, t, rate):
    """The parameters after step t of Adam, and both running means.

    Takes
        params, a dict with the keys W, b
            W (D, H)
            b (H,)
        grads, a dict with the keys W, b
            W (D, H)
            b (H,)
        m, a dict with the keys W, b
            W (D, H)
            b (H,)
        v, a dict with the keys W, b
            W (D, H)
            b (H,)
        t, an integer from 1 to 9
        rate, a number
    Returns
        params, a dict with the keys W, b
            W (D, H)
            b (H,)
        m, a dict with the keys W, b
            W (D, H)
            b (H,)
        v, a dict with the keys W, b
            W (D, H)
            b (H,)
    """
    raise NotImplementedError("adam_step is not written yet (exercise 10 of architectures)")


def train_recall(params, numbers, index, rate):
    """The loss on every batch before its update, and the parameters after the last.

    Takes
        params, a dict with the keys Wx, Wh, b, Wy, by
            Wx (V, 4H)
            Wh (H, 4H)
            b (4H,)
            Wy (H, V)
            by (V,)
        numbers (B, N, T), integers in [0, V)
        index, an integer in [0, T)
        rate, a number
    Returns
        losses (B,)
        params, a dict with the keys Wx, Wh, b, Wy, by
            Wx (V, 4H)
            Wh (H, 4H)
            b (4H,)
            Wy (H, V)
            by (V,)
    """
    raise NotImplementedError("train_recall is not written yet (exercise 11 of architectures)")
