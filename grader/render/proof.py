"""What `grader validate` prints: the kill matrix of an assignment, and how its mutants fared."""

from collections.abc import Iterator, Sequence
from itertools import chain

from grader.killing import KINDS
from grader.matrix import KillMatrix, Row
from grader.proof import MutantProof, Proof


def proof_text(proof: Proof) -> str:
    """The proof as text: matrix, mutants, complaints, and a line that sums it up."""
    parts = chain(_matrix(proof), _mutants(proof.mutants), (f"{proof.assignment}: {text}" for text in proof.complaints))
    return "\n".join([*parts, _summary(proof)]) + "\n"


def _matrix(proof: Proof) -> Iterator[str]:
    """A table of exercises × checks; each number is how many mistakes the check catches whatever the seed."""
    if not proof.matrix.trials:
        return
    seeds = proof.matrix.seeds
    over = f"seed {seeds[0]}" if len(seeds) == 1 else f"seeds {seeds[0]} to {seeds[-1]}"
    yield f"{proof.assignment}: mistakes caught by each check, {over}"
    rows = proof.matrix.rows()
    groups = [group for group in proof.matrix.groups if any(row.by_group[group] for row in rows)]
    header = ["exercise", "mistakes", *groups, *KINDS, "survive"]
    body = [_cells(row, groups) for row in rows]
    total = [str(sum(int(row[column]) for row in body)) for column in range(1, len(header))]
    yield from _table([header, *body, ["all", *total]])
    yield from _sole_killers(proof.matrix)


def _cells(row: Row, groups: Sequence[str]) -> list[str]:
    numbers = [*(row.by_group[group] for group in groups), *(row.by_kind[kind] for kind in KINDS), len(row.survivors)]
    return [row.exercise, str(row.mistakes), *map(str, numbers)]


def _sole_killers(matrix: KillMatrix) -> Iterator[str]:
    """Each check with the number of mistakes that only it catches; by name where they are few."""
    for group, names in matrix.sole_killers().items():
        listed = f": {', '.join(names)}" if len(names) <= 12 else ""
        yield f"  only {group!r} catches {len(names)}{listed}"


def _mutants(mutants: MutantProof | None) -> Iterator[str]:
    if mutants is None:
        return
    yield f"  {mutants.tried} mutants, {mutants.equivalent} of them equivalent"
    for seed, alive in mutants.survivors.items():
        killed = mutants.killable - len(alive)
        share = 100 * killed / mutants.killable if mutants.killable else 100.0
        yield f"  seed {seed}: {killed} of {mutants.killable} killed ({share:.2f} %), {len(alive)} survive"


def _summary(proof: Proof) -> str:
    complaints = f"{len(proof.complaints)} complaint{'' if len(proof.complaints) == 1 else 's'}"
    if not proof.is_tried:
        return f"{proof.assignment}: refused as it is declared, so nothing was tried, {complaints}"
    return (
        f"{proof.assignment}: {proof.solutions} right solutions, {proof.mistakes} mistakes ({proof.named} named by"
        f" their own name), {complaints}"
    )


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Rows in columns as wide as their widest cell, the first to the left and numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *cells in rows:
        padded = [cell.rjust(width) for cell, width in zip(cells, widths[1:], strict=True)]
        yield "  " + "  ".join([first.ljust(widths[0]), *padded]).rstrip()
