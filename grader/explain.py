"""What to tell a student about a failure: what is wrong, where, how to see it again, and perhaps why.

The case told is the smallest that fails; `diagnose` says what all cases have in common.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.candidate.program import Candidate, Raised, Seen, Values
from grader.compare import Comparison
from grader.diagnose import Diagnosis, diagnose
from grader.examine import BEHAVIOUR, Examination, Finding, is_stateful
from grader.exercise import Contract
from grader.places import and_
from grader.plan import AGAIN, ORDINARY, SCALED, SIZE_1, Case
from grader.programs import argument_of
from grader.report import CaseRef, Evidence
from grader.shapes import format_dims

MAX_ENTRIES = 96  # of an array that is shown; the smallest failing case is nearly always below
MAX_TENSORS = 3
MAX_NOTES = 8
MAX_TEXT = 80  # of an input that is no array: a list of four layers, each a word and two numbers
UNSTABLE = ("overflow", "invalid value", "divide by zero")

GROUP_HINTS = {
    SCALED: "The gradient is linear in the upstream gradient. Does anything here change or limit large values?",
    AGAIN: "Is anything kept from one call to the next: a global, a buffer used again, a cache that is not returned?",
    SIZE_1: "Only shapes with an axis of length 1 fail. Does a squeeze, a broadcast or an `if` treat them differently?",
}
GENERATOR_HINT = "Does every random number come from the generator that the function is given, and from no other?"


@dataclass(frozen=True, slots=True)
class Story:
    """The words and numbers of a failure; `smallest` holds the smallest failing case, if one may be shown."""

    rationale: str
    hint: str | None = None
    mistake: str | None = None
    case: CaseRef | None = None
    evidence: tuple[Evidence, ...] = ()
    smallest: tuple[Finding, ...] = ()


def tell(examination: Examination, remarks: Sequence[str], filename: str, *, blocked: bool = False) -> Story:
    """The story of an examination that failed; a hidden plan's cases are told by shape alone.

    `remarks` are the judge's sentences on how it stands to other exercises. Of one that is blocked nothing is
    diagnosed: the mistake is somewhere else.
    """
    shown = _most_telling(examination)
    case = _case_ref(examination, shown, filename)
    diagnosis = Diagnosis() if blocked or not examination.plan.public else diagnose(examination)
    sentences = [
        _what(examination, shown),
        _how_often(examination),
        *diagnosis.facts,
        *remarks,
        f"See it again: {case.repeat}" if case and case.repeat else "",
    ]
    evidence = _evidence(shown) if examination.plan.public else ()
    hint = diagnosis.hint or _hint(examination)
    smallest = _smallest(examination) if examination.plan.public else ()
    return Story(" ".join(filter(None, sentences)), hint, diagnosis.mistake, case, evidence, smallest)


def _smallest(examination: Examination) -> tuple[Finding, ...]:
    """The failing case with the fewest numbers, an axis of length 1 or not."""
    plain = [finding for finding in examination.failing if finding.case.group in (ORDINARY, SIZE_1)]
    return tuple(sorted(plain, key=lambda finding: (finding.case.size, finding.case.index))[:1])


def _most_telling(examination: Examination) -> Finding:
    """The smallest failing case, of the ordinary ones if there is one."""
    failing = examination.failing
    ordinary = [finding for finding in failing if finding.case.group == ORDINARY]
    return min(ordinary or failing, key=lambda finding: (finding.case.size, finding.case.index))


def _case_ref(examination: Examination, finding: Finding, filename: str) -> CaseRef | None:
    case, plan = finding.case, examination.plan
    if case.index == BEHAVIOUR:
        return None
    command = f"grader check {filename} -q {examination.exercise.name} --case {case.index}" if plan.public else ""
    return CaseRef(case.index, case.group, dict(case.dims), case.seed if plan.public else None, plan.kind, command)


def _what(examination: Examination, finding: Finding) -> str:
    """The wrong thing itself, with the place where it was seen."""
    case, group = finding.case, finding.case.group
    if case.index == BEHAVIOUR:
        return f"{group}: {finding.problem}."
    where = f"({format_dims(case.dims)})" + ("" if group in (ORDINARY, SIZE_1) else f", {group}")
    if not examination.plan.public:
        names = ", ".join(comparison.tensor for comparison in finding.wrong)
        what = f"{names} wrong" if names else finding.problem.split(":")[0]
        return f"{what} in a hidden case at {where}; every public case passes."
    place = f"at {where}{_plain_values(examination, case)}, case {case.index}, seed {case.seed}"
    if finding.problem:
        return f"{finding.problem}, {place}."
    present = sorted((one for one in finding.wrong if not one.missing), key=lambda comparison: -comparison.error)
    missing = [comparison.tensor for comparison in finding.wrong if comparison.missing]
    right = [comparison.tensor for comparison in finding.comparisons if comparison.right]
    sentences = (
        f"{and_(missing)} {'is' if len(missing) == 1 else 'are'} None: not written yet?" if missing else "",
        f"{present[0].why}, {place}." if present else "",
        f"Also wrong there: {and_([comparison.tensor for comparison in present[1:]])}." if present[1:] else "",
        f"Right there: {and_(right)}." if right else "",
    )
    return " ".join(filter(None, sentences))


def _plain_values(examination: Examination, case: Case) -> str:
    """The numbers, words and truth values among a case's inputs, which say as much as its lengths do."""
    contract = examination.contract
    forward = examination.plan.contracts[contract.of].takes if contract.of else ()
    texts = []
    for item in (*forward, *contract.takes):
        if not any(tensor.axes or tensor.kind == "generator" for tensor in item.leaves(case.dims)):
            value = argument_of(item, case.inputs)
            text = f"{value:.6g}" if isinstance(value, float) else repr(value)
            texts += [f"{item.name}={text}"] if len(text) <= MAX_TEXT else []
    return f" with {', '.join(texts)}" if texts else ""


