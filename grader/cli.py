"""The command line: `grader COMMAND`. Imports what a command needs when it runs, so that `check` starts quickly.

Exit codes: 0 all is well; 1 the student's work (or the assignment on proof) falls short; 2 usage or a fault of ours.
"""

import argparse
import contextlib
import json
import os
import re
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import grader
from grader.errors import GraderError, UsageError

if TYPE_CHECKING:
    from grader.plan import Plan
    from grader.report import Report

INTERRUPTED = 130  # the shell's number for Ctrl-C


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    # Hypothesis keeps files of its own; a student's folder is no place for them.
    os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", os.path.join(tempfile.gettempdir(), "grader-hypothesis"))
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        return command(options)
    except GraderError as error:
        print(f"grader: {error}", file=sys.stderr)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        print(f"grader: {where}{error.strerror or error}", file=sys.stderr)
    except KeyboardInterrupt:
        print("grader: interrupted", file=sys.stderr)
        return INTERRUPTED
    except Exception:
        traceback.print_exc()
        print("grader: this is a fault of ours; nothing was graded by it", file=sys.stderr)
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="grader",
        description="Grades NumPy assignments: student code runs behind a border; values cross it, verdicts never do.",
        epilog="exit codes: 0 all is well, 1 the work falls short, 2 usage or a fault of the grader",
    )
    parser.add_argument("--version", action="version", version=f"grader {grader.__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    _add_check(commands)
    _add_grade(commands)
    _add_release(commands)
    _add_validate(commands)
    _add_demo(commands)
    _add_hook(commands)
    doctor = commands.add_parser("doctor", help="versions, isolation and threads on this machine")
    doctor.set_defaults(command=_doctor)
    return parser


_Commands = argparse._SubParsersAction  # the type that argparse gives, and has no public name for


def _add_check(commands: "_Commands[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser(
        "check",
        help="students: check your own file with the public cases",
        description="Checks one file against the public plan in the same folder, each function in turn, and says what"
        " is wrong, where, and perhaps why. Exit code 0: all passed; 1: not yet; 2: the command could not be run.",
    )
    parser.add_argument("file", nargs="?", type=Path, help="your .py or .ipynb (default: the assignment's own)")
    parser.add_argument(
        "-q", "--exercise", action="append", default=[], metavar="EXERCISE", help="only this exercise; may be repeated"
    )
    parser.add_argument("--case", type=int, metavar="K", help="only this case of the one exercise")
    parser.add_argument("--plan", type=Path, metavar="FILE", help="the public plan (default: the one beside the file)")
    parser.add_argument("--seed", type=int, metavar="S", help="instructors: compile the cases of this seed instead")
    parser.add_argument(
        "--timeout", type=_positive, default=0.0, metavar="S", help="CPU seconds for each exercise (default 5)"
    )
    parser.add_argument("--json", action="store_true", help="print the result as one line of JSON")
    parser.add_argument("--summary", type=Path, metavar="FILE", help="append a job summary in Markdown")
    parser.add_argument("--annotations", action="store_true", help="print annotations for GitHub Actions")
    parser.add_argument("--junit", type=Path, metavar="FILE", help="write JUnit XML")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write the feedback page")
    parser.set_defaults(command=_check)


def _add_grade(commands: "_Commands[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser(
        "grade",
        help="instructors: grade a class",
        description="Grades every submission under the given paths and writes gradebook, tables and pages. Run again,"
        " it grades what is new or has changed. Exit code 0: every submission has a grade; 2: a fault of ours.",
    )
    parser.add_argument("assignment", metavar="ASSIGNMENT")
    parser.add_argument(
        "paths",
        nargs="+",
        type=Path,
        metavar="PATH",
        help="folders of folders, of .py, .ipynb or .zip files; or single files",
    )
    parser.add_argument("--to", type=Path, required=True, metavar="DIR", help="where the results go")
    parser.add_argument("--file", metavar="NAME", help="the module to look for (default: ASSIGNMENT.py or .ipynb)")
    parser.add_argument(
        "--jobs", type=_count, default=None, metavar="N", help="workers at a time (default: one for each core)"
    )
    parser.add_argument(
        "--seed", type=int, metavar="S", help="of the hidden cases (default: drawn once, then kept in the gradebook)"
    )
    parser.add_argument(
        "--timeout", type=_positive, default=5.0, metavar="S", help="CPU seconds for each exercise (default 5)"
    )
    parser.add_argument("--fresh", action="store_true", help="grade everything again")
    parser.add_argument(
        "--gradebook", metavar="URL", help="another database, e.g. postgresql://… (default: DIR/gradebook.db)"
    )
    parser.add_argument(
        "--scheduler", metavar="URL", help="grade on the Dask cluster there, e.g. tcp://HOST:8786, instead of here"
    )
    _add_isolation(parser)
    parser.add_argument(
        "--unsafe", action="store_true", help="grade without isolation where there is none (every report says so)"
    )
    parser.set_defaults(command=_grade)


def _add_isolation(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--isolation",
        choices=("best", "full", "inner", "none"),
        default="best",
        help="the walls around each submission; fails if they cannot be had (default: the best that this machine has)",
    )
    parser.add_argument(
        "--cold", action="store_true", help="a fresh interpreter for every process: slower, the same verdicts"
    )


def _add_release(commands: "_Commands[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser(
        "release",
        help="instructors: write what students receive",
        description="Writes a kit for each assignment: handout, stub, notebook, public plan, tests, the grader's wheel"
        " and the push workflow. With --check nothing is written; exit code 1: the assignments folder is stale.",
    )
    parser.add_argument("assignments", nargs="*", metavar="ASSIGNMENT", help="default: all")
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--to", type=Path, metavar="DIR", help="write kits there (default: refresh the assignments folder)"
    )
    where.add_argument("--check", action="store_true", help="only say whether the assignments folder is stale")
    parser.set_defaults(command=_release)


