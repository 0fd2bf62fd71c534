"""Perhaps why: what a failing exercise's values have in common with known mistakes, over many cases at once.

In this order: one known mistake that gives exactly the student's outcomes on every diagnostic case; two that do so
together, each wherever it makes anything wrong; transforms of the wanted values. What holds is said, the rest is
described by where it is wrong. Nothing is named on part of the evidence, and nothing where two ideas fit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from grader.candidate.program import Raised
from grader.chance import same_moments
from grader.compare import same
from grader.examine import Examination, Finding
from grader.exercise import ERRATA_TITLE, Arrays, Contract
from grader.places import and_, places_of
from grader.plan import ORDINARY, SCALED, Fingerprint
from grader.programs import arrays_of
from grader.shapes import Dims, Tensor
from grader.traits import Sample, Trait, trait_of

BETWEEN_NAMES = " + "  # of two mistakes that were made at once
BETWEEN_HINTS = "\n"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Facts for the rationale; a hint and a mistake's name only where they reproduce all that is wrong."""

    facts: tuple[str, ...] = ()
    hint: str | None = None
    mistake: str | None = None


def diagnose(examination: Examination) -> Diagnosis:
    """What can be said of a failing examination beyond single values."""
    traits = traits_of(examination)
    mistakes = known_mistakes(examination, traits)
    facts = _facts(examination, traits)
    if len(mistakes) == 1:
        ((_, mistake),) = mistakes
        return Diagnosis((*facts, *_misled(mistakes)), mistake.hint, mistake.mistake)
    if mistakes:
        return Diagnosis(
            (_together(mistakes), *facts, *_misled(mistakes)),
            BETWEEN_HINTS.join(mistake.hint for _, mistake in mistakes),
            BETWEEN_NAMES.join(mistake.mistake for _, mistake in mistakes),
        )
    hint = _one_idea(traits)
    if hint is None:
        return Diagnosis(facts)
    names: dict[str, list[str]] = {}
    for tensor, trait in traits.items():
        names.setdefault(trait.name if trait else "", []).append(tensor)
    return Diagnosis(facts, hint, BETWEEN_NAMES.join(f"{and_(tensors)} {name}" for name, tensors in names.items()))


def _one_idea(traits: Mapping[str, Trait | None]) -> str | None:
    """The question that the traits of all wrong outputs raise, if it is one and the same."""
    hints = {trait.hint if trait else None for trait in traits.values()}
    return hints.pop() if len(hints) == 1 else None


def _together(mistakes: Sequence[tuple[tuple[str, ...], Fingerprint]]) -> str:
    (first, _), (second, _) = mistakes
    return f"Two separate mistakes fit: one is in {and_(first)}, another in {and_(second)}."


def _misled(mistakes: Sequence[tuple[tuple[str, ...], Fingerprint]]) -> tuple[str, ...]:
    """That the slides may be behind it, where that is known."""
    slides = [mistake.slide for _, mistake in mistakes if mistake.slide]
    return (f"The slides may have misled you ({and_(slides)}): see “{ERRATA_TITLE}” in the handout.",) if slides else ()


# --- known mistakes --------------------------------------------------------------------------------------------------


def known_mistakes(
    examination: Examination, traits: Mapping[str, Trait | None]
) -> list[tuple[tuple[str, ...], Fingerprint]]:
    """The one mistake, or the two, that explain every wrong output, each with the outputs it explains.

    Two are not needed where one trait explains them all: outputs that were exchanged look like two mistakes.
    """
    found = {finding.case.index: finding for finding in examination.findings}
    observed = [found[index] for index in examination.exercise.diagnostic if index in found]
    if len(observed) < len(examination.exercise.diagnostic) or all(finding.right for finding in observed):
        return []
    fingerprints = examination.exercise.fingerprints
    exact = [fingerprint for fingerprint in fingerprints if _explains(fingerprint, observed, examination.contract)]
    if exact:
        return [((), exact[0])] if len({fingerprint.hint for fingerprint in exact}) == 1 else []
    if _one_idea(traits) is not None or examination.contract.draws:
        return []
    outcomes = [arrays_of(examination.contract, finding.outcome) for finding in observed]
    pairs = zip(outcomes, observed, strict=True)
    got = [arrays for arrays, finding in pairs if arrays is not None and arrays.keys() == finding.case.want.keys()]
    return _pair(fingerprints, observed, got) if len(got) == len(observed) else []


def _explains(fingerprint: Fingerprint, observed: Sequence[Finding], contract: Contract) -> bool:
    """Whether the student's outcomes are those of the mistake, on every case."""
    for finding, outcome in zip(observed, fingerprint.outcomes, strict=True):
        if isinstance(outcome, str):
            if not (isinstance(finding.outcome, Raised) and finding.outcome.type == outcome):
                return False
            continue
        arrays = arrays_of(contract, finding.outcome)
        if arrays is None or arrays.keys() != outcome.keys():
            return False
        if not _are_like(contract, finding.case.dims, arrays, outcome):
            return False
    return True


