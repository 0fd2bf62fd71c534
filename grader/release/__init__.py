"""What a student receives, derived from the declaration of an assignment, the same bytes every time.

    Assignment ──▶ stub, notebook, handout, pytest module     text      stub.py, notebook.py, handout.py
               ──▶ public plan                                 data      grader.plan
               ──▶ folder under assignments/                   folder.py
               ──▶ kit: the folder, the grader's wheel, what to install, the push workflow     kit.py, wheel.py

Whatever leaves this room has been searched for lines of the solution (leaks.py).
"""

from grader.release.folder import stale_files, text_files, write_assignment
from grader.release.kit import write_kit
from grader.release.leaks import leaked_lines

__all__ = ["leaked_lines", "stale_files", "text_files", "write_assignment", "write_kit"]
