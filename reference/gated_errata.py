"""Where the lectures mislead on A3. INSTRUCTORS ONLY until it is printed in the handout."""

from grader import Erratum

ERRATA = (
    Erratum(
        where="L3, which way the update gate turns",
        printed="The GRU of the slides keeps the old state with $z$ and takes the candidate with $1 - z$. The"
        " mutants, on the next slides, keep the old state with $1 - z$ and take the candidate with $z$.",
        right="Neither is wrong: a network can learn either. To take one for the other is.",
        shows="""
old, candidate, z = 1.0, 0.0, 0.9
print(f"the GRU moves to {z * old + (1 - z) * candidate:.1f}, a mutant to {(1 - z) * old + z * candidate:.1f}")
""",
        mistake="gru_step_forward: z renews as in the mutants",
    ),
    Erratum(
        where="L3 and PyTorch, where the reset gate closes",
        printed="$W_{hh}(r_t \\odot h_{t-1})$: before the product, and so do we.",
        right="PyTorch's `GRU` multiplies first and resets then. The two agree only if $W$ mixes no entries, as"
        " with a single hidden unit or a diagonal matrix. ONNX has a switch for it, `linear_before_reset`;"
        " ours is its value 0.",
        shows="""
h, r = np.array([1.0, 1.0]), np.array([1.0, 0.0])
W = np.array([[0.0, 1.0], [1.0, 0.0]])  # exchanges the two entries
print("before the product:", (r * h) @ W)
print("after the product: ", r * (h @ W))
""",
        mistake="gru_step_forward: reset after the product",
    ),
    Erratum(
        where="L4, the candidate of the GRU",
        printed="$\\tilde{h}_t = \\tanh(W [h_{t-1}, x_t] + b)$, below an equation for a reset gate that does not"
        " occur in it.",
        right="A gate that nothing goes through gets no gradient and learns nothing. L3 has the candidate as it"
        " was published, and so have we.",
        shows="""
h, w, e = 0.5, 1.5, 1e-6


def slope_by_the_gate(candidate):
    return (candidate(0.7 + e) - candidate(0.7 - e)) / (2 * e)


print(f"as in L3, the slope by r is {slope_by_the_gate(lambda r: np.tanh(w * (r * h))):.2f}")
print(f"as in L4, the slope by r is {slope_by_the_gate(lambda r: np.tanh(w * h)):.2f}")
""",
        mistake="gru_step_forward: reset gate unused",
    ),
)
