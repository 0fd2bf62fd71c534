"""The equations of A3 on anybody's numbers: autograd's, which record what is computed, or mpmath's with 50 digits."""

from collections.abc import Callable
from typing import Any

Function = Callable[[Any], Any]


def gated_equations(sigmoid: Function, tanh: Function, stack: Callable[..., Any]) -> dict[str, Callable[..., Any]]:
    """The forwards by name, from the functions of one library; products are those of its arrays."""

    def gru_step(x: Any, prev_h: Any, Wx: Any, Wh: Any, b: Any) -> Any:
        H = prev_h.shape[1]
        gates = sigmoid(x @ Wx[:, : 2 * H] + prev_h @ Wh[:, : 2 * H] + b[: 2 * H])
        r, z = gates[:, :H], gates[:, H:]
        return (z * prev_h + (1 - z) * tanh(x @ Wx[:, 2 * H :] + (r * prev_h) @ Wh[:, 2 * H :] + b[2 * H :]),)

    def gru(x: Any, h0: Any, Wx: Any, Wh: Any, b: Any) -> Any:
        states = [h0]
        for t in range(x.shape[1]):
            states.extend(gru_step(x[:, t], states[-1], Wx, Wh, b))
        return (stack(states[1:], axis=1),)

    def renewed(prev_h: Any, z: Any, candidate: Any) -> Any:
        return (z * candidate + (1 - z) * prev_h,)

    def mut1(x: Any, prev_h: Any, Wxz: Any, Wxr: Any, Whr: Any, Whh: Any, bz: Any, br: Any, bh: Any) -> Any:
        r = sigmoid(x @ Wxr + prev_h @ Whr + br)
        return renewed(prev_h, sigmoid(x @ Wxz + bz), tanh((r * prev_h) @ Whh + tanh(x) + bh))

    def mut2(x: Any, prev_h: Any, Wxz: Any, Whz: Any, Whr: Any, Wxh: Any, Whh: Any, bz: Any, br: Any, bh: Any) -> Any:
        r = sigmoid(x + prev_h @ Whr + br)
        return renewed(prev_h, sigmoid(x @ Wxz + prev_h @ Whz + bz), tanh((r * prev_h) @ Whh + x @ Wxh + bh))

    def mut3(
        x: Any, prev_h: Any, Wxz: Any, Whz: Any, Wxr: Any, Whr: Any, Wxh: Any, Whh: Any, bz: Any, br: Any, bh: Any
    ) -> Any:
        r = sigmoid(x @ Wxr + prev_h @ Whr + br)
        return renewed(prev_h, sigmoid(x @ Wxz + tanh(prev_h) @ Whz + bz), tanh((r * prev_h) @ Whh + x @ Wxh + bh))

    return {
        "gru_step_forward": gru_step,
        "gru_forward": gru,
        "mut1_step_forward": mut1,
        "mut2_step_forward": mut2,
        "mut3_step_forward": mut3,
    }
