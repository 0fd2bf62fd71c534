"""Where the lectures mislead on A2. INSTRUCTORS ONLY until it is printed in the handout."""

from grader import Erratum

ERRATA = (
    Erratum(
        where="L3, what the gates are for",
        printed="“Forget gate, whether to erase cell.”",
        right="Read it as keeping: at $f = 1$ the cell is kept, at $f = 0$ it is erased. The equation on the"
        " same slide says so, and L1 says it in words.",
        shows="""
f, old = 0.9, 1.0
print(f"of a cell of {old:.1f} a forget gate of {f} keeps {f * old:.1f} and erases {old - f * old:.1f}")
""",
        mistake="lstm_step_forward: forget gate erases",
    ),
    Erratum(
        where="L3, gradient flow along the cell",
        printed="$\\partial c_t / \\partial c_{t-1}$ has a second term there, $\\partial (i_t \\odot g_t) / \\partial"
        " c_{t-1}$, on the slide that speaks of entry-by-entry products alone.",
        right="The second term is the way through $h_{t-1}$, which is made of $c_{t-1}$ too. A step's backward"
        " pass takes its inputs one by one: `prev_h` is held fixed while `prev_c` moves, and what is left"
        " is the forget gate. The walk through time adds the other way by itself.",
        shows="""
gate = lambda a: 1 / (1 + np.exp(-a))


def cell(prev_c, prev_h):  # one unit, made-up weights
    return gate(0.5 * prev_h + 1) * prev_c + gate(prev_h) * np.tanh(2 * prev_h)


c, h, e = 0.8, 0.3, 1e-6
print(f"the forget gate:                       {gate(0.5 * h + 1):.4f}")
print(f"the slope by the old cell, h fixed:    {(cell(c + e, h) - cell(c - e, h)) / (2 * e):.4f}")
""",
        mistake="lstm_step_backward: way of the output gate added to dprev_c",
    ),
    Erratum(
        where="L0, L1 and L4, the weights",
        printed="$W [h_{t-1}, x_t]$.",
        right="That is a matrix times a *column*, with the state above the input. Ours is a row times a matrix,"
        " and there are two of them: between the two forms stand a transpose and a cut.",
        shows="""
W = np.array([[1, 2, 3], [4, 5, 6]])  # two units, one input
h, x = np.array([10, 20]), np.array([1])
print("as printed:     ", W @ np.concatenate([h, x]))
print("rows, cut apart:", h @ np.array([[1, 4], [2, 5]]) + x @ np.array([[3, 6]]))
""",
        mistake="lstm_weights_from_gates: transpose forgotten",
    ),
)
