"""The handout: what to write, how to check it, what the answers mean, how to hand in."""

from collections.abc import Iterator

from grader.exercise import Assignment, Exercise
from grader.illustrations import pictures_of
from grader.plan import PROBE_SHARE, SIZE_1_SHARE
from grader.release.errata import errata_section
from grader.release.prose import CACHE_PHRASE, has_cache, number_of, points_phrase, shapes_table
from grader.release.template import fill
from grader.render.wording import WORDING
from grader.report import Verdict


def handout(assignment: Assignment) -> str:
    """The text of the handout `README.md`."""
    return fill(
        "handout.md",
        name=assignment.name,
        title=assignment.title,
        intro="\n\n".join([assignment.intro, *_pictures(assignment)]),
        errata=_paragraph(errata_section(assignment)),
        total=points_phrase(assignment.points),
        first=assignment.exercises[0].name,
        files="".join(f"| `{path.name}` | {phrase} |\n" for path, phrase in assignment.files.items()),
        table=_exercise_table(assignment),
        cache=_paragraph(CACHE_PHRASE if has_cache(assignment) else ""),
        exercises="\n\n".join(_section(assignment, exercise) for exercise in assignment.exercises),
        verdicts=_verdict_table(),
        points=points_paragraph(assignment),
    )


def _paragraph(text: str) -> str:
    """A place of the template that may be empty, and leaves no gap then."""
    return f"\n{text}\n" if text else ""


def points_paragraph(assignment: Assignment) -> str:
    """How points are shared, in words."""
    return " ".join(
        (
            "An exercise that is right in every ordinary case earns its points, less"
            f" {_percent(SIZE_1_SHARE)} if it fails where an axis has length 1, and less {_percent(PROBE_SHARE)} for"
            " each other group of cases that it fails, which the message names.",
            "A blocked one waits for another to be right, and is then judged anew.",
            *_follow_through_sentences(assignment),
            "Anything else earns nothing.",
        )
    )


def _follow_through_sentences(assignment: Assignment) -> Iterator[str]:
    """What work that is true to a wrong beginning earns meanwhile; nothing is said where no exercise builds on one."""
    contracts = [exercise.contract for exercise in assignment.exercises]
    sequences = any(contract.scans for contract in contracts)
    shares = sorted({contract.follow_through for contract in contracts if contract.of or contract.scans})
    if not shares:
        return
    share = _percent(shares[0]) if len(shares) == 1 else f"{_percent(shares[0])} to {_percent(shares[-1])}"
    also = ", or a sequence that truly applies your own wrong step again and again, there or back," if sequences else ""
    yield (
        f"Meanwhile a backward that is the true derivative of your own wrong forward{also} earns {share} of its points"
        " for following through: one mistake is not punished twice."
    )
    yield (
        "That takes a beginning worth following, whose every output depends on every input: a function that returns"
        " zeros, or ignores one of its arguments, carries nothing."
    )


def _percent(share: float) -> str:
    return f"{100 * share:g} %"


def _exercise_table(assignment: Assignment) -> str:
    rows = ["| | function | gives | points | needs |", "|---|---|---|---|---|"]
    for exercise in assignment.exercises:
        contract = exercise.contract
        needs = ", ".join(f"`{name}`" for name in contract.requires)
        number = number_of(assignment, exercise)
        rows.append(f"| {number} | `{contract.signature}` | `{contract.returns}` | {contract.points:g} | {needs} |")
    return "\n".join(rows)


def _section(assignment: Assignment, exercise: Exercise) -> str:
    heading = f"### {number_of(assignment, exercise)}. `{exercise.name}`"
    words = " ".join(filter(None, [exercise.summary, exercise.task]))
    pictures = _pictures(assignment, exercise.name)
    return "\n\n".join([heading, words, *pictures, shapes_table(exercise)])


def _pictures(assignment: Assignment, exercise: str = "") -> Iterator[str]:
    found = pictures_of(assignment.pictures, exercise)
    return (f"![{picture.alt}]({picture.filename})" for picture in found)


def _verdict_table() -> str:
    rows = ["| verdict | what it means |", "|---|---|"]
    return "\n".join(rows + [f"| {verdict.label} | {WORDING[verdict].meaning} |" for verdict in Verdict])