def _add_validate(commands: "_Commands[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser(
        "validate",
        help="instructors: prove an assignment",
        description="Proves that the reference and every known right style pass, that the stub is not attempted and"
        " that every known mistake is caught, and prints which check catches what. Exit code 0: proven; 1: the"
        " complaints are printed.",
    )
    parser.add_argument("assignments", nargs="*", metavar="ASSIGNMENT", help="default: all")
    parser.add_argument("--seed", type=int, metavar="S", help="of the cases (default: the public seed)")
    parser.add_argument(
        "--seeds", type=_count, default=1, metavar="N", help="also the N - 1 seeds after it (default 1)"
    )
    parser.add_argument(
        "--mutants", action="store_true", help="also make every small slip in the reference; all must be caught"
    )
    parser.add_argument(
        "--jobs", type=_count, default=None, metavar="N", help="processes for the slips (default: one for each core)"
    )
    parser.add_argument(
        "--diagnosis",
        action="store_true",
        help="also count how often the hint for a mistake is the right one, a false one, or none",
    )
    parser.set_defaults(command=_validate)


def _add_demo(commands: "_Commands[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("demo", help="grade a class made of right styles, known mistakes and broken files")
    parser.add_argument("assignments", nargs="*", metavar="ASSIGNMENT", help="default: the project's first")
    parser.add_argument(
        "--to", type=Path, default=Path("demo"), metavar="DIR", help="where the class and its results go"
    )
    parser.add_argument("--jobs", type=_count, default=None, metavar="N")
    parser.set_defaults(command=_demo)


def _add_hook(commands: "_Commands[argparse.ArgumentParser]") -> None:
    hook = commands.add_parser("hook", help="answer every push to a bare git repository with a check")
    actions = hook.add_subparsers(metavar="ACTION", required=True)
    from grader import hook as module

    module.add_commands(actions)


def _positive(text: str) -> float:
    with contextlib.suppress(ValueError):
        if 0 < (value := float(text)) < 1e6:
            return value
    raise argparse.ArgumentTypeError(f"{text} is not a number of seconds above 0")


def _count(text: str) -> int:
    with contextlib.suppress(ValueError):
        if 1 <= (value := int(text)) <= 1000:
            return value
    raise argparse.ArgumentTypeError(f"{text} is not a number of workers from 1 to 1000")


def _check(options: argparse.Namespace) -> int:
    from grader.local import check, default_file, find_plan
    from grader.plan import Plan
    from grader.render.terminal import paint_for, show, student_summary
    from grader.report import Verdict

    if options.seed is None:
        folder = options.file.parent if options.file is not None else Path()
        path = options.plan or find_plan(folder, options.file)
        plan, file = Plan.load(path), options.file or default_file(path)
    else:
        plan, file = _plan_of_seed(options)
    report = check(file, plan, options.exercise, options.case, options.timeout)
    _write_check_outputs(options, report, file)
    if options.json:
        print(json.dumps(report.line(), ensure_ascii=False))
    else:
        show(student_summary(report, paint_for(sys.stdout)), sys.stdout)
    if not report.is_graded:
        return 2
    return 0 if all(result.verdict == Verdict.PASSED for result in report.exercises) else 1


def _plan_of_seed(options: argparse.Namespace) -> "tuple[Plan, Path]":
    from grader.compile import compile_plan
    from grader.project import Project

    if options.file is None:
        raise UsageError("--seed needs the FILE to check, named after its assignment")
    assignment = Project.find().assignment(options.file.stem)
    return compile_plan(assignment, options.seed, public=True), options.file


def _write_check_outputs(options: argparse.Namespace, report: "Report", file: Path) -> None:
    from grader.render import continuous

    if options.summary:
        with options.summary.open("a", encoding="utf-8") as stream:
            stream.write(continuous.job_summary(report))
    if options.annotations:
        print(continuous.annotations(report, str(file), _definition_lines(file)))
    if options.junit:
        options.junit.write_text(continuous.junit([report]), encoding="utf-8")
    if options.html:
        from grader.render.html import student_page

        options.html.write_text(student_page(report), encoding="utf-8")


def _definition_lines(file: Path) -> dict[str, int]:
    """The line of each top-level function of a module, where annotations are shown; of the last one, which counts."""
    if file.suffix != ".py":
        return {}
    text = file.read_text(encoding="utf-8", errors="replace")
    found = re.finditer(r"^(?:async )?def (\w+)", text, re.MULTILINE)
    return {match[1]: text.count("\n", 0, match.start()) + 1 for match in found}


def _grade(options: argparse.Namespace) -> int:
    from grader.candidate.limits import Limits
    from grader.course import Course
    from grader.project import Project
    from grader.render.terminal import class_summary, paint_for, show

    assignment = Project.find().assignment(options.assignment)
    limits = Limits(cpu_seconds=options.timeout, isolation=options.isolation, cold=options.cold)
    course = Course(
        assignment,
        options.to,
        options.gradebook,
        options.jobs,
        limits,
        unsafe=options.unsafe,
        scheduler=options.scheduler,
    )
    graded = course.grade(options.paths, options.file, options.seed, fresh=options.fresh)
    show(class_summary(graded.reports, paint_for(sys.stdout)), sys.stdout)
    print(f"\n{graded.index}")
    return 0 if all(report.is_graded for report in graded.reports) else 2


def _release(options: argparse.Namespace) -> int:
    from grader.project import Project
    from grader.release.folder import stale_files, write_assignment
    from grader.release.kit import write_kit

    project = Project.find()
    stale = False
    for name in options.assignments or project.assignments:
        assignment = project.assignment(name)
        if options.check:
            for complaint in stale_files(assignment, project.assignments_folder / name):
                stale = True
                print(f"stale: {complaint}")
        elif options.to is None:
            written = write_assignment(assignment, project.assignments_folder / name)
            print(f"{project.assignments_folder / name}: {len(written)} files")
        else:
            written = write_kit(assignment, options.to / name, project.root)
            print(f"{options.to / name}: {len(written)} files")
    if stale:
        print("run `grader release` to write them anew")
    return 1 if stale else 0


def _validate(options: argparse.Namespace) -> int:
    from grader.diagnosis_figures import figures
    from grader.project import Project
    from grader.render.proof import proof_text
    from grader.render.terminal import show
    from grader.validate import prove

    project = Project.find()
    complaints = 0
    for name in options.assignments or project.assignments:
        assignment = project.assignment(name)
        proof = prove(
            assignment,
            project.styles_folder,
            options.seed,
            options.seeds,
            with_mutants=options.mutants,
            jobs=options.jobs,
        )
        complaints += len(proof.complaints)
        show(proof_text(proof), sys.stdout)
        if options.diagnosis and proof.is_tried:
            found = figures(assignment)
            complaints += len(found.complaints)
            show(f"{found}\n", sys.stdout)
    return 1 if complaints else 0


def _demo(options: argparse.Namespace) -> int:
    from grader.candidate.limits import Limits
    from grader.course import Course
    from grader.demo import write_demo_class
    from grader.project import Project
    from grader.render.terminal import class_summary, paint_for, show

    project = Project.find()
    pages = []
    for name in options.assignments or list(project.assignments)[:1]:
        assignment = project.assignment(name)
        submissions = write_demo_class(assignment, project.styles_folder, options.to / name / "submissions")
        course = Course(assignment, options.to / name / "results", None, options.jobs, Limits(), unsafe=True)
        graded = course.grade([submissions], None, None, fresh=False)
        print(f"\n{assignment.title}")
        show(class_summary(graded.reports, paint_for(sys.stdout)), sys.stdout)
        pages.append(graded.index)
    print("\nOpen the reports:", *(f"  {page.resolve().as_uri()}" for page in pages), sep="\n")
    return 0


def _doctor(options: argparse.Namespace) -> int:
    from grader.doctor import findings

    broken = False
    for topic, found in findings():
        broken = broken or found.startswith("BROKEN")
        print(f"{topic:<14}{found}")
    return 2 if broken else 0
