"""Where the lectures mislead on A4. INSTRUCTORS ONLY until it is printed in the handout."""

from grader import Erratum

ERRATA = (
    Erratum(
        where="L3, the code that clips",
        printed="`grad_norm = np.sum(grad * grad)`, which is then compared with the threshold and divided by.",
        right="The sum of the squares is the *square* of the norm. The formula that L3 gives earlier, $\\min(1,"
        " \\lambda / \\lVert g \\rVert)$, is right.",
        shows="""
for threshold in (10.0, 1.0):
    grad = np.array([3.0, 4.0])  # its length is 5
    grad_norm = np.sum(grad * grad)
    if grad_norm > threshold:
        grad *= threshold / grad_norm
    print(f"threshold {threshold:4}: the length 5 becomes {np.hypot(*grad):.1f}, right is {min(5, threshold):.1f}")
""",
        mistake="clip_by_norm: square root forgotten",
    ),
    Erratum(
        where="L3, the gradient that clips",
        printed="The code has one `grad`; a network has many parameters, and each has a gradient.",
        right="The norm is that of all of them together, as in the `clip_grad_norm_(model.parameters(), ...)` of"
        " the same lecture. Clipped one by one they would lose their proportions, and the step its"
        " direction.",
        shows="""
dW, db = 8.0, 0.5  # two parameters of one entry each, and a limit of 1
length = np.hypot(dW, db)
print(f"one by one: {min(dW, 1):.3f} and {min(db, 1):.3f}, one is {min(dW, 1) / min(db, 1):.0f} times the other")
print(f"together:   {dW / length:.3f} and {db / length:.3f}, one is {dW / db:.0f} times the other, as it was")
""",
        mistake="clip_by_norm: each array by itself",
    ),
    Erratum(
        where="L4, the product of the Jacobians",
        printed="$\\prod_{j=t-k}^{t-1} \\partial s_j / \\partial s_{j-1}$ for $\\partial s_t / \\partial s_k$.",
        right="The product runs over $j = k+1, \\ldots, t$, as the line of fractions beside it and L0 and L1 have"
        " it: as many factors as there are steps between the two states.",
        shows="""
# t = 5, k = 2
print("printed:", *(f"ds{j}/ds{j - 1}" for j in (3, 4)))
print("right:  ", *(f"ds{j}/ds{j - 1}" for j in (5, 4, 3)))
""",
        mistake="rnn_state_jacobian: factors as L4 prints them",
    ),
    Erratum(
        where="L4, the table of products",
        printed="0.90 → -0.81 → -0.73 → -0.66 and so on, for a factor of 0.9.",
        right="The powers of a positive number are positive. The last two numbers of the row are others, too.",
        shows="""
print("0.9:", *(f"{0.9**power:.2f}" for power in range(1, 9)))
print("1.5:", *(f"{1.5**power:.2f}" for power in range(1, 9)))
""",
        mistake="lstm_cell_jacobian: signs as L4 prints them",
    ),
    Erratum(
        where="L4, vanish or explode",
        printed="Each factor is bounded by some $c$; the product explodes if $c > 1$.",
        right="From a bound below 1 it follows that the product vanishes. From a bound above 1 nothing follows:"
        " it is the bound that explodes then. The slope of tanh may hold the product itself far below it.",
        shows="""
w, h = 1.5, 0.8  # one unit: each factor is at most 1.5
slope = 1 - h * h
print(f"the bound, eight steps back:   {w**8:.2f}")
print(f"the product, eight steps back: {(slope * w) ** 8:.4f}")
""",
        mistake="rnn_state_jacobian: slope forgotten",
    ),
    Erratum(
        where="L1, where the slope is small",
        printed="The derivative approaches 0 where the value of sigmoid and tanh is close to 0 or 1.",
        right="So it is for the sigmoid. The values of tanh lie between -1 and 1, and at a value of 0 its slope"
        " is 1, the largest that it can be.",
        shows="""
e = 1e-6
for a in (-3.0, 0.0, 3.0):
    print(f"tanh has the value {np.tanh(a):5.2f} and the slope {(np.tanh(a + e) - np.tanh(a - e)) / (2 * e):.2f}")
""",
        mistake="rnn_state_jacobian: slope like that of sigmoid",
    ),
    Erratum(
        where="L3, the largest eigenvalue",
        printed="Below 1 the gradients vanish, above 1 they explode.",
        right="That is so without the nonlinearity and in the long run. A matrix that is not symmetric can make"
        " a vector much longer first; how long it can get in one step, its norm says.",
        shows="""
W = np.array([[0.5, 10.0], [0.0, 0.5]])  # both eigenvalues are 0.5
vector = np.array([0.0, 1.0])
for power in (1, 2, 4, 8, 16):
    print(f"after {power:2} products: {np.hypot(*(np.linalg.matrix_power(W, power) @ vector)):.4f}")
""",
        mistake="spectral_radius: largest singular value",
    ),
    Erratum(
        where="L3, the pseudocode of truncated backpropagation",
        printed="`for c_i in num_chunk`, and each chunk has `chunk_size` steps.",
        right="A number is nothing to walk over, and a sequence need not be a whole number of chunks long: what"
        " is left over is a chunk as well, a shorter one.",
        shows="""
steps, size = np.arange(10), 4
print("whole chunks alone:", *(list(map(int, steps[4 * c : 4 * c + 4])) for c in range(10 // size)))
print("all of them:       ", *(list(map(int, steps[first : first + 4])) for first in (0, 4, 8)))
""",
        mistake="truncated_bptt: shorter last chunk dropped",
    ),
    Erratum(
        where="L4, truncation",
        printed="“At any step look only for last $k$ timestamps.”",
        right="That is a window which moves along with every step. L3 cuts the sequence into chunks, as most"
        " training programs do: a step at the beginning of a chunk looks back to no other.",
        shows="""
print("steps that each step looks back to, k = 4")
print("window:", *(min(t, 3) for t in range(10)))
print("chunks:", *(t % 4 for t in range(10)))
""",
        mistake="truncated_bptt: each step looks back over its own window",
    ),
)
