"""The losses of A7 by torch: its modules, its cross-entropy, its packing of texts of different lengths, its Adam.

Every function takes what the reference takes and gives what it gives; nothing of the reference is used.
"""

from typing import Any

import numpy as np

from grader.exercise import Arrays
from tests.reference.foreign import GATE_ORDERS, OURS, reordered

Loss = tuple[float, Arrays]


class Modules:
    """Torch modules made of our parameters, and the gradients that they have received, under our names."""

    def __init__(self, params: Arrays) -> None:
        self._params = params
        self._read: dict[str, Any] = {}

    def recurrent(self, of: str = "", kind: str = "RNN") -> Any:
        """An RNN or LSTM; ours has one bias, so the second of torch is zero."""
        import torch

        Wx, Wh, b = (self._params[f"{name}{of}"] for name in ("Wx", "Wh", "b"))
        theirs = GATE_ORDERS["pytorch"]
        module = getattr(torch.nn, kind)(len(Wx), len(Wh), batch_first=True, dtype=torch.float64)
        places = {"weight_ih_l0": Wx.T, "weight_hh_l0": Wh.T, "bias_ih_l0": b, "bias_hh_l0": 0 * b}
        with torch.no_grad():
            for place, value in places.items():
                rows = reordered(value.T, OURS, theirs).T if kind == "LSTM" else value
                getattr(module, place).copy_(torch.tensor(rows.copy()))
        for name, place in (("Wx", "weight_ih_l0"), ("Wh", "weight_hh_l0"), ("b", "bias_ih_l0")):
            self._read[f"{name}{of}"] = (getattr(module, place), theirs if kind == "LSTM" else "")
        return module

    def affine(self, w: str, b: str) -> Any:
        import torch

        module = torch.nn.Linear(*self._params[w].shape, dtype=torch.float64)
        with torch.no_grad():
            module.weight.copy_(torch.tensor(self._params[w].T.copy()))
            module.bias.copy_(torch.tensor(self._params[b]))
        self._read |= {w: (module.weight, ""), b: (module.bias, "")}
        return module

    def table(self, name: str) -> Any:
        import torch

        module = torch.nn.Embedding.from_pretrained(torch.tensor(self._params[name]), freeze=False)
        self._read[name] = (module.weight, None)
        return module

    def trained(self) -> list[Any]:
        return [tensor for tensor, _ in self._read.values()]

    def ours(self, what: str = "grad") -> Arrays:
        """The gradients, or with `data` the parameters, under our names and in our order of the gates."""
        found = {}
        for name, (tensor, order) in self._read.items():
            value = getattr(tensor, what).detach().numpy()
            value = value if order is None else value.T
            found[name] = reordered(value, order, OURS) if order else value.copy()
        return {name: found[name] for name in self._params}


def _loss(modules: Modules, scores: Any, y: np.ndarray, mask: np.ndarray | None = None) -> Loss:
    """Torch's cross-entropy, summed; a place that does not count is one that torch is told to ignore."""
    import torch

    wanted = np.where(np.ones_like(y, bool) if mask is None else mask, y, -100)
    flat = scores.reshape(-1, scores.shape[-1])
    total = torch.nn.functional.cross_entropy(flat, torch.tensor(wanted.ravel()), reduction="sum")
    loss = total / len(y)
    loss.backward()
    return loss.item(), modules.ours()


def one_to_one_loss(params: Arrays, batch: Arrays) -> Loss:
    import torch

    modules = Modules(params)
    hidden, out = modules.affine("Wx", "b"), modules.affine("Wy", "by")
    return _loss(modules, out(torch.tanh(hidden(torch.tensor(batch["x"])))), batch["y"])