def _how_often(examination: Examination) -> str:
    ordinary = examination.of_group(ORDINARY)
    wrong = sum(not finding.right for finding in ordinary)
    if wrong == len(ordinary):
        return ""
    if wrong:
        return f"{wrong} of {len(ordinary)} ordinary cases fail."
    return f"Only this fails: {', '.join(examination.failing_groups)}."


def consistency_sentence(contract: Contract, consistent: bool | None) -> str:
    """Whether it is what the student's own beginning makes it; empty where that can't be told."""
    if consistent is None:
        return ""
    if contract.scans:
        return f"It is {'' if consistent else 'not '}what your own {contract.scans} makes it, step after step."
    own = "own forward" if contract.of else "own value"
    if consistent:
        return f"The gradients are consistent with your {own}."
    return f"The gradients are not the derivative of your {own}."


def _hint(examination: Examination) -> str | None:
    """A hint for a failure that is known by the group in which alone it shows, or by the exception."""
    for finding in examination.failing:
        if (
            isinstance(finding.outcome, Raised)
            and finding.outcome.type == "NameError"
            and "xrange" in finding.outcome.message
        ):
            return "`xrange` is Python 2. What is it called in Python 3?"
        if isinstance(finding.outcome, Raised) and finding.outcome.message == "name 'np' is not defined":
            return "Is numpy imported at the top of the file, under the name np?"
    if is_stateful(examination):
        return GENERATOR_HINT if examination.contract.draws else GROUP_HINTS[AGAIN]
    groups = examination.failing_groups
    if len(groups) != 1:
        return None
    behaviours = {behaviour.name: behaviour.hint for behaviour in examination.exercise.behaviours}
    return {**GROUP_HINTS, **examination.exercise.probe_hints, **behaviours}.get(groups[0])


def _evidence(finding: Finding) -> tuple[Evidence, ...]:
    """The wrong tensors of a case as small arrays, the worst first."""
    shown = sorted(finding.wrong, key=lambda comparison: -comparison.error)
    return tuple(
        _show(comparison, finding)
        for comparison in shown
        if comparison.got is not None and comparison.got.size <= MAX_ENTRIES and comparison.got.dtype.kind in "fiub"
    )[:MAX_TENSORS]


def _show(comparison: Comparison, finding: Finding) -> Evidence:
    assert comparison.got is not None
    want = finding.case.want[comparison.tensor]
    inputs = {name: array.tolist() for name, array in finding.case.inputs.items() if array.size <= MAX_ENTRIES}
    return Evidence(comparison.tensor, want.shape, comparison.got.tolist(), want.tolist(), comparison.wrong, inputs)


def notes_of(examination: Examination, candidate: Candidate) -> tuple[str, ...]:
    """What is odd and costs nothing."""
    habits = tuple(_habits(examination.answer.seen))
    if examination.is_plain:
        return habits[:MAX_NOTES]
    contract = examination.contract
    notes: list[str] = []
    names = [item.name for item in contract.takes]
    mutated = {
        names[position]
        for finding in examination.findings
        if isinstance(finding.outcome, Values)
        for position in finding.outcome.mutated
        if position < len(names)
    }
    notes += [
        f"changes its argument {name} in place: the caller's own array is changed by the call"
        for name in sorted(mutated)
    ]
    wrong = {comparison.tensor for finding in examination.findings for comparison in finding.wrong}
    odd = {
        (comparison.tensor, comparison.note.split(" has shape ")[0]): comparison.note
        for finding in examination.findings
        for comparison in finding.comparisons
        if comparison.note and comparison.tensor not in wrong  # a wrong value may come near the right one by chance
    }
    notes += odd.values()
    notes += habits
    return tuple(notes[:MAX_NOTES])


def _habits(seen: Seen) -> Iterator[str]:
    """Notes on what the student's process tells of itself.

    How long it took is not among them: that differs from run to run, and a report must not.
    """
    if seen.printed:
        yield f"prints {seen.printed} characters: remove what is left over from debugging"
    if seen.kept:
        yield (
            f"keeps something between calls ({and_(seen.kept)}): what it gives should depend on its arguments alone,"
            " or the second call may differ from the first"
        )
    if seen.draws:
        yield "draws random numbers that nobody has seeded: no run is like the one before"
    if seen.uses_up_cache:
        yield "uses its cache up: a second backward with the same cache finds less in it than the first"
    yield from (f"numpy warns: {text}" for text in seen.warnings if any(word in text for word in UNSTABLE))
