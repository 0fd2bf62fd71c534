"""Where the lectures mislead on A1. INSTRUCTORS ONLY until it is printed in the handout."""

from grader import Erratum

ERRATA = (
    Erratum(
        where="L0, the recurrence",
        printed="$h_t = \\tanh(W_{hh} h_{h-1} + W_{xh} x_t)$ stands there once, with the letter $h$ for a step.",
        right="The old state is the one from the step before, $h_{t-1}$, a new one at every step. With the same"
        " old state each time, the network would forget everything but its last input.",
        shows="""
inputs = [1.0, 0.0, 0.0, 0.0]  # one unit, weights of 1 and 0.9: it reads a one, and then nothing
right, stuck = [0.0], [0.0]
for x in inputs:
    right.append(np.tanh(0.9 * right[-1] + x))
    stuck.append(np.tanh(0.9 * stuck[0] + x))
print("from the step before:  ", *(f"{state:.2f}" for state in right[1:]))
print("from always the same:  ", *(f"{state:.2f}" for state in stuck[1:]))
""",
        mistake="rnn_forward: h0 fed at every step",
    ),
    Erratum(
        where="L1, the update of the parameters",
        printed="$W := W + \\alpha\\, \\partial E / \\partial W$.",
        right="We go *down* the slope: $W \\leftarrow W - \\alpha\\, \\partial E / \\partial W$, as L4 has it. The"
        " gradients that you return are the plain derivatives, without any sign of the update in them.",
        shows="""
for name, sign in (("plus", +1), ("minus", -1)):
    W, errors = 1.0, []
    for step in range(5):
        errors.append(W**2)  # E, and its slope is 2 W
        W = W + sign * 0.1 * 2 * W
    print(f"{name:6}E =", *(f"{error:.2f}" for error in errors))
""",
        mistake="temporal_softmax_loss: sign of dx",
    ),
)
