"""`python -m grader`: the same as the command `grader`."""

from grader.cli import main

raise SystemExit(main())