def _are_like(contract: Contract, dims: Dims, got: Arrays, known: Arrays) -> bool:
    if not contract.draws:
        return all(same(got[name], value) for name, value in known.items())
    tensors = contract.outputs(dims)
    return all(same_moments(one, dims, got[one.name], known[one.name], contract.draws) for one in tensors)


def _pair(
    fingerprints: Sequence[Fingerprint], observed: Sequence[Finding], got: Sequence[Arrays]
) -> list[tuple[tuple[str, ...], Fingerprint]]:
    """Two mistakes of different ideas that together make wrong exactly what is wrong; [] unless the ideas are unique.

    A mistake counts as made only if everything that it makes wrong came out as it makes it.
    """
    wants = [finding.case.want for finding in observed]
    wrong = {
        name for arrays, want in zip(got, wants, strict=True) for name in want if not same(arrays[name], want[name])
    }
    made = [
        (footprint, fingerprint)
        for fingerprint in fingerprints
        if (footprint := _footprint(fingerprint, wants, got)) and footprint < wrong
    ]
    pairs = [
        (first, second)
        for first, second in combinations(made, 2)
        if first[0] | second[0] == wrong and not first[0] & second[0]
    ]
    ideas = {frozenset(((one[0], one[1].hint), (other[0], other[1].hint))) for one, other in pairs}
    if len(ideas) != 1:
        return []
    order = [name for name in dict.fromkeys(name for want in wants for name in want) if name in wrong]
    pair = sorted(pairs[0], key=lambda item: min(map(order.index, item[0])))
    if pair[0][1].hint == pair[1][1].hint:
        return [(tuple(order), pair[0][1])]
    return [(tuple(name for name in order if name in footprint), mistake) for footprint, mistake in pair]


def _footprint(fingerprint: Fingerprint, wants: Sequence[Arrays], got: Sequence[Arrays]) -> frozenset[str]:
    """The outputs that the mistake makes wrong, if each came out like that on every case; else nothing."""
    footprint = set()
    for outcome, want in zip(fingerprint.outcomes, wants, strict=True):
        if isinstance(outcome, str) or outcome.keys() != want.keys():
            return frozenset()
        footprint |= {name for name in want if not same(outcome[name], want[name])}
    for outcome, arrays in zip(fingerprint.outcomes, got, strict=True):
        if isinstance(outcome, str) or not all(
            same(arrays[name], outcome[name]) for name in footprint if name in outcome
        ):
            return frozenset()
    return frozenset(footprint)


# --- transforms and places -------------------------------------------------------------------------------------------


def traits_of(examination: Examination) -> dict[str, Trait | None]:
    """The trait, if it has one, of each output that is wrong in an ordinary case."""
    wrong = {
        comparison.tensor
        for finding in examination.of_group(ORDINARY)
        for comparison in finding.comparisons
        if not comparison.right
    }
    return {
        tensor.name: trait_of(tensor, _samples(examination, tensor.name))
        for tensor in _outputs(examination)
        if tensor.name in wrong
    }


def _outputs(examination: Examination) -> list[Tensor]:
    """The outputs that every ordinary case has: of a list of layers, the layers that it always has."""
    tensors: dict[str, list[Tensor]] = {}
    cases = [finding.case for finding in examination.of_group(ORDINARY)]
    for case in cases:
        for tensor in examination.contract.outputs(case.dims):
            tensors.setdefault(tensor.name, []).append(tensor)
    return [found[0] for found in tensors.values() if len(found) == len(cases)]


def _facts(examination: Examination, traits: Mapping[str, Trait | None]) -> tuple[str, ...]:
    """What every case shows of the wrong outputs, those of the same fact together."""
    facts: dict[str, list[str]] = {}
    for tensor in _outputs(examination):
        if tensor.name not in traits:
            continue
        trait = traits[tensor.name]
        fact = trait.fact if trait else places_of(tensor, _samples(examination, tensor.name))
        facts.setdefault(fact or _upstream(examination, tensor.name), []).append(tensor.name)
    return tuple(f"{and_(names)}: in every case {fact}." for fact, names in facts.items() if fact)


def _samples(examination: Examination, name: str) -> list[Sample]:
    """An output in every ordinary case; none at all if it is no array somewhere."""
    samples = []
    for finding in examination.of_group(ORDINARY):
        got = next((one.got for one in finding.comparisons if one.tensor == name), None)
        if got is None or got.dtype.kind not in "fiu":
            return []
        case = finding.case
        samples.append(Sample(got, case.want[name], case.want, case.inputs, case.dims))
    return samples


def _upstream(examination: Examination, name: str) -> str:
    """Whether a gradient stays the same when the upstream gradient is a hundred times larger."""
    ordinary = {finding.case.seed: finding for finding in examination.of_group(ORDINARY)}
    for finding in examination.of_group(SCALED):
        base = ordinary.get(finding.case.seed)
        large = next((one.got for one in finding.comparisons if one.tensor == name), None)
        small = next((one.got for one in base.comparisons if one.tensor == name), None) if base else None
        if large is None or small is None or not same(large, small):
            return ""
        return "the same whatever the upstream gradient is"
    return ""
