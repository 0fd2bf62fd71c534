"""The kill matrix: which checks catch which mistakes, over several plans."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from grader.killing import KINDS, Kill


@dataclass(frozen=True, slots=True)
class Trial:
    """What caught one mistake under one plan."""

    exercise: str
    mistake: str
    seed: int
    kills: frozenset[Kill]


@dataclass(frozen=True, slots=True)
class Row:
    """How many mistakes of an exercise each check catches under every plan tried."""

    exercise: str
    mistakes: int
    by_group: dict[str, int]
    by_kind: dict[str, int]
    survivors: tuple[str, ...]


@dataclass(frozen=True)
class KillMatrix:
    """All trials of an assignment's mistakes; `groups` are its checks in the order of the plan."""

    groups: tuple[str, ...]
    trials: tuple[Trial, ...]

    @property
    def seeds(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(trial.seed for trial in self.trials))

    @property
    def survivors(self) -> tuple[Trial, ...]:
        return tuple(trial for trial in self.trials if not trial.kills)

    def rows(self) -> list[Row]:
        """A row for each exercise that has mistakes, in the order of the assignment."""
        return [self._row(name) for name in dict.fromkeys(trial.exercise for trial in self.trials)]

    def sole_killers(self) -> dict[str, list[str]]:
        """For each group the mistakes that nothing else catches under at least one plan, as `exercise: mistake`."""
        found: dict[str, dict[str, None]] = {group: {} for group in self.groups}
        for trial in self.trials:
            groups = {kill.group for kill in trial.kills}
            if len(groups) == 1:
                found[groups.pop()][f"{trial.exercise}: {trial.mistake}"] = None
        return {group: list(names) for group, names in found.items() if names}

    def _row(self, exercise: str) -> Row:
        trials = [trial for trial in self.trials if trial.exercise == exercise]
        names = list(dict.fromkeys(trial.mistake for trial in trials))
        always = {name: _always([trial.kills for trial in trials if trial.mistake == name]) for name in names}
        return Row(
            exercise,
            len(names),
            {group: sum(group in always[name] for name in names) for group in self.groups},
            {kind: sum(kind in always[name] for name in names) for kind in KINDS},
            tuple(dict.fromkeys(trial.mistake for trial in trials if not trial.kills)),
        )


def _always(kills: Sequence[Iterable[Kill]]) -> set[str]:
    """The groups and kinds that are among the kills of every plan."""
    sets = [{part for kill in found for part in (kill.group, kill.kind)} for found in kills]
    return set.intersection(*sets)
