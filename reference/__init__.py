"""INSTRUCTORS ONLY: the solutions, their mistakes and hints. Nothing of this folder is ever given to a student.

The only place that knows what a recurrent network is. One module per assignment: the solutions first, forward next
to backward, then what each exercise declares. Its mistakes stand beside it, in `<assignment>_mistakes.py`.
"""

# Letters: N batch, T time steps, D input features, H hidden units, M outputs, V vocabulary.
# The first shape tells every axis of every exercise apart (embedding N T V D, affine N T D M, scores N T V).
# Sizes of 1 find code that squeezes; D=H and N=H find code that only works, or only fails, when two sizes agree.
# V=2 beside all the ones: over a vocabulary of one word the softmax is constant and hides every bug.
SHAPES = (
    "N=3 T=5 D=2 H=4 M=4 V=4",
    "N=1 T=1 D=1 H=1 M=1 V=2",
    "N=1 T=3 D=4 H=2 M=2 V=5",
    "N=2 T=1 D=4 H=3 M=3 V=6",
    "N=2 T=7 D=3 H=3 M=3 V=5",
    "N=4 T=2 D=3 H=4 M=1 V=3",
)
