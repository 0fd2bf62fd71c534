"""Correct rewrites of every function of the course, made mechanically, and a measurement of what they lose: nothing.

    python -m tests.rewrites --seeds 200

Bases are whole correct modules: the reference, the solutions among the submissions, and the project's styles. The
plainest two are rewritten by transforms that change no value beyond its last digits (`a @ b` as `np.einsum`,
`1 - h**2` as `(1 - h) * (1 + h)`), take their arguments in other forms, and give their outputs in other forms
(read-only, in Fortran order, with negative strides, as a list). A grader that takes a point from one is wrong.
"""
