"""Oracles that are not ours: HIPS autograd, mpmath, ONNX's reference evaluator and, if it is there, torch.

Each computes what an exercise should give from the named inputs, by other people's code: derivatives by automatic
differentiation, values with 50 digits, whole networks from published operators. Weights are converted between the
orders of the gates: ours is i, f, o, g; PyTorch i, f, g, o; ONNX i, o, f, c; Keras i, f, c, o (c is our g). Those of
the GRU are r, z, h for us and PyTorch (whose h is called n, and resets after the product), z, r, h for the others.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from grader.exercise import Arrays

OURS = "ifog"
GATE_ORDERS = {"pytorch": "ifgo", "onnx": "iofg", "keras": "ifgo"}
OUR_GRU = "rzh"
GRU_ORDERS = {"pytorch": "rzh", "onnx": "zrh", "keras": "zrh"}


def reordered(stacked: np.ndarray, source: str, target: str) -> np.ndarray:
    """The gates' blocks along the last axis in another order, each order as a word of one letter for each."""
    blocks = dict(zip(source, np.split(stacked, len(source), axis=-1), strict=True))
    return np.concatenate([blocks[gate] for gate in target], axis=-1)


def relative_error(got: np.ndarray, want: np.ndarray) -> float:
    """The largest deviation over the largest wanted magnitude; infinite where the shapes differ."""
    if np.shape(got) != np.shape(want):
        return np.inf
    scale = float(np.max(np.abs(want)))
    deviation = float(np.max(np.abs(np.asarray(got) - want)))
    return deviation / scale if scale > 0 else deviation


# Automatic differentiation: the equations in autograd's NumPy, which records what it computes.


def autograd_equations() -> dict[str, Callable[..., Any]]:
    """The forwards by name, each from named inputs to a tuple of outputs."""
    import autograd.numpy as anp

    from tests.reference.foreign_gated import gated_equations

    def sigmoid(a: Any) -> Any:
        return 1 / (1 + anp.exp(-a))

    def rnn_step(x: Any, prev_h: Any, Wx: Any, Wh: Any, b: Any) -> Any:
        return (anp.tanh(anp.dot(x, Wx) + anp.dot(prev_h, Wh) + b),)

    def rnn(x: Any, h0: Any, Wx: Any, Wh: Any, b: Any) -> Any:
        states = [h0]
        for t in range(x.shape[1]):
            states.extend(rnn_step(x[:, t], states[-1], Wx, Wh, b))
        return (anp.stack(states[1:], axis=1),)

    def embedding(x: Any, W: Any) -> Any:
        return (anp.dot(np.eye(W.shape[0])[x], W),)

    def affine(x: Any, w: Any, b: Any) -> Any:
        return (anp.einsum("ntd,dm->ntm", x, w) + b,)

    def loss(x: Any, y: Any, mask: Any) -> Any:
        p = anp.exp(x) / anp.sum(anp.exp(x), axis=2, keepdims=True)
        chosen = anp.sum(p * np.eye(x.shape[2])[y], axis=2)
        return (-anp.sum(mask * anp.log(chosen)) / x.shape[0],)

    def lstm_step(x: Any, prev_h: Any, prev_c: Any, Wx: Any, Wh: Any, b: Any) -> Any:
        H = prev_h.shape[1]
        a = anp.dot(x, Wx) + anp.dot(prev_h, Wh) + b
        i, f, o = (sigmoid(a[:, k * H : (k + 1) * H]) for k in range(3))
        c = f * prev_c + i * anp.tanh(a[:, 3 * H :])
        return o * anp.tanh(c), c

    def lstm(x: Any, h0: Any, Wx: Any, Wh: Any, b: Any) -> Any:
        h, c, states = h0, 0 * h0, []
        for t in range(x.shape[1]):
            h, c = lstm_step(x[:, t], h, c, Wx, Wh, b)
            states.append(h)
        return (anp.stack(states, axis=1),)

    def additive(x: Any, prev_h: Any, prev_c: Any, Wx: Any, Wh: Any, b: Any) -> Any:
        c = prev_c + anp.tanh(anp.dot(x, Wx) + anp.dot(prev_h, Wh) + b)
        return anp.tanh(c), c

    return {
        "rnn_step_forward": rnn_step,
        "rnn_forward": rnn,
        "word_embedding_forward": embedding,
        "temporal_affine_forward": affine,
        "temporal_softmax_loss": loss,
        "sigmoid": lambda x: (sigmoid(x),),
        "lstm_step_forward": lstm_step,
        "lstm_forward": lstm,
        "additive_cell_step_forward": additive,
        **gated_equations(sigmoid, anp.tanh, anp.stack),
    }