def many_to_one_loss(params: Arrays, batch: Arrays) -> Loss:
    import torch

    modules = Modules(params)
    table, network, out = modules.table("We"), modules.recurrent(), modules.affine("Wy", "by")
    packed = torch.nn.utils.rnn.pack_padded_sequence(
        table(torch.tensor(batch["words"])), torch.tensor(batch["lengths"]), batch_first=True, enforce_sorted=False
    )
    return _loss(modules, out(network(packed)[1][0]), batch["y"])


def many_to_many_synced_loss(params: Arrays, batch: Arrays) -> Loss:
    import torch

    modules = Modules(params)
    network, out = modules.recurrent(), modules.affine("Wy", "by")
    return _loss(modules, out(network(torch.tensor(batch["x"]))[0]), batch["y"], batch["mask"])


def one_to_many_loss(params: Arrays, batch: Arrays) -> Loss:
    import torch

    modules = Modules(params)
    project, table = modules.affine("Wp", "bp"), modules.table("We")
    network, out = modules.recurrent(), modules.affine("Wy", "by")
    captions = torch.tensor(batch["captions"])
    states, _ = network(table(captions[:, :-1]), project(torch.tensor(batch["features"]))[None])
    return _loss(modules, out(states), batch["captions"][:, 1:], batch["mask"])


def seq2seq_loss(params: Arrays, batch: Arrays) -> Loss:
    import torch

    modules = Modules(params)
    source, target = modules.table("We_enc"), modules.table("We_dec")
    encoder, decoder, out = modules.recurrent("_enc"), modules.recurrent("_dec"), modules.affine("Wy", "by")
    _, thought = encoder(source(torch.tensor(batch["source"])))
    states, _ = decoder(target(torch.tensor(batch["target"])[:, :-1]), thought)
    return _loss(modules, out(states), batch["target"][:, 1:], batch["mask"])


def recall_loss(params: Arrays, batch: Arrays) -> Loss:
    import torch

    modules = Modules(params)
    network, out = modules.recurrent(kind="LSTM"), modules.affine("Wy", "by")
    return _loss(modules, out(network(torch.tensor(batch["x"]))[1][0][0]), batch["y"])


LOSSES = (
    one_to_one_loss,
    many_to_one_loss,
    many_to_many_synced_loss,
    one_to_many_loss,
    seq2seq_loss,
    recall_loss,
)


def adam_step(
    params: Arrays, grads: Arrays, m: Arrays, v: Arrays, t: int, rate: float
) -> tuple[Arrays, Arrays, Arrays]:
    """One step of torch's Adam, which is told that it has taken some before."""
    import torch

    tensors = {name: torch.tensor(value, requires_grad=True) for name, value in params.items()}
    adam = torch.optim.Adam(tensors.values(), lr=rate)
    for name, tensor in tensors.items():
        tensor.grad = torch.tensor(grads[name])
        adam.state[tensor] = {
            "step": torch.tensor(float(t - 1)),
            "exp_avg": torch.tensor(m[name]),
            "exp_avg_sq": torch.tensor(v[name]),
        }
    adam.step()

    def means(which: str) -> Arrays:
        return {name: adam.state[tensor][which].numpy() for name, tensor in tensors.items()}

    return {name: one.detach().numpy() for name, one in tensors.items()}, means("exp_avg"), means("exp_avg_sq")


def train_recall(params: Arrays, numbers: np.ndarray, index: int, rate: float) -> tuple[np.ndarray, Arrays]:
    """The training of the recall task with torch's LSTM, cross-entropy and Adam."""
    import torch

    modules = Modules(params)
    network, out = modules.recurrent(kind="LSTM"), modules.affine("Wy", "by")
    adam = torch.optim.Adam(modules.trained(), lr=rate)
    losses = []
    for sequences in torch.tensor(numbers):
        x = torch.nn.functional.one_hot(sequences, len(params["by"])).double()
        loss = torch.nn.functional.cross_entropy(out(network(x)[1][0][0]), sequences[:, index])
        adam.zero_grad()
        loss.backward()
        adam.step()
        losses.append(loss.item())
    return np.array(losses), modules.ours("data")
