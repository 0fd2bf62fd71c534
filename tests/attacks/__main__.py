"""Writes the table attack × tier → verdict, with whether the attack is alive: `python -m tests.attacks`."""

import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from grader.candidate.isolation import NONE, TIERS, complaint
from grader.report import Report
from tests.attacks.table import Attack, attacks, graded, neighbour, plant_secrets, succeeds
from tests.attacks.unguarded import told


def main() -> int:
    tiers = [tier for tier in TIERS if tier != NONE and not complaint(tier)]
    with tempfile.TemporaryDirectory() as folder:
        secret = plant_secrets(Path(folder))
        command = [sys.executable, "-m", "tests.attacks.alive", str(secret)]
        alive = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        honest = {tier: graded(neighbour(), tier) for tier in tiers}
        none = told(secret)
        print(f"| attack | tries | without walls | {' | '.join(tiers)} | none |\n|{'---|' * (4 + len(tiers))}")
        broken = 0
        for attack in attacks():
            cells = [_cell(attack, tier, secret, honest[tier]) for tier in tiers]
            cells.append("not tried" if isinstance(none, str) else _unguarded(attack, none[attack.name]))
            broken += sum(cell.startswith("**") for cell in cells)
            print(f"| {attack.name} | {attack.tries} | {alive[attack.name]} | {' | '.join(cells)} |", flush=True)
    print(f"\n{len(attacks())} attacks, {len(tiers)} tiers with walls, {broken} got through")
    if isinstance(none, str):
        print(f"the tier `none` was not tried: {none}")
    return 1 if broken else 0


def _cell(attack: Attack, tier: str, secret: Path, honest: Report) -> str:
    """The verdicts in words; in bold if something got through."""
    report = graded(attack.handed_in(secret), tier)
    verdicts = {result.exercise: result.verdict.value for result in report.exercises}
    if verdicts != attack.verdicts:
        return f"**{_words(verdicts)}, wanted {_words(attack.verdicts)}**"
    if not attack.inside and succeeds(attack, tier, secret):
        return "**it works**"
    if graded(neighbour(), tier) != honest:
        return "**the neighbour's report has changed**"
    return _words(verdicts)


def _unguarded(attack: Attack, found: dict[str, Any]) -> str:
    """The verdicts in the tier without walls, and honestly whether the attack worked; in bold only what is new."""
    if found["verdicts"] != attack.verdicts_unguarded:
        return f"**{_words(found['verdicts'])}, wanted {_words(attack.verdicts_unguarded)}**"
    if not found["next"]:
        return "**the neighbour's report has changed**"
    return _words(found["verdicts"]) + ("; not guarded" if found["works"] and not attack.inside else "")


def _words(verdicts: dict[str, str]) -> str:
    return ", ".join(f"{count} {verdict}" for verdict, count in Counter(verdicts.values()).items())


if __name__ == "__main__":
    sys.exit(main())
