"""Where the lectures mislead on A7. INSTRUCTORS ONLY until it is printed in the handout."""

from grader import Erratum

ERRATA = (
    Erratum(
        where="L4, the numbers of the recall task",
        printed="`encode` appends nothing to its list, and returns from inside the loop, behind the first number.",
        right="All numbers are encoded. `one_hot_encode`, which the program calls, `argmax` and `yhat` are defined"
        " nowhere in it, so the 100 % printed beside it are not its own. Yours will run, and get there.",
        shows="""
sequence = [7, 3, 8, 1, 5]


def encode(sequence, appends, returns_inside):
    encoding = []
    for value in sequence:
        vector = [0] * 10
        vector[value] = 1
        if appends:
            encoding.append(vector)
        if returns_inside:
            return encoding
    return encoding


print("numbers encoded, as printed:          ", len(encode(sequence, False, True)))
print("with a line that appends:             ", len(encode(sequence, True, True)))
print("and with the return behind the loop:  ", len(encode(sequence, True, False)))
""",
        mistake="recall_batch: only the first number encoded",
    ),
    Erratum(
        where="L4, which number is to be recalled",
        printed="Five numbers are fed and we want the 2nd one as output; in the program, `out_index = 2`.",
        right="An index counts from 0: the number at index 2 is the third. Here an index is an index.",
        shows="""
sequence = [7, 3, 8, 1, 5]
print("at index 2 stands", sequence[2], "and the 2nd number is", sequence[1])
""",
        mistake="recall_batch: counted from one",
    ),
    Erratum(
        where="L4, the layers of the model",
        printed="An `LSTM(25)`, compiled with the cross-entropy against one-hot targets of 10. `Dense` is imported, and"
        " never added.",
        right="A state is no score. Between the 25 units and the 10 numbers stands an affine map, $W_y$ and $b_y$, and"
        " then the softmax.",
        shows="""
state, map_to_scores = np.linspace(-1, 1, 25), np.full((25, 10), 0.1)
print("units:", state.size, " scores:", (state @ map_to_scores).size, " targets:", 10)
""",
    ),
    Erratum(
        where="L4, the training",
        printed="`for x, y in generate_example(...)` goes over one example, taken apart into its $X$ and its $y$.",
        right="Training takes many examples, and fresh ones: there are more sequences than anybody can learn by heart.",
        shows="""
print("sequences of five of the numbers 0 to 9:", 10**5)
print("seen in 250 batches of 32, at most:     ", 250 * 32)
""",
        mistake="train_recall: first batch used again and again",
    ),
    Erratum(
        where="L3, the gradient of the many-to-many graph",
        printed="$\\partial L / \\partial W_i = \\sum_{t=i}^{T} \\partial L_t / \\partial W_i$.",
        right="The $W_i$ there is the copy of $W$ that step $i$ uses. The gradient of $W$ is the sum over all copies"
        " too, with a term for each loss and each step that is not behind it.",
        shows="""
T = 3
pairs = [(i, t) for i in range(1, T + 1) for t in range(i, T + 1)]
print("a loss at every step:  ", len(pairs), "terms")
print("a loss at the last one:", len([pair for pair in pairs if pair[1] == T]), "terms")
""",
        mistake="many_to_many_synced_loss: carried gradient dropped",
    ),
    Erratum(
        where="L4, the arrangements",
        printed="Segmentation stands beside classification, under many to one; and the next word under one to one.",
        right="A segmentation has a label for every place: many to many, synced. And the next word is one to one only"
        " for somebody who looks at one step by itself; with the states in between it is the synced graph again.",
        shows="""
text = "a film of rare beauty".split()
print("moods of the text:", 1)
print("labels of its segmentation:", len(text))
""",
        mistake="many_to_many_synced_loss: only the last frame judged",
    ),
)
