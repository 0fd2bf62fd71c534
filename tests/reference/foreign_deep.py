"""Oracles for A5 that are not ours: torch's `RNN` with layers and directions, ONNX's operators, equations in autograd.

Layers are tuples `(Wx, Wh, b)`, or two of them in one tuple for two directions, the lowest layer first. PyTorch's and
ONNX's weights act from the left; PyTorch's states are (L x directions, N, H), ONNX's outputs (T, directions, N, H).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

Layers = Sequence[tuple[np.ndarray, ...]]


def torch_stack(x: np.ndarray, h0: np.ndarray, layers: Layers, dh: np.ndarray) -> tuple[Any, ...]:
    """Outputs of the top layer, then the gradients of x, h0 and the layers, by torch's own RNN.

    `h0` has an axis of layers, or two axes of layers and directions; as many directions has every tuple of `layers`.
    """
    import torch

    directions = len(layers[0]) // 3
    D, H = layers[0][0].shape
    network = torch.nn.RNN(D, H, len(layers), batch_first=True, bidirectional=directions == 2, dtype=torch.float64)
    found: list[tuple[Any, ...]] = []
    with torch.no_grad():
        for number, layer in enumerate(layers):
            parameters = []
            for direction in range(directions):
                end = f"_l{number}" + "_reverse" * direction
                Wx, Wh, b = layer[3 * direction : 3 * direction + 3]
                for name, value in (("weight_ih", Wx.T), ("weight_hh", Wh.T), ("bias_ih", b), ("bias_hh", 0 * b)):
                    getattr(network, name + end).copy_(torch.tensor(value.copy()))
                parameters += [getattr(network, name + end) for name in ("weight_ih", "weight_hh", "bias_ih")]
            found.append(tuple(parameters))
    inputs = torch.tensor(x, requires_grad=True)
    states = torch.tensor(h0.reshape(-1, *h0.shape[-2:]), requires_grad=True)
    h, _ = network(inputs, states)
    (h * torch.tensor(dh)).sum().backward()
    dlayers = [tuple(parameter.grad.numpy().T for parameter in layer) for layer in found]
    return h.detach().numpy(), inputs.grad.numpy(), states.grad.numpy().reshape(h0.shape), dlayers


def onnx_bidirectional(x: np.ndarray, h0: np.ndarray, layer: tuple[np.ndarray, ...]) -> np.ndarray:
    """States (N, T, 2H) by ONNX's operator `RNN` in both directions; `h0` is (2, N, H)."""
    Wx, Wh, b = (np.stack(layer[number::3]) for number in range(3))
    feed = {
        "X": x.transpose(1, 0, 2),
        "W": Wx.transpose(0, 2, 1),
        "R": Wh.transpose(0, 2, 1),
        "B": np.concatenate([b, 0 * b], axis=1),
        "H": h0,
    }
    (y,) = _evaluated(
        "RNN", ["X", "W", "R", "B", "", "H"], feed, ["Y"], hidden_size=b.shape[1], direction="bidirectional"
    )
    N, T = x.shape[:2]
    return y.transpose(2, 0, 1, 3).reshape(N, T, -1)


def onnx_dropout(x: np.ndarray, ratio: float, train: bool) -> tuple[np.ndarray, np.ndarray]:
    """What ONNX's operator `Dropout` makes of x, and the mask that it has drawn: true where an entry is kept."""
    feed = {"x": x, "ratio": np.array(ratio), "train": np.array(train)}
    y, mask = _evaluated("Dropout", list(feed), feed, ["y", "mask"], seed=5)
    return y, mask.astype(bool)


def _evaluated(kind: str, takes: list[str], feed: dict[str, np.ndarray], gives: list[str], **attributes: Any) -> Any:
    """The outputs of one operator by ONNX's reference evaluator."""
    from onnx import TensorProto, helper
    from onnx.reference import ReferenceEvaluator

    def info(name: str, shape: Any) -> Any:
        kind = TensorProto.BOOL if name in ("train", "mask") else TensorProto.DOUBLE
        return helper.make_tensor_value_info(name, kind, shape)

    node = helper.make_node(kind, takes, gives, **attributes)
    inputs = [info(name, value.shape) for name, value in feed.items()]
    graph = helper.make_graph([node], kind, inputs, [info(name, None) for name in gives])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)])
    return ReferenceEvaluator(model).run(None, feed)


def torch_dropout(x: np.ndarray, drop: float, train: bool, dout: np.ndarray) -> tuple[np.ndarray, ...]:
    """What torch's dropout makes of x, the mask that it has drawn, and the gradient of x."""
    import torch

    torch.manual_seed(3)
    inputs = torch.tensor(x, requires_grad=True)
    out, mask = torch.native_dropout(inputs, drop, train)
    (out * torch.tensor(dout)).sum().backward()
    return out.detach().numpy(), mask.numpy().astype(bool), inputs.grad.numpy()


# The equations once more, entry by entry of the lists, in autograd's NumPy.


def tanh_layer(x: Any, h: Any, Wx: Any, Wh: Any, b: Any, times: Any, seen: Any = lambda h: h) -> list[Any]:
    """The states in the order of the given times; `seen` is what a step sees of the state before it."""
    import autograd.numpy as anp

    states = {}
    for t in times:
        h = anp.tanh(anp.dot(x[t], Wx) + anp.dot(seen(h), Wh) + b)
        states[t] = h
    return [states[t] for t in sorted(states)]


def stack(x: Any, h0: Any, layers: Any) -> Any:
    """Steps on the outside, layers on the inside: the other order of the two loops."""
    import autograd.numpy as anp

    states, shown = list(h0), []
    for t in range(x.shape[1]):
        below = x[:, t]
        for number, (Wx, Wh, b) in enumerate(layers):
            below = anp.tanh(anp.dot(below, Wx) + anp.dot(states[number], Wh) + b)
            states[number] = below
        shown.append(below)
    return anp.stack(shown, axis=1)


def both_ways(x: Any, h0_f: Any, h0_b: Any, layers: Any) -> Any:
    """A stack of layers in both directions; x as a list of its steps, joined at the end only."""
    import autograd.numpy as anp

    steps = [x[:, t] for t in range(x.shape[1])]
    order = range(len(steps))
    for number, layer in enumerate(layers):
        f = tanh_layer(steps, h0_f[number], *layer[:3], order)
        g = tanh_layer(steps, h0_b[number], *layer[3:], reversed(order))
        steps = [anp.concatenate([one, other], axis=1) for one, other in zip(f, g, strict=True)]
    return anp.stack(steps, axis=1)


def remembering_less(x: Any, h0: Any, Wx: Any, Wh: Any, b: Any, factor: Any) -> Any:
    """The network whose every step sees the state before it entry by entry times a factor."""
    import autograd.numpy as anp

    steps = [x[:, t] for t in range(x.shape[1])]
    return anp.stack(tanh_layer(steps, h0, Wx, Wh, b, range(len(steps)), lambda h: h * factor), axis=1)