def autograd_gradients(equation: Callable[..., Any], inputs: Arrays, cotangents: Sequence[np.ndarray]) -> Arrays:
    """The vector-Jacobian product for each real input, by autograd."""
    import autograd
    import autograd.numpy as anp

    found = {}
    for name, value in inputs.items():
        if value.dtype.kind != "f":
            continue

        def projected(moved: Any, name: str = name) -> Any:
            outputs = equation(**{**inputs, name: moved})
            return sum(anp.sum(d * out) for d, out in zip(cotangents, outputs, strict=True))

        found[f"d{name}"] = autograd.grad(projected)(value)
    return found


# Fifty digits: the equations on mpmath's numbers, entry by entry.

DIGITS = 50


def exactly(equation: Callable[..., Any], inputs: Arrays) -> list[np.ndarray]:
    """The outputs of an equation on exact copies of the inputs, computed with 50 digits and rounded once."""
    import mpmath

    with mpmath.workdps(DIGITS):
        exact = {
            name: np.vectorize(mpmath.mpf, otypes=[object])(value) if value.dtype.kind == "f" else value
            for name, value in inputs.items()
        }
        return [np.vectorize(float, otypes=[float])(np.asarray(out, object)) for out in equation(**exact)]


def mpmath_equations() -> dict[str, Callable[..., Any]]:
    """The forwards by name, on arrays of mpmath's numbers; scalar functions are taken entry by entry."""
    import mpmath

    from tests.reference.foreign_gated import gated_equations

    tanh, exp, log = (np.vectorize(f, otypes=[object]) for f in (mpmath.tanh, mpmath.exp, mpmath.log))

    def sigmoid(a: Any) -> Any:
        return 1 / (1 + exp(-a))

    def rnn_step(x: Any, prev_h: Any, Wx: Any, Wh: Any, b: Any) -> Any:
        return (tanh(x @ Wx + prev_h @ Wh + b),)

    def rnn(x: Any, h0: Any, Wx: Any, Wh: Any, b: Any) -> Any:
        states = [h0]
        for t in range(x.shape[1]):
            states.extend(rnn_step(x[:, t], states[-1], Wx, Wh, b))
        return (np.stack(states[1:], axis=1),)

    def loss(x: Any, y: Any, mask: Any) -> Any:
        e = exp(x)
        p = e / e.sum(axis=2, keepdims=True)
        n, t = np.ogrid[: x.shape[0], : x.shape[1]]
        p[n, t, y], chosen = p[n, t, y] - 1, p[n, t, y]
        return -np.sum(mask * log(chosen)) / x.shape[0], p * mask[:, :, None] / x.shape[0]

    def lstm_step(x: Any, prev_h: Any, prev_c: Any, Wx: Any, Wh: Any, b: Any) -> Any:
        i, f, o, g = np.split(x @ Wx + prev_h @ Wh + b, 4, axis=1)
        c = sigmoid(f) * prev_c + sigmoid(i) * tanh(g)
        return sigmoid(o) * tanh(c), c

    def lstm(x: Any, h0: Any, Wx: Any, Wh: Any, b: Any) -> Any:
        h, c, states = h0, 0 * h0, []
        for t in range(x.shape[1]):
            h, c = lstm_step(x[:, t], h, c, Wx, Wh, b)
            states.append(h)
        return (np.stack(states, axis=1),)

    def additive(x: Any, prev_h: Any, prev_c: Any, Wx: Any, Wh: Any, b: Any) -> Any:
        c = prev_c + tanh(x @ Wx + prev_h @ Wh + b)
        return tanh(c), c

    return {
        "rnn_step_forward": rnn_step,
        "rnn_forward": rnn,
        "word_embedding_forward": lambda x, W: (W[x],),
        "temporal_affine_forward": lambda x, w, b: (np.tensordot(x, w, axes=1) + b,),
        "temporal_softmax_loss": loss,
        "sigmoid": lambda x: (sigmoid(x),),
        "lstm_step_forward": lstm_step,
        "lstm_forward": lstm,
        "additive_cell_step_forward": additive,
        **gated_equations(sigmoid, tanh, np.stack),
    }


