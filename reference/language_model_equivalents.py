"""The mutants of A6 that are right, each with the reason. INSTRUCTORS ONLY.

`grader validate --mutants` fails for a survivor that does not stand here, and for an entry that is no survivor.
"""

from grader import Equivalent

EQUIVALENTS: tuple[Equivalent, ...] = ()
