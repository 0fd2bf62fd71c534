"""Where the lectures mislead on A6. INSTRUCTORS ONLY until it is printed in the handout."""

from grader import Erratum

ERRATA = (
    Erratum(
        where="L1, the update of the parameters",
        printed="$W := W + \\alpha\\, \\partial E/\\partial W$.",
        right="That climbs. L4 has the minus.",
        shows="""
def slope(w):
    return 2 * w  # of the loss w * w


up, down = [1.0], [1.0]
for _ in range(2):
    up.append(up[-1] + 0.1 * slope(up[-1]))
    down.append(down[-1] - 0.1 * slope(down[-1]))
print("with the plus, w is ", *(f"{w:.2f}" for w in up))
print("with the minus, w is", *(f"{w:.2f}" for w in down))
""",
        mistake="sgd_step: uphill",
    ),
    Erratum(
        where="L3, the code that clips",
        printed="`grad_norm = np.sum(grad * grad)`, and this is compared with the threshold.",
        right="The norm is the root of that sum, as in the formula at the beginning of the same lecture.",
        shows="""
gradient, threshold = np.array([3.0, 4.0]), 10.0
printed = np.sum(gradient * gradient)
print(f"the gradient has the length {np.linalg.norm(gradient):.0f}, and the threshold is {threshold:.0f}")
print(f"as printed it is cut to the length {np.linalg.norm(gradient * threshold / printed):.0f}")
""",
        mistake="clip_gradients: norm without the root",
    ),
    Erratum(
        where="L3, the gradient that is clipped",
        printed="one `grad`.",
        right="A network has several, and the vector whose length counts is all of them together. Clipped one by one"
        " they change their proportions, and the step changes its direction.",
        shows="""
weight, bias, threshold = 8.0, 0.5, 1.0
together = np.hypot(weight, bias)
print(f"together: {weight / together:.2f} and {bias / together:.2f}, still 16 to 1")
print(f"each on its own: {min(weight, threshold):.2f} and {min(bias, threshold):.2f}, 2 to 1")
""",
        mistake="clip_gradients: each gradient on its own",
    ),
    Erratum(
        where="L3, the pseudocode of truncated BPTT",
        printed="the chunks are `num_chunk`, each of `chunk_size`; `h` is set once, before the loop.",
        right="So it is meant: the state goes on from chunk to chunk, and only the gradient is cut. What is left over"
        " when the length is no multiple of the chunk, and that each chunk needs one character more for its last"
        " target, the slide leaves to you; the task of `train` says what we do.",
        shows="""
text, chunk = "to be or not", 4
for start in range(0, len(text) - chunk, chunk):
    print(repr(text[start : start + chunk]), "is followed by", repr(text[start + chunk]))
print("left over:", repr(text[start + chunk :]))
""",
        mistake="train: state not carried on",
    ),
)