# Published operators.


def onnx_forward(
    kind: str, Wx: np.ndarray, Wh: np.ndarray, b: np.ndarray, x: np.ndarray, *states: np.ndarray, **attributes: int
) -> Any:
    """Hidden states (N, T, H), then the last state of each kind, by ONNX's operator `RNN`, `LSTM` or `GRU`.

    ONNX wants time first, a leading axis of directions, weights that act from the left, and two biases. The weights
    come in ONNX's own order of the gates. A GRU resets before the product unless told otherwise.
    """
    from onnx import TensorProto, helper
    from onnx.reference import ReferenceEvaluator

    H = Wh.shape[0]
    feed = {"X": x.transpose(1, 0, 2), "W": Wx.T[None], "R": Wh.T[None], "B": np.concatenate([b, 0 * b])[None]}
    inputs = ["X", "W", "R", "B", "", *("initial_h", "initial_c")[: len(states)]]
    feed |= {name: state[None] for name, state in zip(inputs[5:], states, strict=True)}
    outputs = ["Y", "Y_h", "Y_c"][: 1 + (2 if kind == "LSTM" else 1)]
    node = helper.make_node(kind, inputs, outputs, hidden_size=H, **attributes)
    graph = helper.make_graph(
        [node],
        kind,
        [helper.make_tensor_value_info(name, TensorProto.DOUBLE, value.shape) for name, value in feed.items()],
        [helper.make_tensor_value_info(name, TensorProto.DOUBLE, None) for name in outputs],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)])
    y, *last = ReferenceEvaluator(model).run(None, feed)
    return [np.squeeze(y, axis=1).transpose(1, 0, 2), *(state[0] for state in last)]


def torch_forward_and_gradients(kind: str, inputs: Mapping[str, np.ndarray], dh: np.ndarray) -> tuple[Any, Arrays]:
    """Hidden states and the gradients of x, h0, Wx, Wh and b, by torch's `RNN`, `LSTM` or `GRU`, in our order."""
    import torch

    order = GATE_ORDERS["pytorch"]  # the GRU's is ours

    def theirs(value: np.ndarray) -> np.ndarray:
        return reordered(value, OURS, order) if kind == "LSTM" else value

    def ours(value: np.ndarray) -> np.ndarray:
        return reordered(value, order, OURS) if kind == "LSTM" else value

    D, H = inputs["Wx"].shape[0], inputs["Wh"].shape[0]
    network = getattr(torch.nn, kind)(D, H, batch_first=True, dtype=torch.float64)
    with torch.no_grad():
        network.weight_ih_l0.copy_(torch.tensor(theirs(inputs["Wx"]).T.copy()))
        network.weight_hh_l0.copy_(torch.tensor(theirs(inputs["Wh"]).T.copy()))
        network.bias_ih_l0.copy_(torch.tensor(theirs(inputs["b"])))
        network.bias_hh_l0.zero_()
    x = torch.tensor(inputs["x"], requires_grad=True)
    h0 = torch.tensor(inputs["h0"][None], requires_grad=True)
    h, _ = network(x, (h0, torch.zeros_like(h0)) if kind == "LSTM" else h0)
    (h * torch.tensor(dh)).sum().backward()
    gradients = {
        "dx": x.grad.numpy(),
        "dh0": h0.grad.numpy()[0],
        "dWx": ours(network.weight_ih_l0.grad.numpy().T),
        "dWh": ours(network.weight_hh_l0.grad.numpy().T),
        "db": ours(network.bias_ih_l0.grad.numpy()),
    }
    return h.detach().numpy(), gradients
